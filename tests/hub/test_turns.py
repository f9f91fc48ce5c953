"""Writers to one SQLite file take turns: nobody is passed by, and a turn ends however its transaction ends."""

import gc
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, path
from pytest_django import DjangoDbBlocker

from hub.core import access
from hub.settings import stores
from hub.sqlite.base import DatabaseWrapper
from hub.sqlite.turns import TooManyWriters, Turns, turns_of

pytestmark = pytest.mark.pairless
WRITERS, ROUNDS = 8, 12


def settings_of(file: Path, timeout: float) -> dict[str, Any]:
    chosen = stores.sqlite(file)
    chosen["OPTIONS"]["timeout"] = timeout
    given = {"ATOMIC_REQUESTS": False, "AUTOCOMMIT": True, "CONN_HEALTH_CHECKS": False, "TIME_ZONE": None}
    return chosen | given | {"HOST": "", "PORT": "", "USER": "", "PASSWORD": "", "TEST": {}}


@contextmanager
def file_database(file: Path, timeout: float = 20) -> Iterator[str]:
    """A database of this test's own, under an alias: every thread has a connection of its own to it."""
    connections.settings["other"] = settings_of(file, timeout)
    try:
        yield "other"
    finally:
        connections["other"].close()
        del connections["other"]
        del connections.settings["other"]


@pytest.fixture
def other(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with closing(sqlite3.connect(tmp_path / "other.sqlite3")) as made:
        made.execute("CREATE TABLE said (word text)")
    with django_db_blocker.unblock(), file_database(tmp_path / "other.sqlite3") as alias:
        yield alias


def say(alias: str, word: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute("INSERT INTO said VALUES (%s)", [word])


def said(alias: str) -> list[str]:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT word FROM said ORDER BY rowid")
        return [word for (word,) in cursor.fetchall()]


def holds_a_turn(alias: str) -> bool:
    connection: Any = connections[alias]
    return connection._turn is not None


def apart(act: Callable[[], object], alias: str) -> threading.Thread:
    def run() -> None:
        try:
            act()
        finally:
            connections[alias].close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def until_waiting(alias: str, count: int) -> None:
    turns, pause = turns_of(str(connections[alias].settings_dict["NAME"])), threading.Event()
    while turns.waiting() < count:
        pause.wait(0.005)


def write_many(alias: str, name: str) -> None:
    for _round in range(ROUNDS):
        with transaction.atomic(using=alias):
            say(alias, name)


def test_eight_writers_are_let_in_in_the_order_in_which_they_came(other: str) -> None:
    threads = []
    with transaction.atomic(using=other):
        for number in range(WRITERS):
            threads.append(apart(lambda number=number: write_many(other, str(number)), other))  # type: ignore[misc]
            until_waiting(other, number + 1)
    for one in threads:
        one.join()
    words = said(other)
    assert len(words) == WRITERS * ROUNDS
    assert words[:WRITERS] == [str(number) for number in range(WRITERS)]
    # nobody writes twice more while another one waits who has more to write: counted in turns, whatever the machine does
    for name in set(words):
        places = [place for place, word in enumerate(words) if word == name]
        assert max(after - before for before, after in pairwise(places)) <= 2 * WRITERS


@pytest.mark.parametrize("ending", ["commit", "rollback", "close", "savepoint", "statement"])
def test_a_turn_ends_with_its_transaction_however_that_ends(other: str, ending: str) -> None:
    if ending == "commit":
        with transaction.atomic(using=other):
            say(other, "kept")
    elif ending == "statement":
        say(other, "kept")
    elif ending == "savepoint":
        with transaction.atomic(using=other):
            say(other, "kept")
            with suppress(ZeroDivisionError), transaction.atomic(using=other):
                say(other, "undone")
                raise ZeroDivisionError
            assert holds_a_turn(other)
    else:
        with suppress(ZeroDivisionError), transaction.atomic(using=other):
            say(other, "undone")
            if ending == "close":
                connections[other].close()
            raise ZeroDivisionError
    assert not holds_a_turn(other)
    apart(lambda: say(other, "next"), other).join()
    assert said(other) == (["next"] if ending in {"rollback", "close"} else ["kept", "next"])


def test_a_statement_that_fails_gives_its_turn_back(other: str) -> None:
    with pytest.raises(OperationalError, match="no such table"), connections[other].cursor() as cursor:
        cursor.execute("INSERT INTO nowhere VALUES (1)")
    apart(lambda: say(other, "next"), other).join()
    assert said(other) == ["next"]


def test_readers_never_wait_for_a_turn(other: str) -> None:
    say(other, "before")
    seen: list[list[str]] = []

    def read() -> None:
        connection: Any = connections[other]
        connection.ensure_connection()
        connection.transaction_mode = "DEFERRED"
        with transaction.atomic(using=other):
            seen.append(said(other))

    with transaction.atomic(using=other):
        say(other, "not yet")
        apart(read, other).join()
    assert seen == [["before"]]


def test_a_thread_that_ends_inside_a_transaction_leaves_no_turn_behind(other: str) -> None:
    def begin() -> None:
        transaction.atomic(using=other).__enter__()
        say(other, "lost")

    thread = threading.Thread(target=begin)
    thread.start()
    thread.join()
    del thread
    gc.collect()
    say(other, "next")
    assert said(other) == ["next"]


def test_a_turn_whose_connection_is_gone_is_given_away() -> None:
    class Connection:
        pass

    turns, holder, other = Turns(), Connection(), Connection()
    turns.take(holder, 1)
    with pytest.raises(TooManyWriters):
        turns.take(other, 0)
    del holder
    gc.collect()
    turns.give_back(turns.take(other, 1))
    assert turns.waiting() == 0


def test_one_file_has_one_queue_however_its_path_is_written(tmp_path: Path) -> None:
    (tmp_path / "deeper").mkdir()
    turns = turns_of(str(tmp_path / "x"))
    assert turns is turns_of(str(tmp_path / "deeper" / ".." / "x"))
    assert turns is not turns_of(str(tmp_path / "y"))


def test_a_wait_that_is_too_long_ends_as_sqlites_own_does(other: str) -> None:
    file = Path(connections[other].settings_dict["NAME"])
    late: Any = DatabaseWrapper(settings_of(file, 0.05), "late")
    with transaction.atomic(using=other), pytest.raises(OperationalError, match="database is locked"):
        late.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    late.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    late.rollback()
    late.close()
    say(other, "next")


@access.public("GET", "POST")
def locked(request: HttpRequest) -> HttpResponse:
    raise OperationalError("database is locked")


urlpatterns: list[URLPattern | URLResolver] = [path("locked", locked)]
handler500 = "hub.requests.broken"


@pytest.mark.django_db
@override_settings(ROOT_URLCONF="tests.hub.test_turns")
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_database_that_is_busy_is_said_in_plain_words(method: str) -> None:
    answer = getattr(Client(), method)("/locked")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"
    assert "HubTable is busy" in answer.content.decode()
    assert "locked" not in answer.content.decode()
