"""A community with as many situations as wanted: rows that the verbs made, copied by SQL (`fill`).

What is copied is what a table leaves behind over the years: ended situations with what hangs on them, their ledger and history,
and closed conferences. Copies are moved back in time. Hash chains do not verify in the copied part: an entry keeps the hash of
the one it was copied from.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.apps import apps
from django.db import models

from agencies.models import Attendance, Sitting
from conferences.models import AgendaItem, Conference
from situations import models as ours
from situations.choices import EntryKind

APPS = ("agencies", "situations", "conferences")
WITHIN, BETWEEN = 10_000, 10**9
"""What is added to a key for each copy within a table, and for each copy of a whole table."""
SPAN = timedelta(days=3650)
"""How far back the oldest copy lies."""
HELD, ON_AN_AGENDA = 7, 10
"""Closed conferences in the rows that are copied, and situations that each of the copies has on its agenda."""
FIRST_OF_A_KIND = "SELECT min(id) FROM situations_ledgerentry GROUP BY situation_id, kind"
LEFT = ", ".join(f"'{one}'" for one in (
    EntryKind.WRITTEN, EntryKind.TABLED, EntryKind.PROFILE, EntryKind.IDENTITY_READ, EntryKind.ANSWER, EntryKind.CONCLUDED,
    EntryKind.REJECTED, EntryKind.SHREDDED, EntryKind.BREAK_GLASS,
))  # fmt: skip
KEPT: dict[str, str] = {
    # of each situation one entry of a kind, and a few recipients: ten million rows of history and ledger in a million
    "situations_ledgerentry": f"kind IN ({LEFT}) AND id IN ({FIRST_OF_A_KIND})",
    "situations_recipient": "entry_id IN (SELECT id FROM kept_situations_ledgerentry) AND nth <= 5",
    "situations_historicalsituation": "nth <= 3",
    "situations_aercriterion": "nth <= 1",
    "situations_answer": "nth <= 1",
    "situations_planstep": "nth <= 1",
    "situations_contact": "nth <= 1",
    "situations_involvement": "ended_at IS NULL",
    "situations_notice": "TRUE",
    "conferences_agendaitem": "nth <= 1",
    "agencies_attendance": "nth <= 8",
}
OF_A_SITUATION: tuple[Any, ...] = (
    ours.Situation, ours.Situation.history.model, ours.Screening, ours.AerCriterion, ours.Identity, ours.Involvement,
    ours.Answer, ours.PlanStep, ours.Contact, ours.ReportBack, ours.LedgerEntry, ours.Recipient, ours.Certificate,
    ours.Notice, ours.Suspension, ours.LegalHold, ours.BreakGlass, AgendaItem,
)  # fmt: skip
OF_A_CONFERENCE: tuple[Any, ...] = (Sitting, Conference, Attendance)


@dataclass(frozen=True)
class Size:
    """How much there is to be: situations altogether, `used` tables that share them, and tables with people and seats."""

    situations: int
    used: int
    tables: int

    @property
    def each(self) -> int:
        """Situations of one table."""
        return max(1, self.situations // self.used)

    def tables_of(self, model: Any) -> int:
        """Tables that have rows of a model: who belongs to a table stands at all of them."""
        belongs = model._meta.app_label == "agencies" and getattr(model, "instance_type", model) not in OF_A_CONFERENCE
        return self.tables if belongs else self.used


@dataclass(frozen=True)
class Run:
    """One run of copies within a table, from `first` to `last`, each moved back by one more `step`.

    `together`: models whose keys move with it; `place`: to which copy of a conference a copy belongs.
    """

    together: tuple[Any, ...]
    first: int
    last: int
    step: timedelta
    place: str


def fill(url: str, size: Size, *, ended: list[int], sealed: list[int]) -> None:
    """Copy until the database at `url` holds `size`. `ended`: situations to copy from; `sealed`: those for the last months.

    As its superuser, without triggers: these rows are made, not written by anybody.
    """
    parts = urlsplit(url)
    admin = urlunsplit(parts._replace(netloc=f"postgres@{parts.hostname}:{parts.port}"))
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET maintenance_work_mem = '512MB'")
        indexes = list(_indexes(connection))
        for name, _made in indexes:
            connection.execute(f'DROP INDEX "{name}"')
        for statement in _statements(size, ended=ended, sealed=sealed):
            connection.execute(statement)
        for _name, made in indexes:
            connection.execute(made)
        connection.execute("VACUUM ANALYZE")


def _indexes(connection: psycopg.Connection[Any]) -> Iterator[tuple[str, Any]]:
    """Name and making of the indexes that no constraint stands on: quicker made once than kept while filling."""
    yield from connection.execute(
        "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND NOT i.indisunique"
    ).fetchall()


def _statements(size: Size, *, ended: list[int], sealed: list[int]) -> Iterator[str]:
    copies = size.each // len(ended)
    conferences = max(1, size.each // (HELD * ON_AN_AGENDA))
    yield from _conferences(conferences)
    step, place = SPAN / max(1, copies), f"(1 + j % {conferences})"
    # sealed are those of the retention's half year; of a whole of ten years that is one in twenty
    recent = copies // 20
    yield from _situations(sealed, Run(OF_A_SITUATION, 1, recent, step, place))
    yield from _situations(ended, Run(OF_A_SITUATION, recent + 1, copies, step, place))
    for model in _models():
        if (tables := size.tables_of(model)) > 1:
            names = ", ".join(f'"{one.column}"' for one in _columns(model))
            values = ", ".join(_elsewhere(one) for one in _columns(model))
            table = model._meta.db_table
            yield f"INSERT INTO {table} ({names}) SELECT {values} FROM {table}, generate_series(1, {tables - 1}) k"  # noqa: S608
        yield _sequence(model)


def _conferences(copies: int) -> Iterator[str]:
    # a minute more than so many days, so that no two fall on one moment
    run = Run(OF_A_CONFERENCE, 1, copies, SPAN / copies + timedelta(minutes=1), "j")
    for model in OF_A_CONFERENCE:
        column = "id" if model is Sitting else "sitting_id"
        yield from _copied(model, column, "SELECT id FROM agencies_sitting WHERE closed_at IS NOT NULL", run)


def _situations(keys: list[int], run: Run) -> Iterator[str]:
    for model in OF_A_SITUATION:
        column = "id" if model in {ours.Situation, ours.Situation.history.model} else "situation_id"
        yield from _copied(model, column, ", ".join(str(key) for key in keys), run)


def _copied(model: Any, column: str, which: str, run: Run) -> Iterator[str]:
    """Statements that copy the rows of a table that belong to `which`."""
    table, key = model._meta.db_table, model._meta.pk.column
    numbered = f"SELECT *, row_number() OVER (PARTITION BY {column} ORDER BY {key} DESC) nth FROM {table}"  # noqa: S608
    yield f"DROP TABLE IF EXISTS kept_{table}"
    yield (
        f"CREATE TEMP TABLE kept_{table} AS SELECT * FROM ({numbered} WHERE {column} IN ({which})) AS rows"  # noqa: S608
        f" WHERE {KEPT.get(table, 'TRUE')}"
    )
    names = ", ".join(f'"{one.column}"' for one in _columns(model))
    values = ", ".join(_later(one, run) for one in _columns(model))
    yield f"INSERT INTO {table} ({names}) SELECT {values} FROM kept_{table}, generate_series({run.first}, {run.last}) j"  # noqa: S608


def _later(column: Any, run: Run) -> str:
    """The value of a column in copy `j` within a table."""
    name, model, past = f'"{column.column}"', column.model, f"- j * interval '{int(run.step.total_seconds())} seconds'"
    if column.name == "number" and model in {ours.Situation, ours.Situation.history.model}:
        # from 1001 on, so that no copy has the number of a row that was there
        return f"to_char(written_at {past}, 'YYYY') || '-' || (900 + j * 100 + right(number, 2)::int)"
    if column.name == "chain":
        return f"'situation:' || (situation_id + j * {WITHIN})"
    if isinstance(column, models.DateField):
        return f"({name} {past})::{'timestamptz' if isinstance(column, models.DateTimeField) else 'date'}"
    if isinstance(column, models.UUIDField):
        return "gen_random_uuid()"
    points_at = _points_at(column)
    if points_at in OF_A_CONFERENCE and run.together is OF_A_SITUATION:
        return f"{name} + {run.place} * {WITHIN}"
    return f"{name} + j * {WITHIN}" if points_at in run.together else name


def _elsewhere(column: Any) -> str:
    """The value of a column in table number `k`."""
    name = f'"{column.column}"'
    if isinstance(column, models.UUIDField):
        return "gen_random_uuid()"
    if column.model is ours.LedgerEntry and column.name == "chain":
        return f"split_part(chain, ':', 1) || ':' || (split_part(chain, ':', 2)::bigint + k * {BETWEEN}::bigint)"
    if column.name == "slug" and not hasattr(column.model, "instance_type"):
        return f"{name} || '-' || k"
    if _stands_alone(column):
        return f"{name} || ' ' || k" if column.name == "name" else f"'t' || k || '-' || {name}"
    return f"{name} + k * {BETWEEN}::bigint" if _points_at(column) else name


def _stands_alone(column: Any) -> bool:
    """Whether no two records may have the same text there; their histories tell of it too."""
    model = getattr(column.model, "instance_type", column.model)
    alone = {
        one.fields[0] for one in model._meta.constraints if isinstance(one, models.UniqueConstraint) and len(one.fields) == 1
    }
    alone |= {one.name for one in model._meta.concrete_fields if one.unique}
    return isinstance(column, models.CharField) and column.name in alone


def _points_at(column: Any) -> Any:
    """The model whose key stands in the column, the own one for a key."""
    original = getattr(column.model, "instance_type", column.model)
    if column.primary_key:
        return column.model
    if column.is_relation:
        return column.remote_field.model
    return original if column.name == "id" else None


def _columns(model: Any) -> list[Any]:
    # a history row's own key means nothing: its sequence gives it
    return [one for one in model._meta.concrete_fields if one.column != "history_id"]


def _models() -> list[Any]:
    return [one for app in APPS for one in apps.get_app_config(app).get_models()]


def _sequence(model: Any) -> str:
    table, key = model._meta.db_table, model._meta.pk.column
    return f"SELECT setval(pg_get_serial_sequence('{table}', '{key}'), (SELECT coalesce(max({key}), 1) FROM {table}))"  # noqa: S608
