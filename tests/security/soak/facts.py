"""What is true now, read from the records row by row: nothing of the product that decides who may see what is asked."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from agencies.models import AgencyRole, Agreement, Attendance, Member, Pledge, Seat, Sitting, Table, TableRole
from situations.models import BreakGlass, Involvement, LedgerEntry, Recipient, Recusal, Situation

Pairs = frozenset[tuple[int, Any]]


@dataclass(frozen=True)
class Case:
    """One situation as it stands."""

    stage: str
    origin: int
    identity_open: bool
    redacted: bool
    revision: int


@dataclass(frozen=True)
class Facts:
    """The table, its people and its situations at one moment; sets of ids and pairs of ids."""

    cases: dict[int, Case]
    agency_of: dict[int, int]
    agency_roles: Pairs
    table_roles: Pairs
    seats: frozenset[int]
    agreements: frozenset[int]
    pledged: frozenset[int]
    present: frozenset[int]
    presides: int
    recused: Pairs
    roles: Pairs
    received: frozenset[tuple[int, str, int, int, int]]
    """(situation, what, whose information, agency, member) of every recipient in the ledger; member 0 for a whole agency."""
    entries: int
    limited: frozenset[str]
    opens_at: int
    glass: Pairs
    """(situation, member) of everyone who has broken the glass and for whom it is still open."""
    answers_shown: bool


def read(table: int, day: date, now: datetime) -> Facts:
    """The facts of this table at this moment. Closed accounts are no people."""
    settings = Table.objects.get(pk=table)
    covering = Agreement.objects.filter(table=table, in_force_from__lte=day, in_force_until__gte=day)
    held = Q(started_on__lte=day) & (Q(ended_on=None) | Q(ended_on__gt=day))
    sitting = Sitting.objects.filter(table=table, closed_at=None).first()
    broken = BreakGlass.objects.filter(ended_at=None, expires_at__gt=now)
    told = Recipient.objects.filter(situation__table=table)
    accepted = Involvement.objects.filter(ended_at=None, accepted_at__isnull=False)
    return Facts(
        cases={one.pk: _case(one) for one in Situation.objects.filter(table=table).order_by("pk")},
        agency_of=dict(Member.objects.filter(is_active=True).values_list("pk", "agency_id")),
        agency_roles=frozenset(AgencyRole.objects.filter(held).values_list("member_id", "role")),
        table_roles=frozenset(TableRole.objects.filter(held, table=table).values_list("member_id", "role")),
        seats=frozenset(Seat.objects.filter(table=table, ended_on=None).values_list("agency_id", flat=True)),
        agreements=frozenset(covering.values_list("agency_id", flat=True)),
        pledged=frozenset(Pledge.objects.filter(table=table, day=day).values_list("member_id", flat=True)),
        present=frozenset(Attendance.objects.filter(sitting=sitting, left_at=None).values_list("member_id", flat=True))
        if sitting
        else frozenset(),
        presides=sitting.presides_id if sitting else 0,
        recused=frozenset(Recusal.objects.values_list("situation_id", "member_id")),
        roles=frozenset(accepted.values_list("situation_id", "agency_id")),
        received=frozenset(told.values_list("situation_id", "what", "entry__agency_id", "agency_id", "member_id"))
        | _planned(table),
        entries=LedgerEntry.objects.count(),
        limited=frozenset(settings.filter3_identifiers),
        opens_at=settings.identity_opens_at_filter,
        glass=frozenset(broken.values_list("situation_id", "member_id")),
        answers_shown=settings.shows_positive_answers,
    )


def _planned(table: int) -> frozenset[tuple[int, str, int, int, int]]:
    """What agencies with a role tell each other is entered by agency, not by person."""
    rows = LedgerEntry.objects.filter(table=table, kind__in=["planned", "plan_changed", "contact", "service", "answer"])
    found = rows.values_list("situation_id", "kind", "agency_id", "detail")
    return frozenset(
        (key, "answer" if kind == "answer" else "plan", whose, agency, 0)
        for key, kind, whose, detail in found
        for agency in detail.get("agencies", ())
    )


def _case(one: Situation) -> Case:
    return Case(one.stage, one.originating_agency_id, one.identity_open, one.redacted_at is not None, one.revision)
