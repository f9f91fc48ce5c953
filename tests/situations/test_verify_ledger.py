"""`manage.py verify_ledger` finds an edit, a deletion, a reorder and a forged entry that SQL made behind our back."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from situations.choices import EntryKind
from situations.ledger import append, digest
from situations.models import LedgerEntry, Situation
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db
TABLE = "situations_ledgerentry"


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
        for action in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER {TABLE}_no_{action}" + (f" ON {TABLE}" if connection.vendor == "postgresql" else ""))
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
