"""What was made from what the database answered a moment ago, and may be taken over because it answers the same again.

Nothing is believed: every question is asked each time. Only where rows are equal to those of the snapshot before, the records
that were made of them are used again, and what was made from the very same records. What the newest snapshot did not use is
forgotten with it, so what was removed from the database is gone from here, too.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import get_language

from hub.core import clock

T = TypeVar("T")
Rows = list[tuple[Any, ...]]
Joined = tuple[Any, frozenset[str]]
"""Where a record keeps the records that are joined to it, and which of them came with it."""
PLAIN = frozenset({int, str, bool, date, datetime})
_NOTHING: frozenset[str] = frozenset()
_at_hand: ContextVar["Unchanged | None"] = ContextVar("unchanged", default=None)


@dataclass(frozen=True, slots=True)
class _Answer:
    """Rows as the database gave them, the records made of them, and what was joined to each of these then."""

    rows: Rows
    records: list[Any]
    joined: tuple[Joined, ...]


@dataclass(frozen=True, slots=True)
class _Made:
    of: tuple[object, ...]
    made: Any


class Unchanged:
    """Of one snapshot, beside the one before it: `before` is only read. Belongs to one thread."""

    def __init__(self, before: "Unchanged | None" = None) -> None:
        # words are made in a language, and many of them for a day
        self.frame = (get_language(), clock.today())
        known = before is not None and before.frame == self.frame
        self.before = before.answers if before and known else {}
        self.things_before = before.things if before and known else {}
        self.answers: dict[Hashable, _Answer] = {}
        self.things: dict[Hashable, _Made] = {}

    @contextmanager
    def at_hand(self) -> Iterator[None]:
        """Inside, records and what is made of them are taken over; afterwards no more, and what grew is forgotten."""
        token = _at_hand.set(self)
        try:
            yield
        finally:
            _at_hand.reset(token)
            self.before, self.things_before = {}, {}
            self._forget_grown()

    def records(self, place: Hashable, rows: Rows, make: Callable[[Rows], list[Any]]) -> list[Any]:
        """What `make` makes of these rows; for rows that are as before, the very records that were made then."""
        before = self.answers.get(place) or self.before.get(place)
        answer = before if before is not None and before.rows == rows else _answered(rows, make, before)
        self.answers[place] = answer
        return answer.records

    def made(self, place: Hashable, of: tuple[object, ...], make: Callable[[], T]) -> T:
        """What `make` makes; what it made before if each thing of `of` is the very same one, or an equal number or word.

        `place` is compared by value. Place and `of` must name all that `make` reads.
        """
        found = self.things.get(place) or self.things_before.get(place)
        if found is None or not _the_same(found.of, of):
            found = _Made(of, make())
        self.things[place] = found
        made: T = found.made
        return made

    def same(self, place: Hashable, value: T) -> T:
        """The value, as the very same thing as before if it is equal: for what is cheaply made and never changed."""
        found = self.things_before.get(place)
        if found is None or found.made != value:
            found = _Made((), value)
        self.things[place] = found
        known: T = found.made
        return known

    def _forget_grown(self) -> None:
        # a relation that was looked up later is an answer of that moment: the record must not be met with it again
        for place, answer in list(self.answers.items()):
            if any(state.fields_cache.keys() - came - getattr(state, "given", _NOTHING) for state, came in answer.joined):
                del self.answers[place]


def at_hand() -> Unchanged | None:
    """What was made before; None where every page is made from the beginning."""
    return _at_hand.get()


def made(place: Hashable, of: tuple[object, ...], make: Callable[[], T]) -> T:
    """`Unchanged.made` of what is at hand; made now where nothing is."""
    here = _at_hand.get()
    return make() if here is None else here.made(place, of, make)


def same(place: Hashable, value: T) -> T:
    """`Unchanged.same` of what is at hand."""
    here = _at_hand.get()
    return value if here is None else here.same(place, value)


def give(record: Any, name: str, value: Any) -> None:
    """Join to a record what was read beside it. Done anew whenever either may be another one."""
    setattr(record, name, value)
    record._state.given = getattr(record._state, "given", _NOTHING) | {name}  # noqa: SLF001 - beside what is joined


def _the_same(before: tuple[object, ...], now: tuple[object, ...]) -> bool:
    if len(before) != len(now):
        return False
    return all(a is b or (type(a) in PLAIN and type(a) is type(b) and a == b) for a, b in zip(before, now, strict=True))


def _answered(rows: Rows, make: Callable[[Rows], list[Any]], before: _Answer | None) -> _Answer:
    if before is None or len(before.rows) != len(rows):
        records = make(rows)
    else:
        changed = iter(make([new for new, old in zip(rows, before.rows, strict=True) if new != old]))
        pairs = zip(rows, before.rows, before.records, strict=True)
        records = [record if new == old else next(changed) for new, old, record in pairs]
    found: dict[int, Joined] = {}
    for one in records:
        _join(one, found)
    return _Answer(rows, records, tuple(found.values()))


def _join(record: Any, found: dict[int, Joined]) -> None:
    if isinstance(record, Model) and id(record) not in found:
        state: Any = record._state  # noqa: SLF001 - where Django keeps what is joined
        found[id(record)] = state, frozenset(state.fields_cache)
        for other in state.fields_cache.values():
            _join(other, found)
