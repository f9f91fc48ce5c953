"""Reading several things as they were at one moment, so that a page never mixes what was before a step with what came after."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction


@contextmanager
def snapshot() -> Iterator[None]:
    """Every query inside sees the database at one moment, and none may write. Inside a transaction it changes nothing.

    Without it somebody else's step between two queries would be half seen: who may look from before, what is seen from after.
    """
    connection: Any = connections["default"]
    if connection.in_atomic_block:
        yield
        return
    with _reading(connection), transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


@contextmanager
def _reading(connection: Any) -> Iterator[None]:
    """SQLite opens transactions for writing (hub.settings.stores); a reader must not wait for the one writer."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()  # only then does it know its mode
    mode, connection.transaction_mode = connection.transaction_mode, "DEFERRED"
    try:
        yield
    finally:
        connection.transaction_mode = mode
