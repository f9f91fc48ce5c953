"""The sealed identity: who seals, opens, closes and reads it, and what the ledger holds before a value is out."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from conferences import chairing
from conferences.models import Conference
from hub.core.audit import acting
from hub.core.errors import NotAllowed, NotVisible, RuleRefused
from hub.keystore.models import DataKey
from situations import identity
from situations.models import BlindIndex, Grounds, Identity, Situation
from tests.cast import IDENTITY, Cast, act, assemble, fresh, given_for, refused, scene, to_filter3

Made = tuple[Cast, Conference, Situation, Situation]
LIMITED = {"name": "Zephyrine Quill-Marker", "date_of_birth": "2011-03-14"}


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made]:
    with scene(django_db_blocker):
        people = assemble()
        ready, draft = people.ready(), people.draft()
        conference = people.conference("police", "schools", "clinic", "recovery", "recorder", "observer")
        yield people, conference, to_filter3(people, conference, ready, opened=False), draft


@pytest.fixture
def people(db: None, made: Made) -> Cast:
    return deepcopy(made[0])


@pytest.fixture
def conference(db: None, made: Made) -> Conference:
    return deepcopy(made[1])


@pytest.fixture
def situation(db: None, made: Made) -> Situation:
    """At filter 3, its identity still closed."""
    return deepcopy(made[2])


@pytest.fixture
def draft(db: None, made: Made) -> Situation:
    return deepcopy(made[3])


def offered(basis: str, **instead: str) -> dict[str, Any]:
    return {"basis": basis, "given": given_for(basis, **instead)}


def opened(people: Cast, situation: Situation) -> Situation:
    return identity.offer(by=people["schools"], situation=situation, **offered("table_agreement"))


# sealing


def test_sealed_identity_is_ciphertext_in_every_row(people, draft):
    rows = [*Identity.objects.values_list(*IDENTITY), *Identity.history.values_list(*IDENTITY)]
    kept = b"".join(bytes(value) for row in rows for value in row)
    assert not any(value.encode() in kept for value in IDENTITY.values())
    assert identity.read(by=people["schools"], situation=draft) == IDENTITY


def test_sealing_a_part_keeps_the_rest_and_its_index(people, draft):
    before = BlindIndex.objects.get(situation=draft).digest
    identity.seal(by=people["schools_deputy"], situation=draft, values={"address": "  1 <b>New</b> Row ", "aliases": ""})
    assert BlindIndex.objects.get(situation=draft).digest == before
    expected = {**IDENTITY, "address": "1 New Row", "aliases": ""}
    assert identity.read(by=people["schools"], situation=draft) == expected
    assert identity.sealed_fields(draft) == [name for name, value in expected.items() if value]


def test_sealing_refuses_too_long_and_unknown(people, draft):
    with refused(RuleRefused, "name"):
        identity.seal(by=people["schools"], situation=draft, values={"name": "x" * 281})
    with pytest.raises(ValueError, match="shoe"):
        identity.seal(by=people["schools"], situation=draft, values={"shoe": "44"})


@pytest.mark.parametrize("who", ["police", "facilitator", "administrator", "outsider", "privacy_officer"])
def test_nobody_else_seals_or_reads_a_draft(people, draft, who):
    with refused(NotVisible):
        identity.seal(by=people[who], situation=draft, values={"name": "Somebody"})
    with refused(NotVisible):
        identity.read(by=people[who], situation=draft)


def test_identity_is_not_changed_once_it_left_the_drafts(people, situation):
    with refused(RuleRefused):
        identity.seal(by=people["schools"], situation=situation, values={"name": "Somebody"})


# opening and closing


def test_opening_enters_every_seat_in_the_room_and_no_one_else(people, situation):
    before = situation.ledger.count()
    opened(people, situation)
    assert people.ledger(situation, before) == [
        ("identity_offered", "schools", "schools", "table_agreement", {"police", "clinic", "recovery"})
    ]
    kept = Grounds.objects.get()
    assert situation.ledger.last().detail == {
        "fields": ["name", "date_of_birth"], "grounds": kept.pk, "pack": "massachusetts-2026", "minimum_necessary": None,
    }  # fmt: skip


def test_opening_a_date_of_birth_alone_has_its_recipients_too(people, situation):
    type(situation.table).objects.filter(pk=situation.table_id).update(filter3_identifiers=["date_of_birth"])
    before = situation.ledger.count()
    opened(people, situation)
    assert people.ledger(situation, before)[0][4] == {"police", "clinic", "recovery"}


@pytest.mark.parametrize("basis", ["", "no_such", "hipaa_treatment"])
def test_opening_needs_a_basis_of_the_presenters_agency(people, situation, basis):
    with refused(RuleRefused, "basis"):
        identity.offer(by=people["schools"], situation=situation, basis=basis)


@pytest.mark.parametrize(
    ("who", "error"),
    [("outsider", NotVisible), ("administrator", NotVisible), ("police", NotAllowed), ("facilitator", NotAllowed),
     ("observer", NotAllowed), ("schools_deputy", RuleRefused)],
)  # fmt: skip
def test_only_the_presenter_in_the_room_opens(people, situation, who, error):
    with refused(error):
        identity.offer(by=people[who], situation=situation, **offered("table_agreement"))


def test_opening_twice_and_at_a_table_that_opens_at_filter_4_is_refused(people, situation):
    opened(people, situation)
    with refused(RuleRefused):
        opened(people, situation)
    identity.close(by=people["schools"], situation=situation)
    type(situation.table).objects.filter(pk=situation.table_id).update(identity_opens_at_filter=4)
    with refused(RuleRefused):
        opened(people, situation)


@pytest.mark.parametrize("who", ["schools", "facilitator"])
def test_closing_is_entered_and_ends_the_seats_sight(people, situation, who):
    opened(people, situation)
    before = situation.ledger.count()
    identity.close(by=people[who], situation=situation)
    assert people.ledger(situation, before) == [("identity_closed", who, people[who].agency.key, "", set())]
    with refused(NotAllowed):
        identity.read(by=people["police"], situation=situation)
    with refused(RuleRefused):
        identity.close(by=people[who], situation=situation)


@pytest.mark.parametrize(("who", "error"), [("outsider", NotVisible), ("police", NotAllowed), ("recorder", NotAllowed)])
def test_nobody_else_closes(people, situation, who, error):
    opened(people, situation)
    with refused(error):
        identity.close(by=people[who], situation=situation)


def test_recused_presenter_neither_opens_nor_closes(people, conference, situation):
    opened(people, situation)
    act(people["schools"], conference, situation, "recuse")
    with refused(NotVisible):
        identity.close(by=people["schools"], situation=situation)


def test_late_arrival_has_its_own_entry_of_the_opening(people, conference, situation):
    opened(people, situation)
    before = situation.ledger.count()
    chairing.arrive(by=people["facilitator"], conference=conference, member=people["police_deputy"], aloud=True)
    assert people.ledger(situation, before) == [
        ("profile", "facilitator", "schools", "table_agreement", {"police_deputy"}),
        ("identity_offered", "facilitator", "schools", "table_agreement", {"police_deputy"}),
    ]


# reading


def test_reading_is_entered_with_who_and_on_which_basis(people, situation):
    opened(people, situation)
    before = situation.ledger.count()
    assert identity.read(by=people["police"], situation=situation) == LIMITED
    assert people.ledger(situation, before) == [("identity_read", "police", "police", "table_agreement", {"police"})]
    entry = situation.ledger.last()
    assert entry.detail == {"fields": ["name", "date_of_birth"]}
    assert entry.sitting_id == entry.table.sittings.get().pk


@pytest.mark.parametrize(
    ("who", "error"),
    [("outsider", NotVisible), ("administrator", NotVisible), ("analyst", NotVisible), ("facilitator", NotAllowed),
     ("recorder", NotAllowed), ("observer", NotAllowed), ("privacy_officer", NotAllowed), ("police_deputy", NotAllowed)],
)  # fmt: skip
def test_nobody_but_a_seat_in_the_room_reads_at_filter_3(people, situation, who, error):
    opened(people, situation)
    with refused(error):
        identity.read(by=people[who], situation=situation)


def test_seat_that_left_reads_nothing(people, conference, situation):
    opened(people, situation)
    chairing.leave(by=people["police"], conference=conference, member=people["police"])
    with refused(NotAllowed):
        identity.read(by=people["police"], situation=situation)


def test_at_filter_4_the_lead_reads_all_and_the_others_nothing(people, conference, situation):
    opened(people, situation)
    situation = _led_by_clinic(people, conference, situation)
    assert identity.read(by=people["clinic"], situation=situation) == IDENTITY
    with refused(NotAllowed):
        identity.read(by=people["police"], situation=situation)


def test_table_that_opens_at_filter_4_only_still_names_a_basis(people, conference, situation):
    type(situation.table).objects.filter(pk=situation.table_id).update(identity_opens_at_filter=4)
    situation = _led_by_clinic(people, conference, situation)
    identity.read(by=people["clinic"], situation=situation)
    assert people.ledger(situation)[-1] == ("identity_read", "clinic", "clinic", "table_agreement", {"clinic"})


def test_empty_envelope_is_said_to_be_empty(people, situation):
    opened(people, situation)
    with acting(None, "test"):
        Identity.objects.filter(situation=situation).delete()
    with refused(RuleRefused):
        identity.read(by=people["police"], situation=situation)


def test_each_situation_has_a_key_of_its_own(people, situation, draft):
    wrapped = [bytes(one.wrapped) for one in DataKey.objects.all()]
    assert len(wrapped) == len(set(wrapped)) == 2


def _led_by_clinic(people: Cast, conference: Conference, situation: Situation) -> Situation:
    act(people["facilitator"], conference, situation, "assign", agency=str(people.agencies["clinic"].pk), role="lead")
    act(people["clinic"], conference, situation, "accept")
    return fresh(act(people["facilitator"], conference, situation, "start-filter-4"))
