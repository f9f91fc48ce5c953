"""The register of situations: what one member may see of many, in a bounded number of queries whatever their number."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from agencies.models import Member, Table
from agencies.standing import Standing, standing_of
from hub.core import clock
from situations.choices import IN_AGENCY, Stage
from situations.disclosure import Audience, audiences, disclose
from situations.models import Involvement, Screening, Situation
from situations.projection import Projection, Times
from situations.viewpoints import Viewpoint
from situations.visibility import Field

SHOWN = frozenset({Field.NUMBER, Field.STAGE, Field.TIMES, Field.ORIGIN, Field.OUTLINE, Field.CONCLUSION})
"""What a line of the register tells: nothing that would need a query of its own for each line."""
LONGEST = 300
"""Lines of one page; older ones are found by their number."""


@dataclass(frozen=True)
class Line:
    """One situation as the member may see it. `group`: needs_you, own, role or rest; `ask`: what is wanted of the member."""

    projection: Projection
    group: str
    ask: str


def tables_of(member: Member) -> list[Table]:
    """The tables at which the member's agency sits or the member has a part."""
    sits = Q(seats__agency=member.agency_id, seats__ended_on=None)
    has_part = Q(roles__member=member, roles__ended_on=None)
    return list(Table.objects.filter(sits | has_part).distinct().order_by("name"))


def standings_at(member: Member, tables: Iterable[Table]) -> dict[int, Standing]:
    """The member's standing at each table, by table key."""
    return {table.pk: standing_of(member, table) for table in tables}


def lines(member: Member, standings: dict[int, Standing], *, stage: str = "", number: str = "") -> list[Line]:
    """The situations that exist for the member, newest first, with what each asks of the member."""
    found = list(_candidates(member, standings, stage=stage, number=number)[:LONGEST])
    sees: dict[int, Audience] = {}
    for key, standing in standings.items():
        here = audiences([one for one in found if one.table_id == key], [standing])
        sees |= {situation: audience for (situation, _member), audience in here.items()}
    asked = _asked(member, [one for one in found if sees[one.pk]])
    return [_line(one, sees[one.pk], standings[one.table_id], member, asked) for one in found if sees[one.pk]]


def _candidates(member: Member, standings: dict[int, Standing], *, stage: str, number: str) -> QuerySet[Situation]:
    rows = Situation.objects.filter(table__in=standings).select_related("table", "originating_agency")
    # Only the audience decides; this keeps other agencies' drafts from filling the page's limit.
    rows = rows.filter(Q(originating_agency=member.agency_id) | ~Q(stage__in=IN_AGENCY) | Q(stage=Stage.READY))
    if stage:
        rows = rows.filter(stage=stage)
    if number:
        rows = rows.filter(number__icontains=number)
    return rows.order_by("-written_at", "-pk")


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
