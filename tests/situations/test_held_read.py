"""Reading a text that the guard stopped: nothing is let through unread, and another agency's reading is accounted for."""

import pytest

from agencies import membership, roll
from agencies.models import TableRole
from conferences import driving
from conferences.models import Conference
from hub.core import clock
from hub.core.audit import acting
from hub.core.errors import RuleRefused
from situations import accounting, deliberation, held_texts, ledger, record
from situations.accounting import Asked
from situations.choices import EntryKind, HeldState, LetThrough, StanceKind
from situations.disclosure import audience_of
from situations.guard import GuardStops, Reply
from situations.models import HeldText, LedgerEntry, Situation
from tests.cast import PASSWORD, Cast, assemble, fresh, refused, to_filter2, to_filter3

STOPPED = "Call her on 617-555-0134 in the evening."
SECOND = Reply(second=True)


@pytest.fixture
def people(db: None) -> Cast:
    return assemble()


@pytest.fixture
def told(people: Cast) -> Situation:
    """At filter 2, in hand."""
    situation = people.ready()
    return to_filter2(people, people.conference("police", "schools", "clinic", "recovery", "recorder"), situation)


def opened(people: Cast) -> Situation:
    """At filter 3, its envelope open to the seats."""
    situation = people.ready()
    return to_filter3(people, people.conference("police", "schools", "clinic", "recovery", "recorder"), situation)


def test_nothing_is_let_through_unread_and_another_reading_does_not_count(people: Cast, told: Situation):
    data = {"title": "No bed", "text": STOPPED, "guard_second": "1"}
    with pytest.raises(GuardStops):
        driving.drive(by=people["police"], conference=Conference.objects.get(), what="issue", data=data)
    held = HeldText.objects.get()
    held_texts.read(by=people["facilitator"], held=held)
    with refused(RuleRefused, "because"):
        held_texts.decide(by=people["recorder"], held=held, passes=True, because=LetThrough.NOBODY)
    assert HeldText.objects.get().state == HeldState.WAITING
    held_texts.read(by=people["recorder"], held=held)
    held_texts.decide(by=people["recorder"], held=held, passes=True, because=LetThrough.NOBODY)
    assert HeldText.objects.get().state == HeldState.PASSED


def test_a_chair_of_another_agency_who_reads_it_stands_in_the_accounting_of_the_writers(people: Cast, told: Situation):
    with acting(None, "test"):
        TableRole.objects.create(table=people.table, member=people["police"], role="recorder", started_on=clock.today())
    deliberation.take_stance(by=people["schools"], situation=told, kind=StanceKind.DISSENTS, reason="Not yet.")
    with pytest.raises(GuardStops):
        deliberation.go_on(
            by=people["facilitator"], situation=fresh(told), agency=people.agencies["schools"], because=STOPPED, answered=SECOND
        )
    held = HeldText.objects.get()
    roll.pledge(by=people["clinic"], table=people.table, member=people["clinic"])
    for who in ("clinic", "police"):
        assert held_texts.read(by=people[who], held=held) == STOPPED
    entries = told.ledger.filter(kind=EntryKind.GUARD_READ)
    assert {(one.actor, one.agency_id) for one in entries} == {(people[who], held.agency_id) for who in ("clinic", "police")}
    officer = membership.add_member(
        by=None, roles=["privacy_officer"], password=PASSWORD, email="clinic.officer@harborview.example",
        name="Clinic Officer", agency=people.agencies["clinic"],
    )  # fmt: skip
    (line,) = accounting.of(by=officer, asked=Asked(number=fresh(told).number)).lines
    assert (line.agency, line.times, line.people) == (people["police"].agency.name, 1, ("Police",))
    assert line.what == "A sentence that points to somebody, before it was changed or sent"
    assert line.purpose == "A second person decided whether the table may read it"


def told_by_record(people: Cast, key: str, situation: Situation) -> list[list[tuple[str, str]]]:
    """Who read a held text, for each such line of the record as this person's agency reads it."""
    shown = record.page(fresh(situation), audience_of(people[key], fresh(situation))).rows
    return [[who[:2] for who in one.recipients] for one in shown if one.kind == EntryKind.GUARD_READ]


@pytest.mark.parametrize("kind", ["identity", "unchecked"])
def test_a_name_of_the_envelope_stands_in_the_accounting_of_those_who_brought_it_too(people: Cast, kind: str):
    situation = opened(people)
    with acting(None, "test"):
        TableRole.objects.create(table=people.table, member=people["police"], role="recorder", started_on=clock.today())
    place = held_texts.Place(people.table, situation, "plan.report_back")
    (held,) = held_texts.hold(place, {"line": "Zephyrine stays."}, {"line": [kind]}, by=people["facilitator"])
    assert held_texts.read(by=people["police"], held=held) == "Zephyrine stays."
    what, readers = "A sentence that points to somebody, before it was changed or sent", []
    for key in ("clinic", "schools", "recovery"):
        officer = membership.add_member(
            by=None, roles=["privacy_officer"], password=PASSWORD, email=f"{key}.officer@harborview.example",
            name=f"{key} officer", agency=people.agencies[key],
        )  # fmt: skip
        lines = accounting.of(by=officer, asked=Asked(number=fresh(situation).number)).lines
        readers += [(key, one.agency, one.times, one.released_by) for one in lines if one.what == what]
    police = people["police"].agency.name
    assert readers == [("clinic", police, 1, ""), ("schools", police, 1, "")]
    assert told_by_record(people, "schools", situation) == [[(police, "Police")]]
    assert told_by_record(people, "recovery", situation) == []


def test_the_writers_own_chair_who_reads_a_name_of_another_agency_stands_in_its_accounting(people: Cast):
    situation = opened(people)
    place = held_texts.Place(people.table, situation, "plan.report_back")
    (held,) = held_texts.hold(place, {"line": "Zephyrine stays."}, {"line": ["identity"]}, by=people["facilitator"])
    roll.pledge(by=people["clinic"], table=people.table, member=people["clinic"])
    held_texts.read(by=people["clinic"], held=held)
    entry = situation.ledger.get(kind=EntryKind.GUARD_READ)
    assert (entry.agency_id, entry.recipients.get().agency_id) == (people.agencies["schools"].pk, people.agencies["clinic"].pk)
    assert ledger.ALSO not in entry.detail


def test_a_text_of_the_table_that_another_agency_reads_is_in_the_tables_ledger_and_in_no_accounting(
    people: Cast, told: Situation
):
    data = {"title": "No bed", "text": STOPPED, "guard_second": "1"}
    with pytest.raises(GuardStops):
        driving.drive(by=people["police"], conference=Conference.objects.get(), what="issue", data=data)
    before = accounting.disclosed_by(people["police"].agency_id).count()
    held_texts.read(by=people["facilitator"], held=HeldText.objects.get())
    entry = LedgerEntry.objects.get(kind=EntryKind.GUARD_READ)
    assert (entry.situation, entry.actor, entry.recipients.count()) == (None, people["facilitator"], 0)
    assert accounting.disclosed_by(people["police"].agency_id).count() == before
