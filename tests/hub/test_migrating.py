"""A migration that does not get its lock gives up: while it waits, everybody else waits behind it."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.live import installation, manage
from tests.servers import postgres

pytestmark = pytest.mark.pairless

SHOWN = """
from django.core.management import call_command
from django.db import connections
for _ in range(2):
    call_command("migrate", verbosity=0)
    for alias in connections:
        with connections[alias].cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            print(*cursor.fetchone())
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with postgres() as server, installation(tmp_path_factory.mktemp("migrating"), server=server.url) as environment:
        yield environment | {"HUBTABLE_LOCK_SECONDS": "1"}


def test_migration_gives_up_where_a_table_is_held_and_runs_when_it_is_free(house: dict[str, str]) -> None:
    # PGOPTIONS is what would have been set by hand; libpq takes it for nothing beside options of our own
    hasty = house | {"PGOPTIONS": "-c lock_timeout=60s"}
    with psycopg.connect(house["DATABASE_OWNER_URL"]) as reader:
        reader.execute("SELECT count(*) FROM django_session")
        with pytest.raises(RuntimeError, match="Somebody else held what a migration changes for 1 seconds") as told:
            manage(hasty, "migrate", "sessions", "zero")
        for said in ("of a migration in one transaction is undone", "an index that was left invalid must be dropped first"):
            assert said in str(told.value)
        assert reader.execute("SELECT to_regclass('django_session')::text").fetchone() == ("django_session",)
    assert "Unapplying sessions.0001_initial... OK" in manage(hasty, "migrate", "sessions", "zero")
    assert "Applying sessions.0001_initial... OK" in manage(hasty, "migrate", "sessions")


def test_other_failures_are_told_as_they_are(house: dict[str, str]) -> None:
    with psycopg.connect(house["DATABASE_OWNER_URL"]) as reader:
        reader.execute("ALTER ROLE CURRENT_USER SET statement_timeout = '1s'")
        reader.commit()
        reader.execute("SELECT count(*) FROM django_session")
        with pytest.raises(RuntimeError, match="OperationalError: canceling statement due to statement timeout"):
            manage(house | {"HUBTABLE_LOCK_SECONDS": "0"}, "migrate", "sessions", "zero")
        reader.execute("ALTER ROLE CURRENT_USER RESET statement_timeout")


@pytest.mark.parametrize("role", ["DATABASE_OWNER_URL", "DATABASE_URL"])
def test_who_goes_on_in_the_same_process_waits_as_before(house: dict[str, str], role: str) -> None:
    # the second: one role does everything, as where no owner is named
    roles = {name: house[name.replace("DATABASE_URL", "DATABASE_OWNER_URL")] for name in ("DATABASE_URL", "KEYS_DATABASE_URL")}
    alone = house if role == "DATABASE_OWNER_URL" else house | roles | {"DATABASE_OWNER_URL": "", "KEYS_DATABASE_OWNER_URL": ""}
    assert manage(alone, "shell", "--no-imports", "-c", SHOWN).split() == ["0"] * 4


def test_embedded_migrates_without_such_locks(tmp_path: Path) -> None:
    with installation(tmp_path, server="") as environment:
        assert "No migrations to apply" in manage(environment, "migrate")
