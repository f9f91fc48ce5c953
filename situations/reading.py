"""One situation as it is read at one moment, for all who look at it then: records once, and each line once."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import cached_property

from agencies.models import Agency
from hub.core import unchanged
from hub.core.prepared import Prepared
from situations.models import AerCriterion, Answer, Involvement, ReportBack, Situation, Stance

if TYPE_CHECKING:
    from situations.disclosure import Audience


_STANCES = Prepared(
    lambda situation: Stance.objects.filter(situation=situation).select_related("agency").order_by("agency__name")
)
_ANSWERS = Prepared(
    lambda situation: Answer.objects.filter(situation=situation).select_related("agency").order_by("given_at", "pk")
)
_INVOLVEMENTS = Prepared(
    lambda situation: (
        Involvement.objects.filter(situation=situation, ended_at=None)
        .select_related("agency")
        .order_by("-role", "asked_at", "pk")
    )
)
_CRITERIA = Prepared(lambda situation: AerCriterion.objects.filter(situation=situation))
_REPORT_BACKS = Prepared(lambda situation: ReportBack.objects.filter(situation=situation).select_related("agency"))


class Reading:
    """Keep it no longer than the snapshot in which it reads."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.lines: dict[Hashable, Any] = {}

    @property
    def origin(self) -> Agency:
        """Who brought it."""
        return self.situation.originating_agency

    @cached_property
    def stances(self) -> list[Stance]:
        """Answers at filter 2, by the agency's name."""
        return _STANCES(situation=self.situation.pk)

    @cached_property
    def answers(self) -> list[Answer]:
        """Answers at filter 3 of every kind, in the order in which they were given: for readers, which choose."""
        return _ANSWERS(situation=self.situation.pk)

    @cached_property
    def involvements(self) -> list[Involvement]:
        """Who is asked to act and has not been released, lead first."""
        return _INVOLVEMENTS(situation=self.situation.pk)

    @cached_property
    def criteria(self) -> list[AerCriterion]:
        """The criteria that have been written about."""
        return _CRITERIA(situation=self.situation.pk)

    @cached_property
    def report_backs(self) -> list[ReportBack]:
        """What the lead has reported, oldest first."""
        return _REPORT_BACKS(situation=self.situation.pk)


@dataclass(frozen=True, eq=False)
class Reader:
    """How a field is read: `by` takes from the audience what the line depends on, and `read` is given no more than that.

    So a line is kept under everything that it was made from, and nobody gets one that was made for somebody else.

    `of`: names of all in a `Reading` that it reads, for lines that may outlive the snapshot if that does
    (`hub.core.unchanged`). None: it asks the database or the clock itself, and is read anew in each.
    """

    read: Callable[[Reading, Any], Any]
    by: Callable[[Situation, "Audience"], Hashable]
    of: tuple[str, ...] | None = None

    def line(self, reading: Reading, audience: "Audience") -> Any:
        """What stands in the field for this audience. Whether it may stand there is not decided here."""
        place = (self, self.by(reading.situation, audience))
        if place not in reading.lines:
            reading.lines[place] = self._line(reading, place)
        return reading.lines[place]

    def _line(self, reading: Reading, place: "tuple[Reader, Hashable]") -> Any:
        if self.of is None:
            return self.read(reading, place[1])
        made_of = tuple(getattr(reading, name) for name in self.of)
        return unchanged.made((*place, reading.situation.pk), made_of, lambda: self.read(reading, place[1]))


def alike(read: Callable[[Reading], Any], *of: str) -> Reader:
    """The line is the same for everybody who may see it."""
    return Reader(lambda reading, _nothing: read(reading), lambda _situation, _audience: None, of or None)
