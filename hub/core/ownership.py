"""Two roles on a database server: the owner of the tables, who changes the schema, and the one that serves, who works in them.

DATABASE_OWNER_URL (and KEYS_DATABASE_OWNER_URL) name the owner. Processes that serve do not have them: whoever takes one over
can neither switch row-level security off nor take the triggers from the ledger. Without them there is one role.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import dj_database_url
from django.conf import settings
from django.db import OperationalError, connections, transaction

from hub.core import dumping

APPEND_ONLY = """
SELECT c.relname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid
WHERE p.proname = 'hubtable_append_only' GROUP BY c.relname
"""
READ_ONLY = ("django_migrations",)
LOCK_NOT_AVAILABLE = "55P03"


class LockHeld(Exception):
    """Somebody else had the lock that a statement waited for."""


def owner_urls() -> dict[str, str]:
    """Database alias to the URL of its owner, where one is named."""
    urls = {"default": settings.DATABASE_OWNER_URL, "keys": settings.KEYS_DATABASE_OWNER_URL}
    return {alias: url for alias, url in urls.items() if url}


@contextmanager
def owning() -> Iterator[None]:
    """Inside, this process works on both databases as their owner; what it was connected to before is given up.

    For commands that change the schema or copy everything, never inside a transaction.
    """
    with ExitStack() as stack:
        for alias, url in owner_urls().items():
            stack.enter_context(_as(alias, dj_database_url.parse(url)))
        yield


@contextmanager
def _as(alias: str, owner: Any) -> Iterator[None]:
    settings_dict = connections[alias].settings_dict
    before = {key: settings_dict[key] for key in ("USER", "PASSWORD")}
    after = {key: owner[key] for key in before}
    if before == after:
        yield
        return
    dumping.disconnect(alias)
    settings_dict.update(after)
    try:
        yield
    finally:
        dumping.disconnect(alias)
        settings_dict.update(before)


@contextmanager
def waiting_for_locks(alias: str, seconds: int) -> Iterator[None]:
    """Inside, a statement that does not get its lock within `seconds` fails (0: it waits). Others wait behind it.

    Said on the connection: PGOPTIONS has no effect beside the options that the settings name. Raises LockHeld.
    """
    connection: Any = connections[alias]
    if connection.vendor != "postgresql":
        yield
        return
    before = _set_lock_timeout(connection, f"{seconds}s")
    try:
        yield
    except OperationalError as failed:
        if getattr(failed.__cause__, "sqlstate", "") == LOCK_NOT_AVAILABLE:
            raise LockHeld from failed
        raise
    _set_lock_timeout(connection, before)  # the pool lends this connection again; who failed ends with its process


def _set_lock_timeout(connection: Any, value: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        (before,) = cursor.fetchone()
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [value])
    return str(before)


def grant(alias: str) -> None:
    """Give the role that serves what it needs and nothing else; after every migration, because there may be new tables."""
    served_by = {"default": settings.DATABASE_URL, "keys": settings.KEYS_DATABASE_URL}.get(alias, "")
    if connections[alias].vendor == "postgresql" and served_by:
        grant_to(alias, str(dj_database_url.parse(served_by)["USER"]))


def grant_to(alias: str, role: str) -> None:
    """Let `role` work in the tables of this database: no TRUNCATE, nothing of the schema, and on the ledger only adding.

    Nothing to do for a role that owns them.
    """
    connection: Any = connections[alias]
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        cursor.execute("SELECT current_schema(), current_user")
        schema, owner = cursor.fetchone()
        if owner == role:
            return
        place, to = connection.ops.quote_name(schema), connection.ops.quote_name(role)
        cursor.execute(f"GRANT USAGE ON SCHEMA {place} TO {to}")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA {place} FROM {to}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {place} TO {to}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {place} TO {to}")
        cursor.execute(APPEND_ONLY)
        for (table,) in cursor.fetchall():
            cursor.execute(f"REVOKE UPDATE, DELETE ON {place}.{connection.ops.quote_name(table)} FROM {to}")
        for table in READ_ONLY:
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON {place}.{connection.ops.quote_name(table)} FROM {to}")
