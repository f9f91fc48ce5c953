"""The panels of the board: each rendered from one face by one template, and once for all faces that are equal to it.

A page is its panels put together, so a panel after a push equals the panel after a reload. `Panel.key` names everything a
panel depends on beside the state; two viewers with equal keys get the same bytes. Most panels and parts do not change with a
decision: what was made from an equal context a moment ago is used again (`hub.core.kept`). A panel that says what of the state
it is made `of` is not even asked for its context while all of that is the same (`hub.core.unchanged`).
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from conferences.board import chair, offering, seat, shared, wall
from conferences.board.face import Face, FaceKind
from hub.core import kept, unchanged
from hub.core.unchanged import Unchanged
from situations.choices import Stage

Context = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Printed:
    """What one snapshot showed, and for the board's own renderer all that it was made from."""

    html: kept.Printed
    unchanged: Unchanged | None

    def for_others(self) -> "Printed":
        """HTML alone: records belong to the thread that read them."""
        return Printed(self.html, None)


@dataclass(frozen=True)
class Panel:
    """One part of the board that is swapped as a whole, by its element id `panel-<name>`."""

    name: str
    faces: frozenset[FaceKind]
    context: Callable[[Face], Context]
    key: Callable[[Face], Hashable]
    of: Callable[[Face], tuple[object, ...]] | None = None

    @property
    def template(self) -> str:
        return f"conferences/board/{self.name}.html"


def _alike(face: Face) -> Hashable:
    return face.kind


def _offered(face: Face) -> Hashable:
    return (face.kind, shared.is_offered(face), shared.held_for(face))


def _same_sight(face: Face) -> Hashable:
    return (face.kind, face.sight)


def _same_agenda(face: Face) -> Hashable:
    return (face.kind, shared.lines(face), face.state.issues)


def _same_seat(face: Face) -> Hashable:
    """Two people of one agency who may do the same about what is in hand."""
    one = face.standing
    return (face.kind, face.sight, one and (one.agency_id, one.present, one.pledged, one.speaks))


def _one_viewer(face: Face) -> Hashable:
    return (face.kind, face.member_id)


# What panels are made of. Records and lines are the very same while their rows are, numbers and words are compared by value.


def _stage(face: Face) -> tuple[object, ...]:
    """Whether anything is in hand for this viewer, and the hue of where it stands."""
    item, shown = face.state.in_hand, face.projection
    return (face.conference, item and item.pk, item and item.kind, shown and shown.stage)


def _rail(face: Face) -> tuple[object, ...]:
    return (*_stage(face), face.projection and face.projection.times)


def _timer(face: Face) -> tuple[object, ...]:
    item = face.state.in_hand
    return (*_stage(face), *((item.seconds_used, item.running_since) if item else ()))


def _agenda(face: Face) -> tuple[object, ...]:
    return (*_stage(face), *(part for one in face.state.items for part in (one.kind, one.result)))


def _head(face: Face) -> tuple[object, ...]:
    shown = face.projection
    return (*_stage(face), *((shown.number, shown.profile, shown.outline, shown.origin) if shown else ()))


def _room(face: Face) -> tuple[object, ...]:
    return (face.conference, face.state.people, face.state.seats)


def _state(face: Face) -> tuple[object, ...]:
    return (*_room(face), shared.held_for(face))


def _own(face: Face) -> tuple[object, ...]:
    """What one seat has said and was asked; nothing that another one has said."""
    situation, shown, key = face.state.situation, face.projection, face.agency_id
    common = (*_stage(face), face.state.people, situation and situation.pk)
    if situation is None or shown is None:
        return common
    match situation.stage:
        case Stage.FILTER2:
            return (*common, face.state.stances.get(key))
        case Stage.FILTER3:
            said = (face.state.answers.get(key), face.state.involvements.get(key), bool(shown.openable))
            return (*common, *said, situation.identity_open, situation.originating_agency_id, situation.revision)
        case Stage.FILTER4:
            own = face.state.involvements.get(key)
            offered = unchanged.same(("offers", key), offering.offers(face) if own and own.accepted_at else ())
            return (*common, own, situation.originating_agency_id, offered)
    return common


CHAIR, SEAT, WALL = frozenset({FaceKind.FACILITATOR}), frozenset({FaceKind.SEAT}), frozenset({FaceKind.PROJECTOR})

PANELS: tuple[Panel, ...] = (
    Panel("state", CHAIR | SEAT, shared.state, _offered, _state),
    Panel("rail", CHAIR | SEAT, shared.rail, _same_sight, _rail),
    Panel("timer", CHAIR | SEAT, shared.timer, _same_sight, _timer),
    Panel("agenda", CHAIR | SEAT, shared.agenda, _same_agenda, _agenda),
    Panel("hand", CHAIR, chair.hand, _one_viewer),
    Panel("seats", CHAIR, chair.seats, _one_viewer),
    Panel("chair_actions", CHAIR, chair.actions, _one_viewer),
    Panel("head", SEAT, seat.head, _same_sight, _head),
    Panel("know", SEAT, seat.know, _same_sight),
    Panel("reply", SEAT, seat.reply, _same_seat, _own),
    Panel("seat_actions", SEAT, seat.actions, _same_seat, _own),
    Panel("wall", WALL, wall.wall, _alike),
)


class Renderer:
    """Renders panels of one snapshot, each once per distinct key, and not at all if `before` has it from an equal context.

    `printed` is what this snapshot shows, for the next one; it keeps nothing that no screen shows any more.
    """

    def __init__(self, before: Printed | None = None) -> None:
        self._kept = kept.Kept(before.html if before else None)
        self._done: dict[tuple[str, Hashable], str] = {}
        self.unchanged = Unchanged(before.unchanged if before else None)

    @property
    def printed(self) -> Printed:
        """HTML of panels and of their parts, and what they were made from."""
        return Printed(self._kept.printed, self.unchanged)

    def render(self, face: Face) -> dict[str, str]:
        """Panel name to HTML, for one face."""
        with self._kept.at_hand():
            return {panel.name: self._one(panel, face) for panel in panels_of(face.kind)}

    def _one(self, panel: Panel, face: Face) -> str:
        place = (panel.name, panel.key(face))
        if place not in self._done:
            self._done[place] = self._made(panel, face, place)
        return self._done[place]

    def _made(self, panel: Panel, face: Face, place: Hashable) -> str:
        asked: list[Context] = []

        def context() -> Context:
            if not asked:
                asked.append(panel.context(face))
            return asked[0]

        def key() -> Hashable:
            return kept.key_of(panel.template, context())

        known = unchanged.made(place, panel.of(face), key) if panel.of else key()
        return self._kept.at(known, lambda: render_to_string(panel.template, context()))


def panels_of(kind: FaceKind) -> Iterable[Panel]:
    """The panels of a face, in the order of the page."""
    return (panel for panel in PANELS if kind in panel.faces)
