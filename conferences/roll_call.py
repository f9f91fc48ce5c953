"""Who was in the room of a conference, by seat: from when to when, with the pledge of that day. Professionals only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from agencies.choices import SPEAKING_ROLES, TableRoleKind
from agencies.models import AgencyRole, Attendance, Member, Pledge, Seat, Sitting, TableRole


@dataclass(frozen=True)
class Presence:
    """One stay of one person: `left_at` is None while the conference is open."""

    person: str
    roles: tuple[str, ...]
    arrived_at: datetime
    left_at: datetime | None
    pledged_at: datetime | None
    stepped_out: str

    @property
    def words(self) -> list[str]:
        """The person's roles at the table that day, in words."""
        return [str(TableRoleKind(role).label) for role in self.roles]


@dataclass(frozen=True)
class SeatLine:
    """One agency; `spoke`: somebody who may speak for the seat was in the room."""

    agency: str
    presences: tuple[Presence, ...]
    spoke: bool


def seat_lines(sitting: Sitting, stepped_out: Mapping[int, str]) -> tuple[SeatLine, ...]:
    """Every seat of the table by its agency's name, absent ones included, then agencies without a seat; in five queries.

    `stepped_out`: member id to the numbers of the situations that the reader may know this member stepped out of.
    """
    day = timezone.localtime(sitting.opened_at).date()
    stays = list(Attendance.objects.filter(sitting=sitting).select_related("member", "agency").order_by("arrived_at", "pk"))
    members = {stay.member_id for stay in stays}
    speakers = set(_roles(AgencyRole.objects.filter(role__in=SPEAKING_ROLES), members, day))
    roles = _roles(TableRole.objects.filter(table=sitting.table_id), members, day)
    pledges = Pledge.objects.filter(table=sitting.table_id, member__in=members, day=day)
    pledged = dict(pledges.values_list("member_id", "affirmed_at"))
    found: dict[str, list[Presence]] = {name: [] for name in _seated(sitting, day)}
    for stay in stays:
        one = stay.member_id
        found.setdefault(stay.agency.name, []).append(
            Presence(
                stay.member.name, roles.get(one, ()), stay.arrived_at, stay.left_at, pledged.get(one), stepped_out.get(one, "")
            )
        )
    spoke = {stay.agency.name for stay in stays if stay.member_id in speakers}
    return tuple(SeatLine(name, tuple(presences), name in spoke) for name, presences in found.items())


def presided(sitting: Sitting) -> list[Member]:
    """Everyone who presided, in order: the facilitator's role may have been handed over."""
    past = sitting.history.order_by("history_date", "history_id").values_list("presides", flat=True)
    order = list(dict.fromkeys([*past, sitting.presides_id]))
    found = Member.objects.in_bulk(order)
    return [found[pk] for pk in order]


def _seated(sitting: Sitting, day: date) -> list[str]:
    seats = Seat.objects.filter(table=sitting.table_id, opened_on__lte=day).exclude(ended_on__lte=day)
    return list(seats.order_by("agency__name").values_list("agency__name", flat=True))


def _roles(rows: QuerySet[Any], members: Iterable[int], day: date) -> dict[int, tuple[str, ...]]:
    held = Q(started_on__lte=day) & (Q(ended_on=None) | Q(ended_on__gt=day))
    found: dict[int, tuple[str, ...]] = {}
    for member_id, role in rows.filter(held, member__in=members).order_by("pk").values_list("member_id", "role"):
        found[member_id] = (*found.get(member_id, ()), role)
    return found
