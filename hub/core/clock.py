"""The one clock. Every verb asks it, so that a demonstration can be loaded in the past with true times.

Guarantees: `now()` is timezone-aware UTC-comparable; inside `at(moment)` it stands still at that moment, in this context only.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_held: ContextVar[datetime | None] = ContextVar("held_clock", default=None)


def now() -> datetime:
    """The present moment, aware."""
    return _held.get() or timezone.now()


def today() -> date:
    """The present day in the table's time zone (`TIME_ZONE`): a pledge lasts for this day."""
    return timezone.localtime(now()).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at an aware `moment`; raises ValueError for a naive one."""
    if timezone.is_naive(moment):
        raise ValueError("the clock takes aware moments only")
    token = _held.set(moment)
    try:
        yield
    finally:
        _held.reset(token)
