"""A planned question is answered as psycopg would answer it, is planned once, and outlives what makes its plan out of date."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest
from psycopg.pq import TransactionStatus

from hub.core import planned
from hub.core.planned import Planned
from tests.servers import postgres

pytestmark = pytest.mark.pairless

ASKED = "SELECT id, name FROM things WHERE id = %s"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres() as running:
        yield running.url


@pytest.fixture
def connection(server: str) -> Iterator["psycopg.Connection[Any]"]:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS things")
        connection.execute("CREATE TABLE things (id bigint PRIMARY KEY, name text, day date, at timestamptz)")
        connection.execute(
            "INSERT INTO things VALUES (7, 'seven', '2026-11-22', '2026-11-22 12:00+00'), (70000, 'more', NULL, NULL)"
        )
        yield connection


def ask(connection: "psycopg.Connection[Any]", sql: str, *values: Any) -> list[Any]:
    asked = Planned(connection)
    asked.execute(sql, values)
    return asked.fetchall()


def plans(connection: "psycopg.Connection[Any]") -> int:
    [(count,)] = connection.execute("SELECT count(*) FROM pg_prepared_statements").fetchall()
    return int(count)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("id", 7), ("id", 70000), ("id", 2**40), ("name", "seven"), ("name", "' OR true --"), ("name", None),
        ("day", date(2026, 11, 22)), ("at", datetime(2026, 11, 22, 12, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_it_is_answered_as_psycopg_would(connection: "psycopg.Connection[Any]", column: str, value: object) -> None:
    sql = f"SELECT *, 'what holds 100%%' FROM things WHERE {column} = %s"  # noqa: S608 - our own columns
    assert ask(connection, sql, value) == connection.execute(sql, [value]).fetchall()


def test_it_is_planned_once_for_small_and_large_numbers(connection: "psycopg.Connection[Any]") -> None:
    for number in (7, 70000, 2**40, 7):
        ask(connection, ASKED, number)
    assert plans(connection) == 1


def test_the_transaction_that_is_due_begins_with_it_and_undoing_that_keeps_the_plan(
    connection: "psycopg.Connection[Any]",
) -> None:
    connection.autocommit = False
    ask(connection, ASKED, 7)
    assert connection.info.transaction_status == TransactionStatus.INTRANS
    connection.rollback()
    assert ask(connection, ASKED, 7) == [(7, "seven")]
    assert plans(connection) == 1


@pytest.mark.parametrize("meanwhile", ["ALTER TABLE things ALTER name TYPE varchar(40)", "DEALLOCATE ALL"])
def test_a_table_of_another_shape_is_planned_for_anew(connection: "psycopg.Connection[Any]", meanwhile: str) -> None:
    ask(connection, ASKED, 7)
    connection.execute(meanwhile)
    assert ask(connection, ASKED, 7) == [(7, "seven")]
    connection.execute("ALTER TABLE things ALTER name TYPE char(5)")
    with pytest.raises(psycopg.errors.FeatureNotSupported), connection.transaction():
        ask(connection, ASKED, 7)
    assert ask(connection, ASKED, 7) == [(7, "seven")]


def test_no_more_plans_are_kept_than_the_server_has_room_for(
    connection: "psycopg.Connection[Any]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planned, "KEPT", 3)
    for turn in range(8):
        assert ask(connection, f"SELECT {turn} + id FROM things WHERE id = %s", 7) == [(turn + 7,)]  # noqa: S608 - a number
        assert ask(connection, ASKED, 7) == [(7, "seven")]
    assert plans(connection) == 3


def test_refusals_and_a_server_that_has_gone_have_their_names(connection: "psycopg.Connection[Any]", server: str) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable):
        ask(connection, "SELECT * FROM nothing WHERE id = %s", 7)
    ask(connection, ASKED, 7)
    with psycopg.connect(server, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [connection.info.backend_pid])
    with pytest.raises(psycopg.OperationalError):
        ask(connection, ASKED, 7)
