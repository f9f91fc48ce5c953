"""Questions that PostgreSQL plans once a connection: values go apart from the SQL, and nothing else is done on the way.

psycopg's own cursors do the same in four times the processor time (they count, look for pipelines, poll, and may be used in
many ways). Of its inner names this leans on one, `_start_query`, which begins the transaction that is due.
"""

from collections import OrderedDict
from collections.abc import Sequence
from itertools import count
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import FeatureNotSupported, InvalidSqlStatementName, error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.types.numeric import Int8

KEPT = 200
"""Plans of one connection; each takes PostgreSQL some 50 KB."""
OUTDATED = (FeatureNotSupported, InvalidSqlStatementName)
"""A table has another shape since (a migration beside a serving process), or somebody discarded the plans."""

Name = tuple[str, tuple[int, ...]]
"""The SQL, and the types of what stands in it."""


class _Plans:
    """What one connection has planned."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self.adapting = Transformer(connection)
        self.names: OrderedDict[Name, bytes] = OrderedDict()
        self.numbers = count(1)


_plans: "WeakKeyDictionary[psycopg.Connection[Any], _Plans]" = WeakKeyDictionary()


class _Said(NamedTuple):
    query: bytes


class Planned:
    """As much of a cursor as is needed to ask one question. Raises what psycopg's would."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection, self._rows = connection, list[Any]()
        self._sql = ""

    @property
    def _query(self) -> _Said:
        """Where Django looks for what was said when it keeps a list of questions."""
        return _Said(_numbered(self._sql, self._sql.replace("%%", "").count("%s")).encode())

    def execute(self, sql: str, params: Sequence[Any] = ()) -> None:
        """Ask, and take the answer in."""
        connection, self._sql = self._connection, sql
        plans = _plans.get(connection)
        if plans is None:
            plans = _plans[connection] = _Plans(connection)
        server = connection.pgconn
        if not connection.autocommit and server.transaction_status == TransactionStatus.IDLE:
            connection.wait(connection._start_query())  # noqa: SLF001 - psycopg has no other word for it
        try:
            self._rows = _asked(server, plans, sql, params)
        except OUTDATED:
            plans.names.clear()
            if server.transaction_status != TransactionStatus.IDLE:
                raise  # the transaction is lost; the next one plans anew
            self._rows = _asked(server, plans, sql, params)

    def fetchall(self) -> list[Any]:
        """The rows of the answer."""
        return self._rows

    def close(self) -> None:
        """Nothing is left open."""


def _asked(server: Any, plans: _Plans, sql: str, params: Sequence[Any]) -> list[Any]:
    adapting = plans.adapting
    # psycopg takes the narrowest type for each number, and so would plan anew for every mixture of small and large ones
    params = [Int8(one) if type(one) is int else one for one in params]
    values = adapting.dump_sequence(params, [PyFormat.AUTO] * len(params))
    place = (sql, adapting.types or ())
    name = plans.names.get(place)
    if name is None:
        name = plans.names[place] = _planned(server, plans, place)
    else:
        plans.names.move_to_end(place)
    result = server.exec_prepared(name, values, adapting.formats)
    _require(server, result, ExecStatus.TUPLES_OK)
    adapting.set_pgresult(result)
    rows = adapting.load_rows(0, result.ntuples, tuple)
    adapting.set_pgresult(None)
    return rows


def _planned(server: Any, plans: _Plans, place: Name) -> bytes:
    sql, types = place
    if len(plans.names) >= KEPT:
        _place, oldest = plans.names.popitem(last=False)
        _require(server, server.exec_(b"DEALLOCATE " + oldest), ExecStatus.COMMAND_OK)
    name = b"planned_%d" % next(plans.numbers)
    _require(server, server.prepare(name, _numbered(sql, len(types)).encode(), types), ExecStatus.COMMAND_OK)
    return name


def _numbered(sql: str, values: int) -> str:
    return sql % tuple(f"${number}" for number in range(1, values + 1))


def _require(server: Any, result: Any, wanted: ExecStatus) -> None:
    if result.status == wanted:
        return
    if server.status == ConnStatus.BAD:
        raise psycopg.OperationalError(result.get_error_message())
    raise error_from_result(result)
