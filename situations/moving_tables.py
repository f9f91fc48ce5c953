"""Every row of a database, read once, put elsewhere under the same number, and compared by digest on both sides."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from hashlib import sha256
from itertools import islice
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connections, models, router

from situations.moving_places import CannotMove

BATCH = 500
LEFT_OUT = (Session,)
"""Whoever is signed in signs in again at the new place."""


@dataclass(frozen=True)
class Table:
    """What was found in one table: how many rows, and one SHA-256 over all of them in the order of their numbers."""

    name: str
    rows: int
    digest: str


def models_of(alias: str) -> list[Any]:
    """The models whose tables lie in this database, but for those that are left out, by table."""
    found = [one for one in apps.get_models(include_auto_created=True) if one._meta.managed and not one._meta.proxy]  # noqa: SLF001 - Django's documented way
    here = [one for one in found if one not in LEFT_OUT and router.allow_migrate_model(alias, one)]
    return sorted(here, key=_name)


def digests(alias: str, like: str) -> list[Table]:
    """What the database at `alias` holds in the tables of `like`."""
    return [_read(model, alias, ()) for model in models_of(like)]


def copy(alias: str, to: str) -> list[Table]:
    """Put every row into the empty tables at `to`; returns what was read. Raises CannotMove for a row that does not fit."""
    found = []
    for model in models_of(alias):
        try:
            found.append(_read(model, alias, (to,)))
        except DatabaseError as refused:
            raise CannotMove(f"{_name(model)}: the target refuses a row ({type(refused).__name__}).") from refused
        _number_on(model, alias, to)
    return found


def differences(here: Iterable[Table], there: Iterable[Table]) -> list[str]:
    """In words, every table that is not the same on both sides."""
    return [
        f"{one.name}: {one.rows} rows here and {other.rows} there"
        if one.rows != other.rows
        else f"{one.name}: a row is not the same there"
        for one, other in zip(here, there, strict=True)
        if one != other
    ]


def whole(tables: Iterable[Table]) -> str:
    """One digest over all tables."""
    return sha256("".join(f"{one.name} {one.rows} {one.digest}\n" for one in tables).encode()).hexdigest()


def _name(model: Any) -> str:
    return str(model._meta.db_table)  # noqa: SLF001 - Django's documented way


def _rows(model: Any, alias: str) -> Any:
    return model._base_manager.using(alias)  # noqa: SLF001 - Django's documented way


def _read(model: Any, alias: str, to: tuple[str, ...]) -> Table:
    fields = model._meta.local_concrete_fields  # noqa: SLF001 - Django's documented way
    rows, hashed = 0, sha256()
    for batch in _batches(_rows(model, alias).order_by("pk").iterator(BATCH)):
        for one in batch:
            hashed.update(_canonical([getattr(one, field.attname) for field in fields]))
        rows += len(batch)
        for place in to:
            # as Django's own loaddata writes: no field may fill itself in
            size = connections[place].ops.bulk_batch_size(fields, batch)
            for part in _batches(iter(batch), size):
                _rows(model, place)._insert(part, fields=fields, using=place, raw=True)  # noqa: SLF001 - no other way is raw
    return Table(_name(model), rows, hashed.hexdigest())


def _batches(rows: Iterator[Any], size: int = BATCH) -> Iterator[list[Any]]:
    while batch := list(islice(rows, size)):
        yield batch


def _canonical(values: list[Any]) -> bytes:
    return json.dumps(values, default=_plain, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview | bytearray):
        return {"bytes": bytes(value).hex()}
    if isinstance(value, datetime):
        return {"at": value.astimezone(UTC).isoformat(timespec="microseconds")}
    if isinstance(value, date | time):
        return {"on": value.isoformat()}
    if isinstance(value, UUID | Decimal):
        return {type(value).__name__: str(value)}
    raise TypeError(f"no canonical form of {type(value).__name__}")


def _number_on(model: Any, alias: str, to: str) -> None:
    """New rows get numbers that no row ever had, deleted ones included: their keys are remembered by number."""
    field = model._meta.auto_field  # noqa: SLF001 - Django's documented way
    if field is None:
        return
    table, column = _name(model), field.column
    last = max(_last(alias, table, column), _rows(model, to).aggregate(last=models.Max("pk"))["last"] or 0)
    if not last:
        return
    with connections[to].cursor() as cursor:
        if connections[to].vendor == "postgresql":
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [table, column, last])
            return
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
        cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])


def _last(alias: str, table: str, column: str) -> int:
    connection = connections[alias]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass)", [table, column])
        else:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
    return int(row[0] or 0) if row else 0
