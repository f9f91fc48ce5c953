from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections

from hub.settings import stores


@pytest.mark.pairless
def test_database_defaults_to_a_durable_embedded_file() -> None:
    chosen = stores.database("", Path("/data/hubtable.sqlite3"))
    assert chosen["NAME"] == Path("/data/hubtable.sqlite3")
    assert chosen["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in chosen["OPTIONS"]["init_command"]


@pytest.mark.pairless
def test_database_named_by_url_is_pooled_and_keeps_no_connection() -> None:
    chosen = stores.database("postgresql://hub:word@db:5432/hub", Path("/data/x"))
    assert (chosen["ENGINE"], chosen["HOST"], chosen["NAME"]) == (
        "django.db.backends.postgresql",
        "db",
        "hub",
    )
    assert chosen["CONN_MAX_AGE"] == 0
    assert chosen["CONN_HEALTH_CHECKS"]
    assert chosen["OPTIONS"]["pool"]["max_size"] == 20
    assert chosen["OPTIONS"]["connect_timeout"] == 5


@pytest.mark.pairless
def test_sqlite_named_by_url_is_as_durable_as_the_default() -> None:
    assert stores.database("sqlite:////data/x.sqlite3", Path("/elsewhere/y")) == stores.sqlite(Path("/data/x.sqlite3"))


@pytest.mark.pairless
def test_keys_in_a_file_leave_no_log_of_what_was_destroyed() -> None:
    chosen = stores.keys_database("", Path("/data/keys.sqlite3"))
    assert chosen["NAME"] == Path("/data/keys.sqlite3")
    assert "journal_mode=DELETE" in chosen["OPTIONS"]["init_command"]
    assert "secure_delete=ON" in chosen["OPTIONS"]["init_command"]


@pytest.mark.pairless
def test_layer_and_cache_are_in_memory_without_redis() -> None:
    assert stores.channel_layer("", "hub")["BACKEND"].endswith("InMemoryChannelLayer")
    assert stores.cache("", "hub")["BACKEND"].endswith("LocMemCache")


@pytest.mark.pairless
def test_layer_and_cache_share_redis_when_named() -> None:
    layer, cache = (
        stores.channel_layer("redis://redis:6379", "hub"),
        stores.cache("redis://redis:6379", "hub"),
    )
    assert (layer["CONFIG"]["prefix"], [one["address"] for one in layer["CONFIG"]["hosts"]]) == ("hub", ["redis://redis:6379"])
    assert (cache["LOCATION"], cache["KEY_PREFIX"]) == ("redis://redis:6379", "hub")


@pytest.mark.pairless
def test_layer_is_spread_over_as_many_servers_as_are_named() -> None:
    hosts = stores.channel_layer("redis://one:6379, redis://two:6379", "hub")["CONFIG"]["hosts"]
    assert [one["address"] for one in hosts] == ["redis://one:6379", "redis://two:6379"]


def test_tests_run_on_the_pair_that_was_asked_for(db: None) -> None:
    on_postgres = connection.vendor == "postgresql"
    assert on_postgres == bool(settings.DATABASE_URL)
    assert connections["keys"].vendor == connection.vendor
    assert on_postgres == settings.CACHES["default"]["BACKEND"].endswith("RedisCache")
