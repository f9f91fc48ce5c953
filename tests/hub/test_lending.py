"""A serving process keeps connections to its SQLite files, and no more of their log than the work of a moment."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction
from pytest_django import DjangoDbBlocker

from hub.sqlite import lending
from tests.hub.test_turns import apart, file_database, said, say

pytestmark = pytest.mark.pairless


def made(file: Path) -> Path:
    with closing(sqlite3.connect(file)) as one:
        one.execute("CREATE TABLE said (word text)")
    return file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return made(tmp_path / "lent.sqlite3")


@pytest.fixture
def alias(file: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with django_db_blocker.unblock(), file_database(file) as name:
        yield name


@pytest.fixture
def lends() -> Iterator[None]:
    lending.begin()
    try:
        yield
    finally:
        lending.end()


def opened(alias: str) -> Any:
    connections[alias].ensure_connection()
    return connections[alias].connection


def log_of(file: Path) -> int:
    log = file.with_name(f"{file.name}-wal")
    return log.stat().st_size if log.exists() else 0


def test_who_does_not_serve_opens_and_closes(alias: str, file: Path) -> None:
    first = opened(alias)
    say(alias, "one")
    connections[alias].close()
    assert lending.shelf_of(str(file)) is None
    assert opened(alias) is not first
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        first.execute("SELECT 1")


def test_who_serves_goes_on_with_what_was_given_back(lends: None, alias: str) -> None:
    first = opened(alias)
    say(alias, "one")
    connections[alias].close()
    found: list[Any] = []
    apart(lambda: found.append(opened(alias)), alias).join()
    assert found == [first]
    assert said(alias) == ["one"]
    assert opened(alias) is first


def test_two_at_once_have_two(lends: None, alias: str) -> None:
    first, found = opened(alias), list[Any]()
    apart(lambda: found.append(opened(alias)), alias).join()
    assert found != [first]


def test_what_was_not_ended_is_closed_and_undone(lends: None, alias: str) -> None:
    first = opened(alias)
    transaction.set_autocommit(False, using=alias)
    say(alias, "half")
    connections[alias].close()
    assert opened(alias) is not first
    assert said(alias) == []


def test_where_something_went_wrong_another_one_is_opened(lends: None, alias: str) -> None:
    first = opened(alias)
    with suppress(DatabaseError), connections[alias].cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")
    connections[alias].close()
    assert opened(alias) is not first


def test_a_file_that_was_put_in_its_place_is_opened(lends: None, alias: str, file: Path, tmp_path: Path) -> None:
    say(alias, "of the old one")
    connections[alias].close()
    for left in ("-wal", "-shm"):  # as a restore does (hub.core.dumping)
        file.with_name(f"{file.name}{left}").unlink()
    made(tmp_path / "other.sqlite3").rename(file)
    assert said(alias) == []


def test_as_many_are_kept_as_wait(lends: None, file: Path) -> None:
    shelf = lending.Shelf(str(file))
    several = [sqlite3.connect(file) for _one in range(lending.KEPT + 1)]
    kept = [shelf.give(one) for one in several]
    several[-1].close()
    shelf.close()
    assert kept == [True] * lending.KEPT + [False]
    assert shelf.take() is None


def test_log_is_written_into_the_file_while_it_is_used_and_emptied_when_it_is_not(lends: None, alias: str, file: Path) -> None:
    shelf = lending.shelf_of(str(file))
    assert shelf
    say(alias, "one that is redacted later")
    connections[alias].close()
    shelf.tend()
    assert b"redacted later" in file.read_bytes()
    shelf.tend()
    assert log_of(file) == 0


def test_who_reads_a_long_time_is_let_read_and_the_log_emptied_after(lends: None, alias: str, file: Path) -> None:
    shelf = lending.shelf_of(str(file))
    assert shelf
    say(alias, "one")
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        reader.executescript("BEGIN; SELECT * FROM said")
        say(alias, "two")
        connections[alias].close()
        for _turn in range(3):
            shelf.tend()
        assert log_of(file) > 0
    shelf.tend()
    assert log_of(file) == 0


def test_half_read_answers_do_not_keep_the_log(lends: None, alias: str, file: Path) -> None:
    shelf = lending.shelf_of(str(file))
    assert shelf
    for word in ("one", "two"):
        say(alias, word)
    with connections[alias].cursor() as cursor:
        half = cursor.cursor
        half.execute("SELECT word FROM said")
        half.fetchone()
        half_read = connections[alias].create_cursor()
        half_read.execute("SELECT word FROM said")
        half_read.fetchone()
    connections[alias].close()
    say(alias, "three")
    connections[alias].close()
    for _turn in range(2):
        shelf.tend()
    assert log_of(file) == 0
    with pytest.raises(sqlite3.ProgrammingError):
        half_read.fetchone()


def test_the_end_takes_the_log_away(alias: str, file: Path) -> None:
    lending.begin()
    say(alias, "one")
    connections[alias].close()
    assert file.with_name(f"{file.name}-wal").exists()
    lending.end()
    assert not file.with_name(f"{file.name}-wal").exists()


def test_a_file_that_is_gone_is_not_made_by_who_tends_it(lends: None, alias: str, file: Path) -> None:
    shelf = lending.shelf_of(str(file))
    assert shelf
    say(alias, "one")
    connections[alias].close()
    file.unlink()
    with pytest.raises(sqlite3.OperationalError):
        shelf.tend()
    assert not file.exists()
