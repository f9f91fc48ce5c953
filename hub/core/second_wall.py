"""The second wall: PostgreSQL shows rows of identity and plan only to a transaction that says for which agencies it works.

Sentence 1 is kept by `situations.disclosure`. This is a rule of its own beside it, in the database (row-level security,
`situations/migrations/0009_second_wall.py`, for referrals `0012_referral_wall.py`), for the day on which code forgets to ask.
Whoever names nobody gets no row.

Who is named: inside a verb its actor's agency; inside a page its member's; inside a rendering those of everyone it is for. The
innermost counts. It is told to the database by the first query of a transaction that meets the wall, for that transaction
alone; transactions that stay away from it pay nothing. On SQLite nothing here does anything.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from django.db import connections, models, transaction
from django.db.backends.signals import connection_created
from psycopg.pq import TransactionStatus

from hub.core import audit

TELL = "SELECT set_config('hubtable.agencies', %s, true), set_config('hubtable.passing', %s, true)"
Told = tuple[str, str]
"""The two settings: agencies by number, and a reason to pass or the receipt that is held."""
HELD = "receipt:"
NOBODY: Told = ("", "")
UNKNOWN: Told = ("?", "?")
TABLES_KEPT = 4096


class Reason(StrEnum):
    """Why the system passes through the wall. Each opens no more than the policies give it (`PASSING` of the migration)."""

    STORED = "stored"
    """Whether anything sealed is stored at all, never what."""
    AGENDA = "agenda"
    """Whether somebody was reached: the order of an agenda is the same for everyone."""
    SHREDDING = "shredding"
    """Destroying what nobody may keep."""
    BACKUP = "backup"
    """A copy of everything, sealed as it is."""
    MOVING = "moving"
    """To another database, or into another schema."""


@dataclass(frozen=True)
class _Named:
    inside: audit.Acting | None
    """The verb in which it was said; a verb that begins later has its own actor."""
    told: Told


_named: ContextVar[_Named | None] = ContextVar("named_at_the_wall", default=None)


@contextmanager
def agencies(*numbers: int) -> Iterator[None]:
    """Inside, read and write for these agencies; a verb inside names its own actor's."""
    with _naming(numbers, ""):
        yield


@contextmanager
def passing(reason: Reason) -> Iterator[None]:
    """Inside, the system passes for this reason; a verb inside names its own actor again.

    Who may call it is a closed list (tests/security/test_second_wall.py).
    """
    with _naming((), reason):
        yield


@contextmanager
def holding(receipt: str) -> Iterator[None]:
    """Inside, write and read the one referral whose stored receipt (its slow hash) this is, and its messages: nobody else's.

    For a family, which acts for no agency: around bringing and around each use of a code. A verb inside must be by=None.
    """
    if not receipt.isalnum():
        raise ValueError("a stored receipt is letters and digits")
    with _naming((), f"{HELD}{receipt}"):
        yield


@contextmanager
def _naming(numbers: tuple[int, ...], reason: str) -> Iterator[None]:
    told = (",".join(str(one) for one in sorted(set(numbers))), str(reason))
    token = _named.set(_Named(audit.current(), told))
    try:
        yield
    finally:
        _named.reset(token)


def now() -> Told:
    """What a transaction is told that meets the wall at this point of the code."""
    acting, named = audit.current(), _named.get()
    own = acting.member if acting else None
    if own is not None and (named is None or named.inside is not acting):
        return str(own.agency_id), ""
    # the system acts for nobody, so what was said around it holds
    return NOBODY if named is None else named.told


_tables: set[str] = set()


def stand_around(*behind: type[models.Model]) -> None:
    """Name the models whose tables, and those of their history, the policies guard."""
    for model in behind:
        past = getattr(model, "history", None)
        _tables.update(one._meta.db_table for one in (model, past and past.model) if one)  # noqa: SLF001 - Django's documented way
    _meets.cache_clear()


def tables() -> frozenset[str]:
    """The tables behind the wall."""
    return frozenset(_tables)


@lru_cache(maxsize=TABLES_KEPT)
def _meets(sql: str) -> bool:
    return bool(_tables) and re.search(rf"\b(?:{'|'.join(sorted(_tables))})\b", sql) is not None


class _Gate:
    """Stands in one connection and knows what its transaction was told."""

    def __init__(self, connection: Any) -> None:
        self.connection, self.told = connection, NOBODY

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        text = sql if isinstance(sql, str) else sql.as_string(self.connection.connection)
        if self.connection.connection.pgconn.transaction_status == TransactionStatus.IDLE:
            self.told = NOBODY
        elif text.startswith("ROLLBACK TO"):
            self.told = UNKNOWN  # the database takes back with it what it was told since
        if not _meets(text):
            return execute(sql, params, many, context)
        if self.connection.get_autocommit():
            # what is told lasts for a transaction, so there has to be one
            with transaction.atomic(using=self.connection.alias):
                self._tell()
                return execute(sql, params, many, context)
        self._tell()
        return execute(sql, params, many, context)

    def _tell(self) -> None:
        wanted = now()
        if wanted == self.told:
            return
        with self.connection.wrap_database_errors:
            self.connection.connection.execute(TELL, wanted)
        self.told = wanted


def _stand_in(sender: Any, connection: Any, **kwargs: Any) -> None:
    if connection.vendor == "postgresql" and not any(isinstance(one, _Gate) for one in connection.execute_wrappers):
        # first: `execute_wrapper` takes the last one away when it ends
        connection.execute_wrappers.insert(0, _Gate(connection))


def begin() -> None:
    """Have every connection to PostgreSQL watched, from now on."""
    connection_created.connect(_stand_in, dispatch_uid="second wall")
    for connection in connections.all(initialized_only=True):
        _stand_in(None, connection)
