"""The de-identification guard as writers meet it: asked, they say that nobody is named; stopped, a colleague looks."""

from collections.abc import Callable

from hub.core import second_wall
from situations import held_texts
from situations.choices import HeldState, LetThrough, NotIdentifying
from situations.guard import NO, NOTHING, GuardAsks, GuardStops, Reply
from situations.models import HeldText

NOBODY = Reply(because=NotIdentifying.AGENCY, recognisable=NO)
"""What writers of the material answer; let through by a colleague, nothing is asked any more."""
Attempt = Callable[[Reply], object]


class Guard:
    """Passes texts, and keeps where the guard asked, for the loader's last line."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def pass_with(self, where: str, attempt: Attempt) -> None:
        """`attempt(reply)` without an answer, then with what was missing. Raises whatever else is wrong with the material."""
        try:
            attempt(NOTHING)
        except GuardAsks:
            self.asked.append(where)
            attempt(NOBODY)
        except GuardStops as stopped:
            self.asked.append(where)
            _have_looked_at(attempt, stopped)
            attempt(NOBODY)


def as_sent(reply: Reply) -> dict[str, str]:
    """The answer as a form sends it."""
    second = {"guard_second": "1"} if reply.second else {}
    return {"guard_because": reply.because, "guard_recognisable": reply.recognisable, **second}


def _have_looked_at(attempt: Attempt, stopped: GuardStops) -> None:
    try:
        attempt(Reply(because=NOBODY.because, recognisable=NOBODY.recognisable, second=True))
    except GuardStops:
        # nothing of the material waits but what was held just now
        with second_wall.agencies(stopped.by.agency_id):
            waiting = list(HeldText.objects.filter(table=stopped.place.table, state=HeldState.WAITING))
            second = {one.pk: held_texts.second_persons(one)[0] for one in waiting}
        for one in waiting:
            held_texts.read(by=second[one.pk], held=one)
            held_texts.decide(by=second[one.pk], held=one, passes=True, because=LetThrough.NOBODY)
