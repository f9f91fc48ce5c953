"""One situation as it is read at one moment, for all who look at it then: records once, and each line once."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from situations.models import Answer, Involvement, Situation, Stance

if TYPE_CHECKING:
    from situations.disclosure import Audience


class Reading:
    """Keep it no longer than the snapshot in which it reads."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.lines: dict[tuple[Reader, Hashable], Any] = {}

    @cached_property
    def stances(self) -> list[Stance]:
        """Answers at filter 2, by the agency's name."""
        return list(self.situation.stances.select_related("agency").order_by("agency__name"))

    @cached_property
    def answers(self) -> list[Answer]:
        """Answers at filter 3 of every kind, in the order in which they were given: for readers, which choose."""
        return list(self.situation.answers.select_related("agency").order_by("given_at", "pk"))

    @cached_property
    def involvements(self) -> list[Involvement]:
        """Who is asked to act and has not been released, lead first."""
        rows = self.situation.involvements.filter(ended_at=None).select_related("agency")
        return list(rows.order_by("-role", "asked_at", "pk"))


@dataclass(frozen=True, eq=False)
class Reader:
    """How a field is read: `by` takes from the audience what the line depends on, and `read` is given no more than that.

    So a line is kept under everything that it was made from, and nobody gets one that was made for somebody else.
    """

    read: Callable[[Reading, Any], Any]
    by: Callable[[Situation, "Audience"], Hashable]

    def line(self, reading: Reading, audience: "Audience") -> Any:
        """What stands in the field for this audience. Whether it may stand there is not decided here."""
        place = (self, self.by(reading.situation, audience))
        if place not in reading.lines:
            reading.lines[place] = self.read(reading, place[1])
        return reading.lines[place]


def alike(read: Callable[[Reading], Any]) -> Reader:
    """The line is the same for everybody who may see it."""
    return Reader(lambda reading, _nothing: read(reading), lambda _situation, _audience: None)
