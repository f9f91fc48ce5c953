"""The backend itself, by the name under which Django looks for it: `ENGINE = "hub.sqlite"`."""

from collections.abc import Callable
from functools import cached_property, lru_cache, partial
from typing import Any
from weakref import WeakSet

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from hub.sqlite import lending
from hub.sqlite.turns import TooManyWriters, Turn, Turns, turns_of

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
LONGEST = max(map(len, WRITES))
STATEMENTS = 512
"""As many as are remembered: how Django's words read in SQLite's, and what a connection has compiled of them."""

Django: Any = base.DatabaseWrapper  # whose stubs leave out what a backend may override


class DatabaseWrapper(Django):
    """Before a transaction for writing begins, and before a single writing statement outside of one, it waits for its turn.

    The turn ends with the transaction, however that ends: commit, rollback, close, a thread that dies. Readers (DEFERRED)
    never wait. Raises OperationalError ("database is locked", as SQLite itself would) after the `timeout` of the options.
    """

    _turn: Turn | None = None

    def get_connection_params(self) -> Any:
        return {"cached_statements": STATEMENTS, **super().get_connection_params()}

    def get_new_connection(self, conn_params: Any) -> Any:
        self._cursors: WeakSet[Cursor] = WeakSet()
        return (self._shelf and self._shelf.take()) or super().get_new_connection(conn_params)

    def create_cursor(self, name: Any = None) -> Any:
        cursor = self.connection.cursor(factory=Cursor)
        cursor.wrapper = self
        self._cursors.add(cursor)
        return cursor

    def take_turn(self) -> None:
        """Waits until this connection may write, unless it may already. A database in memory has no second writer."""
        if self._turn is None and not self.is_in_memory_db():
            try:
                self._turn = self._turns.take(self, self.settings_dict["OPTIONS"].get("timeout", 5.0))
            except TooManyWriters:
                raise OperationalError("database is locked") from None

    def give_turn_back(self) -> None:
        """Lets the next one write, unless a transaction is still open."""
        if self.connection is None or not self.connection.in_transaction:
            self._end_turn()

    @property
    def _shelf(self) -> lending.Shelf | None:
        return None if self.is_in_memory_db() else lending.shelf_of(str(self.settings_dict["NAME"]))

    @cached_property
    def _turns(self) -> Turns:
        return turns_of(str(self.settings_dict["NAME"]))

    def _start_transaction_under_autocommit(self) -> None:
        if self.transaction_mode in {"IMMEDIATE", "EXCLUSIVE"}:
            self.take_turn()
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self.give_turn_back()
            raise

    def _commit(self) -> Any:
        try:
            return super()._commit()
        finally:
            self.give_turn_back()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()
        finally:
            self.give_turn_back()

    def _close(self) -> Any:
        try:
            return None if self._given_back() else super()._close()
        finally:
            self._end_turn()

    def _given_back(self) -> bool:
        """Whether the connection was put on the shelf: nothing went wrong with it, and nothing of it is in use any more."""
        if self._shelf is None or self.connection is None or self.errors_occurred or self.connection.in_transaction:
            return False
        for one in list(self._cursors):
            # half read, it would hold the log at the moment at which it was opened
            one.close()
        return self._shelf.give(self.connection)

    def _end_turn(self) -> None:
        if self._turn is not None:
            turn, self._turn = self._turn, None
            self._turns.give_back(turn)


class Cursor(base.SQLiteCursorWrapper):
    """A single statement that writes outside of a transaction is a transaction of its own."""

    wrapper: DatabaseWrapper

    def execute(self, query: Any, params: Any = None) -> Any:
        return self._in_turn(super().execute, query, params)

    def executemany(self, query: Any, param_list: Any) -> Any:
        return self._in_turn(super().executemany, query, param_list)

    def convert_query(self, query: Any, *, param_names: Any = None) -> Any:
        return _converted(query) if param_names is None else super().convert_query(query, param_names=param_names)

    def _in_turn(self, run: Callable[[Any, Any], Any], query: Any, params: Any) -> Any:
        if self.connection.in_transaction or not str(query).lstrip()[:LONGEST].upper().startswith(WRITES):
            return run(query, params)
        self.wrapper.take_turn()
        try:
            return run(query, params)
        finally:
            self.wrapper.give_turn_back()


_Plain: Any = base.SQLiteCursorWrapper
_converted = lru_cache(STATEMENTS)(partial(_Plain.convert_query, None))  # it asks nothing of the cursor
