"""Questions to the database that are asked at every change of a board: put into SQL once, asked many times.

Django builds the SQL of a query set anew each time, which takes several times as long as the database takes to answer.
`Prepared` keeps what Django built (the SQL, and how its columns become records) and never what was answered. PostgreSQL keeps
its plan of the SQL for each connection, where the settings allow it (`PREPARES` of hub.settings.stores).
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.models import query as django_query
from django.db.transaction import TransactionManagementError

from hub.core import unchanged
from hub.core.planned import Planned

Row = TypeVar("Row")
Value = int | str | date
Rows = unchanged.Rows
Inner: Any = django_query  # whose stubs are of another version of Django
NOBODY = -2_000_000_000
"""Below every id, and still a number that every database takes."""


@dataclass(frozen=True)
class _Models:
    """As Django's ModelIterable, with what follows from the question alone worked out once."""

    model: Any
    names: list[str]
    columns: slice
    beside: list[Any]
    noted: list[tuple[str, int]]

    @classmethod
    def of(cls, compiler: Any) -> "_Models":
        model, fields = compiler.klass_info["model"], compiler.klass_info["select_fields"]
        columns = slice(fields[0], fields[-1] + 1)
        names = [one[0].target.attname for one in compiler.select[columns]]
        beside = Inner.get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)
        return cls(model, names, columns, beside, list((compiler.annotation_col_map or {}).items()))

    def made(self, rows: Iterable[Any]) -> list[Any]:
        found = []
        for row in rows:
            one = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.columns])
            for joined in self.beside:
                joined.populate(row, one)
            for name, at in self.noted:
                setattr(one, name, row[at])
            found.append(one)
        return found


@dataclass(frozen=True)
class _Built:
    """What Django made of a query set: compiler, SQL, and its parameters, each a constant or the place of a value.

    `converted`: the few columns that this kind of database does not give as Python has them.
    """

    rows: Any
    models: "_Models | None"
    compiler: Any
    converted: tuple[tuple[int, Any], ...]
    sql: str
    params: tuple[Any, ...]
    places: dict[Any, tuple[str, int]]
    locks: bool
    beside: int | None

    def records(self, connection: Any, rows: Rows) -> list[Any]:
        """What Django makes of these rows."""
        if not rows:
            return []
        compiler = object.__new__(type(self.compiler))
        vars(compiler).update(vars(self.compiler), connection=connection)
        if self.models is not None:
            converters = self._converters(connection)
            return self.models.made(compiler.apply_converters(rows, converters) if converters else rows)
        compiler.execute_sql = lambda *_args, **_more: [rows]
        compiler.get_converters = lambda _columns: self._converters(connection)
        query = SimpleNamespace(get_compiler=lambda *_args, **_more: compiler)
        return list(self.rows(SimpleNamespace(db=DEFAULT_DB_ALIAS, query=query, _known_related_objects={})))

    def _converters(self, connection: Any) -> dict[int, tuple[list[Any], Any]]:
        made_of = connection.ops.get_db_converters
        return {at: (made_of(one) + one.get_db_converters(connection), one) for at, one in self.converted}

    def taken_over(self, connection: Any, known: unchanged.Unchanged, place: Hashable, rows: Rows) -> list[Any]:
        """The same, with the records of equal rows of the snapshot before."""
        at = self.beside
        if at is None or len(rows) != 1:
            return known.records(place, rows, lambda changed: self.records(connection, changed))
        [row] = rows
        found = known.records(place, [row[:at] + row[at + 1 :]], lambda _changed: self.records(connection, rows))
        setattr(found[0], self.compiler.select[at][0].target.attname, row[at])
        return found


class Prepared(Generic[Row]):
    """`Prepared(lambda table: Seat.objects.filter(table=table))(table=3)`: the rows, as the query set would give them.

    `build` is given a stand-in for each value (an id, a word, a day, a moment, or a collection of ids) and may only filter by
    it. It is called once for each kind of database, and for each size of its collections in powers of two. It cannot prefetch.
    Raises TransactionManagementError, as Django does, for rows that are to be locked outside of a transaction.

    `beside`: for questions with one answer, a column that makes no other record of it when it changes (a cursor). See
    `hub.core.unchanged`, without which every answer is a new record.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]], *, beside: str = "") -> None:
        self._build, self._beside = build, beside
        self._built: dict[Hashable, _Built] = {}

    def __call__(self, **values: Value | Collection[int]) -> list[Row]:
        connection: Any = connections[DEFAULT_DB_ALIAS]
        wide = {name: _padded(value) for name, value in values.items()}
        shape = (connection.vendor, *((name, len(one), isinstance(values[name], Value)) for name, one in wide.items()))
        built = self._built.get(shape)
        if built is None:
            built = self._built[shape] = self._made(connection, values, wide)
        if built.locks and connection.get_autocommit():
            raise TransactionManagementError("rows are locked only inside a transaction")
        rows, known = _answer(connection, built, wide), unchanged.at_hand()
        if known is None or built.locks:
            return built.records(connection, rows)
        # what a moment passes for differs each time, and decides nothing about what its rows are made into
        place = (self, *(tuple(wide[name]) for name, one in values.items() if not isinstance(one, datetime)))
        return built.taken_over(connection, known, place, rows)

    def first(self, **values: Value | Collection[int]) -> Row | None:
        """The first row, if there is one: for questions with one answer."""
        return next(iter(self(**values)), None)

    def _made(self, connection: Any, values: dict[str, Any], wide: dict[str, list[Any]]) -> _Built:
        numbers = count(1)
        standing = {name: [_stand_in(one, next(numbers)) for one in value] for name, value in wide.items()}
        asked = {name: one[0] if isinstance(values[name], Value) else one for name, one in standing.items()}
        rows: Any = self._build(**asked)
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        places = {
            _adapted(one, connection): (name, place) for name, value in standing.items() for place, one in enumerate(value)
        }
        converted = compiler.get_converters([one[0] for one in compiler.select[: compiler.col_count]])
        compiler.connection = None  # this thread's; each question brings its own
        made = rows._iterable_class  # noqa: SLF001 - Django has no other word for how rows become records
        names = [getattr(one[0], "target", None) and one[0].target.attname for one in compiler.select]
        beside = names.index(self._beside) if self._beside else None
        return _Built(
            made, _Models.of(compiler) if made is Inner.ModelIterable else None, compiler,
            tuple((at, one) for at, (_how, one) in converted.items()), sql, tuple(params), places,
            bool(rows.query.select_for_update), beside,
        )  # fmt: skip


def _answer(connection: Any, built: _Built, wide: dict[str, list[Any]]) -> Rows:
    return ask(connection, built.sql, tuple(_filled(connection, built, wide)))


def ask(connection: Any, sql: str, params: tuple[Any, ...]) -> Rows:
    """The rows that the database gives for this SQL, which it plans once a connection where it can."""
    if connection.vendor != "postgresql" or not connection.settings_dict.get("PREPARES"):
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            rows: Rows = cursor.fetchall()
            return rows
    connection.ensure_connection()
    planned = Planned(connection.connection)
    if connection.queries_logged:
        with connection._prepare_cursor(planned) as cursor:  # noqa: SLF001 - as Django makes its own, which it then watches
            cursor.execute(sql, params)
    else:
        _watched(connection, planned, sql, params)
    return planned.fetchall()


def _watched(connection: Any, planned: Planned, sql: str, params: tuple[Any, ...]) -> None:
    """As Django's own cursor asks: past everybody who watches the connection (the second wall among them), and no more."""

    def ask(sql: str, params: Any, *_many_and_context: Any) -> None:
        planned.execute(sql, params)

    connection.validate_no_broken_transaction()
    asked: Callable[..., None] = ask
    for one in reversed(connection.execute_wrappers):
        asked = partial(one, asked)
    with connection.wrap_database_errors:
        asked(sql, params, False, {"connection": connection, "cursor": planned})


def _padded(value: Value | Collection[int]) -> list[Any]:
    if isinstance(value, Value):
        return [value]
    wide = list(value) or [NOBODY]
    return wide + wide[-1:] * ((1 << (len(wide) - 1).bit_length()) - len(wide))


def _stand_in(value: Value, number: int) -> Value:
    if isinstance(value, datetime):
        return datetime(1, 1, 1, tzinfo=UTC) + timedelta(days=number)
    if isinstance(value, str):
        return f"stand-in {number}"
    return date(1, 1, 1) + timedelta(days=number) if isinstance(value, date) else NOBODY - number


def _adapted(value: Value, connection: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _filled(connection: Any, built: _Built, wide: dict[str, list[Any]]) -> Iterator[Any]:
    for one in built.params:
        place = built.places.get(one)
        if place is None:
            yield one
            continue
        value = wide[place[0]][place[1]]
        # psycopg's own numbers say how wide the column is
        yield type(one)(value) if isinstance(value, int) else _adapted(value, connection)
