"""What is typed on the intervention page, one form for each part of the plan. The rules are the verbs' (`situations.plan`)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hub.core.errors import RuleRefused
from situations import vocabularies
from situations.choices import ConsentNow, ContactKind
from situations.guard import GuardRefuses, Reply
from situations.models.situation import LINE_LIMIT
from situations.projection import AgencyLine

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

YES_NO = {"yes": True, "no": False}


class PlanForm(forms.Form):
    """Base: says in its own words what is missing, takes a verb's refusal to its field, keeps ids apart on one page."""

    part = ""
    asked: GuardRefuses | None = None
    """What the guard asked about or stopped in what was sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{self.part}_%s", **kwargs})

    @property
    def given(self) -> dict[str, Any]:
        """What the verb takes: what was typed, and what was answered to the guard."""
        return {**self.cleaned_data, "answered": Reply.of(self.data)}

    def refuse(self, refused: RuleRefused) -> None:
        """Show the refusal at its field. A refusal that names no field of the form is raised again."""
        if refused.field not in self.fields:
            raise refused
        if isinstance(refused, GuardRefuses):
            self.asked = refused
        self.add_error(refused.field, str(refused.message))


def _moment(label: "StrOrPromise") -> forms.DateTimeField:
    message = _("Give a day and a time, for example 11/20/2026 2:00 PM.")
    return forms.DateTimeField(
        label=label,
        error_messages={"required": message, "invalid": message},
        widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
    )


def _line(label: "StrOrPromise", missing: "StrOrPromise" = "", *, limit: int = LINE_LIMIT, rows: int = 0) -> forms.CharField:
    attrs: dict[str, Any] = {"maxlength": limit, "autocomplete": "off"}
    return forms.CharField(
        label=label,
        required=bool(missing),
        error_messages={"required": missing},
        widget=forms.Textarea({**attrs, "rows": rows}) if rows else forms.TextInput(attrs),
    )


def _choice(label: "StrOrPromise", choices: Any, missing: "StrOrPromise" = "", *, radio: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        required=bool(missing),
        error_messages={"required": missing, "invalid_choice": _("Choose one from the list.")},
        widget=forms.RadioSelect if radio else forms.Select,
    )


class VisitForm(PlanForm):
    """The next appointment."""

    part = "visit"
    at = _moment(_("When"))
    who_goes = _line(_("Who goes"), _("Say who goes, and whether an officer comes along."))
    place = _line(_("Where"))
    offer = _line(_("What is offered"))
    safety = _line(_("Safety note"))


class StepForm(PlanForm):
    """A task for one of the agencies with a role."""

    part = "step"
    text = _line(_("Task"), _("Say what is to be done."))
    agency = _choice(_("Who does it"), [], _("Choose the agency that does it."), radio=False)
    due_at = _moment(_("Due"))

    def __init__(self, *args: Any, agencies: Sequence[AgencyLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["agency"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker which class stands above
        field.choices = [(str(one.id), one.short_name) for one in agencies]


class ServiceForm(PlanForm):
    """What a service of one's own agency has become."""

    part = "service"
    service = _line(_("Service of your agency"), _("Name the service."), limit=120)
    status = _choice(
        _("What it has become"),
        [("", _("Choose")), *vocabularies.SERVICE_STATUSES.items()],
        _("Choose what has become of the service."),
        radio=False,
    )


class ContactForm(PlanForm):
    """One line of the contact log; that the person declined is an answer like any other."""

    part = "contact"
    kind = _choice(_("How"), ContactKind.choices, _("Say how the person was approached."))
    reached = _choice(
        _("Was the person reached?"),
        [("yes", _("reached")), ("no", _("not reached"))],
        _("Say whether the person was reached."),
    )
    companions = forms.MultipleChoiceField(
        label=_("Who came along"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )
    outcome = _line(_("What came of it"), _("Write a line: what came of it."), rows=3)
    consent_now = _choice(_("What does the person say to the offer?"), [("", _("not asked now")), *ConsentNow.choices])

    def __init__(self, *args: Any, agencies: Sequence[AgencyLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["companions"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - as above
        field.choices = [(one.short_name, one.short_name) for one in agencies]

    def clean_reached(self) -> bool:
        """Yes or no as the verb takes it."""
        return YES_NO[self.cleaned_data["reached"]]


class ReportBackForm(PlanForm):
    """The lead's line to the whole table."""

    part = "report"
    line = _line(_("One line for the table"), _("Write one line for the table."), rows=4)
    still_aer = _choice(
        _("Is it still acutely elevated risk?"),
        [("yes", _("still AER")), ("no", _("no longer AER"))],
        _("Say whether it is still AER."),
    )

    def clean_still_aer(self) -> bool:
        """Yes or no as the verb takes it."""
        return YES_NO[self.cleaned_data["still_aer"]]
