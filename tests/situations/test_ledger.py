"""Append-only in the model and in the database; any tampering is found."""

import pytest
from django.db import DatabaseError, connection, transaction

from situations import ledger
from situations.choices import EntryKind
from situations.models import LedgerEntry, Recipient, Situation
from situations.models.ledger import AppendOnly
from tests.cast import Cast, assemble, to_filter3

ENTRIES, RECIPIENTS = "situations_ledgerentry", "situations_recipient"


@pytest.fixture
def people(db: None) -> Cast:
    return assemble()


@pytest.fixture
def situation(people: Cast) -> Situation:
    ready = people.ready()
    return to_filter3(people, people.conference(), ready)


def raw(statement: str, *values: int | str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def tamper(statement: str, *values: int | str) -> None:
    """As somebody would who owns the database: with the triggers gone."""
    for table in (ENTRIES, RECIPIENTS):
        for action in ("update", "delete"):
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            raw(f"DROP TRIGGER IF EXISTS {table}_no_{action}{on}")
    raw(statement, *values)


@pytest.mark.parametrize("table", [ENTRIES, RECIPIENTS])
def test_database_refuses_update_and_delete(situation, table):
    for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):  # noqa: S608 - names of our own tables
        with pytest.raises(DatabaseError, match="append-only"):
            raw(statement)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LedgerEntry.objects.update(basis="")


def test_model_refuses_change_and_deletion(situation):
    for one in (LedgerEntry.objects.all()[0], Recipient.objects.all()[0]):
        with pytest.raises(AppendOnly):
            one.save()
        with pytest.raises(AppendOnly):
            one.delete()


def test_untouched_ledger_holds(situation):
    assert list(ledger.verify()) == []


def test_chain_begins_at_one_and_each_entry_follows_the_one_before(situation):
    entries = list(situation.ledger.order_by("sequence"))
    assert [one.sequence for one in entries] == list(range(1, len(entries) + 1))
    assert [one.previous for one in entries] == [ledger.GENESIS, *(one.hash for one in entries[:-1])]


def test_edited_added_and_removed_recipients_are_found(people, situation):
    entry = situation.ledger.get(kind=EntryKind.PROFILE)
    other, police = people["observer"].pk, people.agencies["police"].pk
    edit = f"UPDATE {RECIPIENTS} SET member_id = {other} WHERE entry_id = %s AND agency_id = {police}"  # noqa: S608
    removal = f"DELETE FROM {RECIPIENTS} WHERE entry_id = %s"  # noqa: S608
    for statement in (edit, removal):
        with transaction.atomic():
            tamper(statement, entry.pk)
            assert [(one.sequence, one.why) for one in ledger.verify()] == [
                (entry.sequence, "its content is not what was signed into the chain")
            ]
            transaction.set_rollback(True)
    Recipient(entry=entry, situation=situation, member=people["observer"], agency=people["observer"].agency, what="x").save()
    assert [one.sequence for one in ledger.verify()] == [entry.sequence]


def test_deleted_entry_is_found(situation):
    entry = situation.ledger.get(kind=EntryKind.AER)
    tamper(f"DELETE FROM {ENTRIES} WHERE id = %s", entry.pk)  # noqa: S608
    assert [(one.sequence, one.why) for one in ledger.verify()] == [(entry.sequence, "an entry is missing")]


def test_reordered_entries_are_found(situation):
    first, second = situation.ledger.order_by("sequence")[1:3]
    for pk, place in ((first.pk, 900), (second.pk, first.sequence), (first.pk, second.sequence)):
        tamper(f"UPDATE {ENTRIES} SET sequence = %s WHERE id = %s", place, pk)  # noqa: S608
    assert [(one.sequence, one.why) for one in ledger.verify()] == [(2, "it does not follow the entry before it")]


def test_forged_tail_that_follows_nothing_is_found(situation):
    last = situation.ledger.order_by("sequence").last()
    forged = LedgerEntry(
        chain=last.chain, sequence=last.sequence + 1, situation=situation, table=situation.table, at=last.at, kind="accepted",
        previous=ledger.GENESIS,
    )  # fmt: skip
    forged.hash = ledger.digest(forged, [])
    forged.save()
    assert [one.sequence for one in ledger.verify()] == [last.sequence + 1]


def test_entry_belongs_to_a_situation_or_a_table(people):
    with pytest.raises(ValueError, match="belongs"):
        ledger.append(EntryKind.REFUSED, by=people["police"])
    entry = ledger.append(EntryKind.REFUSED, by=people["police"], table=people.table)
    assert (entry.chain, entry.situation) == (f"table:{people.table.pk}", None)


def test_ledger_holds_no_content(people, situation):
    text = repr(list(LedgerEntry.objects.values()))
    for word in ("Zephyrine", "2011-03-14", "Canary", "Stopped coming", "home visits", "Because of", "Harborview", "mother"):
        assert word not in text
