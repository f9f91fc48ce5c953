"""One rendering of the board for everyone who looks at it in this process: state read once, panels once per audience."""

from dataclasses import dataclass

from django.db import close_old_connections

from conferences.board.face import face_for
from conferences.board.panels import Renderer
from conferences.board.state import BoardState
from hub.core import second_wall
from hub.core.errors import NotAllowed
from hub.core.snapshot import snapshot

Rendered = dict[tuple[int, bool], dict[str, str] | None]
"""(member, wall) to panels by name; None for somebody who may not be here any more."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One rendering: the conference's revision, and the one of the situation in hand, which open forms go on from."""

    revision: int
    seen: int | None
    panels: Rendered


def render(conference_id: int, viewers: list[tuple[int, bool]], connected: frozenset[int], renderer: Renderer) -> Moment:
    """The board for everyone named, at one moment. Runs in the relay's thread."""
    close_old_connections()
    try:
        with snapshot(), renderer.unchanged.at_hand():
            state = BoardState.of(conference_id, viewers={member for member, _wall in viewers}, connected=connected)
            with second_wall.agencies(*(one.agency_id for one in state.standings.values())):
                panels = {(member, wall): _panels(state, renderer, member, wall=wall) for member, wall in viewers}
                return Moment(state.conference.revision, state.seen, panels)
    finally:
        close_old_connections()


def _panels(state: BoardState, renderer: Renderer, member: int, *, wall: bool) -> dict[str, str] | None:
    standing = state.standings.get(member)
    if standing is None or not standing.belongs:
        return None
    try:
        return renderer.render(face_for(state, member, wall=wall))
    except NotAllowed:
        return None
