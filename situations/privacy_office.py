"""What privacy officers read: who opened what, what was refused, what is overdue. Ids, codes and times; never any content.

The table's privacy officer reads all that happened at the table; an agency's privacy officer reads the own agency's side: what
was the agency's to disclose, and what its own people did. A draft of another agency exists for neither.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from agencies.choices import AgencyRoleKind, TableRoleKind
from agencies.models import AgencyRole, Agreement, Attendance, Member, Pledge, Seat, Table, TableRole
from agencies.standing import in_force
from hub.core import clock
from situations.choices import IN_AGENCY, EntryKind
from situations.models import BreakGlass, Checkpoint, LedgerEntry, Recusal, Situation
from situations.unusual import Mark, marks_of

PERIOD = timedelta(days=30)
"""How far back the lists go."""

LOOKS_BACK = timedelta(days=180)
ENDS_SOON = timedelta(days=60)
OPENED = (EntryKind.IDENTITY_READ, EntryKind.IDENTITY_OFFERED, EntryKind.BREAK_GLASS)
AT_DESKS = tuple(one for one in EntryKind if one.value.startswith("referral_"))
NO_PART = (EntryKind.IDENTITY_READ, EntryKind.BREAK_GLASS, EntryKind.BREAK_GLASS_ENDED, EntryKind.REFUSED, EntryKind.RECUSED)
"""Entries by which nobody takes a part in a situation."""


@dataclass(frozen=True)
class Office:
    """One privacy officer at one table. `whole`: the table's own officer; `agency_id`: set for an agency's officer."""

    member_id: int
    table: Table
    whole: bool
    agency_id: int | None
    agreement: bool


@dataclass(frozen=True)
class Opening:
    """One opening of an identity, with the marks that say where to look first."""

    entry: LedgerEntry
    marks: tuple[Mark, ...]
    numbered: bool


@dataclass(frozen=True)
class Unpledged:
    """Somebody who was in the room without that day's pledge."""

    person: str
    agency: str
    on: date


@dataclass(frozen=True)
class Lapse:
    """An agreement that has ended or ends soon; `until` is empty where none was ever signed."""

    agency: str
    until: date | None
    in_force: bool


def offices_of(member: Member) -> list[Office]:
    """The tables at which the member is a privacy officer, by name; empty for everybody else. Five queries at most.

    An agency's officer keeps the office at tables that the agency has left: what it disclosed there is its to answer for.
    """
    own = AgencyRole.objects.filter(in_force(), member=member, role=AgencyRoleKind.PRIVACY_OFFICER).exists()
    agreed = _agreed(member)
    roles = TableRole.objects.filter(in_force(), member=member, role=TableRoleKind.PRIVACY_OFFICER)
    whole = set(roles.values_list("table", flat=True)) & agreed
    seats = Seat.objects.filter(agency=member.agency_id).values_list("table", flat=True)
    tables = Table.objects.filter(pk__in=whole | (set(seats) if own else set())).order_by("name")
    return [
        Office(member.pk, one, one.pk in whole, member.agency_id if own else None, one.pk in agreed)
        for one in (tables if member.is_active else ())
    ]


def _agreed(member: Member) -> set[int]:
    day = clock.today()
    rows = Agreement.objects.filter(agency=member.agency_id, in_force_from__lte=day, in_force_until__gte=day)
    return set(rows.values_list("table", flat=True))


def officers_of(situation: Situation) -> list[Member]:
    """Everyone who is told of a break-glass opening: the table's privacy officers, and those of the agencies seated at it.

    The originating agency's are told even when its seat is gone: it is the agency's own information.
    """
    table = situation.table
    at_table = TableRole.objects.filter(in_force(), table=table, role=TableRoleKind.PRIVACY_OFFICER)
    agencies = Seat.objects.filter(table=table, ended_on=None).values("agency")
    inside = AgencyRole.objects.filter(in_force(), role=AgencyRoleKind.PRIVACY_OFFICER)
    inside = inside.filter(Q(member__agency__in=agencies) | Q(member__agency=situation.originating_agency_id))
    told = Q(pk__in=at_table.values("member")) | Q(pk__in=inside.values("member"))
    return list(Member.objects.filter(told, is_active=True).order_by("pk"))


def openings(office: Office, most: int | None = None) -> list[Opening]:
    """What was opened in the last thirty days, or the newest so many, newest first and with its marks among them.

    Two queries whatever the number.
    """
    rows = list(_entries(office, OPENED)[:most])
    did = LedgerEntry.objects.filter(situation__in={one.situation_id for one in rows}).exclude(kind__in=NO_PART)
    marks = marks_of(rows, set(did.order_by().values_list("situation_id", "actor_id").distinct()))
    return [Opening(one, tuple(marks[one.pk]), knows_number(office, one)) for one in rows]


def refused(office: Office, most: int | None = None) -> list[LedgerEntry]:
    """Refused attempts of the last thirty days, or the newest so many, newest first."""
    return list(_entries(office, (EntryKind.REFUSED,))[:most])


def at_desks(office: Office, most: int | None = None) -> list[LedgerEntry]:
    """What intake desks did in the last thirty days, or the newest so much, newest first: the agency's, or the table's."""
    # the table's own chain is short: what happens to situations stands in theirs
    rows = LedgerEntry.objects.filter(chain=f"table:{office.table.pk}", kind__in=AT_DESKS, at__gte=clock.now() - PERIOD)
    shown = rows.filter(_within(office)).select_related("actor__agency").order_by("-sequence")
    return list(shown[:most])


def knows_number(office: Office, entry: LedgerEntry) -> bool:
    """Whether the officer may know which situation it was: not that of another agency which the own people only asked for."""
    situation = entry.situation
    if situation is None:
        return False
    own = situation.originating_agency_id == office.agency_id
    tabled = situation.stage not in IN_AGENCY
    return own or (tabled and (office.whole or entry.kind in OPENED))


def _entries(office: Office, kinds: Iterable[EntryKind]) -> QuerySet[LedgerEntry]:
    rows = LedgerEntry.objects.filter(table=office.table, kind__in=kinds, at__gte=clock.now() - PERIOD)
    out = Recusal.objects.filter(situation=OuterRef("situation"), member=office.member_id)
    rows = rows.filter(_within(office)).filter(~Exists(out)).only(*_READ, *_SHOWN)
    return rows.select_related("actor__agency", "situation").order_by("-at", "-pk")


_READ = ("at", "kind", "detail", "sitting")
_SHOWN = ("actor__name", "actor__agency__short_name", "situation__number", "situation__stage", "situation__originating_agency")


def _within(office: Office) -> Q:
    own = Q(agency=office.agency_id) | Q(actor__agency=office.agency_id) | Q(situation__originating_agency=office.agency_id)
    # the same stages at which the visibility table lets the table's privacy officer know of a situation
    tabled = Q(situation=None) | ~Q(situation__stage__in=IN_AGENCY)
    found = own if office.agency_id else Q(pk__in=[])
    return found | tabled if office.whole else found


def broken(office: Office) -> list[BreakGlass]:
    """Break-glass openings of the last thirty days, newest first: whoever was told of them may read them."""
    since = clock.now() - PERIOD
    # each stands in the ledger first, which knows its table and time: the openings of all tables need not be looked through
    entered = LedgerEntry.objects.filter(table=office.table, kind=EntryKind.BREAK_GLASS, at__gte=since)
    rows = BreakGlass.objects.filter(situation__in=entered.values("situation"), opened_at__gte=since)
    if not office.agreement:
        rows = rows.filter(Q(agency=office.agency_id) | Q(situation__originating_agency=office.agency_id))
    rows = rows.exclude(situation__recusals__member=office.member_id)
    return list(rows.select_related("member__agency", "situation").order_by("-opened_at", "-pk"))


def without_pledge(office: Office) -> list[Unpledged]:
    """Who sat without the pledge of that day, the last time that they were in the room (PRODUCT: pledge at roll call)."""
    since = clock.now() - LOOKS_BACK
    rows = Attendance.objects.filter(sitting__table=office.table, sitting__opened_at__gte=since, member__is_active=True)
    if not office.whole:
        rows = rows.filter(agency=office.agency_id)
    rows = rows.order_by("sitting__opened_at", "pk")
    names = rows.values_list("member_id", "member__name", "agency__name", "sitting__opened_at")
    last = {member: Unpledged(person, agency, _day(opened)) for member, person, agency, opened in names}
    given = set(Pledge.objects.filter(table=office.table, day__gte=since.date()).values_list("member_id", "day"))
    return [line for member, line in last.items() if (member, line.on) not in given]


def agreements(office: Office) -> list[Lapse]:
    """Seated agencies whose agreement has ended, or ends within sixty days with no later one signed."""
    seats = Seat.objects.filter(table=office.table, ended_on=None)
    if not office.whole:
        seats = seats.filter(agency=office.agency_id)
    day, rows = clock.today(), Agreement.objects.filter(table=office.table)
    spans: dict[int, list[tuple[date, date]]] = {}
    for agency, first, until in rows.values_list("agency_id", "in_force_from", "in_force_until"):
        spans.setdefault(agency, []).append((first, until))
    found = []
    for seat in seats.select_related("agency").order_by("agency__name"):
        own = spans.get(seat.agency_id, [])
        ends = max((until for _first, until in own), default=None)
        runs = any(first <= day <= until for first, until in own)
        if not runs or (ends is not None and ends - day <= ENDS_SOON):
            found.append(Lapse(seat.agency.name, ends, runs))
    return found


def last_checkpoints(office: Office) -> list[Checkpoint]:
    """The signed checkpoints over the table's ledger of the last thirty days, newest first."""
    covers = Q(table=office.table) | Q(table=None)
    # the leaves name every chain there is: far more than all the rest together
    return list(Checkpoint.objects.filter(covers, at__gte=clock.now() - PERIOD).defer("leaves").order_by("-at", "-pk"))


def _day(opened: datetime) -> date:
    return timezone.localtime(opened).date()
