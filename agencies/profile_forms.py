"""What is typed about a table: profile, public lines, settings, coordinator, roles, and the questions of the guided draft."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from agencies import cadence
from agencies.choices import Protocol, TableRoleKind, TrainingKind
from agencies.joining import OPEN
from agencies.models import Member, Table
from agencies.page_forms import PageForm, offer, several, somebody, words
from agencies.profiling import BOUNDS, BRINGING_LIMIT, IDENTIFIERS, MISSION_LIMIT


class ProfileForm(PageForm):
    """What the table is, when and where it meets."""

    prefix_of_ids = "profile"
    guarded = ("mission", "place")
    name = words(_("Name"), 120, _("Give the table's name."))
    region = words(_("Region"), 120)
    towns_served = words(_("Towns, one a line"), 4000, rows=4)
    mission = words(_("Mission"), MISSION_LIMIT, rows=8)
    protocol = forms.ChoiceField(label=_("Protocol"), choices=Protocol.choices)
    rhythm = forms.ChoiceField(label=_("Meets"), choices=list(cadence.RHYTHMS.items()), required=False)
    nth = forms.ChoiceField(
        label=_("Which of the month, if monthly"), choices=[("", _("Choose")), *cadence.ORDINALS.items()], required=False
    )
    day = forms.ChoiceField(
        label=_("Weekday"),
        choices=[("", _("Choose")), *((day, WEEKDAYS[place]) for place, day in enumerate(cadence.DAYS))],
        required=False,
    )
    starts_at = forms.TimeField(
        label=_("Begins at"),
        required=False,
        widget=forms.TimeInput({"type": "time"}, "%H:%M"),
        error_messages={"invalid": _("Give a time, for example 9:30.")},
    )
    minutes_planned = forms.IntegerField(label=_("Minutes planned"), error_messages={"required": _("Give the minutes.")})
    place = words(_("Place"), 120)

    @classmethod
    def of(cls, table: Table, **drafted: str) -> "ProfileForm":
        """Filled in with what stands there, or with what was drafted."""
        names = ("name", "region", "mission", "protocol", "starts_at", "minutes_planned", "place")
        when = cadence.read(table.recurrence) or cadence.Cadence()
        initial = {name: getattr(table, name) for name in names} | {"towns_served": "\n".join(table.towns)}
        return cls(initial={**initial, "rhythm": when.rhythm, "day": when.day, "nth": when.nth, **drafted})

    def said(self) -> dict[str, Any]:
        """The cleaned values as `profiling.describe` takes them."""
        given = dict(self.cleaned_data)
        when = cadence.Cadence(given.pop("rhythm"), given.pop("day"), given.pop("nth"))
        daily, monthly = when.rhythm in {"", "daily"}, when.rhythm == "monthly"
        meant = cadence.Cadence(when.rhythm, "" if daily else when.day, when.nth if monthly else "")
        return given | {"cadence": meant}


class PublicForm(PageForm):
    """What anybody may read."""

    prefix_of_ids = "public"
    guarded = ("bringing_a_case",)
    is_public = forms.BooleanField(label=_("Stands on the public page of tables"), required=False)
    public_name = words(_("Coordinator, as the public may call"), 120)
    public_phone = words(_("Telephone for the public"), 40)
    public_email = forms.EmailField(label=_("E-mail address for the public"), required=False)
    bringing_a_case = words(_("How somebody brings a case"), BRINGING_LIMIT, rows=4)
    quick_exit = forms.URLField(
        label=_("Where “Leave this page now” on families' pages leads: a site that nobody wonders about"),
        required=False,
        assume_scheme="https",
    )

    @classmethod
    def of(cls, table: Table) -> "PublicForm":
        """Filled in with what stands there."""
        return cls(initial={name: getattr(table, name) for name in cls.base_fields})


class MissionForm(PageForm):
    """The questions of the guided draft: their answers become a first text, which is then edited."""

    prefix_of_ids = "mission"
    whom = words(_("Whom do you serve?"), 400, _("Say whom the table serves."), rows=2)
    do = words(_("What do you do?"), 600, _("Say what the table does."), rows=2)
    do_not = words(_("What do you not do?"), 600, _("Say what the table does not do: partners ask this first."), rows=2)
    who = words(_("Who sits at the table?"), 600, _("Say which partners sit there."), rows=2)


class SettingsForm(PageForm):
    """How the table works; what each setting does stands beside it on the page."""

    prefix_of_ids = "settings"
    identity_opens_at_filter = forms.TypedChoiceField(
        label=_("Identity opens"),
        coerce=int,
        choices=[(3, _("at filter 3, to the seats present")), (4, _("at filter 4 only"))],
    )
    filter3_identifiers = several(_("Filter 3 opens"), list(IDENTIFIERS.items()))
    shows_positive_answers = forms.BooleanField(label=_("Seats see who serves or can help"), required=False)
    response_clock_hours = forms.TypedChoiceField(
        label=_("Response clock"), coerce=int, choices=[(24, _("24 hours")), (48, _("48 hours")), (72, _("72 hours"))]
    )
    minutes_per_situation = forms.IntegerField(label=_("Minutes for a situation"))
    quorum_seats = forms.IntegerField(label=_("Quorum, in seats"))
    retention_days = forms.IntegerField(label=_("Shredding, days after conclusion"))
    small_cell_threshold = forms.IntegerField(label=_("Small cells, under"))
    repeat_flag_months = forms.IntegerField(label=_("Repeat presentation, months"))
    category_only = forms.BooleanField(label=_("Risk by category only"), required=False)
    demands_training = several(_("Training asked of who speaks for a seat"), TrainingKind.choices)
    demands_yearly_pledge = forms.BooleanField(label=_("Yearly pledge asked of everybody"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (least, most) in BOUNDS.items():
            self.fields[name].widget.attrs |= {"min": least, "max": most}

    @classmethod
    def of(cls, table: Table) -> "SettingsForm":
        """Filled in with what stands there."""
        return cls(initial={name: getattr(table, name) for name in cls.base_fields})


class RoleForm(PageForm):
    """Somebody and a role."""

    prefix_of_ids = "role"
    member = somebody(_("Person"))
    role = forms.ChoiceField(label=_("Role"), choices=TableRoleKind.choices)

    def __init__(self, *args: Any, table: Table, by: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # administrators see no situation, so they have no role at a table
        offer(self, "member", _around(table, by).filter(is_administrator=False))


class CoordinatorForm(PageForm):
    """Who coordinates from now on."""

    prefix_of_ids = "coordinator"
    member = somebody(_("Coordinator"))

    def __init__(self, *args: Any, table: Table, by: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "member", _around(table, by))


def _around(table: Table, by: Member) -> QuerySet[Member]:
    """Open accounts of agencies that sit at the table, have an agreement with it or ask for a seat; of the own agency; and
    whoever coordinates. A table that was just founded has nobody but the administrator's own agency.
    """
    near = Q(agency__seats__table=table, agency__seats__ended_on=None) | Q(agency__agreements__table=table)
    near |= Q(agency__joinings__table=table, agency__joinings__state__in=OPEN) | Q(agency=by.agency_id) | Q(coordinates=table)
    return Member.objects.filter(near, is_active=True).distinct()
