"""One database into one file, and back: SQLite by its online backup, PostgreSQL by its own client tools.

What is dumped is one moment of the database, while others go on writing.
"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from time import sleep
from typing import Any

import psycopg
from django.db import connections, models

from hub.core.second_wall import Reason

SUFFIXES = {"sqlite": ".sqlite3", "postgresql": ".pgdump"}
GONE_WITHIN_TENTHS = 20
TLS = ("sslmode", "sslrootcert", "sslcert", "sslkey", "service")


class DumpFailed(RuntimeError):
    """A dump was not made or not loaded; its words are for the operator and hold no content."""


def suffix(alias: str) -> str:
    """How files that fit this database end."""
    return SUFFIXES[connections[alias].vendor]


def dump(alias: str, file: Path) -> None:
    """Write the database into a new file that only its owner may read. Raises DumpFailed, leaving no half of it."""
    if connections[alias].in_atomic_block:
        raise DumpFailed("A transaction is open: what it has written would be missing or half there.")
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as refused:
        raise DumpFailed(f"{file} cannot be made: {refused.strerror}.") from refused
    try:
        if connections[alias].vendor == "sqlite":
            _dump_sqlite(alias, file)
        else:
            # row security holds the owner too; without the option pg_dump would refuse instead of asking to pass
            own = ("--no-owner", "--no-privileges")
            _run(alias, "pg_dump", "--enable-row-security", "--format=custom", *own, f"--file={file}")
        sync(file)
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def load(alias: str, file: Path) -> None:
    """Put what a dump holds in the place of everything that is there. Nobody else may be connected. Raises DumpFailed."""
    if file.suffix != suffix(alias):
        raise DumpFailed(f"{file.name} is not of the kind of database that the settings name ({suffix(alias)}).")
    disconnect(alias)
    if connections[alias].vendor == "sqlite":
        _load_sqlite(Path(connections[alias].settings_dict["NAME"]), file)
        return
    _drop_tables(alias)
    disconnect(alias)
    clean = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    _run(alias, "pg_restore", *clean, f"--dbname={connections[alias].settings_dict['NAME']}", str(file))


def others_connected(alias: str) -> bool:
    """Whether PostgreSQL knows of connections besides this process's, which are given up; False on SQLite, which knows none."""
    connection: Any = connections[alias]
    if connection.vendor == "sqlite":
        return False
    disconnect(alias)
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as own:
        # our own may take a moment to be gone
        for _ in range(GONE_WITHIN_TENTHS):
            if not _others(own):
                return False
            sleep(0.1)
    return True


def _others(own: psycopg.Connection[Any]) -> bool:
    query = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL "
        # of another role's connections the server does not say what they are
        "AND coalesce(backend_type, 'client backend') = 'client backend'"
    )
    row = own.execute(query).fetchone()
    return bool(row and row[0])


def never_again(model: type[models.Model], upto: int) -> None:
    """See to it that no new row gets a number up to this one, although the table may be older than those who had them."""
    connection, table = connections["default"], model._meta.db_table  # noqa: SLF001 - Django's documented way
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = f"pg_get_serial_sequence('{table}', 'id')"
            cursor.execute(f"SELECT setval({sequence}, greatest(nextval({sequence}), %s))", [upto])
            return
        cursor.execute("UPDATE sqlite_sequence SET seq = max(seq, %s) WHERE name = %s", [upto, table])
        if not cursor.rowcount:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, upto])


def sync(path: Path) -> None:
    """Have a file, or a directory's names, on the disk before going on."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def disconnect(alias: str) -> None:
    """Give up this process's connections, pooled ones too."""
    connection: Any = connections[alias]
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()


def _dump_sqlite(alias: str, file: Path) -> None:
    connection: Any = connections[alias]
    connection.ensure_connection()
    with closing(sqlite3.connect(file)) as copy:
        connection.connection.backup(copy)
        # the copy is one file: without this it would carry the log's mode, and opening it would make two more
        copy.execute("PRAGMA journal_mode=DELETE")
        whole = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if whole != "ok":
        raise DumpFailed(f"The copy of {alias} is not whole: {whole}.")


def _load_sqlite(place: Path, file: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = place.with_name(f"{place.name}.restoring")
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    shutil.copyfile(file, draft)
    sync(draft)
    for left in ("-wal", "-shm", "-journal"):  # they belong to the file that goes, and would be read into the one that comes
        place.with_name(place.name + left).unlink(missing_ok=True)
    draft.replace(place)
    sync(place.parent)


def _drop_tables(alias: str) -> None:
    """Also those that the dump does not know: left behind, a later migration would stumble over them."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)} CASCADE")


def _run(alias: str, tool: str, *arguments: str) -> None:
    if shutil.which(tool) is None:
        raise DumpFailed(f"{tool} is not on PATH: install PostgreSQL's client tools, of the server's version or newer.")
    environment = {**os.environ, **_libpq(connections[alias].settings_dict)}
    done = subprocess.run([tool, *arguments], env=environment, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise DumpFailed(f"{tool} failed: {done.stderr.strip() or done.returncode}")


def _libpq(settings: dict[str, Any]) -> dict[str, str]:
    """Through the environment: a password among the arguments could be read by everybody on the machine."""
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    said = {name: str(settings[key]) for name, key in names.items() if settings.get(key)}
    said["PGOPTIONS"] = f"{os.environ.get('PGOPTIONS', '')} -c hubtable.passing={Reason.BACKUP}".strip()
    return said | {f"PG{name.upper()}": str(settings["OPTIONS"][name]) for name in TLS if name in settings["OPTIONS"]}
