"""Where an installation moves to: two databases named by URL, written whole or not at all.

On PostgreSQL everything happens in one transaction a database. On SQLite a draft beside the file takes its place at the end.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dj_database_url
from django.db import DatabaseError, OperationalError, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from hub import keystore
from hub.core import dumping
from hub.keystore import router

OLDEST_SERVER = 150000
ENGINES = ("django.db.backends.postgresql", "django.db.backends.sqlite3")
LABEL = "hubtable_moved"
"""The table in which a moved database says what it is a copy of."""


class CannotMove(RuntimeError):
    """Nothing was moved; the words are for the operator and hold no content."""


@dataclass(frozen=True)
class Place:
    """A target database under the alias by which it is reached."""

    alias: str
    settings: dict[str, Any]

    @property
    def on_server(self) -> bool:
        return str(self.settings["ENGINE"]).endswith("postgresql")

    @property
    def file(self) -> Path:
        """Of SQLite: the file that is to be there in the end."""
        return Path(self.settings["NAME"])


def named(alias: str, url: str) -> Place:
    """The database of a URL. Raises CannotMove for one that names none."""
    try:
        found: dict[str, Any] = {**dj_database_url.parse(url, conn_max_age=0)}
    except ValueError as unknown:
        raise CannotMove("The URL is not one of a database: postgresql://ROLE@HOST/NAME or sqlite:////PATH.") from unknown
    if found.get("ENGINE") not in ENGINES or found["NAME"] in {"", ":memory:"}:
        raise CannotMove("Only PostgreSQL (postgresql://ROLE@HOST/NAME) and SQLite (sqlite:////PATH) can be moved to.")
    return Place(alias, found)


def lies(settings: dict[str, Any]) -> tuple[str, ...]:
    """Where a database lies: equal for two settings that name the same one in the same words."""
    if str(settings["ENGINE"]).endswith("postgresql"):
        return str(settings["HOST"]), str(settings["PORT"] or 5432), str(settings["NAME"])
    return (str(Path(settings["NAME"]).resolve()),)


@contextmanager
def opened(place: Place) -> Iterator[None]:
    """The place can be asked under its alias. Raises CannotMove when it cannot be reached or may not be written."""
    known: Any = connections.settings
    known[place.alias] = _filled(place.settings)
    try:
        if place.on_server:
            _check_server(place)
        elif not place.file.parent.is_dir():
            raise CannotMove(f"There is no directory {place.file.parent}.")
        yield
    except OperationalError as failed:
        raise CannotMove(f"The server of {place.alias} cannot be reached, or went away: nothing was moved.") from failed
    finally:
        if place.alias in known:
            dumping.disconnect(place.alias)
            del connections[place.alias]
            del known[place.alias]


def _filled(given: dict[str, Any]) -> dict[str, Any]:
    handler: Any = connections
    filled: dict[str, Any] = handler.configure_settings({"default": {}, "filled": dict(given)})["filled"]
    return filled


def _check_server(place: Place) -> None:
    connection: Any = connections[place.alias]
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_schema_privilege(current_schema(), 'CREATE'), current_setting('server_encoding')")
        may_make, encoding = cursor.fetchone()
    if connection.pg_version < OLDEST_SERVER:
        raise CannotMove("The server is older than PostgreSQL 15.")
    if not may_make:
        raise CannotMove("This role may make no tables there: name the owner of the database, not the role that serves.")
    if encoding != "UTF8":
        raise CannotMove(f"The database is encoded in {encoding}; make it anew in UTF8.")
    if dumping.others_connected(place.alias):
        raise CannotMove("The target server knows of other connections to this database: stop what uses it first.")


@contextmanager
def written(*places: Place) -> Iterator[None]:
    """Inside, the places are empty, have tables of this version, and are written; they hold it when the block ends well.

    Whatever goes wrong, each is as it was before.
    """
    with ExitStack() as stack:
        for place in places:
            stack.enter_context(_transaction(place) if place.on_server else _draft(place))
        yield


@contextmanager
def _transaction(place: Place) -> Iterator[None]:
    with transaction.atomic(using=place.alias):
        never_too_long(place.alias)
        with connections[place.alias].cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
            for (table,) in cursor.fetchall():
                cursor.execute(f"DROP TABLE {connections[place.alias].ops.quote_name(table)} CASCADE")
        _make_tables(place)
        with connections[place.alias].cursor() as cursor:
            # migrations have some checked at once; rows come table by table
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        yield


def never_too_long(alias: str) -> None:
    """The transaction may stand idle for as long as the other databases take."""
    if connections[alias].vendor == "postgresql":
        with connections[alias].cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


@contextmanager
def _draft(place: Place) -> Iterator[None]:
    draft = place.file.with_name(f".{place.file.name}.moving")
    dumping.disconnect(place.alias)
    connections[place.alias].settings_dict["NAME"] = str(draft)
    try:
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        _make_tables(place)
        with transaction.atomic(using=place.alias):
            yield
        dumping.disconnect(place.alias)
        dumping.sync(draft)
        draft.replace(place.file)
        dumping.sync(place.file.parent)
    finally:
        dumping.disconnect(place.alias)
        connections[place.alias].settings_dict["NAME"] = str(place.file)
        draft.unlink(missing_ok=True)


def _make_tables(place: Place) -> None:
    executor = MigrationExecutor(connections[place.alias])
    every = executor.loader.graph.leaf_nodes()
    if place.alias == keystore.MOVING:  # nothing else lies there: the rest is only noted, which takes no time
        executor.migrate([one for one in every if one[0] == router.APP])
        MigrationExecutor(connections[place.alias]).migrate(every, fake=True)
    else:
        executor.migrate(every)


def behind(alias: str) -> bool:
    """Whether the database lacks a migration of this version."""
    loader = MigrationLoader(connections[alias])
    return bool(set(loader.graph.nodes) - set(loader.applied_migrations))


def tables_in(place: Place) -> list[str]:
    """The tables that are there already."""
    if not place.on_server and not place.file.exists():
        return []
    try:
        return sorted(connections[place.alias].introspection.table_names())
    except DatabaseError as broken:
        raise CannotMove(f"{place.file.name} is there and is no database.") from broken


def label_of(place: Place) -> tuple[str, str] | None:
    """Of which installation the place says that it is a copy, and the digest of what was copied."""
    if LABEL not in tables_in(place):
        return None
    with connections[place.alias].cursor() as cursor:
        cursor.execute(f"SELECT installation, digest FROM {LABEL}")  # noqa: S608 - our own name
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def stick_label(place: Place, installation: str, digest: str) -> None:
    """Say so, in the transaction that copies."""
    with connections[place.alias].cursor() as cursor:
        cursor.execute(f"CREATE TABLE {LABEL} (installation varchar(64), digest varchar(64))")
        cursor.execute(f"INSERT INTO {LABEL} VALUES (%s, %s)", [installation, digest])  # noqa: S608 - our own name
