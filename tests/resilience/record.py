"""What people did and what they were shown: the record that the checker compares with the database.

A mark is a row of words that no other call carries. It stands in the reason of a disagreement, of a consent, or in the title of
a systemic issue, and so it is found again in history, on every screen, and nowhere else.
"""

import re
import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.security.plain_words import DIGITS, counted, row

MARK = re.compile(rf"\bvelvet(?:-(?:{'|'.join(DIGITS)}))+-linen\b")
NOTED = re.compile(r"\b(\d+) noted\b")
DONE, STALE = 200, 409
_numbers = count()


def new_mark() -> str:
    """Ordinary words, so that the guard has no question about them."""
    return row(counted(next(_numbers)))


def now() -> float:
    """Seconds of the clock that no fault of ours moves."""
    return time.monotonic()


@dataclass
class Call:
    """One thing somebody did, with all its attempts: they carry one key. `status` is None while no answer has come."""

    who: str
    kind: str
    mark: str
    key: str
    sent: float
    attempts: list[str] = field(default_factory=list)
    status: int | None = None
    answered: float = 0.0

    @property
    def acknowledged(self) -> bool:
        """Whether its sender was told that it is done."""
        return self.status == DONE


@dataclass(frozen=True)
class Shown:
    """One state of one screen."""

    at: float
    revision: int
    marks: frozenset[str]
    issues: int | None


@dataclass
class Sight:
    """Everything that one screen showed, in order."""

    name: str
    states: list[Shown] = field(default_factory=list)

    def shows(self, revision: int, panels: dict[str, str]) -> None:
        """The screen shows these panels now."""
        self.states.append(state_of(revision, panels))


@dataclass
class Record:
    """One run."""

    calls: list[Call] = field(default_factory=list)
    sights: list[Sight] = field(default_factory=list)


def state_of(revision: int, panels: dict[str, Any]) -> Shown:
    """What of these panels can be compared with the order in the database."""
    text = "\n".join(panels.values())
    noted = NOTED.search(text)
    # a screen with an agenda and nothing noted shows none; a projector has no agenda
    issues = int(noted[1]) if noted else (0 if "agenda" in panels else None)
    return Shown(now(), revision, frozenset(MARK.findall(text)), issues)
