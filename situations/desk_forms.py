"""What is typed at an intake desk: a message, a consent, a reason, another desk with its legal basis, the desk's own rules."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from agencies.choices import AgencyRoleKind
from agencies.models import Agency, AgencyRole, Member
from agencies.page_forms import PageForm, offer, somebody
from situations import legal_bases
from situations.choices import ConsentToTell
from situations.models import IntakeDesk
from situations.privacy_forms import GroundsForm
from situations.referral_forms import KnowsIt, Names, Tried, What, Words
from situations.referrals.answers import SHORT
from situations.referrals.closing import BY_DESK
from situations.referrals.replying import Tells
from situations.referrals.setting_up import DAYS

TELLS = (
    (Tells.NOTHING, _("It says nothing about the person")),
    (Tells.ON_CONSENT, _("It tells about the person, on their recorded consent")),
)
HOW = ((ConsentToTell.WRITTEN, _("in writing")), (ConsentToTell.VERBAL, _("aloud")), ("", _("No consent any more")))


class ReplyForm(PageForm):
    """A message to who brought it. What it says about the person is chosen, never assumed."""

    prefix_of_ids = "reply"
    text = Words(label=_("Message"), required=True, rows=5, error_messages={"required": _("Write the message first.")})
    tells = forms.ChoiceField(
        label=_("What it says about the person"), choices=TELLS, widget=forms.RadioSelect,
        error_messages={"required": _("Say whether the message tells anything about the person.")},
    )  # fmt: skip
    confirmed = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class ConsentForm(PageForm):
    """How and when the person agreed that the family may be told."""

    prefix_of_ids = "consent"
    how = forms.ChoiceField(label=_("The person agreed"), choices=HOW, required=False, widget=forms.RadioSelect)
    on = forms.DateField(label=_("On"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


class CloseForm(PageForm):
    """Why it is closed."""

    prefix_of_ids = "close"
    reason = forms.ChoiceField(
        label=_("Why"), choices=[(one, one.label) for one in BY_DESK], widget=forms.RadioSelect,
        error_messages={"required": _("Choose why it is closed."), "invalid_choice": _("Choose why it is closed.")},
    )  # fmt: skip


class ReissueForm(PageForm):
    """Who hands out a new receipt says that it is the right person."""

    prefix_of_ids = "reissue"
    checked = forms.BooleanField(
        label=_("They came in person, and I made sure who it is"), error_messages={"required": _("Make sure first who it is.")}
    )


class ToDeskForm(GroundsForm):
    """Another agency's desk, and the legal basis on which it is given to them. What a basis asks for follows its choice."""

    desk = forms.ModelChoiceField(
        IntakeDesk.objects.none(), label=_("Desk"), empty_label=_("Choose"),
        error_messages={"required": _("Choose the desk."), "invalid_choice": _("Choose a desk that is open today.")},
    )  # fmt: skip
    basis = forms.ChoiceField(
        label=_("Legal basis of your agency"), required=False,
        error_messages={"required": _("Choose the legal basis first: this is a disclosure by your agency.")},
        widget=forms.Select(
            {"hx-get": reverse_lazy("desk_conditions"), "hx-target": "next .conditions", "hx-trigger": "change"}
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, desks: Any, agency: Agency, **kwargs: Any) -> None:
        sent = args[0] if args and args[0] else {}
        super().__init__(*args, **{"auto_id": "pass_%s", "basis": str(sent.get("basis", "")), "agency": agency, **kwargs})
        desk, basis = self.fields["desk"], self.fields["basis"]
        assert isinstance(desk, forms.ModelChoiceField)  # noqa: S101 - tells the type checker which class stands above
        assert isinstance(basis, forms.ChoiceField)  # noqa: S101 - as above
        desk.queryset = desks
        desk.label_from_instance = _desk_line  # type: ignore[assignment]
        basis.choices = [("", _("Choose")), *((one.code, one.name) for one in legal_bases.choices_for(agency.regimes))]

    @property
    def conditions(self) -> list[forms.BoundField]:
        """The fields that the chosen basis adds."""
        return [self[name] for name in self.fields if name not in self.base_fields]

    def refuse(self, refused: Any) -> None:
        """Show the refusal at its field, or above the form."""
        self.add_error(refused.field if refused.field in self.fields else None, str(refused.message))


class BringForm(ToDeskForm, What, Tried, KnowsIt, Names):
    """What a partner agency brings: the questions of the public door, with a desk and a legal basis."""

    own_name = None  # type: ignore[assignment]  # Django's way to leave a field out: the member signs in
    town = Words(label=_("Town"), limit=SHORT, rows=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["basis"].required = True
        # as they stand on the page, and so in the list of what is missing
        self.order_fields(["desk", "basis", *(one.name for one in self.conditions), *ASKED])


class DeskForm(PageForm):
    """Whether a desk is open, for whom, and its days."""

    prefix_of_ids = "desk"
    is_open = forms.BooleanField(label=_("The desk is open"), required=False)
    takes_families = forms.BooleanField(label=_("Families find it on the public page"), required=False)
    read_within_days = forms.IntegerField(label=_("Days within which it reads what comes"), min_value=1, max_value=14)
    answer_within_days = forms.IntegerField(label=_("Days within which it answers"), min_value=1, max_value=30)
    deleted_after_days = forms.IntegerField(label=_("Days after closing when all of it is deleted"), min_value=7, max_value=365)

    @classmethod
    def of(cls, desk: IntakeDesk, **kwargs: Any) -> "DeskForm":
        """Filled in with what stands there."""
        names = ("is_open", "takes_families", *DAYS)
        return cls(initial={name: getattr(desk, name) for name in names}, **kwargs)


class StaffForm(PageForm):
    """Somebody of the agency who is to work at its desks."""

    prefix_of_ids = "staff"
    member = somebody(_("Person"))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = AgencyRole.objects.filter(ended_on=None, role=AgencyRoleKind.INTAKE).values("member")
        people = Member.objects.filter(agency=agency, is_active=True, is_administrator=False)
        offer(self, "member", people.exclude(pk__in=there))


ASKED = ("town", "happening", "danger", "tried", "would_help", "knows", "why_not", "person_name", "person_age", "person_where")
"""The questions of the partner's form, in their order."""


def filled(form: forms.Form, names: Iterable[str]) -> dict[str, str]:
    """What was typed into these fields, as text."""
    return {name: str(form.cleaned_data.get(name) or "") for name in names}


def _desk_line(desk: Any) -> str:
    return f"{desk.agency.name}, {desk.table.name}"
