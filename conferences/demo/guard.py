"""The de-identification guard as a writer meets it: where it asks, the writer says once that the words name nobody."""

from collections.abc import Callable

from situations.choices import NotIdentifying
from situations.guard import NO, NOTHING, GuardAsks, Reply

NOBODY = Reply(because=NotIdentifying.AGENCY, recognisable=NO)
SAID = {"guard_because": NOBODY.because, "guard_recognisable": NOBODY.recognisable}
"""The same answer as a form sends it."""


class Guard:
    """Passes a text, and keeps where the guard asked, for the loader's last line."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def pass_with(self, where: str, attempt: Callable[[Reply], object]) -> None:
        """`attempt(reply)` without, then with an answer. Raises whatever else is wrong with the material, a stop among it."""
        try:
            attempt(NOTHING)
        except GuardAsks:
            attempt(NOBODY)
            self.asked.append(where)
