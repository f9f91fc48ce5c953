"""What the officer types: whom the accounting is about, what stands on the letter, a law-enforcement official's statement."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from hub.core import clock
from hub.core.text import TextRefused, plain
from situations.accounting import Asked
from situations.forms import DATES
from situations.suspensions import REFERENCE_LIMIT

ADDRESS_LIMIT = 300
_UNSEEN = {"autocomplete": "off", "spellcheck": "false"}


def _day(label: Any, *, required: bool = True, **kwargs: Any) -> forms.DateField:
    message = _("Give a day, for example 11/19/2026.")
    widget = forms.DateInput({"type": "date"}, "%Y-%m-%d")
    errors = {"required": message, "invalid": message}
    return forms.DateField(label=label, required=required, error_messages=errors, widget=widget, **kwargs)


class PlainText(forms.CharField):
    """Typed text through the one door for text."""

    def __init__(self, *, limit: int, rows: int = 0, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "maxlength": str(limit)}
        widget = forms.Textarea({**attrs, "rows": rows}) if rows else forms.TextInput(attrs)
        super().__init__(widget=widget, **kwargs)
        self.limit = limit

    def clean(self, value: Any) -> str:
        try:
            return plain(str(super().clean(value)), limit=self.limit)
        except TextRefused as refused:
            raise forms.ValidationError(str(refused)) from refused


class SearchForm(forms.Form):
    """By name and date of birth, or by number; the days are six years up to today unless told otherwise."""

    use_required_attribute = False

    name = forms.CharField(label=_("Name"), required=False, max_length=200, widget=forms.TextInput(_UNSEEN))
    date_of_birth = forms.DateField(
        label=_("Date of birth"),
        required=False,
        input_formats=DATES,
        error_messages={"invalid": _("Write it as MM/DD/YYYY.")},
        widget=forms.TextInput({**_UNSEEN, "inputmode": "numeric", "placeholder": "MM/DD/YYYY"}),
    )
    number = forms.CharField(
        label=_("Number of the situation or referral"), required=False, max_length=12, widget=forms.TextInput(_UNSEEN)
    )
    since = _day(_("From"), required=False)
    until = _day(_("Up to"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("number") and (cleaned.get("name") or cleaned.get("date_of_birth")):
            self.add_error("number", _("Choose one way: the number, or name and date of birth."))
        elif not cleaned.get("number") and not self.errors:
            for one in ("name", "date_of_birth"):
                if not cleaned.get(one):
                    self.add_error(one, _("Both are needed, written as the agency wrote them."))
        since, until = cleaned.get("since"), cleaned.get("until")
        if until and until > clock.today():
            self.add_error("until", _("This day has not come yet."))
        if since and since > (until or clock.today()):
            self.add_error("since", _("This is after the last day."))
        return cleaned

    def asked(self) -> Asked:
        """What was typed, once it is valid."""
        born = self.cleaned_data["date_of_birth"]
        return Asked(
            name=self.cleaned_data["name"],
            date_of_birth=born.isoformat() if born else "",
            number=self.cleaned_data["number"],
        )


class PeriodForm(forms.Form):
    """The days of an accounting that was shown, to make the same one again."""

    since = forms.DateField(widget=forms.HiddenInput)
    until = forms.DateField(widget=forms.HiddenInput)


class LetterForm(PeriodForm):
    """What stands on this letter besides the accounting. Printed and not kept."""

    reference = PlainText(
        label=_("Your own file number"),
        limit=120,
        error_messages={"required": _("Write the number under which your agency keeps its file on the person.")},
    )
    addressee = PlainText(label=_("Name and address of the person"), limit=ADDRESS_LIMIT, rows=3, required=False)


class SuspensionForm(forms.Form):
    """A law-enforcement official's statement."""

    use_required_attribute = False

    number = forms.CharField(
        label=_("Number of the situation"),
        max_length=12,
        error_messages={"required": _("Write the number of the situation.")},
        widget=forms.TextInput(_UNSEEN),
    )
    official_agency = forms.ModelChoiceField(
        label=_("The official's agency"),
        queryset=Agency.objects.none(),
        empty_label=_("Choose"),
        error_messages={"required": _("Choose the agency.")},
    )
    written = forms.TypedChoiceField(
        label=_("The statement was"),
        choices=[("written", _("written")), ("oral", _("oral"))],
        coerce=lambda value: value == "written",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    reference = PlainText(
        label=_("Who made it, and where you keep it"),
        limit=REFERENCE_LIMIT,
        error_messages={"required": _("Write who made the statement, and where you keep it.")},
    )
    starts_on = _day(_("Made on"))
    until = _day(_("Suspended up to"))

    def __init__(self, *args: Any, officials: Sequence[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["official_agency"]
        assert isinstance(chosen, forms.ModelChoiceField)  # noqa: S101 - tells the type
        chosen.queryset = Agency.objects.filter(pk__in=[one.pk for one in officials])
