"""`manage.py verify_ledger` finds what SQL did behind our back: an edit, a deletion, a reorder, a forged entry, and against a
checkpoint also a tail that was cut off and a chain that was forged anew from its first entry."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from situations import checkpoints
from situations.choices import EntryKind
from situations.ledger import GENESIS, append, digest, received
from situations.models import Checkpoint, LedgerEntry, Situation
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db
TABLES = ("situations_ledgerentry", "situations_recipient", "situations_checkpoint")


@pytest.fixture
def people() -> Cast:
    return assemble()


@pytest.fixture
def situation(people: Cast) -> Situation:
    """A situation with a chain of several entries, with the database's own guard taken away as an intruder would."""
    situation = people.ready()
    append(EntryKind.REFUSED, by=people["police"], situation=situation)
    append(EntryKind.REFUSED, by=people["schools"], situation=situation)
    with connection.cursor() as cursor:
        for table in TABLES:
            for action in ("update", "delete"):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER {table}_no_{action}{on}")
    return situation


def verify() -> tuple[str, str]:
    """What the command prints and complains about."""
    out, err = StringIO(), StringIO()
    call_command("verify_ledger", stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def complaints() -> str:
    err = StringIO()
    with pytest.raises(CommandError, match="broken in 1 of"):
        call_command("verify_ledger", stdout=StringIO(), stderr=err)
    return err.getvalue()


def entry(situation: Situation, sequence: int) -> LedgerEntry:
    return LedgerEntry.objects.get(situation=situation, sequence=sequence)


def run(sql: str, *values: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_whole_ledger_is_said_in_one_line(people: Cast) -> None:
    people.ready()
    out, err = verify()
    assert out == f"The ledger is whole: {LedgerEntry.objects.count()} entries in 1 chains.\n"
    assert err == ""


def test_empty_ledger_is_whole() -> None:
    assert verify()[0] == "The ledger is whole: 0 entries in 0 chains.\n"


def test_edited_entry_is_named(situation: Situation) -> None:
    run("UPDATE situations_ledgerentry SET basis = 'hipaa_threat' WHERE id = %s", entry(situation, 2).pk)
    assert complaints() == f"situation:{situation.pk} entry 2: its content is not what was signed into the chain\n"


def test_deleted_entry_is_named(situation: Situation) -> None:
    run("DELETE FROM situations_ledgerentry WHERE id = %s", entry(situation, 2).pk)
    assert complaints() == f"situation:{situation.pk} entry 2: an entry is missing\n"


def test_reordered_entries_are_named(situation: Situation) -> None:
    third, fourth = entry(situation, 3).pk, entry(situation, 4).pk
    run("UPDATE situations_ledgerentry SET sequence = 99 WHERE id = %s", third)
    run("UPDATE situations_ledgerentry SET sequence = 3 WHERE id = %s", fourth)
    run("UPDATE situations_ledgerentry SET sequence = 4 WHERE id = %s", third)
    assert complaints() == f"situation:{situation.pk} entry 3: it does not follow the entry before it\n"


def test_forged_hash_is_named_at_the_entry_after_it(situation: Situation) -> None:
    forged = entry(situation, 2)
    forged.basis = "hipaa_threat"
    run("UPDATE situations_ledgerentry SET basis = 'hipaa_threat', hash = %s WHERE id = %s", digest(forged, []), forged.pk)
    assert complaints() == f"situation:{situation.pk} entry 3: it does not follow the entry before it\n"


def test_only_the_broken_chain_is_named(people: Cast, situation: Situation) -> None:
    other = people.ready()
    run("UPDATE situations_ledgerentry SET kind = 'kept' WHERE id = %s", entry(situation, 1).pk)
    assert complaints() == f"situation:{situation.pk} entry 1: its content is not what was signed into the chain\n"
    assert other.ledger.count() > 0


# against checkpoints


@pytest.fixture
def checkpoint(people: Cast, situation: Situation) -> Checkpoint:
    people.ready("police")
    return checkpoints.make(by=None, table=people.table)


@pytest.fixture
def file(tmp_path: Path, checkpoint: Checkpoint) -> Path:
    """The checkpoint as somebody downloaded it."""
    path = tmp_path / "checkpoint.json"
    path.write_text(json.dumps(checkpoints.document(checkpoint)))
    return path


def doubts(file: Path | None = None, ending: str = "not what its checkpoints hold") -> list[str]:
    err = StringIO()
    with pytest.raises(CommandError, match=ending):
        call_command("verify_ledger", *(["--checkpoint", str(file)] if file else []), stdout=StringIO(), stderr=err)
    return err.getvalue().splitlines()


def cut_off(situation: Situation, sequence: int) -> None:
    run("DELETE FROM situations_recipient WHERE entry_id IN (SELECT id FROM situations_ledgerentry WHERE chain = %s"
        " AND sequence >= %s)", f"situation:{situation.pk}", sequence)  # fmt: skip
    run("DELETE FROM situations_ledgerentry WHERE chain = %s AND sequence >= %s", f"situation:{situation.pk}", sequence)


def forge_anew(situation: Situation) -> None:
    """Another story, from the first entry on, in a chain that holds in itself."""
    previous = GENESIS
    for one in LedgerEntry.objects.filter(situation=situation).order_by("sequence"):
        one.basis, one.previous = "consent", previous
        one.hash = previous = digest(one, received(one))
        run("UPDATE situations_ledgerentry SET basis = 'consent', previous = %s, hash = %s WHERE id = %s",
            one.previous, one.hash, one.pk)  # fmt: skip


def forget_checkpoints() -> None:
    run("DELETE FROM situations_checkpoint")


def test_ledger_that_grew_is_what_its_checkpoint_holds(people: Cast, situation: Situation, file: Path) -> None:
    append(EntryKind.REFUSED, by=people["schools"], situation=situation)
    people.ready()
    checkpoints.make(by=None, table=None)
    out = StringIO()
    call_command("verify_ledger", "--checkpoint", str(file), stdout=out)
    assert out.getvalue().splitlines()[1:] == [
        "Checkpoints that hold: 2.", "It is what the checkpoint in the file holds."
    ]  # fmt: skip


def test_truncated_tail_is_named(situation: Situation, checkpoint: Checkpoint) -> None:
    cut_off(situation, 3)
    (line,) = doubts()
    assert line.startswith(f"situation:{situation.pk} entry 4: it was cut off after the checkpoint of ")


def test_earliest_entry_that_a_checkpoint_misses_is_named_once(
    people: Cast, situation: Situation, checkpoint: Checkpoint
) -> None:
    append(EntryKind.REFUSED, by=people["schools"], situation=situation)
    checkpoints.make(by=None, table=None)
    cut_off(situation, 5)
    (line,) = doubts()
    assert line.startswith(f"situation:{situation.pk} entry 5: it was cut off")


def test_chain_forged_anew_is_named(situation: Situation, checkpoint: Checkpoint) -> None:
    forge_anew(situation)
    (line,) = doubts()
    assert line.startswith(f"situation:{situation.pk} entry 4: it is not the one that was signed in the checkpoint of ")


@pytest.mark.parametrize(
    "change", ["root = '" + "0" * 64 + "'", "entries = 1", "at = '2020-01-01 00:00:00+00:00'", "table_id = NULL"]
)
def test_edited_checkpoint_is_named(checkpoint: Checkpoint, change: str) -> None:
    run(f"UPDATE situations_checkpoint SET {change}")  # noqa: S608 - changes of our own
    (line,) = doubts()
    assert line.startswith(f"checkpoint {checkpoint.pk} of ")
    assert line.endswith("its signature does not hold")


@pytest.mark.parametrize("leaves", ["[]", '[["table:1", 1, "00"]]'])
def test_edited_leaves_of_a_checkpoint_are_named(checkpoint: Checkpoint, leaves: str) -> None:
    run("UPDATE situations_checkpoint SET leaves = %s", leaves)
    (line,) = doubts()
    assert line.endswith("its leaves are not those that were signed")


def test_checkpoint_signed_with_another_key_is_named(situation: Situation, checkpoint: Checkpoint) -> None:
    with override_settings(LEDGER_SIGNING_KEY=b"x" * 32):
        (line,) = doubts()
    assert line.startswith(f"checkpoint {checkpoint.pk} of ")
    assert line.endswith("it is signed with a key that is not this installation's")


# against a file, when the checkpoints in the database are gone too


def test_file_finds_a_truncated_tail_and_its_entry(situation: Situation, file: Path) -> None:
    cut_off(situation, 4)
    assert [line.partition(": ")[0] for line in doubts(file)] == [f"situation:{situation.pk} entry 4"]


@pytest.mark.parametrize("deed", [lambda one: cut_off(one, 4), forge_anew])
def test_file_names_the_chain_without_any_checkpoint_in_the_database(situation: Situation, file: Path, deed) -> None:
    deed(situation)
    forget_checkpoints()
    (line,) = doubts(file)
    assert line.startswith(f"situation:{situation.pk} entries 1 to ")


def test_file_counts_the_chains_that_are_gone_with_every_trace(situation: Situation, file: Path) -> None:
    cut_off(situation, 1)
    forget_checkpoints()
    gone, line = doubts(file, "broken in 1 of")
    assert gone == f"situation:{situation.pk} entry 1: the situation is there, and its whole chain is gone"
    assert line.startswith("1 more chains: the checkpoint of ")


def test_file_finds_history_rewritten_and_signed_anew(people: Cast, situation: Situation, file: Path) -> None:
    forge_anew(situation)
    forget_checkpoints()
    checkpoints.make(by=None, table=people.table)
    verify()
    assert len(doubts(file)) == 1


def test_file_of_another_installation_is_refused(file: Path) -> None:
    forget_checkpoints()
    with override_settings(LEDGER_SIGNING_KEY=b"x" * 32):
        assert doubts(file) == ["the file: it is signed with a key that is not this installation's"]


@pytest.mark.parametrize("change", [{"leaves": []}, {"leaves": ["00" * 32]}])
def test_file_with_other_leaves_is_refused(file: Path, change: dict[str, list[str]]) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    assert doubts(file) == ["the file: its leaves are not those that were signed"]


def test_file_with_another_time_is_refused(file: Path) -> None:
    held = json.loads(file.read_text())
    held["checkpoint"]["at"] = "2020-01-01T00:00:00.000000+00:00"
    file.write_text(json.dumps(held))
    assert doubts(file) == ["the file: its signature does not hold"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"checkpoint": 1}', "\u00ff"])
def test_file_that_is_none_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    assert doubts(tmp_path / "x.json", "this is not a checkpoint") == []
    assert doubts(tmp_path / "missing.json", "cannot be read") == []
