"""What was decided while the system was away, and is entered afterwards.

Guarantees: inside `entering` the clock stands at the time of the decision, so that every rule judges by it; ledger entries and
history rows carry the time at which they were really written, and say that they were entered afterwards.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hub.core import clock

FROM_PAPER, DECIDED_AT = "from_paper", "decided_at"
REASON = "from paper"


@dataclass(frozen=True)
class Afterwards:
    """Two moments of one decision."""

    decided_at: datetime
    entered_at: datetime


_entering: ContextVar[Afterwards | None] = ContextVar("entering_afterwards", default=None)


@contextmanager
def entering(decided_at: datetime) -> Iterator[None]:
    """Carry out what was decided at that moment, written down now. Raises ValueError for a naive moment."""
    token = _entering.set(Afterwards(decided_at, written_at()))
    try:
        with clock.at(decided_at):
            yield
    finally:
        _entering.reset(token)


def current() -> Afterwards | None:
    """What is being entered afterwards, if anything is."""
    return _entering.get()


def detail() -> Mapping[str, Any]:
    """What a ledger entry says about it; nothing where nothing is entered afterwards."""
    late = _entering.get()
    return {FROM_PAPER: True, DECIDED_AT: late.decided_at.astimezone(UTC).isoformat(timespec="seconds")} if late else {}


def decided_at(detail: Mapping[str, Any]) -> datetime | None:
    """When the decision of a ledger entry was made that was entered afterwards; None for all others."""
    return datetime.fromisoformat(detail[DECIDED_AT]) if DECIDED_AT in detail else None


def written_at() -> datetime:
    """When something is written: now, also while the clock stands at an earlier decision."""
    late = _entering.get()
    return late.entered_at if late else clock.now()
