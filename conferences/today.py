"""What is asked of one member now, at every table: read from projections, ordered by the time at which it is due.

The number of queries does not depend on how much is asked. Parts of a plan are read only where the audience sees the plan.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Exists, Max, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.belonging import tables_of
from agencies.models import Agreement, Member, Sitting, Table
from agencies.standing import Standing, standing_of
from conferences.models import Conference
from conferences.scheduling import next_conference
from hub.core import clock
from situations import response_clock
from situations.choices import RoleKind, Stage
from situations.disclosure import audiences, disclose, may_see
from situations.models import Contact, Involvement, PlanStep, ReportBack, Situation, Visit
from situations.projection import Outline, Projection, Times
from situations.visibility import Field

GLANCE = frozenset({Field.NUMBER, Field.STAGE, Field.TIMES, Field.ORIGIN, Field.OUTLINE})
MOST = 100
"""Situations of a table that are looked through for each list of the page: those first that waited longest, or end first."""
AT_FILTER_1 = (Stage.DRAFT, Stage.SCREENING, Stage.READY)
STATES = {
    Stage.DRAFT: gettext_lazy("draft, to finish"),
    Stage.SCREENING: gettext_lazy("with the screener"),
    Stage.READY: gettext_lazy("waits for the table"),
}


class Kind(StrEnum):
    """What is asked; the page says where to go for it."""

    ACCEPT = "accept"
    CONTACT = "contact"
    VISIT = "visit"
    STEP = "step"
    REPORT = "report"
    SCREEN = "screen"
    PLAN = "plan"
    OPEN_PLAN = "open_plan"
    TAKE_OVER = "take_over"


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing asked. `late`: its time is over; `since`: `due` is when it was asked, not until when."""

    due: datetime
    kind: Kind
    key: int
    number: str
    about: str
    what: str
    late: bool = False
    since: bool = False


@dataclass(frozen=True, slots=True)
class Running:
    """A response clock that runs for the member's agency."""

    key: int
    number: str
    role: str
    ends: datetime
    reading: response_clock.Reading


@dataclass(frozen=True, slots=True)
class Own:
    """A situation of the own agency at filter 1."""

    key: int
    stage: Stage
    started: datetime
    writer: str
    line: str
    state: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What the facilitator's next conference brings."""

    follow_ups: int
    overdue: int
    new: int
    minutes: int
    leaderless: int


@dataclass(frozen=True, slots=True)
class AtTable:
    """One table, for one member."""

    table: Table
    standing: Standing
    conference: Conference | None
    agreement_until: date | None
    asks: tuple[Ask, ...]
    clocks: tuple[Running, ...]
    own: tuple[Own, ...]
    expected: Expected | None


@dataclass(frozen=True)
class _Plans:
    """Parts of many plans at once, for those situations whose plan this member sees."""

    reached: frozenset[int]
    last_contact: dict[int, datetime]
    visits: dict[int, datetime]
    steps: list[PlanStep]
    reported: dict[int, datetime]


def asked_of(member: Member) -> list[AtTable]:
    """Everything, table by table; empty for somebody who belongs to none."""
    return [at_table(member, table) for table in tables_of(member)]


def at_table(member: Member, table: Table) -> AtTable:
    """One table. Without an agreement in force nothing of the table is in it but the agency's own filter 1."""
    standing = standing_of(member, table)
    conference = next_conference(table) if standing.belongs else None
    own = list(_own(member, table, standing))
    asks = [_screening(one, conference) for one in own if standing.screens and one.stage == Stage.SCREENING]
    # only those who speak for the agency can do what it is asked
    roles, clocks = _roles(standing, table, conference) if standing.speaks else ([], [])
    return AtTable(
        table, standing, conference, _agreement_until(standing), tuple(sorted([*asks, *roles], key=_by_time)),
        tuple(sorted(clocks, key=lambda one: one.ends)), tuple(own),
        _expected(table) if standing.belongs and standing.facilitates else None,
    )  # fmt: skip


def _by_time(ask: Ask) -> tuple[datetime, str]:
    return ask.due, ask.number


def _own(member: Member, table: Table, standing: Standing) -> Iterable[Own]:
    rows = Situation.objects.filter(originating_agency=member.agency_id, table=table, stage__in=AT_FILTER_1)
    situations = list(rows.select_related("table", "originating_agency", "written_by").order_by("written_at", "pk")[:MOST])
    seen = audiences(situations, [standing])
    for one in situations:
        projection = disclose(one, seen[one.pk, standing.member_id], only=GLANCE)
        if not (isinstance(projection.outline, Outline) and isinstance(projection.stage, Stage)):
            continue
        writer = _("you") if one.written_by_id == member.pk else one.written_by.name
        line = projection.outline.line or _("Nothing chosen yet")
        yield Own(one.pk, projection.stage, one.written_at, writer, line, str(STATES[projection.stage]))


def _screening(one: Own, conference: Conference | None) -> Ask:
    due = conference.scheduled_for if conference else clock.now()
    return Ask(due, Kind.SCREEN, one.key, "", one.line, _("Pass it on, send it back or keep it"), late=due < clock.now())


def _roles(standing: Standing, table: Table, conference: Conference | None) -> tuple[list[Ask], list[Running]]:
    rows = list(
        Involvement.objects.filter(
            agency=standing.agency_id,
            ended_at=None,
            situation__table=table,
            situation__stage__in=[Stage.FILTER3, Stage.FILTER4],
        )
        .select_related("situation__table", "situation__originating_agency")
        .order_by("situation__clock_ends_at", "pk")[:MOST]
    )
    seen = audiences([row.situation for row in rows], [standing])
    lines = {row.situation_id: disclose(row.situation, seen[row.situation_id, standing.member_id], only=GLANCE) for row in rows}
    rows = [row for row in rows if lines[row.situation_id].number]
    open_plans = [row for row in rows if may_see(seen[row.situation_id, standing.member_id], Field.PLAN)]
    plans = _plans([row.situation_id for row in open_plans], standing)
    asks: list[Ask] = []
    for row in rows:
        if row not in open_plans:
            asks += _before_the_plan(row, lines[row.situation_id])
    since = _last_closed(table)
    clocks = []
    for row in open_plans:
        line = lines[row.situation_id]
        # what stood here before the pledge does not vanish with it, even where nothing is due
        asks += _of_plan(row, line, plans, conference, since) or [_open_plan(row, line)]
        clocks += _clock(row, line, plans)
    return asks, clocks


def _before_the_plan(row: Involvement, line: Projection) -> list[Ask]:
    role = _("lead") if row.role == RoleKind.LEAD else _("assist")
    if line.stage == Stage.FILTER3 and row.accepted_at is None:
        return [_ask(Kind.ACCEPT, line, row.asked_at, _("Asked to %(role)s") % {"role": role}, since=True)]
    if line.stage == Stage.FILTER4 and row.accepted_at is None:
        what = _("An agency that left asks yours to %(role)s") % {"role": role}
        return [_ask(Kind.TAKE_OVER, line, row.asked_at, what, since=True)]
    if line.stage == Stage.FILTER4 and isinstance(line.times, Times) and line.times.clock_ends:
        what = _("Your agency is to %(role)s: today's pledge opens the plan") % {"role": role}
        return [_ask(Kind.PLAN, line, line.times.clock_ends, what)]
    return []


def _of_plan(
    row: Involvement, line: Projection, plans: _Plans, conference: Conference | None, since: datetime | None
) -> list[Ask]:
    key, now = row.situation_id, clock.now()
    asks = [
        _ask(Kind.STEP, line, one.due_at, one.text, late=one.due_at < now) for one in plans.steps if one.situation_id == key
    ]
    visit, ends = plans.visits.get(key), line.times.clock_ends if isinstance(line.times, Times) else None
    if ends and key not in plans.reached:
        asks.append(_ask(Kind.CONTACT, line, ends, _("First contact, before the clock ends"), late=ends < now))
    if visit and not (key in plans.last_contact and plans.last_contact[key] >= visit):
        asks.append(_ask(Kind.VISIT, line, visit, _("Visit"), late=visit < now))
    told = plans.reported.get(key)
    if row.role == RoleKind.LEAD and conference and not (told and (since is None or told > since)):
        asks.append(_ask(Kind.REPORT, line, conference.scheduled_for, _("Report-back line for the table")))
    return asks


def _open_plan(row: Involvement, line: Projection) -> Ask:
    ends = line.times.clock_ends if isinstance(line.times, Times) else None
    what = _("Your agency leads; nothing of the plan is due") if row.role == RoleKind.LEAD else _("Your agency assists")
    return _ask(Kind.OPEN_PLAN, line, ends or row.asked_at, what)


def _ask(kind: Kind, line: Projection, due: datetime, what: str, *, late: bool = False, since: bool = False) -> Ask:
    about = line.outline.line if isinstance(line.outline, Outline) else ""
    return Ask(due, kind, line.key, str(line.number), about, what, late, since)


def _clock(row: Involvement, line: Projection, plans: _Plans) -> list[Running]:
    times = line.times
    if not isinstance(times, Times) or times.aer is None or times.clock_ends is None:
        return []
    reached = row.situation_id in plans.reached
    if reached and times.clock_ends < clock.now():
        return []
    reading = response_clock.read(times.aer, times.clock_ends, reached=reached)
    role = _("you lead") if row.role == RoleKind.LEAD else _("you assist")
    return [Running(row.situation_id, str(line.number), role, times.clock_ends, reading)]


def _plans(keys: Sequence[int], standing: Standing) -> _Plans:
    contacts = Contact.objects.filter(situation__in=keys).order_by()
    told = ReportBack.objects.filter(situation__in=keys).order_by()
    return _Plans(
        frozenset(contacts.filter(reached=True).values_list("situation", flat=True)),
        dict(contacts.values_list("situation").annotate(last=Max("at"))),
        dict(Visit.objects.filter(situation__in=keys).values_list("situation", "at")),
        list(PlanStep.objects.filter(situation__in=keys, agency=standing.agency_id, done_at=None)),
        dict(told.values_list("situation").annotate(last=Max("at"))),
    )


def _last_closed(table: Table) -> datetime | None:
    closed = Sitting.objects.filter(table=table, closed_at__isnull=False).order_by("-closed_at")
    return closed.values_list("closed_at", flat=True).first()


def _agreement_until(standing: Standing) -> date | None:
    day = clock.today()
    rows = Agreement.objects.filter(table=standing.table_id, agency=standing.agency_id, in_force_from__lte=day)
    until: date | None = rows.filter(in_force_until__gte=day).aggregate(last=Max("in_force_until"))["last"]
    return until


def _expected(table: Table) -> Expected:
    at_table_now = Situation.objects.filter(table=table)
    open_now = at_table_now.filter(stage__in=[Stage.FILTER3, Stage.FILTER4])
    late = open_now.filter(clock_ends_at__lt=clock.now()).exclude(contacts__reached=True)
    new = at_table_now.filter(stage__in=[Stage.READY, Stage.TABLED]).count()
    led = Involvement.objects.filter(situation=OuterRef("pk"), role=RoleKind.LEAD, ended_at=None).exclude(accepted_at=None)
    leaderless = open_now.filter(~Exists(led), stage=Stage.FILTER4).count()
    return Expected(open_now.count(), late.count(), new, new * table.minutes_per_situation, leaderless)
