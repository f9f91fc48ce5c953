"""Who is at a table at one moment: seats, those who may speak for them, who is in the room, and how each one stands."""

from collections.abc import Collection

from django.db.models import Q

from agencies.choices import SPEAKING_ROLES
from agencies.models import Agency, AgencyRole, Attendance, Member, Seat, Sitting, Table
from agencies.standing import Known, Standing, in_force, standings_of
from hub.core import clock
from hub.core.prepared import Prepared

_ATTENDANCES = Prepared(lambda sitting: Attendance.objects.filter(sitting=sitting, left_at=None))
_SEATS = Prepared(
    lambda table: Seat.objects.filter(table=table, ended_on=None).order_by("agency__name").values_list("agency_id", flat=True)
)
_ROLES = Prepared(
    lambda members, agencies, day: (
        AgencyRole.objects.filter(in_force(day), Q(member__in=members) | Q(member__agency__in=agencies))
        .order_by("-role", "member__name")
        .values_list("member_id", "role")
    )
)
_MEMBERS = Prepared(lambda members: Member.objects.filter(pk__in=members))
_AGENCIES = Prepared(lambda agencies: Agency.objects.filter(pk__in=agencies))


class People:
    """Read for `wanted` (ids of members) and for everybody in the room; each agency once, however many belong to it."""

    def __init__(self, table: Table, sitting: Sitting | None, wanted: Collection[int], bringing: Collection[int]) -> None:
        self.attendances = _ATTENDANCES(sitting=sitting.pk) if sitting else []
        self.here = {one.member_id for one in self.attendances}
        asked, seats = self.here | set(wanted), _SEATS(table=table.pk)
        # roles of everybody whose standing is asked for, and of who may sit on a seat; nobody of other tables
        self._roles = _ROLES(members=sorted(asked), agencies=seats, day=clock.today())
        everybody = _MEMBERS(members=sorted(asked | {member for member, role in self._roles if role in SPEAKING_ROLES}))
        known = {*bringing, *seats, *(one.agency_id for one in everybody)}
        self.agency = {one.pk: one for one in _AGENCIES(agencies=sorted(known))}
        for one in everybody:
            one.agency = self.agency[one.agency_id]
        self._everybody = {one.pk: one for one in everybody}
        self.seats = [self.agency[key] for key in seats]
        self.members = {key: one for key, one in self._everybody.items() if key in asked}
        self.standings = {one.member_id: one for one in self._standings(table, sitting)}

    def speakers(self) -> dict[int, list[Member]]:
        """Agency id to those with an account who may speak for it: representatives first, then by name."""
        found: dict[int, list[Member]] = {}
        for key, role in self._roles:
            if role in SPEAKING_ROLES and self._everybody[key].is_active:
                found.setdefault(self._everybody[key].agency_id, []).append(self._everybody[key])
        return found

    def _standings(self, table: Table, sitting: Sitting | None) -> list[Standing]:
        roles: dict[int, set[str]] = {}
        for key, role in self._roles:
            roles.setdefault(key, set()).add(role)
        known = Known(roles, {one.pk for one in self.seats}, self.here)
        return standings_of(list(self.members.values()), table, sitting, known)
