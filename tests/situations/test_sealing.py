"""Keys and what they seal lie in two databases: whatever happens in between, nobody reads what the record calls shredded."""

import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.test import TestCase

from hub.core.errors import RuleRefused
from hub.keystore.models import DataKey, ShreddedKey
from situations import identity, retention, sealing
from situations.models import LedgerEntry, Situation
from tests.cast import IDENTITY, Cast, assemble
from tests.live import environment_of, manage

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db: None) -> Cast:
    return assemble()


def opens(people: Cast, situation: Situation) -> bool:
    return identity.read(by=people["schools"], situation=situation) == IDENTITY


def shredded_keys() -> list[int]:
    return list(ShreddedKey.objects.order_by("situation").values_list("situation", flat=True))


def test_committed_shredding_destroys_the_keys_and_lists_them(people: Cast):
    kept, gone = people.draft(), people.draft()
    with TestCase.captureOnCommitCallbacks(execute=True):
        retention.shred(by=None, situation=gone)
    assert list(DataKey.objects.values_list("situation", flat=True)) == [kept.pk]
    assert shredded_keys() == [gone.pk]
    assert opens(people, kept)


def test_shredding_that_is_undone_leaves_the_identity_readable(people: Cast):
    situation = people.draft()
    with TestCase.captureOnCommitCallbacks(execute=True), transaction.atomic():
        retention.shred(by=None, situation=situation)
        transaction.set_rollback(True)
    assert opens(people, situation)
    assert shredded_keys() == []


def test_sealing_that_is_undone_leaves_a_key_that_opens_nothing_and_serves_the_next(people: Cast):
    situation = people.draft()
    DataKey.objects.all().delete()
    with transaction.atomic():
        identity.seal(by=people["schools"], situation=situation, values=IDENTITY)
        transaction.set_rollback(True)
    identity.seal(by=people["schools"], situation=situation, values=IDENTITY)
    assert DataKey.objects.count() == 1
    assert opens(people, situation)


def test_crash_between_record_and_key_lets_nobody_read_and_is_ended_by_the_next_round(people: Cast):
    situation, other = people.draft(), people.draft()
    with TestCase.captureOnCommitCallbacks(execute=False):  # the process dies before the keys' turn
        retention.shred(by=None, situation=situation)
    assert DataKey.objects.filter(situation=situation.pk).exists()
    with pytest.raises(RuleRefused):
        identity.read(by=people["schools"], situation=situation)
    entries = LedgerEntry.objects.count()
    assert sealing.finish_shredding() == [situation.pk]
    assert sealing.finish_shredding() == []
    assert not DataKey.objects.filter(situation=situation.pk).exists()
    assert shredded_keys() == [situation.pk]
    assert LedgerEntry.objects.count() == entries
    assert opens(people, other)


def test_what_was_shredded_is_not_sealed_again_and_a_lost_key_is_not_made_anew(people: Cast):
    shredded, lost = people.draft(), people.draft()
    with TestCase.captureOnCommitCallbacks(execute=True):
        retention.shred(by=None, situation=shredded)
    with pytest.raises(RuleRefused, match="shredded for good"):
        identity.seal(by=people["schools"], situation=shredded, values=IDENTITY)
    DataKey.objects.filter(situation=lost.pk).delete()
    with pytest.raises(RuleRefused, match="nothing in the envelope"):
        identity.read(by=people["schools"], situation=lost)
    assert not DataKey.objects.exists()


def test_each_contributor_has_a_key_of_its_own(people: Cast):
    situation = people.draft()
    schools, clinic = (people.agencies[name].pk for name in ("schools", "clinic"))
    assert sealing.data_key(situation, schools) == sealing.opening_key(situation, schools)
    assert sealing.data_key(situation, clinic) != sealing.data_key(situation, schools)
    assert sealing.destroy(situation.pk) == 2


# the move


def test_keys_move_with_those_destroyed_so_far(people: Cast):
    """On rows as the release before had them; the table of that release is made beside everything of now."""
    nodes = [("situations", "0004_grounds_and_oversight"), ("keystore", "0001_initial")]
    state = MigrationLoader(connection).project_state(nodes).apps
    situations = [people.draft(), people.draft()]
    _make_old_table()
    for row in DataKey.objects.all():
        state.get_model("situations", "DataKey").objects.create(
            situation_id=row.situation, agency_id=row.agency, master_version=1, wrapped=bytes(row.wrapped)
        )
    with TestCase.captureOnCommitCallbacks(execute=False):
        retention.shred(by=None, situation=people.draft())
    DataKey.objects.all().delete()
    move, editor = import_module("situations.migrations.0005_keys_apart").move, connection.schema_editor()
    move(state, editor)
    move(state, editor)
    assert all(opens(people, one) for one in situations)
    assert ShreddedKey.objects.count() == 1
    DataKey.objects.update(wrapped=b"another")
    with pytest.raises(RuntimeError, match="2 of 2 keys did not arrive"):
        move(state, editor)


def _make_old_table() -> None:
    number, blob = ("bigserial", "bytea") if connection.vendor == "postgresql" else ("integer", "blob")
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE situations_datakey (id {number} PRIMARY KEY, situation_id bigint, agency_id bigint, "
            f"master_version smallint, wrapped {blob})"
        )


@pytest.mark.pairless
def test_installation_of_the_release_before_is_brought_up_by_prepare_alone(tmp_path: Path):
    environment, wrapped = environment_of(tmp_path, demo=False), bytes(range(60))
    manage(environment, "migrate", "situations", "0004")
    with closing(sqlite3.connect(tmp_path / "hubtable.sqlite3")) as data, data:
        data.execute("PRAGMA ignore_check_constraints = ON")
        _insert(data, "situations_datakey", {}, wrapped=wrapped)
    with pytest.raises(RuntimeError, match=r"run manage\.py prepare"):
        manage(environment, "migrate", "situations")
    manage(environment, "prepare")
    with closing(sqlite3.connect(tmp_path / "keys.sqlite3")) as keys:
        rows = keys.execute("SELECT situation, agency, master_version, wrapped FROM keystore_datakey").fetchall()
    assert rows == [(1, 1, 1, wrapped)]
    left = b"".join(file.read_bytes() for file in tmp_path.glob("hubtable*"))
    assert wrapped not in left
    assert b"situations_datakey" not in left


VALID = {"identity_opens_at_filter": 3, "response_clock_hours": 24}
"""What a rule of the database asks of a column; later migrations write the rows anew and hold them to it."""
WORDS = {"datetime": "2026-01-01 00:00:00", "date": "2026-01-01", "time": "09:00:00", "text": "[]", "BLOB": b"x"}


def _insert(data: sqlite3.Connection, table: str, made: dict[str, int], **given: object) -> int:
    """Anything into every column that must have something, and first the rows that it refers to."""
    if table not in made:
        parents = {key[3]: key[2] for key in data.execute(f"PRAGMA foreign_key_list({table})")}
        row = dict(given)
        for _, name, kind, needed, _, is_key in data.execute(f"PRAGMA table_info({table})").fetchall():
            if needed and not is_key and name not in row:
                word = VALID.get(name) or WORDS.get(kind, "x" if kind.startswith("varchar") else 1)
                row[name] = _insert(data, parents[name], made) if name in parents else word
        marks = ", ".join("?" * len(row))
        done = data.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))  # noqa: S608
        made[table] = done.lastrowid or 0
    return made[table]
