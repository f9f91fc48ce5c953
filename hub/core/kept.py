"""HTML that is used again as long as everything it was made from is equal, down to the last field.

A template sees its context and nothing else, so what was rendered from an equal context a moment ago may be shown again.
Equal means pickled alike: equality of records would be that of their ids.
"""

import pickle
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields
from io import BytesIO
from operator import attrgetter
from typing import Any

from django.utils.translation import get_language


@dataclass(frozen=True, slots=True)
class Made:
    """HTML, and the keys of the parts in it that are kept on their own."""

    html: str
    parts: tuple[Hashable, ...]


Printed = Mapping[Hashable, Made]
"""HTML by everything that it was made from."""
_at_hand: ContextVar["Kept | None"] = ContextVar("kept", default=None)


class Kept:
    """What is made now, from `before` where that has it; `printed` holds what was asked for now and its parts, and no more."""

    def __init__(self, before: Printed | None = None) -> None:
        self._before = before or {}
        self._parts: list[Hashable] = []
        self.printed: dict[Hashable, Made] = {}

    @contextmanager
    def at_hand(self) -> Iterator[None]:
        """Inside, parts of a template that are marked `{% kept %}` are kept here, too."""
        token = _at_hand.set(self)
        try:
            yield
        finally:
            _at_hand.reset(token)

    def html(self, template: str, context: Any, make: Callable[[], str]) -> str:
        """What `make` makes of the template and the context, or what it made of equal ones."""
        return self.at(key_of(template, context), make)

    def at(self, key: Hashable, make: Callable[[], str]) -> str:
        """The same, by the key of template and context (`key_of`)."""
        made = self.printed.get(key) or self._taken_over(key) or self._made(make)
        self.printed[key] = made
        self._parts.append(key)
        return made.html

    def _taken_over(self, key: Hashable) -> Made | None:
        made = self._before.get(key)
        for part in made.parts if made else ():
            # whatever it is made of stays at hand for the next time that the whole changes
            if part not in self.printed and (found := self._taken_over(part)):
                self.printed[part] = found
        return made

    def _made(self, make: Callable[[], str]) -> Made:
        around, self._parts = self._parts, []
        try:
            return Made(make(), tuple(self._parts))
        finally:
            self._parts = around


def key_of(template: str, context: Any) -> Hashable:
    """What two contexts share that a template makes the same of, in the language of now."""
    return template, get_language(), _pickled(context)


class _Reducers(dict[type, Any]):
    """How a dataclass with slots is pickled: by its fields, which Python would look up anew for every one of hundreds."""

    def __missing__(self, kind: type) -> Any:
        if getattr(kind, "__getstate__", None) is not _BY_FIELDS or not fields(kind):
            raise KeyError(kind)  # as pickle does it
        names = [one.name for one in fields(kind)]
        state = attrgetter(*names)
        self[kind] = lambda one: (kind, state(one) if len(names) > 1 else (state(one),))
        return self[kind]


@dataclass(frozen=True, slots=True)
class _Slotted:
    one: None = None


_BY_FIELDS = _Slotted.__getstate__
_reducers = _Reducers()


def _pickled(context: Any) -> bytes:
    written = BytesIO()
    pickler = pickle.Pickler(written)
    pickler.dispatch_table = _reducers
    pickler.dump(context)
    return written.getvalue()


def at_hand() -> Kept | None:
    """Where parts are kept now; None where every page is made from the beginning."""
    return _at_hand.get()
