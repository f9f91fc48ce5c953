"""The meeting on paper: what a facilitator may know at this moment, and empty boxes for what is still to be decided.

Made from projections, so it holds no identifier; no field that board and preview of the minutes do not show to the same reader,
so printing it passes nothing on and is not entered in the ledger. No profile either: a paper is left lying about, and whoever
brought the situation tells it aloud.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from agencies.models import Seat
from agencies.standing import Standing
from conferences import outlook, roll_call
from conferences.choices import ItemKind, ItemState, Result
from conferences.minutes import NOT_SHARED
from conferences.models import AgendaItem, Conference
from hub.core import clock
from hub.core.errors import NotAllowed, RuleRefused
from situations.choices import Criterion, RoleKind, Stage
from situations.disclosure import audiences, disclose
from situations.projection import Projection, Withheld
from situations.visibility import Field

SHOWN = frozenset({Field.NUMBER, Field.STAGE, Field.ORIGIN, Field.OUTLINE, Field.TIMES, Field.ASSIGNED})
BOX = "[\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}]"


@dataclass(frozen=True)
class Line:
    """A question with what was decided already, or with its boxes."""

    question: str
    answer: str
    open: bool


@dataclass(frozen=True)
class PaperItem:
    """One situation of the agenda."""

    number: str
    subject: str
    brought_by: str
    state: str
    clock_ends: datetime | None
    lines: tuple[Line, ...]
    roles: bool
    """Whether it can still be written down who leads and who assists."""


@dataclass(frozen=True)
class Paper:
    """Everything on the paper; moments are aware. `seats`: names of agencies; `present`: (agency, people) in the room."""

    key: int
    table: str
    place: str
    scheduled_for: datetime
    made_at: datetime
    opened_at: datetime | None
    facilitator: str
    present: tuple[tuple[str, str], ...]
    absent: tuple[str, ...]
    seats: tuple[str, ...]
    items: tuple[PaperItem, ...]


def may_read(standing: Standing) -> bool:
    """Whether this is who presides, facilitates or keeps the record at this table."""
    return standing.presides or standing.facilitates or standing.records


def require_reader(standing: Standing) -> None:
    """Raise NotAllowed for everybody else than `may_read`."""
    if not may_read(standing):
        raise NotAllowed(_("The meeting on paper is for the facilitator and the recorder."))


def paper_for(conference: Conference, standing: Standing) -> Paper:
    """The paper for one reader. Raises NotAllowed as `require_reader`, RuleRefused once the conference is closed."""
    require_reader(standing)
    if conference.is_closed:
        raise RuleRefused(_("This conference is closed. What was decided is in its minutes."))
    sitting = conference.sitting
    lines = roll_call.seat_lines(sitting, {}) if sitting else ()
    here = {one.agency: ", ".join(stay.person for stay in one.presences if stay.left_at is None) for one in lines}
    seats = Seat.objects.filter(table=conference.table, ended_on=None).select_related("agency").order_by("agency__name")
    return Paper(
        key=conference.pk,
        table=conference.table.name,
        place=conference.place,
        scheduled_for=conference.scheduled_for,
        made_at=clock.now(),
        opened_at=sitting.opened_at if sitting else None,
        facilitator=sitting.presides.name if sitting else "",
        present=tuple((agency, people) for agency, people in here.items() if people),
        absent=tuple(agency for agency, people in here.items() if not people),
        seats=tuple(one.agency.short_name for one in seats),
        items=_items(conference, standing) if sitting else _ahead(conference, standing),
    )


def _items(conference: Conference, standing: Standing) -> tuple[PaperItem, ...]:
    items = list(conference.items.select_related("situation__table", "situation__originating_agency"))
    known = audiences([item.situation for item in items], [standing])
    seen = ((item, known[item.situation_id, standing.member_id]) for item in items)
    return tuple(_item(item, disclose(item.situation, audience, only=SHOWN)) for item, audience in seen if audience)


def _item(item: AgendaItem, seen: Projection) -> PaperItem:
    stage = Stage.TABLED if isinstance(seen.stage, Withheld) else seen.stage
    times = None if isinstance(seen.times, Withheld) else seen.times
    state = str(Result(item.result).label) if item.result else str(ItemState(item.state).label)
    lines = _new_lines(stage) if item.kind == ItemKind.NEW else _follow_up_lines(stage)
    return PaperItem(
        number=str(seen.number),
        subject=str(NOT_SHARED) if isinstance(seen.outline, Withheld) else seen.outline.line,
        brought_by=str(NOT_SHARED) if isinstance(seen.origin, Withheld) else seen.origin.short_name,
        state=f"{state}, {_assigned(seen)}" if _assigned(seen) else state,
        clock_ends=times.clock_ends if times else None,
        lines=() if item.result else lines,
        roles=not item.result and stage != Stage.FILTER4,
    )


def _assigned(seen: Projection) -> str:
    if isinstance(seen.assigned, Withheld):
        return ""
    return ", ".join(f"{one.agency.short_name} {RoleKind(one.role).label}" for one in seen.assigned)


def _ahead(conference: Conference, standing: Standing) -> tuple[PaperItem, ...]:
    follow_ups, new = outlook.ahead(conference, standing)
    pairs = [(one, ItemKind.FOLLOW_UP) for one in follow_ups] + [(one, ItemKind.NEW) for one in new]
    return tuple(
        PaperItem(
            number=one.number or _("new"),
            subject=one.kind or str(NOT_SHARED),
            brought_by=one.brought_by or str(NOT_SHARED),
            state=str(kind.label),
            clock_ends=one.clock_ends,
            lines=_new_lines(Stage.TABLED) if kind == ItemKind.NEW else _follow_up_boxes(),
            roles=kind == ItemKind.NEW,
        )
        for one, kind in pairs
    )


def _new_lines(stage: Stage) -> tuple[Line, ...]:
    criteria = [f"{BOX} {one.label}" for one in Criterion]
    decision = [f"{BOX} {_('all agree')}", f"{BOX} {_('disagrees (which agency, why):')}", f"{BOX} {_('not AER, because:')}"]
    aer = "\n".join([*criteria, *decision])
    serving = _("%(box)s told aloud by who brought it, who enters it afterwards with its legal basis") % {"box": BOX}
    planned = _("%(box)s lead and assisting agencies plan apart from the table") % {"box": BOX}
    agreed = stage == Stage.FILTER3
    return (
        Line(_("Filter 1: beyond what one agency can do alone?"), _("passed before the conference"), open=False),
        Line(_("Filter 2: does the table agree that it is AER?"), _("agreed") if agreed else aer, open=not agreed),
        Line(_("Filter 3: who serves them now, who could help?"), serving, open=True),
        Line(_("Filter 4: what do we offer, who leads, when, where?"), planned, open=True),
    )


def _follow_up_lines(stage: Stage) -> tuple[Line, ...]:
    # found again at filter 3: it goes on where the last conference left it
    return _new_lines(stage) if stage == Stage.FILTER3 else _follow_up_boxes()


def _follow_up_boxes() -> tuple[Line, ...]:
    ends = f"{BOX} {_('continues')}\n{BOX} {_('concluded, because:')}"
    return (
        Line(_("Report-back by the lead"), "", open=True),
        Line(_("Is it still AER?"), ends, open=True),
    )
