"""Panels of the facilitator's and the seats' faces that say the same to both: state, rail, timer, agenda."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from conferences.board import words
from conferences.board.face import Face, FaceKind
from conferences.choices import ItemKind, ItemState, Result
from conferences.models import AgendaItem
from situations import rail as stage_rail
from situations.projection import Projection

Context = dict[str, Any]
GENTLE = 30
"""Seconds before the end at which the timer changes its hue. It neither blinks nor sounds (VISUAL, "No pressure by layout")."""


@dataclass(frozen=True)
class Line:
    """One item on the agenda; `url` is set for who may take it in hand."""

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
        "withdraw": words.post(_("Take the offer back"), words.steer_url(face, "offer-chair")) if facilitates else None,
    }


def is_offered(face: Face) -> bool:
    """Whether this viewer may take over: the role is offered to them, or nobody holds it any more."""
    sitting = face.state.sitting
    return face.state.orphaned or (sitting is not None and face.member_id != 0 and sitting.offered_to_id == face.member_id)


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
    groups = [
        _group(face, _("Follow-ups"), ItemKind.FOLLOW_UP),
        _group(face, _("New situations"), ItemKind.NEW),
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


def _group(face: Face, title: str, kind: ItemKind) -> Group:
    items = [one for one in face.state.items if one.kind == kind]
    done = sum(bool(one.result) for one in items)
    takes = face.kind is FaceKind.FACILITATOR and face.conference.is_open
    return Group(
        title,
        _("%(done)s of %(all)s done") % {"done": done, "all": len(items)},
        [_line(face, one, takes=takes) for one in items],
    )


def _line(face: Face, item: AgendaItem, *, takes: bool) -> Line:
    shown = face.state.outline(item.situation, face.audience_of(item.situation))
    url = words.steer_url(face, "take-in-hand") if takes else ""
    # the projection stands for all who are shown the same of the item
    return face.state.once((Line, item.pk, id(shown), url), lambda: _made(item, shown, url))


def _made(item: AgendaItem, shown: Projection, url: str) -> Line:
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
