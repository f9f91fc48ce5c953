"""Where data, messages and cached values live: embedded by default, on servers when the environment names them."""

from pathlib import Path
from typing import Any

import dj_database_url

from hub.settings.environment import number

# FULL: a ledger entry that was answered for must survive a power cut. WAL: readers never wait for a writer.
# secure_delete: what is deleted is overwritten with zeros and not merely forgotten.
SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
# No WAL: it would hold a destroyed key until somebody empties it. The journal that is used instead is gone after each write.
SQLITE_KEYS_PRAGMAS = "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA; PRAGMA secure_delete=ON;"
SQLITE_WAIT_SECONDS = 20
# Connections of one process. Twice the processes (a rolling deploy) times POOL_MAX must be fewer than PostgreSQL's own limit.
# reconnect_timeout: psycopg waits longer and longer between two attempts; so short, the next request is the next attempt.
POOL = {
    "min_size": number("HUBTABLE_POOL_MIN", 2),
    "max_size": number("HUBTABLE_POOL_MAX", 20),
    # A request that waits in a pool whose server is away is not woken by its return: so no longer than a screen may be behind.
    "timeout": number("HUBTABLE_POOL_WAIT", 3),
    "reconnect_timeout": 2,
}
# A server that vanished without a word is noticed in seconds, not in the system's hours.
LIBPQ = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    # Compiling a query costs more than any of ours takes: one page waited two seconds for it at a million situations.
    "options": "-c jit=off",
}
# Questions that are asked again and again are planned once a connection (hub.core.prepared), and no other ones: psycopg would
# prepare by itself what it met so often. To be turned off where a pooler lends one connection to many.
PREPARES = number("HUBTABLE_PREPARE", 1) > 0
NEVER_BY_ITSELF = 2**31
CACHE_WAIT_SECONDS = 1
LAYER_WAIT_SECONDS = 1


def database(url: str, file: Path, *, pragmas: str = SQLITE_PRAGMAS) -> dict[str, Any]:
    """Django's settings for one database; connections are never kept by a thread (they leak under ASGI)."""
    if not url:
        return sqlite(file, pragmas)
    settings: dict[str, Any] = {**dj_database_url.parse(url, conn_max_age=0, conn_health_checks=True)}
    if settings["ENGINE"] == "django.db.backends.postgresql":
        planned = {"prepare_threshold": NEVER_BY_ITSELF} if PREPARES else {}
        settings["OPTIONS"] = {**LIBPQ, **planned, **settings.get("OPTIONS", {}), "pool": dict(POOL)}
        return settings | {"PREPARES": PREPARES}
    return sqlite(Path(settings["NAME"]), pragmas)


def keys_database(url: str, file: Path) -> dict[str, Any]:
    """The same for the wrapped keys."""
    return database(url, file, pragmas=SQLITE_KEYS_PRAGMAS)


def sqlite(file: Path, pragmas: str = SQLITE_PRAGMAS) -> dict[str, Any]:
    """SQLite with one writer at a time from the start of each transaction, so that a lock is never upgraded midway.

    Writers of one process stand in a queue (`hub.sqlite`): SQLite's own waiting lets some starve.
    """
    return {
        "ENGINE": "hub.sqlite",
        "NAME": file,
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": SQLITE_WAIT_SECONDS,
            "init_command": pragmas,
        },
    }


def channel_layer(url: str, prefix: str) -> dict[str, Any]:
    """Pub/sub over Redis, because its queues do not drop messages silently when a process is slow; memory otherwise.

    `url` may name several servers with commas between them: each group lives on one of them, chosen by its name.
    """
    if not url:
        return {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    from redis.asyncio.retry import Retry as AsyncRetry  # an embedded installation starts without it
    from redis.backoff import NoBackoff

    # tried again by whoever needs it (hub.core.realtime), at once: redis-py's own pauses would outlast the outage
    patience = {"socket_connect_timeout": LAYER_WAIT_SECONDS, "retry": AsyncRetry(NoBackoff(), 1)}
    return {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": one.strip(), **patience} for one in url.split(",")], "prefix": prefix},
    }


def cache(url: str, prefix: str) -> dict[str, Any]:
    """Sign-in rate limits count here, so several processes need the one in Redis: the first, if groups are spread over more."""
    if not url:
        # Django's own limit, 300, would let anybody with as many addresses throw everybody's counts away
        options = {"MAX_ENTRIES": 100_000}
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": prefix, "OPTIONS": options}
    from redis.backoff import NoBackoff  # an embedded installation starts without it
    from redis.retry import Retry

    return {
        "BACKEND": "hub.spare_cache.SparedRedisCache",
        "LOCATION": url.partition(",")[0],
        "KEY_PREFIX": prefix,
        "OPTIONS": {
            "socket_timeout": CACHE_WAIT_SECONDS,
            "socket_connect_timeout": CACHE_WAIT_SECONDS,
            "retry": Retry(NoBackoff(), 0),
        },
    }
