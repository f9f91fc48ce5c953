"""The register of situations: what one member may see of many, page by page, at the same cost whatever their number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from agencies.choices import TableRoleKind
from agencies.models import Member, Table
from agencies.standing import Standing, standing_of
from hub.core import clock, keyset
from hub.core.keyset import Cut
from situations.choices import IN_AGENCY, Stage
from situations.disclosure import Audience, audiences, disclose
from situations.models import BreakGlass, Involvement, Recusal, Screening, Situation
from situations.projection import Projection, Times
from situations.viewpoints import Viewpoint
from situations.visibility import Field

SHOWN = frozenset({Field.NUMBER, Field.STAGE, Field.TIMES, Field.ORIGIN, Field.OUTLINE, Field.CONCLUSION})
"""What a line of the register tells: nothing that would need a query of its own for each line."""
SIZE = 50
"""Lines of one page."""
URGENT = 50
"""Situations that are looked through for what waits for the member, on top of the first page."""
WAITING = (Stage.DRAFT, Stage.SCREENING, Stage.FILTER3, Stage.FILTER4)
"""Stages at which a situation can ask something of somebody."""
YEARS = 30
"""How many years back a number is looked for that was typed without its year."""
CHAIRS = frozenset({TableRoleKind.FACILITATOR, TableRoleKind.RECORDER})


@dataclass(frozen=True)
class Line:
    """One situation as the member may see it. `group`: needs_you, own, role or rest; `ask`: what is wanted of the member."""

    projection: Projection
    group: str
    ask: str


@dataclass(frozen=True)
class Sought:
    """What the list is narrowed to; empty: everything."""

    stage: str = ""
    number: str = ""

    def __bool__(self) -> bool:
        return bool(self.stage or self.number)


def tables_of(member: Member) -> list[Table]:
    """The tables at which the member's agency sits or the member has a part."""
    sits = Q(seats__agency=member.agency_id, seats__ended_on=None)
    has_part = Q(roles__member=member, roles__ended_on=None)
    return list(Table.objects.filter(sits | has_part).distinct().order_by("name"))


def standings_at(member: Member, tables: Iterable[Table]) -> dict[int, Standing]:
    """The member's standing at each table, by table key."""
    return {table.pk: standing_of(member, table) for table in tables}


def page(member: Member, standings: dict[int, Standing], *, sought: Sought, at: str = "") -> Cut[Line]:
    """One page of the situations that exist for the member, newest first, from a cursor in an address.

    What waits for the member stands before all others on the first page, whatever its age, and is found again at its place.
    Raises RuleRefused for a cursor that is not of this list.
    """
    of = f"situations:{member.pk}"
    place = keyset.place(at, of=of)
    parts = [
        keyset.beyond(_narrowed(_known(member, one), sought), place, by="written_at")[: SIZE + 1] for one in standings.values()
    ]
    found = keyset.cut(keyset.merged(parts, place, _spot), place, of=of, size=SIZE, spot=_spot)
    waiting = [] if sought or at else _waiting(member, standings)
    both = {one.pk: one for one in (*found.rows, *waiting)}
    lines = {line.projection.key: line for line in _lines(member, standings, list(both.values()))}
    above = [lines[one.pk] for one in waiting if one.pk in lines and lines[one.pk].ask]
    rest = [lines[one.pk] for one in found.rows if one.pk in lines and lines[one.pk] not in above]
    return Cut(above + rest, found.back, found.onward)


def _waiting(member: Member, standings: dict[int, Standing]) -> list[Situation]:
    """What can wait for the member, newest first: at most `URGENT`."""
    acts = Involvement.objects.filter(situation=OuterRef("pk"), agency=member.agency_id, ended_at=None)
    own = Q(stage__in=IN_AGENCY, originating_agency=member.agency_id)
    rows = Situation.objects.filter(own | Q(~Q(stage__in=IN_AGENCY), Exists(acts)), table__in=standings, stage__in=WAITING)
    return list(rows.select_related("table", "originating_agency").order_by("-written_at", "-pk")[:URGENT])


def _spot(situation: Situation) -> tuple[datetime, int]:
    return situation.written_at, situation.pk


def _known(member: Member, standing: Standing) -> QuerySet[Situation]:
    """What exists for the member at one table, so that pages are full. Only the audience decides: a test compares the two."""
    roles, brought = standing.table_roles, Q(originating_agency=member.agency_id)
    chairs = standing.presides or bool(roles & CHAIRS)
    watches = TableRoleKind.OBSERVER in roles and standing.present and standing.pledged
    known = brought if standing.works_cases else Q(pk__in=[])
    if not standing.agreement:
        known &= Q(stage__in=IN_AGENCY)
    elif standing.speaks or chairs or watches or TableRoleKind.PRIVACY_OFFICER in roles:
        known |= ~Q(stage__in=IN_AGENCY)
        known |= Q(stage=Stage.READY) if chairs and standing.pledged else Q(pk__in=[])
    elif TableRoleKind.BREAK_GLASS in roles:
        glass = BreakGlass.objects.filter(situation=OuterRef("pk"), member=member, ended_at=None, expires_at__gt=clock.now())
        known |= Q(~Q(stage__in=IN_AGENCY), Exists(glass))
    out = Recusal.objects.filter(situation=OuterRef("pk"), member=member)
    rows = Situation.objects.filter(known, ~Exists(out), table=standing.table_id)
    return rows.select_related("table", "originating_agency")


def _narrowed(rows: QuerySet[Situation], sought: Sought) -> QuerySet[Situation]:
    if sought.stage:
        rows = rows.filter(stage=sought.stage)
    if sought.number.isascii() and sought.number.isdigit():
        # a number is said without its year
        year = clock.today().year
        rows = rows.filter(number__in=[f"{one}-{int(sought.number):04d}" for one in range(year - YEARS, year + 1)])
    elif sought.number:
        rows = rows.filter(number__startswith=sought.number)
    return rows


def _lines(member: Member, standings: dict[int, Standing], found: Sequence[Situation]) -> list[Line]:
    sees: dict[int, Audience] = {}
    for key, standing in standings.items():
        here = [one for one in found if one.table_id == key]
        sees |= {situation: audience for (situation, _member), audience in audiences(here, [standing]).items()} if here else {}
    seen = [one for one in found if sees[one.pk]]
    asked = _asked(member, seen)
    return [_line(one, sees[one.pk], standings[one.table_id], member, asked) for one in seen]


@dataclass(frozen=True)
class _Asked:
    sent_back: frozenset[int]
    to_accept: frozenset[int]


def _asked(member: Member, situations: list[Situation]) -> _Asked:
    keys = [one.pk for one in situations]
    back = Screening.objects.filter(
        situation__in=keys, situation__stage=Stage.DRAFT, situation__originating_agency=member.agency_id
    ).exclude(sent_back_because="")
    waits = Involvement.objects.filter(situation__in=keys, agency=member.agency_id, accepted_at=None, ended_at=None)
    return _Asked(
        frozenset(back.values_list("situation_id", flat=True)), frozenset(waits.values_list("situation_id", flat=True))
    )


def _line(situation: Situation, audience: Audience, standing: Standing, member: Member, asked: _Asked) -> Line:
    projection = disclose(situation, audience, only=SHOWN)
    ask = _ask(projection, audience, standing, asked)
    if ask:
        return Line(projection, "needs_you", ask)
    if Viewpoint.ORIGINATOR in audience.viewpoints:
        return Line(projection, "own", "")
    return Line(projection, "role" if Viewpoint.ROLE_HOLDER in audience.viewpoints else "rest", "")


def _ask(projection: Projection, audience: Audience, standing: Standing, asked: _Asked) -> str:
    own = Viewpoint.ORIGINATOR in audience.viewpoints
    if own and projection.stage == Stage.SCREENING and standing.screens:
        return "screen"
    if own and projection.stage == Stage.DRAFT and standing.speaks:
        return "sent_back" if projection.key in asked.sent_back else "finish"
    if projection.key in asked.to_accept and standing.speaks:
        return "accept"
    ends = projection.times.clock_ends if isinstance(projection.times, Times) else None
    if Viewpoint.ROLE_HOLDER in audience.viewpoints and projection.stage == Stage.FILTER4 and ends and ends < clock.now():
        return "overdue"
    return ""
