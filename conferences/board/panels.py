"""The panels of the board: each rendered from one face by one template, and once for all faces that are equal to it.

A page is its panels put together, so a panel after a push equals the panel after a reload. `Panel.key` names everything a
panel depends on beside the state; two viewers with equal keys get the same bytes. Most panels and parts do not change with a
decision: what was made from an equal context a moment ago is used again (`hub.core.kept`).
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from conferences.board import chair, seat, shared, wall
from conferences.board.face import Face, FaceKind
from hub.core import kept

Context = dict[str, Any]
Printed = kept.Printed


@dataclass(frozen=True)
class Panel:
    """One part of the board that is swapped as a whole, by its element id `panel-<name>`."""

    name: str
    faces: frozenset[FaceKind]
    context: Callable[[Face], Context]
    key: Callable[[Face], Hashable]

    @property
    def template(self) -> str:
        return f"conferences/board/{self.name}.html"


def _alike(face: Face) -> Hashable:
    return face.kind


def _offered(face: Face) -> Hashable:
    return (face.kind, shared.is_offered(face))


def _same_sight(face: Face) -> Hashable:
    return (face.kind, face.sight)


def _same_sight_of_all(face: Face) -> Hashable:
    return (face.kind, face.sights)


def _same_seat(face: Face) -> Hashable:
    """Two people of one agency who may do the same about what is in hand."""
    one = face.standing
    return (face.kind, face.sight, one and (one.agency_id, one.present, one.pledged, one.speaks))


def _own(face: Face) -> Hashable:
    return (face.kind, face.member_id)


CHAIR, SEAT, WALL = frozenset({FaceKind.FACILITATOR}), frozenset({FaceKind.SEAT}), frozenset({FaceKind.PROJECTOR})

PANELS: tuple[Panel, ...] = (
    Panel("state", CHAIR | SEAT, shared.state, _offered),
    Panel("rail", CHAIR | SEAT, shared.rail, _same_sight),
    Panel("timer", CHAIR | SEAT, shared.timer, _same_sight),
    Panel("agenda", CHAIR | SEAT, shared.agenda, _same_sight_of_all),
    Panel("hand", CHAIR, chair.hand, _own),
    Panel("seats", CHAIR, chair.seats, _own),
    Panel("chair_actions", CHAIR, chair.actions, _own),
    Panel("head", SEAT, seat.head, _same_sight),
    Panel("know", SEAT, seat.know, _same_sight),
    Panel("reply", SEAT, seat.reply, _same_seat),
    Panel("seat_actions", SEAT, seat.actions, _same_seat),
    Panel("wall", WALL, wall.wall, _alike),
)


class Renderer:
    """Renders panels of one snapshot, each once per distinct key, and not at all if `before` has it from an equal context.

    `printed` is what this snapshot shows, for the next one; it keeps nothing that no screen shows any more.
    """

    def __init__(self, before: Printed | None = None) -> None:
        self._kept = kept.Kept(before)
        self._done: dict[tuple[str, Hashable], str] = {}

    @property
    def printed(self) -> Printed:
        """HTML of panels and of their parts."""
        return self._kept.printed

    def render(self, face: Face) -> dict[str, str]:
        """Panel name to HTML, for one face."""
        with self._kept.at_hand():
            return {panel.name: self._one(panel, face) for panel in panels_of(face.kind)}

    def _one(self, panel: Panel, face: Face) -> str:
        place = (panel.name, panel.key(face))
        if place not in self._done:
            template, context = panel.template, panel.context(face)
            self._done[place] = self._kept.html(template, context, lambda: render_to_string(template, context))
        return self._done[place]


def panels_of(kind: FaceKind) -> Iterable[Panel]:
    """The panels of a face, in the order of the page."""
    return (panel for panel in PANELS if kind in panel.faces)
