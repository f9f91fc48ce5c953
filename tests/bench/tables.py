"""Many tables out of one: the hall's rows again and again in SQL, each copy with people, situations and a board of its own.

History, ledger and what is sealed stay with the first table: they decide nothing on a board, and a copy would be a forgery.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Max

from agencies.models import Agency, Member
from conferences import chairing
from conferences.choices import ItemState
from conferences.models import AgendaItem, Conference
from hub.core import ownership
from tests.bench.hall import Hall, free_item

APART = 100_000
"""Between the keys of one table and of the next."""
LEFT_OUT = {
    "ledgerentry",
    "recipient",
    "checkpoint",
    "certificate",
    "identity",
    "blindindex",
    "grounds",
    "breakglass",
    "notice",
}
UNIQUE_TEXTS = {"key", "name", "email", "slug"}


@dataclass(frozen=True)
class Place:
    """One table in session: who chairs, who is in the room, and the item in hand."""

    chair: Member
    voices: tuple[Member, ...]
    conference: Conference
    item: AgendaItem


def spread(hall: Hall, count: int) -> list[Place]:
    """`count` tables, each with the same item in hand at filter 2; the hall is the first. What an earlier call made is used."""
    item = AgendaItem.objects.filter(conference=hall.conference, state=ItemState.IN_HAND).first() or free_item(hall)
    chairing.take_in_hand(by=hall.chair, conference=hall.conference, item=item)
    there = (Agency.objects.aggregate(last=Max("pk"))["last"] or 0) // APART
    with ownership.owning(), transaction.atomic(), connection.cursor() as cursor:
        for statement in _statements(there + 1, count - 1):
            cursor.execute(statement)
    return [_place(hall, item, number * APART) for number in range(count)]


def _place(hall: Hall, item: AgendaItem, offset: int) -> Place:
    members = Member.objects.select_related("agency").in_bulk([one.pk + offset for one in (hall.chair, *hall.voices)])
    return Place(
        chair=members[hall.chair.pk + offset],
        voices=tuple(members[one.pk + offset] for one in hall.voices),
        conference=Conference.objects.select_related("table", "sitting").get(pk=hall.conference.pk + offset),
        item=AgendaItem.objects.select_related("situation").get(pk=item.pk + offset),
    )


def _statements(first: int, last: int) -> Iterator[str]:
    copied = [one for app in ("agencies", "situations", "conferences") for one in apps.get_app_config(app).get_models()]
    copied = [one for one in copied if not hasattr(one, "instance_type") and one._meta.model_name not in LEFT_OUT]
    postgres = connection.vendor == "postgresql"
    if postgres:
        yield "SET CONSTRAINTS ALL DEFERRED"
    for model in copied if first <= last else []:
        table, columns = model._meta.db_table, model._meta.concrete_fields
        names = ", ".join(f'"{one.column}"' for one in columns)
        values = ", ".join(_value(one, copied) for one in columns)
        yield (
            f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} CROSS JOIN (WITH RECURSIVE copies(k) AS"  # noqa: S608 - our own names
            f" (SELECT {first} UNION ALL SELECT k + 1 FROM copies WHERE k < {last}) SELECT k FROM copies) AS turns"
            f" WHERE {table}.id < {APART}"
        )
        if postgres:
            yield f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"  # noqa: S608 - as above


def _value(column: "models.Field[Any, Any]", copied: list[type[models.Model]]) -> str:
    """A column's value in copy `k`: keys moved, texts that must differ made different, all else as it was."""
    name = f'"{column.column}"'
    if column.primary_key or (column.is_relation and column.related_model in copied):
        return f"{name} + k * {APART}"
    return f"k || '-' || {name}" if column.unique and column.name in UNIQUE_TEXTS else name
