"""Where data, messages and cached values live: embedded by default, on servers when the environment names them."""

from pathlib import Path
from typing import Any

import dj_database_url

# FULL: a ledger entry that was answered for must survive a power cut. WAL: readers never wait for a writer.
SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
SQLITE_WAIT_SECONDS = 20


def database(url: str, data: Path) -> dict[str, Any]:
    """Django's settings for one database; connections are never kept by a thread (they leak under ASGI)."""
    if not url:
        return sqlite(data / "hubtable.sqlite3")
    settings: dict[str, Any] = {**dj_database_url.parse(url, conn_max_age=0)}
    if settings["ENGINE"] == "django.db.backends.postgresql":
        settings["OPTIONS"] = {
            **settings.get("OPTIONS", {}),
            "pool": {"min_size": 1, "max_size": 20, "timeout": 10},
        }
        return settings
    return sqlite(Path(settings["NAME"]))


def sqlite(file: Path) -> dict[str, Any]:
    """SQLite with one writer at a time from the start of each transaction, so that a lock is never upgraded midway."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": SQLITE_WAIT_SECONDS,
            "init_command": SQLITE_PRAGMAS,
        },
    }


def channel_layer(url: str, prefix: str) -> dict[str, Any]:
    """Pub/sub over Redis, because its queues do not drop messages silently when a process is slow; memory otherwise."""
    if not url:
        return {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    return {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [url], "prefix": prefix},
    }


def cache(url: str, prefix: str) -> dict[str, Any]:
    """Sign-in rate limits count here, so several processes need the one in Redis."""
    if not url:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": prefix}
    return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url, "KEY_PREFIX": prefix}
