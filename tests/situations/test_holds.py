"""Legal holds: who may set and lift one, what waits meanwhile, and that the ledger keeps codes only."""

import pytest

from conferences import chairing
from conferences.models import Conference
from hub.core import clock
from hub.core.errors import NotVisible, RuleRefused
from situations import holds, identity, ledger, retention
from situations.choices import EntryKind
from situations.models import LegalHold, Situation
from situations.privacy_office import offices_of
from tests.cast import Cast, act, assemble, fresh, refused, to_filter2, to_filter3
from tests.situations.ended import concluded, leave_office, make_officer, over

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    people = assemble()
    for agency in ("schools", "police"):
        make_officer(people[f"{agency}_deputy"])
    return people


@pytest.fixture
def situation(people: Cast) -> Situation:
    return concluded(people)[0]


def test_hold_stops_the_shredding_until_it_is_lifted(people, situation):
    hold = holds.place(by=people["schools_deputy"], situation=situation, reference="Legal 2026/7")
    with clock.at(over(situation)):
        assert [one.held for one in retention.due()] == [True]
        assert retention.shred_due() == 0
        with refused(RuleRefused):
            retention.shred(by=None, situation=situation)
        holds.lift(by=people["schools_deputy"], hold=hold)
        assert retention.shred_due() == 1


def test_every_hold_must_be_lifted(people, situation):
    first = holds.place(by=people["schools_deputy"], situation=situation, reference="A")
    holds.place(by=people["privacy_officer"], situation=situation, reference="B")
    holds.lift(by=people["schools_deputy"], hold=first)
    with clock.at(over(situation)):
        assert retention.shred_due() == 0


def test_ledger_says_who_and_when_and_not_the_file_number(people, situation):
    before = situation.ledger.count()
    hold = holds.place(by=people["schools_deputy"], situation=situation, reference="Legal 2026/7")
    holds.lift(by=people["schools_deputy"], hold=hold)
    assert people.ledger(situation, before) == [
        ("hold", "schools_deputy", "schools", "", set()), ("hold_lifted", "schools_deputy", "schools", "", set())
    ]  # fmt: skip
    assert [one.detail for one in situation.ledger.filter(sequence__gt=before)] == [{"hold": hold.pk}] * 2


def test_agency_that_disclosed_may_hold_and_one_that_did_not_may_not(people):
    ready = people.ready()
    conference = people.conference()
    to_filter2(people, conference, ready)
    for name in ("police_deputy", "schools", "facilitator", "administrator", "outsider"):
        with refused(NotVisible):
            holds.place(by=people[name], situation=ready, reference="A")
    ledger.append(
        EntryKind.ANSWER, by=people["police"], situation=ready, recipients=[(ready.originating_agency_id, people["schools"].pk)]
    )
    assert holds.place(by=people["police_deputy"], situation=ready, reference="A").agency == people.agencies["police"]


def test_nobody_holds_what_is_still_with_its_agency_or_was_stepped_out_of(people):
    draft = people.draft()
    for name in ("schools_deputy", "privacy_officer"):
        with refused(NotVisible):
            holds.place(by=people[name], situation=draft, reference="A")


def test_hold_needs_a_file_number_and_stands_once_for_each_agency(people, situation):
    with refused(RuleRefused, "reference"):
        holds.place(by=people["schools_deputy"], situation=situation, reference="  ")
    with refused(RuleRefused, "reference"):
        holds.place(by=people["schools_deputy"], situation=situation, reference="A" * 121)
    holds.place(by=people["schools_deputy"], situation=situation, reference="A")
    with refused(RuleRefused, "number"):
        holds.place(by=people["schools_deputy"], situation=situation, reference="B")


def test_what_is_shredded_cannot_be_held(people, situation):
    with clock.at(over(situation)):
        retention.shred_due()
        with refused(RuleRefused, "number"):
            holds.place(by=people["schools_deputy"], situation=situation, reference="A")


def test_only_officers_of_the_agency_that_set_it_lift_it(people, situation):
    hold = holds.place(by=people["schools_deputy"], situation=situation, reference="A")
    for name in ("privacy_officer", "police_deputy", "schools", "facilitator"):
        with refused(NotVisible):
            holds.lift(by=people[name], hold=hold)
    leave_office(people["schools_deputy"])
    with refused(NotVisible):
        holds.lift(by=people["schools_deputy"], hold=hold)
    holds.lift(by=make_officer(people["schools"]), hold=hold)
    with refused(NotVisible):
        holds.lift(by=people["schools"], hold=hold)


def test_recused_officer_neither_sets_nor_lifts(people):
    ready = people.ready()
    conference = people.conference("police", "schools", "schools_deputy")
    to_filter2(people, conference, ready)
    hold = holds.place(by=people["schools_deputy"], situation=ready, reference="A")
    act(people["schools_deputy"], conference, ready, "recuse")
    assert not holds.standing(people["schools_deputy"], offices_of(people["schools_deputy"]))
    with refused(NotVisible):
        holds.lift(by=people["schools_deputy"], hold=hold)
    with refused(NotVisible):
        holds.place(by=people["schools_deputy"], situation=ready, reference="B")


def test_agency_that_has_only_read_holds_nothing(people):
    ready = people.ready()
    identity.read(by=people["police"], situation=to_filter3(people, people.conference(), ready))
    with refused(NotVisible):
        holds.place(by=people["police_deputy"], situation=ready, reference="P")


# a rejection under a hold


@pytest.fixture
def rejected(people: Cast) -> tuple[Conference, Situation, LegalHold]:
    """Rejected under a hold of the table's officer; the facilitator has gone on."""
    ready = people.ready()
    conference = people.conference()
    to_filter2(people, conference, ready)
    hold = holds.place(by=people["privacy_officer"], situation=ready, reference="A 1")
    act(people["facilitator"], conference, ready, "reject", reason="not_aer")
    chairing.put_down(by=people["facilitator"], conference=conference)
    return conference, fresh(ready), hold


def test_redaction_waits_for_the_hold_and_the_clerk_does_it(people, rejected):
    conference, situation, hold = rejected
    assert (situation.redacted_at, identity.sealed_fields(situation) == []) == (None, False)
    holds.lift(by=people["privacy_officer"], hold=hold)
    assert retention.redact_waiting() == 0, "the conference is open"
    chairing.close_conference(by=people["facilitator"], conference=conference)
    assert retention.redact_waiting() == 1
    assert retention.redact_waiting() == 0
    kept = fresh(situation)
    assert (kept.note, kept.redacted_at is None, identity.sealed_fields(situation)) == ("", False, [])


def test_redaction_under_a_hold_changes_nothing_and_is_no_error(people, rejected):
    _conference, situation, _hold = rejected
    before = situation.ledger.count()
    kept = retention.redact_rejected(by=None, situation=situation)
    assert (kept.redacted_at, kept.note, kept.ledger.count()) == (None, situation.note, before)
