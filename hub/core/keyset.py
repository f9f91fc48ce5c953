"""Pages of a list that can grow: each begins where another ended, so that reading one costs the same whatever lies before it.

A cursor names the row beyond which a page begins. It is sealed for one list and one reader: a row that was passed over because
this reader may not see it says nothing by it. Rows that come or go between two pages are neither lost nor shown twice.
"""

import base64
import hashlib
import heapq
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hub.core import aead
from hub.core.errors import RuleRefused

T = TypeVar("T")
M = TypeVar("M", bound=Model)
Spot = tuple[Any, int]
"""A row's place in its list: the value that it is sorted by, and its key, because values can be equal."""
LONGEST = 400
"""Characters of a cursor; ours have about half."""


@dataclass(frozen=True)
class Place:
    """Where a page begins: beyond `spot`; `onward`: in the direction of the list, otherwise back."""

    spot: Spot
    onward: bool = True


@dataclass(frozen=True)
class Cut(Generic[T]):
    """One page. `back` and `onward` are cursors, empty where there is nothing more that way."""

    rows: list[T]
    back: str = ""
    onward: str = ""


@dataclass(frozen=True)
class Ways:
    """What the ways are called."""

    start: str | Promise
    back: str | Promise
    onward: str | Promise


NEWEST_FIRST = Ways(_("Newest"), _("Newer"), _("Older"))
IN_ORDER = Ways(_("First page"), _("Back"), _("Go on"))


@dataclass(frozen=True)
class Pager:
    """Ways to the other pages, for `components/pager.html`; addresses, empty where there is no way."""

    start: str
    back: str
    onward: str
    words: Ways


def cursor(spot: Spot, *, of: str, onward: bool) -> str:
    """The place beyond this spot of the list `of` (its name and its reader's key), to put into an address."""
    value, key = spot
    written = value.isoformat() if isinstance(value, date) else {"word": value} if isinstance(value, str) else value
    plain = json.dumps([written, key, onward]).encode()
    return base64.urlsafe_b64encode(aead.encrypt(plain, key=_key(), bound_to=of.encode())).decode().rstrip("=")


def place(text: str, *, of: str) -> Place | None:
    """What `cursor` made; None for no text. Raises RuleRefused for anything that was not made for this list and reader."""
    if not text:
        return None
    try:
        token = base64.urlsafe_b64decode(text[:LONGEST].encode("ascii") + b"=" * (-len(text) % 4))
        value, key, onward = json.loads(aead.decrypt(token, key=_key(), bound_to=of.encode()))
    except (ValueError, aead.VaultError):
        raise RuleRefused(_("This page of the list is not there any more. Begin again with its first page.")) from None
    return Place((_value(value), key), onward)


def beyond(rows: QuerySet[M], at: Place | None, *, by: str, key: str = "pk", newest_first: bool = True) -> QuerySet[M]:
    """The rows beyond a place, the nearest ones first; `by` is the column that sorts them, never empty, then `key`."""
    down = newest_first == (at is None or at.onward)
    sign, side = ("-", "lt") if down else ("", "gt")
    if at is not None:
        value, number = at.spot
        # first the bound that an index can stop at, then the ties
        rows = rows.filter(**{f"{by}__{side}e": value}).filter(Q(**{f"{by}__{side}": value}) | Q(**{f"{key}__{side}": number}))
    return rows.order_by(f"{sign}{by}", f"{sign}{key}")


def merged(parts: Sequence[Iterable[T]], at: Place | None, spot: Callable[[T], Spot], *, newest_first: bool = True) -> list[T]:
    """Several lists that `beyond` has sorted, as one in the same order."""
    return list(heapq.merge(*parts, key=spot, reverse=newest_first == (at is None or at.onward)))


def from_list(rows: Sequence[T], at: Place | None, spot: Callable[[T], Spot]) -> list[T]:
    """As `beyond`, of rows that were read already, the newest first."""
    if at is None:
        return list(rows)
    return [one for one in rows if spot(one) < at.spot] if at.onward else [one for one in rows[::-1] if spot(one) > at.spot]


def cut(found: Iterable[T], at: Place | None, *, of: str, size: int, spot: Callable[[T], Spot]) -> Cut[T]:
    """A page of `size` from what lies beyond a place, in the order of the list; reads one row more than it shows."""
    rows = list(islice(found, size + 1))
    more, rows = len(rows) > size, rows[:size]
    onward = at is None or at.onward
    if not onward:
        rows.reverse()
    first, last = (spot(rows[0]), spot(rows[-1])) if rows else (None, None)
    return Cut(
        rows,
        cursor(first, of=of, onward=False) if first and (more if not onward else at is not None) else "",
        cursor(last, of=of, onward=True) if last and (more or not onward) else "",
    )


def listed(rows: QuerySet[M], text: str, *, by: str, of: str, size: int, newest_first: bool = True) -> Cut[M]:
    """One page of a query, from a cursor in an address (or none). Raises RuleRefused as `place`."""
    at = place(text, of=of)
    found = beyond(rows, at, by=by, newest_first=newest_first)[: size + 1]
    return cut(found, at, of=of, size=size, spot=lambda one: (getattr(one, by), one.pk))


def pager(query: QueryDict, page: Cut[Any], *, name: str = "at", anchor: str = "", words: Ways = NEWEST_FIRST) -> Pager | None:
    """The ways from this page, with everything else that the address says; None where all of the list is on it."""
    if not (page.back or page.onward or query.get(name)):
        return None

    def address(text: str) -> str:
        other = query.copy()
        other.pop(name, None)
        if text:
            other[name] = text
        return f"?{other.urlencode()}{anchor}"

    return Pager(
        start=address("") if query.get(name) else "",
        back=address(page.back) if page.back else "",
        onward=address(page.onward) if page.onward else "",
        words=words,
    )


def _key() -> bytes:
    return hashlib.sha256(b"cursors of lists\0" + settings.SECRET_KEY.encode()).digest()


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return value["word"]
    if not isinstance(value, str):
        return value
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
