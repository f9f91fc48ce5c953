"""Whoever owns the database edits it with SQL: each column by itself on the tests' database, and an installation's as a whole.

What `verify_ledger` says about cut tails and forged chains in detail: test_verify_ledger.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from agencies import membership
from conferences import chairing
from situations import checkpoints, ledger
from situations.choices import EntryKind
from situations.ledger import Broken
from situations.models import LedgerEntry, Recipient, Situation
from tests.cast import Cast, assemble, to_filter3
from tests.e2e import scene
from tests.live import ROOT, manage
from tests.live import installation as empty
from tests.servers import KEYS, fresh_database, two_roles

ENTRIES, RECIPIENTS, CHECKPOINTS = "situations_ledgerentry", "situations_recipient", "situations_checkpoint"
APPEND_ONLY = (ENTRIES, RECIPIENTS, CHECKPOINTS, "situations_certificate", "situations_reportable")
CONTENT = "its content is not what was signed into the chain"


def drop_triggers(execute: Callable[[str], Any], *, postgres: bool) -> None:
    """What an owner of the database does first."""
    for table in APPEND_ONLY:
        for action in ("update", "delete"):
            execute(f"DROP TRIGGER {table}_no_{action}" + (f" ON {table}" if postgres else ""))


# the database's own guard


@pytest.fixture
def people(db: None) -> Cast:
    return assemble()


@pytest.fixture
def situation(people: Cast) -> Situation:
    """Agreed and opened to the seats present: its chain has recipients, a sitting, a basis and details."""
    ready = people.ready()
    people.ready("police")
    return to_filter3(people, people.conference(), ready)


def raw(statement: str, *values: int | str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def filled(people: Cast, situation: Situation) -> None:
    """A row in each table that is append-only."""
    checkpoints.make(by=None, table=people.table)
    entry = situation.ledger.earliest("sequence")
    moment = "'2026-01-02 03:04:05+00:00'"
    raw(
        "INSERT INTO situations_certificate (key, situation_id, entry_id, why, at, document, signature, public_key)"  # noqa: S608
        f" VALUES ('00000000000000000000000000000001', %s, %s, 'rejected', {moment}, '{{}}', '', '')", situation.pk, entry.pk
    )  # fmt: skip
    raw(
        "INSERT INTO situations_reportable (situation_id, member_id, agency_id, at, signs)"  # noqa: S608
        f" VALUES (%s, %s, %s, {moment}, '[]')", situation.pk, people["schools"].pk, people["schools"].agency_id
    )  # fmt: skip
    connection.check_constraints()  # PostgreSQL truncates nothing while it has deferred checks to make


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_triggers_refuse_to_change_what_is_append_only(people: Cast, situation: Situation, table: str) -> None:
    filled(people, situation)
    statements = [f"UPDATE {table} SET id = id", f"DELETE FROM {table}", f"DELETE FROM {table} WHERE id > 0"]  # noqa: S608
    if connection.vendor == "postgresql":
        statements += [f"TRUNCATE {table} CASCADE", f"TRUNCATE agencies_agency, {table} CASCADE"]
    for statement in statements:
        with pytest.raises(DatabaseError, match="append-only"):
            raw(statement)


def test_database_refuses_what_deletes_by_the_way(people: Cast, situation: Situation) -> None:
    """A cascade from elsewhere; and what SQLite's REPLACE does without asking the trigger on DELETE."""
    filled(people, situation)
    statements = [f"INSERT OR REPLACE INTO {one} SELECT * FROM {one} LIMIT 1" for one in APPEND_ONLY]  # noqa: S608
    if connection.vendor == "postgresql":
        statements = ["TRUNCATE agencies_agency CASCADE"]
    for statement in statements:
        with pytest.raises(DatabaseError, match="append-only"):
            raw(statement)
    assert list(ledger.verify()) == []


# each column


def entry_edits(people: Cast, situation: Situation) -> dict[str, str | int | None]:
    """Column of an entry to another value that the schema accepts."""
    other = Situation.objects.exclude(pk=situation.pk).earliest("pk")
    table = membership.found_table(by=None, slug="another", name="Another table")
    return {
        "chain": f"situation:{other.pk + 5000}", "sequence": 900, "situation_id": other.pk, "table_id": table.pk,
        "at": "2020-01-01 00:00:00+00:00", "kind": "rejected", "actor_id": people["police"].pk,
        "agency_id": people.agencies["police"].pk, "sitting_id": None, "basis": "consent", "detail": '{"fields": []}',
        "form": 1, "previous": "0" * 64, "hash": "0" * 64,
    }  # fmt: skip


def recipient_edits(people: Cast, situation: Situation) -> dict[str, str | int]:
    """The same for a recipient."""
    other = Situation.objects.exclude(pk=situation.pk).earliest("pk")
    return {
        "entry_id": other.ledger.earliest("sequence").pk, "situation_id": other.pk, "member_id": people["observer"].pk,
        "agency_id": people.agencies["stranger"].pk, "what": "nothing", "position": "Chief of police",
    }  # fmt: skip


COLUMNS = {
    ENTRIES: [one.column for one in LedgerEntry._meta.concrete_fields if not one.primary_key],
    RECIPIENTS: [one.column for one in Recipient._meta.concrete_fields if not one.primary_key],
}


@pytest.mark.parametrize(("table", "column"), [(table, one) for table, names in COLUMNS.items() for one in names])
def test_edit_of_any_column_is_found_in_its_chain(people: Cast, situation: Situation, table: str, column: str) -> None:
    """Parametrised over the schema: a column of tomorrow that the hash forgets fails here."""
    entry = situation.ledger.get(kind=EntryKind.PROFILE)
    edits: Mapping[str, str | int | None] = recipient_edits(people, situation)
    if table == ENTRIES:
        edits = entry_edits(people, situation)
    key = entry.pk if table == ENTRIES else entry.recipients.earliest("pk").pk
    drop_triggers(raw, postgres=connection.vendor == "postgresql")
    raw(f"UPDATE {table} SET {column} = %s WHERE id = %s", edits[column], key)  # type: ignore[arg-type]  # noqa: S608
    broken = list(ledger.verify())
    # the entry that was edited, or the next one, which does not follow it any more
    assert [one.sequence - entry.sequence in {0, 1} for one in broken if one.chain == entry.chain] == [True]
    elsewhere = {edits.get("chain"), LedgerEntry.objects.get(pk=recipient_edits(people, situation)["entry_id"]).chain}
    assert {one.chain for one in broken} <= {entry.chain, *elsewhere}


def test_position_put_beside_an_entry_of_form_1_is_found(people: Cast, situation: Situation) -> None:
    entry = situation.ledger.get(kind=EntryKind.IDENTITY_OFFERED)
    drop_triggers(raw, postgres=connection.vendor == "postgresql")
    raw(f"UPDATE {RECIPIENTS} SET position = '' WHERE entry_id = %s", entry.pk)  # noqa: S608
    former = LedgerEntry.objects.get(pk=entry.pk)
    former.form = 1
    raw(f"UPDATE {ENTRIES} SET form = 1, hash = %s WHERE id = %s", ledger.digest(former, ledger.received(former)), entry.pk)  # noqa: S608
    assert list(ledger.verify()) == [], "an entry as it was written before there were positions"
    raw(f"UPDATE {RECIPIENTS} SET position = 'Chief of police' WHERE entry_id = %s", entry.pk)  # noqa: S608
    assert list(ledger.verify()) == [Broken(entry.chain, entry.sequence, CONTENT)]


def test_recipient_moved_to_another_situation_is_found(people: Cast, situation: Situation) -> None:
    entry = situation.ledger.get(kind=EntryKind.IDENTITY_OFFERED)
    drop_triggers(raw, postgres=connection.vendor == "postgresql")
    moved = recipient_edits(people, situation)["situation_id"]
    raw(f"UPDATE {RECIPIENTS} SET situation_id = {moved} WHERE entry_id = %s", entry.pk)  # noqa: S608
    assert list(ledger.verify()) == [Broken(entry.chain, entry.sequence, "a recipient of it stands under another situation")]


def test_chain_that_is_gone_as_a_whole_is_named_without_any_checkpoint(people: Cast, situation: Situation) -> None:
    drop_triggers(raw, postgres=connection.vendor == "postgresql")
    raw(f"DELETE FROM {RECIPIENTS} WHERE situation_id = %s", situation.pk)  # noqa: S608
    raw(f"DELETE FROM {ENTRIES} WHERE situation_id = %s", situation.pk)  # noqa: S608
    assert list(ledger.verify()) == [
        Broken(f"situation:{situation.pk}", 1, "the situation is there, and its whole chain is gone")
    ]


def test_checkpoint_of_a_close_that_was_deleted_is_named_while_an_earlier_one_is_there(people: Cast) -> None:
    checkpoints.make(by=None, table=people.table)
    chairing.close_conference(by=people["facilitator"], conference=people.conference())
    assert list(checkpoints.verify()) == []
    drop_triggers(raw, postgres=connection.vendor == "postgresql")
    raw(f"DELETE FROM {CHECKPOINTS} WHERE sitting_id IS NOT NULL")  # noqa: S608
    (doubt,) = checkpoints.verify()
    assert (doubt.what[:47], doubt.why) == ("the checkpoint of the conference that closed at", "it is gone")


# the database of an installation, edited from outside


@dataclass(frozen=True)
class Installation:
    """Where its data lie, and the environment that its commands need."""

    data: Path
    environment: dict[str, str]
    last: int = 0
    """Entries of CHAIN that its checkpoint holds."""

    @property
    def url(self) -> str:
        return self.environment["DATABASE_OWNER_URL"]

    @contextmanager
    def owner(self) -> Iterator[Any]:
        """A connection of who owns the database, without Django."""
        opened: Any = psycopg.connect(self.url) if self.url else sqlite3.connect(self.data / "hubtable.sqlite3")
        with closing(opened):
            yield opened

    def edit(self, *statements: str) -> None:
        """The guard is taken down first."""
        with self.owner() as owner:
            drop_triggers(owner.execute, postgres=bool(self.url))
            for one in statements:
                owner.execute(one)
            owner.commit()

    def verify(self, *arguments: str) -> tuple[int, list[str]]:
        """Exit status of `verify_ledger` and what it complains about."""
        done = subprocess.run(
            [sys.executable, "manage.py", "verify_ledger", *arguments],
            cwd=ROOT, env=self.environment, check=False, capture_output=True, text=True,
        )  # fmt: skip
        return done.returncode, done.stderr.splitlines()


@contextmanager
def installed(data: Path) -> Iterator[Installation]:
    """An installation in which a conference closed a week ago; on a server where the tests have one."""
    with empty(data) as environment:
        scene.play(environment, "scheduled")
        made = Installation(data, environment)
        assert made.verify() == (0, [])
        with made.owner() as owner:
            (leaves,) = owner.execute(f"SELECT leaves FROM {CHECKPOINTS}").fetchone()  # noqa: S608
        heads = json.loads(leaves) if isinstance(leaves, str) else leaves
        yield replace(made, last=next(sequence for chain, sequence, _hash in heads if chain == CHAIN))


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("original")) as made:
        yield made


@pytest.fixture
def installation(original: Installation, tmp_path: Path) -> Iterator[Installation]:
    """A copy, to be edited."""
    data = tmp_path / "var"
    shutil.copytree(original.data, data)
    if not original.url:
        yield replace(original, data=data, environment={**original.environment, "HUBTABLE_DATA": str(data)})
        return
    with fresh_database(os.environ["DATABASE_URL"]) as url:
        for old, new in ((original.url, url), (original.url + KEYS, url + KEYS)):
            copy_of(old, new)
        extra = {**two_roles(url), "HUBTABLE_DATA": str(data)}
        yield replace(original, data=data, environment={**original.environment, **extra})


def copy_of(old: str, new: str) -> None:
    """The empty database of the new address made anew as a copy of the old one."""
    names = [sql.Identifier(str(conninfo_to_dict(one)["dbname"])) for one in (new, old)]
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE {}").format(names[0]))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))


CHAIN = "situation:1"
OF_IT = f"chain = '{CHAIN}'"
TAIL = f"{OF_IT} AND sequence > 9"
DEEDS: dict[str, tuple[list[str], str]] = {
    "edited": ([f"UPDATE {ENTRIES} SET basis = 'consent' WHERE {OF_IT} AND sequence = 6"], f"{CHAIN} entry 6: {CONTENT}"),  # noqa: S608
    "deleted in the middle": (
        [
            f"DELETE FROM {RECIPIENTS} WHERE entry_id IN (SELECT id FROM {ENTRIES} WHERE {OF_IT} AND sequence = 5)",  # noqa: S608
            f"DELETE FROM {ENTRIES} WHERE {OF_IT} AND sequence = 5",  # noqa: S608
        ],
        f"{CHAIN} entry 5: an entry is missing",
    ),
    "reordered": (
        [f"UPDATE {ENTRIES} SET sequence = {to} WHERE {OF_IT} AND sequence = {old}" for old, to in ((6, 99), (7, 6), (99, 7))],  # noqa: S608
        f"{CHAIN} entry 6: it does not follow the entry before it",
    ),
    "cut tail": (
        [
            f"DELETE FROM {RECIPIENTS} WHERE entry_id IN (SELECT id FROM {ENTRIES} WHERE {TAIL})",  # noqa: S608
            f"DELETE FROM {ENTRIES} WHERE {TAIL}",  # noqa: S608
        ],
        f"{CHAIN} entry {{last}}: it was cut off after the checkpoint of ",
    ),
    "checkpoint edited": (
        [f"UPDATE {CHECKPOINTS} SET entries = entries - 1"],  # noqa: S608
        "checkpoint 1 of ",
    ),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_command_exits_1_and_names_chain_and_entry(original: Installation, installation: Installation, deed: str) -> None:
    statements, complaint = DEEDS[deed]
    installation.edit(*statements)
    status, lines = installation.verify()
    assert status == 1
    assert any(line.startswith(complaint.format(last=original.last)) for line in lines), lines


STORY = """
import json
from situations import checkpoints, ledger
from situations.models import Checkpoint, LedgerEntry
previous, forged = ledger.GENESIS, []
for one in LedgerEntry.objects.filter(chain=CHAIN).order_by("sequence"):
    one.basis, one.previous = "consent", previous
    previous = ledger.digest(one, ledger.received(one))
    forged.append([one.pk, one.previous, previous])
print(json.dumps({"printed": checkpoints.document(Checkpoint.objects.latest("pk")), "forged": forged}))
"""


def test_story_forged_anew_and_signed_into_nothing_is_named_from_the_file_alone(installation: Installation) -> None:
    """Right hashes from the first entry on, and no checkpoint left in the database: the downloaded one says which chain."""
    script = STORY.replace("CHAIN", repr(CHAIN))
    story = json.loads(manage(installation.environment, "shell", "--no-imports", "-c", script))
    file = installation.data / "printed.json"
    file.write_text(json.dumps(story["printed"]))
    installation.edit(
        *(f"UPDATE {ENTRIES} SET basis = 'consent', previous = '{previous}', hash = '{own}' WHERE id = {key}"  # noqa: S608
          for key, previous, own in story["forged"]),
        f"DELETE FROM {CHECKPOINTS}",  # noqa: S608
    )  # fmt: skip
    assert installation.verify() == (0, []), "the chain holds in itself: without a checkpoint nobody can tell"
    status, lines = installation.verify("--checkpoint", str(file))
    assert status == 1
    assert lines[0].startswith(f"{CHAIN} entries 1 to {len(story['forged'])}: none is the one that the checkpoint of ")
