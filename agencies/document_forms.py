"""What is typed to prepare an agreement, to sign one, and to record one that was signed on paper."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies import agreeing, clauses
from agencies.choices import DocumentKind
from agencies.models import Agency, Document, Table
from agencies.page_forms import PageForm, day, words
from hub.core import clock

LABELS = {
    "host": _("Who runs the table's record"),
    "privacy_contact": _("Who is told when something goes wrong, and how"),
    "breach_hours": _("Within how many hours"),
    "withdrawal_days": _("Days ahead of leaving the table"),
    "authority": _("The law or mission under which the agency takes part"),
    "responsible_officer": _("Who answers for the agency's personal data"),
}
"""What is asked for, as in `clauses.ASKED`; at most 300 characters each (`agreeing.LIMIT`)."""


class PrepareForm(PageForm):
    """Which agency, which layer, from when to when."""

    prefix_of_ids = "prepare"
    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Agency"), empty_label=_("Choose"), error_messages={"required": _("Choose the agency.")}
    )
    kind = forms.ChoiceField(label=_("What is signed"), choices=DocumentKind.choices)
    begins = day(_("In force from"))
    until = day(_("Last day in force"))

    def __init__(self, *args: Any, table: Table, **kwargs: Any) -> None:
        begins = clock.today()
        kwargs["initial"] = {"begins": begins, "until": agreeing.a_year_from(begins), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        field = self.fields["agency"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - tells the type checker which class stands above
        field.queryset = agreeing.partners(table)


class EndForm(PageForm):
    """The last day of an addendum."""

    prefix_of_ids = "end"
    on = day(_("Last day in force"))


class FillForm(PageForm):
    """The days, and what the places of this template ask for."""

    prefix_of_ids = "fill"
    begins = day(_("In force from"))
    until = day(_("Last day in force"))

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        days = {"begins": document.in_force_from, "until": document.in_force_until}
        super().__init__(*args, **{"initial": {**days, **document.filled}, **kwargs})
        for name in clauses.template(document.template).asks:
            self.fields[name] = words(LABELS[name], agreeing.LIMIT, _("Fill this in: the text needs it."))

    def days(self) -> tuple[date, date]:
        """First and last day."""
        return self.cleaned_data["begins"], self.cleaned_data["until"]


class WithdrawForm(PageForm):
    """Why a text is taken back."""

    prefix_of_ids = "withdraw"
    guarded = ("because",)
    because = words(_("Why it is taken back"), agreeing.LIMIT)


class PaperForm(PageForm):
    """A signature by hand."""

    prefix_of_ids = "paper"
    name = words(_("Signed by"), 120, _("Say who signed for the agency."))
    signed_on = day(_("Day of the signature"))
    kept_by = words(_("Who keeps the signed paper, and where"), 120, _("Say who keeps the signed paper."))


class SignForm(PageForm):
    """A signature in the browser: the name typed, the sentence affirmed, and which text was read."""

    prefix_of_ids = "sign"
    text_hash = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    affirmed = forms.BooleanField(required=False)
    name = words(_("Type your full name"), 120, _("Type your name: that is the signature."))

    def __init__(self, *args: Any, sentence: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["affirmed"].label = sentence
