"""Connections to PostgreSQL are lent newest first: the one that was given back last has its plans, and the processor's caches.

psycopg's pool lends in turn, so that every connection that was ever needed at once plans everything and none stays warm. It
takes a connection with `popleft` from an inner name, `_pool`, under `_lock`, which is all that this leans on. Once in ten
minutes it closes one that nobody needed, and takes that the same way: what the warm one had planned is planned again, in 40 ms.
"""

from collections import deque
from typing import Any

from django.db import connections


class Newest(deque[Any]):
    """A deque of which the newest is taken first."""

    def popleft(self) -> Any:
        """The last one that was put in."""
        return self.pop()


def begin() -> None:
    """Every pool of this process lends so, from now on."""
    every: Any = connections.all()
    for connection in every:
        if connection.vendor == "postgresql" and connection.pool:
            warm_first(connection.pool)


def warm_first(pool: Any) -> None:
    """This pool lends so; it may be in use already."""
    with pool._lock:  # noqa: SLF001 - as said above
        pool._pool = Newest(pool._pool)  # noqa: SLF001 - as said above
