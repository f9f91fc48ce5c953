"""The year as a diary: what happens at which moment, lived in order with the clock held there."""

import heapq
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import count

from django.utils import timezone

from hub.core import clock

SITS_FROM, SITS_UNTIL = time(8, 30), time(11)


def local(day: date, at: time) -> datetime:
    """The aware moment of a wall-clock time in the table's time zone; 9:00 stays 9:00 in summer and winter."""
    return timezone.make_aware(datetime.combine(day, at))


class Diary:
    """Appointments of the past, oldest first; living one may enter later ones."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._order = count()
        self._pages: list[tuple[datetime, int, Callable[[], object]]] = []

    def conference_day(self, weeks_ago: int) -> date:
        """The day of the conference `weeks_ago` weeks before today's."""
        return self.today - timedelta(weeks=weeks_ago)

    def enter(self, moment: datetime, happens: Callable[[], object]) -> None:
        """Enter what happens at an aware moment; entries of one moment keep their order."""
        heapq.heappush(self._pages, (moment, next(self._order), happens))

    def after_sitting(self, moment: datetime) -> datetime:
        """The moment itself, or after the conference when nobody could have acted because the table sat."""
        there = timezone.localtime(moment)
        sits = there.weekday() == self.today.weekday() and SITS_FROM <= there.time() < SITS_UNTIL
        return local(there.date(), time(11, 15)) if sits else moment

    def live(self, until: datetime) -> None:
        """Let everything happen that was entered for a moment up to `until`."""
        while self._pages and self._pages[0][0] <= until:
            moment, _place, happens = heapq.heappop(self._pages)
            with clock.at(moment):
                happens()
