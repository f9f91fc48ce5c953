"""What privacy officers read: who opened what, what was refused, what is overdue. Ids, codes and times; never any content.

The table's privacy officer reads all that happened at the table; an agency's privacy officer reads the own agency's side: what
was the agency's to disclose, and what its own people did. A draft of another agency exists for neither.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet

from agencies.choices import AgencyRoleKind, TableRoleKind
from agencies.models import AgencyRole, Agreement, Member, Seat, Table, TableRole
from agencies.standing import in_force
from hub.core import clock
from situations.choices import IN_AGENCY, EntryKind
from situations.models import BreakGlass, LedgerEntry, Situation

PERIOD = timedelta(days=30)
"""How far back the lists go."""

OPENED = (EntryKind.IDENTITY_READ, EntryKind.IDENTITY_OFFERED, EntryKind.BREAK_GLASS)


@dataclass(frozen=True)
class Office:
    """One privacy officer at one table. `whole`: the table's own officer; `agency_id`: set for an agency's officer."""

    member_id: int
    table: Table
    whole: bool
    agency_id: int | None
    agreement: bool


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


def entries(office: Office, kinds: Iterable[EntryKind]) -> QuerySet[LedgerEntry]:
    """The entries of these kinds in the last thirty days that the officer may read, newest first."""
    rows = LedgerEntry.objects.filter(table=office.table, kind__in=kinds, at__gte=clock.now() - PERIOD)
    rows = rows.filter(_within(office)).exclude(situation__recusals__member=office.member_id)
    return rows.select_related("actor__agency", "agency", "situation").order_by("-at", "-pk")


def _within(office: Office) -> Q:
    own = Q(agency=office.agency_id) | Q(actor__agency=office.agency_id) | Q(situation__originating_agency=office.agency_id)
    # the same stages at which the visibility table lets the table's privacy officer know of a situation
    tabled = Q(situation=None) | ~Q(situation__stage__in=IN_AGENCY)
    found = own if office.agency_id else Q(pk__in=[])
    return found | tabled if office.whole else found


def broken(office: Office) -> list[BreakGlass]:
    """Break-glass openings of the last thirty days, newest first, with those who must be told of them: every officer."""
    rows = BreakGlass.objects.filter(situation__table=office.table, opened_at__gte=clock.now() - PERIOD)
    if not office.agreement:
        rows = rows.filter(Q(agency=office.agency_id) | Q(situation__originating_agency=office.agency_id))
    rows = rows.exclude(situation__recusals__member=office.member_id)
    return list(rows.select_related("member", "agency", "situation").order_by("-opened_at", "-pk"))
