"""Redis as Django's cache, with this process's own memory in its place while Redis is away.

What is counted here are attempts to sign in. Without Redis each process counts by itself: limits become as many times wider as
there are processes, and nobody is locked out of a meeting because a cache is away.
"""

import logging
from threading import Lock
from time import monotonic
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from hub.core import measures

log = logging.getLogger(__name__)

LEAVE_ALONE_SECONDS = 5.0
"""For so long after a failure Redis is not asked: otherwise every request would wait for it anew."""


class Absence:
    """Until when Redis is left alone; one for all threads, because each has a cache object of its own."""

    def __init__(self) -> None:
        self._until, self._lock = 0.0, Lock()

    def lasts(self) -> bool:
        """Whether Redis is left alone at the moment."""
        return monotonic() < self._until

    def begin(self, error: RedisError) -> None:
        """Redis did not answer. Told once for each time that it is left alone."""
        with self._lock:
            first, self._until = not self.lasts(), monotonic() + LEAVE_ALONE_SECONDS
        if first:
            log.warning("Redis does not answer (%s); this process counts by itself", error)


absences: dict[str, Absence] = {}
"""By address."""


class SparedRedisCache(RedisCache):
    """Django's Redis cache; every primitive of it falls back."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._spare = LocMemCache(f"spare {server}", {name: value for name, value in params.items() if name != "OPTIONS"})
        self._absence = absences.setdefault(str(server), Absence())

    def _ask(self, name: str, *args: Any, **options: Any) -> Any:
        if not self._absence.lasts():
            try:
                return getattr(super(), name)(*args, **options)
            except RedisError as failed:
                self._absence.begin(failed)
        measures.SPARE_CACHE.inc()
        return getattr(self._spare, name)(*args, **options)

    def add(self, *args: Any, **options: Any) -> Any:
        """As Django's."""
        return self._ask("add", *args, **options)

    def get(self, *args: Any, **options: Any) -> Any:
        """As Django's."""
        return self._ask("get", *args, **options)

    def set(self, *args: Any, **options: Any) -> Any:
        """As Django's."""
        return self._ask("set", *args, **options)

    def touch(self, *args: Any, **options: Any) -> Any:
        """As Django's."""
        return self._ask("touch", *args, **options)

    def delete(self, *args: Any, **options: Any) -> Any:
        """As Django's."""
        return self._ask("delete", *args, **options)

    def get_many(self, *args: Any, **options: Any) -> Any:
        """As Django's."""
        return self._ask("get_many", *args, **options)

    def has_key(self, *args: Any, **options: Any) -> Any:
        """As Django's."""
        return self._ask("has_key", *args, **options)

    def incr(self, *args: Any, **options: Any) -> Any:
        """As Django's."""
        return self._ask("incr", *args, **options)

    def set_many(self, *args: Any, **options: Any) -> Any:
        """As Django's."""
        return self._ask("set_many", *args, **options)

    def delete_many(self, *args: Any, **options: Any) -> Any:
        """As Django's."""
        return self._ask("delete_many", *args, **options)

    def clear(self) -> Any:
        """As Django's."""
        return self._ask("clear")
