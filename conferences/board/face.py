"""Who looks at the board: the face, and everything a panel may depend on. Two viewers with equal faces get equal bytes."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import cached_property

from agencies.standing import Standing
from conferences.board.state import BoardState, Sight
from conferences.models import Conference
from hub.core.errors import NotAllowed
from situations.disclosure import Audience, projector_audience
from situations.models import Situation
from situations.projection import Projection


class FaceKind(StrEnum):
    """The three faces of one state."""

    # as its value hashes, and not in Python by its name: every panel of every viewer is looked up by it
    __hash__ = str.__hash__

    FACILITATOR = "facilitator"
    SEAT = "seat"
    PROJECTOR = "projector"


@dataclass(frozen=True)
class Face:
    """One viewer of one snapshot. `member_id` is 0 for the projector, which shows the same to all."""

    kind: FaceKind
    state: BoardState
    standing: Standing | None

    @property
    def conference(self) -> Conference:
        return self.state.conference

    @property
    def agency_id(self) -> int:
        """The viewer's own agency (0 for the projector)."""
        return self.standing.agency_id if self.standing else 0

    @property
    def member_id(self) -> int:
        return self.standing.member_id if self.standing else 0

    def audience_of(self, situation: Situation) -> Audience:
        """How this viewer may see the situation."""
        if self.standing is None:
            return projector_audience(situation)
        return self.state.audience(situation, self.member_id)

    @cached_property
    def sights(self) -> tuple[Sight, ...]:
        """Equal for viewers who may see the same of every item."""
        if self.standing is None:
            return tuple(self.state.sight(one, projector_audience(one)) for one in self.state.situations)
        return self.state.sights(self.standing.member_id)

    @cached_property
    def sight(self) -> Sight | None:
        """Equal for viewers who may see the same of the item in hand; None when nothing is in hand."""
        situation = self.state.situation
        return self.state.sight(situation, self.audience_of(situation)) if situation else None

    @cached_property
    def projection(self) -> Projection | None:
        """The situation in hand as this viewer may see it; None when nothing is in hand or nothing of it may be seen."""
        situation = self.state.situation
        return self.state.projection(self.audience_of(situation)) if situation else None


def face_kind(conference: Conference, standing: Standing, *, wall: bool = False) -> FaceKind:
    """Which face the member gets. Raises NotAllowed for a projector that somebody without the chair asks for."""
    if wall:
        if not (standing.presides or standing.records or standing.facilitates):
            raise NotAllowed("The projector is driven by the facilitator.")
        return FaceKind.PROJECTOR
    return FaceKind.FACILITATOR if standing.presides else FaceKind.SEAT


def face_for(state: BoardState, member_id: int, *, wall: bool = False) -> Face:
    """The viewer's face on this snapshot."""
    standing = state.standings[member_id]
    kind = face_kind(state.conference, standing, wall=wall)
    return Face(kind, state, None if kind is FaceKind.PROJECTOR else standing)
