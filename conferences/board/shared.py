"""Panels of the facilitator's and the seats' faces that say the same to both: state, rail, timer, agenda."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from conferences.board import words
from conferences.board.face import Face, FaceKind
from conferences.board.state import BoardState, Sight
from conferences.choices import ItemKind, ItemState, Result
from conferences.models import AgendaItem
from hub.core import unchanged
from situations import rail as stage_rail
from situations.projection import Projection

Context = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Line:
    """One item on the agenda; `url` is set for who may take it in hand. The same thing for all who may know the same."""

    id: int
    number: str
    line: str
    result: str
    icon: str
    current: bool
    url: str


@dataclass(frozen=True)
class Group:
    """Follow-ups, or new situations."""

    title: str
    done: str
    items: list[Line]


def state(face: Face) -> Context:
    """Projector, quorum, an offered role: the bar's right side."""
    sitting = face.state.sitting
    facilitates = face.kind is FaceKind.FACILITATOR
    return {
        "is_open": face.conference.is_open,
        "facilitates": facilitates,
        "projector_on": not face.conference.projector_blank,
        "quorum": face.state.quorum,
        "present": face.state.seats_present,
        "seats": len(face.state.seats),
        "facilitator": sitting.presides.name if sitting else "",
        "offered": words.post(_("Take over as facilitator"), words.steer_url(face, "accept-chair"), kind="go")
        if is_offered(face)
        else None,
        "orphaned": face.state.orphaned,
        "offered_to": sitting.offered_to.name if sitting and sitting.offered_to and facilitates else "",
        "held": held_for(face),
        "withdraw": words.post(_("Take the offer back"), words.steer_url(face, "offer-chair")) if facilitates else None,
    }


def is_offered(face: Face) -> bool:
    """Whether this viewer may take over: the role is offered to them, or nobody holds it any more."""
    sitting = face.state.sitting
    return face.state.orphaned or (sitting is not None and face.member_id != 0 and sitting.offered_to_id == face.member_id)


def held_for(face: Face) -> int:
    """How many stopped texts this viewer is asked to look at; the page behind it knows exactly which."""
    one = face.standing
    if one is None:
        return 0
    chairs = one.presides or one.facilitates or one.records
    return sum(
        writer != one.member_id and ((agency == one.agency_id and one.works_cases) or (for_chairs and chairs))
        for agency, for_chairs, writer in face.state.held
    )


def rail(face: Face) -> Context:
    """The four filters of the situation in hand."""
    return {"steps": stage_rail.steps(face.projection, face.state.table)}


def timer(face: Face) -> Context:
    """The timer of the item in hand. Times are given as of `now`, so that equal states render equal bytes."""
    item = face.state.in_hand
    if item is None or face.projection is None:
        return {"item": None}
    total = face.state.table.minutes_per_situation * 60
    return {
        "item": item.pk,
        "hue": words.hue(face),
        "running": item.running_since is not None,
        "elapsed": item.seconds_used,
        "total": total,
        "now": round(item.running_since.timestamp() * 1000) if item.running_since else 0,
        **timer_words(item.seconds_used, total),
        "pause": _pause(face, item),
    }


def timer_words(used: int, total: int) -> Context:
    """ "1:42", "left of 4:00", whether over."""
    left, over = abs(total - used), used > total
    line = _("over %(total)s") if over else _("left of %(total)s")
    return {"words": f"{left // 60}:{left % 60:02d}", "line": line % {"total": f"{total // 60}:{total % 60:02d}"}, "over": over}


def agenda(face: Face) -> Context:
    """All items: what each is as far as this viewer may know, and its result in a word."""
    both = list(zip(face.state.items, lines(face), strict=True))
    groups = [
        _group(_("Follow-ups"), [one for one in both if one[0].kind == ItemKind.FOLLOW_UP]),
        _group(_("New situations"), [one for one in both if one[0].kind == ItemKind.NEW]),
    ]
    return {
        "groups": [one for one in groups if one.items],
        "hue": words.hue(face),
        "issues": face.state.issues,
    }


def _pause(face: Face, item: AgendaItem) -> dict[str, str] | None:
    if face.kind is not FaceKind.FACILITATOR:
        return None
    running = item.running_since is not None
    label, icon = (_("Pause timer"), "pause") if running else (_("Start timer"), "play")
    return {"label": label, "icon": icon, "url": words.steer_url(face, "timer"), "running": "0" if running else "1"}


def lines(face: Face) -> tuple[Line, ...]:
    """Each item as far as this viewer may know; the very same lines for all who may know the same."""
    takes = face.kind is FaceKind.FACILITATOR and face.conference.is_open
    url = words.steer_url(face, "take-in-hand") if takes else ""

    def make() -> tuple[Line, ...]:
        every = face.state.once((Line, url), lambda: _lines(face.state, url))
        found = tuple(by_sight[sight] for by_sight, sight in zip(every, face.sights, strict=True))
        return face.state.once((Line, found), lambda: found)

    return face.state.once((Line, face.sights, url), make)


def _lines(state: BoardState, url: str) -> list[dict[Sight, Line]]:
    pairs = zip(state.items, state.outlines, strict=True)
    return [unchanged.made((Line, one.pk, url), (one, shown), partial(_made, one, shown, url)) for one, shown in pairs]


def _made(item: AgendaItem, shown: dict[Sight, Projection], url: str) -> dict[Sight, Line]:
    # one line for all who may know the same: a panel's key names it, and to compare it by value takes longer than to make it
    lines: dict[Hashable, Line] = {}
    return {sight: lines.setdefault((one.number, one.outline), _line(item, one, url)) for sight, one in shown.items()}


def _group(title: str, both: list[tuple[AgendaItem, Line]]) -> Group:
    done = sum(bool(item.result) for item, _line in both)
    words_of_it = _("%(done)s of %(all)s done") % {"done": done, "all": len(both)}
    return Group(title, words_of_it, [line for _item, line in both])


def _line(item: AgendaItem, shown: Projection, url: str) -> Line:
    current = item.state == ItemState.IN_HAND
    done = str(Result(item.result).label) if item.result else ""
    return Line(
        id=item.pk,
        number=str(shown.number) or _("not shared"),
        line=shown.outline.line if shown.outline else "",
        result=_("in hand") if current and not done else done,
        icon="play" if current else "ok" if item.result else "off",
        current=current,
        url=url,
    )
