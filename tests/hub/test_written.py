"""Rows that are written by SQL that is kept are those that Django would have written."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from agencies.models import Agency, Member, Table
from hub.core import audit, clock
from hub.core.written import Written
from hub.pressing.models import Press
from situations.choices import EntryKind
from situations.ledger import append, verify
from situations.models import AerCriterion, LedgerEntry, Situation
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return assemble()


def row_of(record: models.Model) -> dict[str, Any]:
    [row] = type(record)._base_manager.filter(pk=record.pk).values()
    return dict(row)


def as_django_writes(record: Any) -> dict[str, Any]:
    """The row that Django's own INSERT makes of the same record, under another key."""
    record.pk = None
    record._state.adding = True
    manager, meta = type(record)._base_manager, record._meta
    fields = [one for one in meta.local_concrete_fields if one is not meta.auto_field]
    with transaction.atomic():
        [(record.pk,)] = manager._insert([record], fields=fields, returning_fields=meta.db_returning_fields, using="default")
        row = row_of(record)
        transaction.set_rollback(True)
    return row


def test_a_history_row_is_the_one_that_django_would_write(people: Cast) -> None:
    situation = people.ready()
    with audit.acting(people["facilitator"], "a test"):
        situation.revision += 1
        situation.save(update_fields=["revision"])
    past = situation.history.first()
    assert isinstance(past, Written)
    ours, djangos = row_of(past), as_django_writes(past)
    assert {**ours, "history_id": 0} == {**djangos, "history_id": 0}
    assert ours["revision"] == Situation.objects.get(pk=situation.pk).revision == situation.revision


def test_what_comes_back_of_a_new_record_is_what_was_put_in(people: Cast) -> None:
    """Lists, days and choices that the database also has a default for: in the record, its history, and after a second save."""
    facts = {"towns": ["Harborview", "Norton"], "demands_training": ["hub"]}
    with audit.acting(people["facilitator"], "a test"):
        made = Table.objects.create(name="Another table", region="Norton", **facts)
        first = {one.name: getattr(made, one.attname) for one in Table._meta.concrete_fields}
        made.save()
    again = Table.objects.get(pk=made.pk)
    assert first == {one.name: getattr(again, one.attname) for one in Table._meta.concrete_fields}
    for past in again.history.all():
        assert {name: getattr(past, name) for name in facts} == facts


def test_an_update_writes_its_columns_and_no_other_row(people: Cast) -> None:
    situations = (people.ready(), people.ready())
    one, other = (AerCriterion.objects.get(situation=each, criterion="probable_harm") for each in situations)
    with audit.acting(people["facilitator"], "a test"):
        one.holds = not one.holds
        with CaptureQueriesContext(connection) as asked:
            one.save(update_fields=["holds"])
    assert [query["sql"].split()[0] for query in asked.captured_queries][:2] == ["UPDATE", "INSERT"]
    assert row_of(one)["holds"] == one.holds != row_of(other)["holds"] == other.holds


def test_a_record_that_is_gone_is_not_updated(people: Cast) -> None:
    press = Press.objects.create(member=people["facilitator"], key="a" * 64, view="board", sent="b" * 64, made_at=clock.now())
    Press.objects.all().delete()
    with pytest.raises(DatabaseError, match="did not affect any rows"):
        press.save(update_fields=["where"], force_update=True)


def test_an_expression_is_left_to_django(people: Cast) -> None:
    press = Press.objects.create(member=people["facilitator"], key="a" * 64, view="board", sent="b" * 64, made_at=clock.now())
    press.made_at = F("made_at") + timedelta(days=1)
    press.save(update_fields=["made_at"])
    assert row_of(press)["made_at"] > clock.now() + timedelta(hours=20)


def test_what_the_database_refuses_is_refused_as_ever(people: Cast) -> None:
    facts: dict[str, Any] = {"member": people["facilitator"], "key": "a" * 64, "sent": "b" * 64, "made_at": clock.now()}
    Press.objects.create(**facts, view="board")
    with pytest.raises(IntegrityError), transaction.atomic():
        Press.objects.create(**facts, view="other")
    assert [one.view for one in Press.objects.all()] == ["board"]


def test_a_ledger_entry_with_everything_and_with_nothing_in_it_verifies(people: Cast) -> None:
    situation = people.ready()
    agency, member = Agency.objects.order_by("pk")[0], Member.objects.order_by("pk")[0]
    detail = {"percent": "100 %s", "deep": {"none": None, "line": "\u2028 \u00e9"}}
    append(EntryKind.CRITERION, by=None, situation=situation, detail=detail, recipients=[(agency.pk, member.pk)], what="answer")
    append(EntryKind.CRITERION, by=people["facilitator"], table=situation.table)
    assert not list(verify())
    assert LedgerEntry.objects.get(situation=situation, kind=EntryKind.CRITERION).detail == detail
