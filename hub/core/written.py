"""Rows that verbs write again and again: their SQL is put together once, and planned as questions are (`hub.core.prepared`).

Django builds each INSERT and UPDATE anew, and a history row is as wide as its record. Values are prepared by their fields as
ever; whatever is not a plain value (an expression, a column with a place of its own in SQL) is written by Django itself.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models

from hub.core.prepared import ask

Columns = tuple[str, ...]


class Written(models.Model):
    """Base of records whose rows are written by SQL that is kept. Leans on two inner names of Django 5.2."""

    class Meta:
        abstract = True

    def _do_insert(self, manager: Any, using: str, fields: Any, returning_fields: Any, raw: bool) -> Any:  # noqa: FBT001 - Django's
        values = None
        if using == DEFAULT_DB_ALIAS and returning_fields:
            values = _plain(fields, [getattr(self, one.attname) if raw else one.pre_save(self, True) for one in fields])
        if values is None:
            djangos: Any = super()  # whose stubs are of another version of Django
            return djangos._do_insert(manager, using, fields, returning_fields, raw)  # noqa: SLF001
        table = manager.model._meta.db_table  # noqa: SLF001 - Django's documented way
        [row] = ask(connections[using], _insert(table, _columns(fields), _columns(returning_fields)), values)
        return [[_read(value, one.get_col(table), using) for value, one in zip(row, returning_fields, strict=True)]]

    def _do_update(self, base_qs: Any, using: str, pk_val: Any, values: Any, *how: Any) -> bool:  # type: ignore[override]
        meta = base_qs.model._meta  # noqa: SLF001 - as above
        fields = [one for one, _model, _value in values]
        found = None
        if using == DEFAULT_DB_ALIAS and values and not (base_qs.query.where or meta.select_on_save):
            found = _plain([*fields, meta.pk], [*(value for _one, _model, value in values), pk_val])
        if found is None:
            djangos: Any = super()
            return bool(djangos._do_update(base_qs, using, pk_val, values, *how))  # noqa: SLF001
        return bool(ask(connections[using], _update(meta.db_table, _columns(fields), meta.pk.column), found))


def _columns(fields: Any) -> Columns:
    return tuple(one.column for one in fields)


def _read(value: Any, column: Any, using: str) -> Any:
    """What came back, as Django reads it: a list and not the text that stands for it."""
    connection = connections[using]
    for convert in (*connection.ops.get_db_converters(column), *column.get_db_converters(connection)):
        value = convert(value, column, connection)
    return value


def _plain(fields: Sequence[Any], values: Sequence[Any]) -> tuple[Any, ...] | None:
    """The values as the database takes them; None if one of them is more than a value."""
    if any(hasattr(one, "get_placeholder") for one in fields) or any(hasattr(one, "resolve_expression") for one in values):
        return None
    connection = connections[DEFAULT_DB_ALIAS]
    return tuple(field.get_db_prep_save(value, connection=connection) for field, value in zip(fields, values, strict=True))


@cache
def _insert(table: str, columns: Columns, returning: Columns) -> str:
    names, places = ", ".join(f'"{one}"' for one in columns), ", ".join("%s" for _one in columns)
    back = ", ".join(f'"{table}"."{one}"' for one in returning)
    return f'INSERT INTO "{table}" ({names}) VALUES ({places}) RETURNING {back}'  # noqa: S608 - our own names


@cache
def _update(table: str, columns: Columns, key: str) -> str:
    changes = ", ".join(f'"{one}" = %s' for one in columns)
    return f'UPDATE "{table}" SET {changes} WHERE "{table}"."{key}" = %s RETURNING 1'  # noqa: S608 - our own names
