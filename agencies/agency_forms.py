"""What is typed on an agency's page: its particulars, a contact, somebody who may speak for it, a request for a seat."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.choices import SPEAKING_ROLES, AgencyKind, AgencyRoleKind, ContactKind, Regime
from agencies.joining import BECAUSE_LIMIT, MESSAGE_LIMIT
from agencies.models import Agency, AgencyRole, Member, Table
from agencies.page_forms import PageForm, offer, several, somebody, words


class ParticularsForm(PageForm):
    """Who the agency is."""

    prefix_of_ids = "agency"
    name = words(_("Name"), 120, _("Give the agency's name."))
    short_name = words(_("Short name, as it stands on the board"), 40, _("Give a short name."))
    sector = words(_("Sector"), 40, _("Give the sector, for example housing."))
    kind = forms.ChoiceField(label=_("Kind"), choices=AgencyKind.choices)
    regimes = several(_("Laws that it is under"), Regime.choices, required=True)
    towns_served = words(_("Towns served, one a line"), 4000, rows=4)
    phone = words(_("Telephone"), 40)
    crisis_line = words(_("Crisis line"), 40)
    address = words(_("Address"), 200)

    @classmethod
    def of(cls, agency: Agency) -> "ParticularsForm":
        """Filled in with what stands there."""
        names = ("name", "short_name", "sector", "kind", "regimes", "phone", "crisis_line", "address")
        return cls(initial={name: getattr(agency, name) for name in names} | {"towns_served": "\n".join(agency.towns)})


class ContactForm(PageForm):
    """Somebody to speak to at the agency, with or without an account."""

    prefix_of_ids = "contact"
    kind = forms.ChoiceField(label=_("What for"), choices=ContactKind.choices, initial=ContactKind.DAILY)
    name = words(_("Name"), 120, _("Give the name."))
    position = words(_("Position"), 120)
    email = forms.EmailField(
        label=_("E-mail address"), required=False, error_messages={"invalid": _("Give an address such as a@b.example.")}
    )
    phone = words(_("Telephone"), 40)


class SpeakerForm(PageForm):
    """Somebody of the agency who may sit on its seats; only the administrator can choose representatives."""

    prefix_of_ids = "speaker"
    member = somebody(_("Person"))
    role = forms.ChoiceField(label=_("As"), choices=[(AgencyRoleKind.DEPUTY, AgencyRoleKind.DEPUTY.label)])

    def __init__(self, *args: Any, agency: Agency, by: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speaking = AgencyRole.objects.filter(ended_on=None, role__in=SPEAKING_ROLES).values("member")
        others = Member.objects.filter(agency=agency, is_active=True).exclude(pk__in=speaking)
        # somebody else names an administrator
        offer(self, "member", others.exclude(pk=by.pk) if by.is_administrator else others)
        role = self.fields["role"]
        if by.is_administrator and isinstance(role, forms.ChoiceField):
            role.choices = [(one, one.label) for one in (AgencyRoleKind.DEPUTY, AgencyRoleKind.REPRESENTATIVE)]


class AskingForm(PageForm):
    """Which table, and why."""

    prefix_of_ids = "ask"
    guarded = ("message",)
    table = forms.ModelChoiceField(
        Table.objects.none(),
        label=_("Table"),
        empty_label=_("Choose"),
        error_messages={"required": _("Choose the table."), "invalid_choice": _("Choose the table.")},
    )
    message = words(_("Why"), MESSAGE_LIMIT, _("Say in a sentence why your agency should sit there."), rows=3)

    def __init__(self, *args: Any, tables: QuerySet[Table], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["table"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - tells the type checker which class stands above
        field.queryset = tables


class BecauseForm(PageForm):
    """A reason that the other side reads."""

    guarded = ("because",)
    because = words(_("Reason, which the agency reads"), BECAUSE_LIMIT, _("Give the reason: the agency reads it."), rows=2)
