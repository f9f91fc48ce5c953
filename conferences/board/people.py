"""Who is at a table at one moment: seats, those who may speak for them, who is in the room, and how each one stands."""

from collections.abc import Collection, Iterable

from django.db.models import Q

from agencies.choices import SPEAKING_ROLES
from agencies.models import Agency, AgencyRole, Attendance, Member, Seat, Sitting, Table
from agencies.standing import Known, Standing, in_force, standings_of
from hub.core import clock, unchanged
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
# a board has no use for passwords, and what is taken over is held for as long as somebody looks at it
_MEMBERS = Prepared(lambda members: Member.objects.defer("password").filter(pk__in=members))
_AGENCIES = Prepared(lambda agencies: Agency.objects.filter(pk__in=agencies))


Roles = list[tuple[int, str]]


class People:
    """Everybody whom a board knows; each agency once, however many belong to it. Nothing of it changes once it is made."""

    def __init__(  # noqa: PLR0917 - what was read, in that order
        self, asked: Collection[int], seats: list[int], roles: Roles, everybody: list[Member], agencies: list[Agency],
        standings: tuple[Standing, ...],
    ) -> None:  # fmt: skip
        self.agency = {one.pk: one for one in agencies}
        for one in everybody:
            unchanged.give(one, "agency", self.agency[one.agency_id])
        known = {one.pk: one for one in everybody}
        self.seats = [self.agency[key] for key in seats]
        self.members = {key: one for key, one in known.items() if key in asked}
        self.standings = {one.member_id: one for one in standings}
        self.in_order = standings
        self.speakers = _speakers(roles, known)

    @classmethod
    def of(
        cls, table: Table, sitting: Sitting | None, here: set[int], wanted: Collection[int], bringing: Iterable[int]
    ) -> "People":
        """Read for `wanted` (ids of members) and for everybody `here`, in the room."""
        asked, seats = here | set(wanted), _SEATS(table=table.pk)
        # roles of everybody whose standing is asked for, and of who may sit on a seat; nobody of other tables
        roles = _ROLES(members=sorted(asked), agencies=seats, day=clock.today())
        everybody = _MEMBERS(members=sorted(asked | {member for member, role in roles if role in SPEAKING_ROLES}))
        agencies = _AGENCIES(agencies=sorted({*bringing, *seats, *(one.agency_id for one in everybody)}))
        members = [one for one in everybody if one.pk in asked]
        standings = unchanged.same("standings", tuple(standings_of(members, table, sitting, _known(roles, seats, here))))
        made_of = (seats, roles, everybody, agencies, standings)
        return unchanged.made((cls, frozenset(asked)), made_of, lambda: cls(asked, *made_of))


def here_at(sitting: Sitting | None) -> list[Attendance]:
    """Who is in the room now."""
    return _ATTENDANCES(sitting=sitting.pk) if sitting else []


def _speakers(roles: Roles, everybody: dict[int, Member]) -> dict[int, list[Member]]:
    """Agency id to those with an account who may speak for it: representatives first, then by name."""
    found: dict[int, list[Member]] = {}
    for key, role in roles:
        if role in SPEAKING_ROLES and everybody[key].is_active:
            found.setdefault(everybody[key].agency_id, []).append(everybody[key])
    return found


def _known(pairs: Roles, seats: list[int], here: set[int]) -> Known:
    roles: dict[int, set[str]] = {}
    for key, role in pairs:
        roles.setdefault(key, set()).add(role)
    return Known(roles, set(seats), here)
