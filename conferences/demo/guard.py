"""The de-identification guard as a writer meets it: where it asks, the writer says once that the words name nobody."""

from collections.abc import Callable

from hub.core.errors import RuleRefused

ASKS = frozenset({"note", "line", "because", "title", "text"})
"""Fields at which the guard asks; any other refusal is a fault of the material and is raised."""


class Guard:
    """Passes a text, and keeps where the guard asked, for the loader's last line."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def pass_with(self, where: str, attempt: Callable[[bool], object]) -> None:
        """`attempt(confirmed)` without, then with a confirmation. Raises RuleRefused if that is not what was missing."""
        try:
            attempt(False)
        except RuleRefused as asked:
            if asked.field not in ASKS:
                raise
            attempt(True)
            self.asked.append(where)
