"""Reading several things as they were at one moment, so that a page never mixes what was before a step with what came after."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction
from psycopg import IsolationLevel
from psycopg.pq import TransactionStatus


@contextmanager
def snapshot() -> Iterator[None]:
    """Every query inside sees the database at one moment, and none may write. Inside a transaction it changes nothing.

    Without it somebody else's step between two queries would be half seen: who may look from before, what is seen from after.
    """
    connection: Any = connections["default"]
    if connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()  # only then does it know its mode
    with _one_moment(connection) if connection.vendor == "postgresql" else _reading(connection), transaction.atomic():
        yield


@contextmanager
def _one_moment(connection: Any) -> Iterator[None]:
    """PostgreSQL is told with the word that begins the transaction."""
    server = connection.connection
    server.isolation_level, server.read_only = IsolationLevel.REPEATABLE_READ, True
    try:
        yield
    finally:
        if server.pgconn.transaction_status == TransactionStatus.IDLE:
            server.isolation_level = server.read_only = None
        else:
            server.close()  # lost or left open: one that can only read must not be lent to a writer


@contextmanager
def _reading(connection: Any) -> Iterator[None]:
    """SQLite opens transactions for writing (hub.settings.stores); a reader must not wait for the one writer."""
    mode, connection.transaction_mode = connection.transaction_mode, "DEFERRED"
    try:
        yield
    finally:
        connection.transaction_mode = mode
