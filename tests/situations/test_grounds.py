"""What must be affirmed and written down before anything is disclosed, where it is kept, and how far it carries."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from agencies.models import Table
from conferences import chairing
from conferences.models import AgendaItem, Conference
from hub.core import clock
from hub.core.aead import VaultError
from hub.core.audit import acting
from hub.core.errors import NotAllowed, RuleRefused
from situations import grounds, identity, involvement, legal_bases, sealing
from situations.choices import AnswerKind, EntryKind
from situations.models import Grounds, Situation
from tests.cast import BASES, Cast, act, assemble, fresh, given_for, refused, scene, to_filter3

Made = tuple[Cast, Conference, Situation, Situation]
SERVING = AnswerKind.SERVING_NOW
EVERY = [(code, sorted(one.regimes)) for code, one in legal_bases.pack().items() if one.at_table]
WORDS = "Qvintessa told her teacher"


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made]:
    with scene(django_db_blocker):
        people = assemble()
        schools, clinic = people.ready(), people.ready("clinic")
        conference = people.conference("police", "schools", "clinic", "recovery", "recorder")
        clinic = to_filter3(people, conference, clinic, opened=False)
        yield people, conference, to_filter3(people, conference, schools, opened=False), clinic


@pytest.fixture
def people(db: None, made: Made) -> Cast:
    return deepcopy(made[0])


@pytest.fixture
def conference(db: None, made: Made) -> Conference:
    return deepcopy(made[1])


@pytest.fixture
def situation(db: None, made: Made) -> Situation:
    """Of the schools, at filter 3, its identity closed."""
    return deepcopy(made[2])


@pytest.fixture
def of_clinic(db: None, made: Made) -> Situation:
    """Of the clinic, at filter 3 too, put down for a while."""
    return deepcopy(made[3])


def under(people: Cast, key: str, *regimes: str) -> None:
    """The agency under other laws."""
    agency = people.agencies[key]
    agency.regimes = list(regimes)
    with acting(None, "test"):
        agency.save()
    people[key].refresh_from_db()


def recorded(people: Cast, situation: Situation, basis: str, by: str = "schools", **instead: str) -> Grounds:
    given = given_for(basis, **instead)
    return grounds.record(by=people[by], situation=situation, basis=basis, given=given)


# what is asked for


@pytest.mark.parametrize(("basis", "regimes"), EVERY)
def test_every_basis_is_kept_with_exactly_what_it_asks_for(people, situation, basis, regimes):
    under(people, "schools", *regimes)
    found = legal_bases.basis(basis)
    with acting(people["schools"], "test"):
        kept = recorded(people, situation, basis)
    kept.refresh_from_db()
    assert kept.affirmed == [one.code for one in found.conditions]
    assert kept.minimum_necessary is (True if found.minimum_necessary else None)
    assert set(grounds.words(kept)) == set(found.needs) - set(grounds.DATES)
    assert (kept.basis, kept.pack, kept.agency, kept.recorded_by) == (
        basis,
        found.pack,
        people.agencies["schools"],
        people["schools"],
    )
    dates = {"consent_expires_on": kept.consent_expires_on, "emergency_ends_on": kept.emergency_ends_on}
    assert {name for name, day in dates.items() if day} == set(found.needs) & set(grounds.DATES)


@pytest.mark.parametrize(("basis", "regimes"), EVERY)
def test_nothing_is_disclosed_while_one_condition_or_need_is_left_open(people, situation, basis, regimes):
    under(people, "police", *regimes)
    whole = given_for(basis)
    asked = [one for one in whole if one != "basis" and one not in {"affirm_not_part2", "affirm_state_law"}]
    assert asked
    for left in asked:
        given = {name: text for name, text in whole.items() if name != left}
        with refused(RuleRefused, left):
            involvement.answer(by=people["police"], situation=situation, kind=SERVING, basis=basis, given=given)


def test_nothing_given_affirms_nothing(people, situation):
    with refused(RuleRefused, "affirm_articulable_threat"):
        identity.offer(by=people["schools"], situation=situation, basis="ferpa_emergency")


def test_acutely_elevated_risk_never_makes_a_threat_serious_and_imminent(people, situation):
    assert fresh(situation).aer_at is not None
    assert all(one.holds is not False for one in situation.criteria.all())
    given = given_for("hipaa_threat", affirm_own_judgment="")
    with refused(RuleRefused, "affirm_own_judgment"):
        involvement.answer(by=people["clinic"], situation=situation, kind=SERVING, basis="hipaa_threat", given=given)


def test_programme_under_part_2_affirms_the_stricter_law_on_another_basis(people, situation):
    given = given_for("hipaa_threat", affirm_not_part2="")
    with refused(RuleRefused, "affirm_not_part2"):
        involvement.answer(by=people["recovery"], situation=situation, kind=SERVING, basis="hipaa_threat", given=given)


@pytest.mark.parametrize(
    ("basis", "field", "text"),
    [
        ("ferpa_consent", "consent_expires_on", "yesterday"),
        ("ferpa_consent", "consent_expires_on", "2026-02-30"),
        ("ferpa_consent", "consent_expires_on", "2020-01-01"),
        ("ferpa_emergency", "emergency_ends_on", "2020-01-01"),
        ("ferpa_emergency", "emergency_ends_on", "2099-01-01"),
        ("ferpa_emergency", "threat", " <b></b> "),
        ("ferpa_emergency", "threat", "x" * 601),
        ("ferpa_consent", "consent_reference", "His number is 123-45-6789."),
    ],
)
def test_dates_are_real_and_ahead_and_words_are_words(people, situation, basis, field, text):
    with refused(RuleRefused, field):
        identity.offer(by=people["schools"], situation=situation, basis=basis, given=given_for(basis, **{field: text}))


def test_a_limb_is_one_of_those_listed(people, situation):
    given = given_for("hipaa_adult_abuse", limb="because")
    with refused(RuleRefused, "limb"):
        involvement.answer(by=people["clinic"], situation=situation, kind=SERVING, basis="hipaa_adult_abuse", given=given)


def test_today_is_not_past_and_ninety_days_are_not_too_long(people, situation):
    last = clock.today() + grounds.LONGEST_EMERGENCY
    with acting(people["schools"], "test"):
        for day in (clock.today(), last):
            kept = recorded(people, situation, "ferpa_emergency", emergency_ends_on=day.isoformat())
            assert kept.emergency_ends_on == day


def test_an_offer_of_help_asks_for_no_basis_and_keeps_no_grounds(people, situation):
    involvement.answer(by=people["clinic"], situation=situation, kind=AnswerKind.CAN_HELP, offer="A visit.")
    assert not Grounds.objects.exists()


# where it is kept


def test_words_are_sealed_in_every_row_and_open_for_the_own_agency(people, situation):
    with acting(people["schools"], "test"):
        kept = recorded(people, situation, "ferpa_emergency", threat=WORDS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM situations_grounds UNION ALL SELECT words FROM situations_historicalgrounds")
        rows = b"".join(bytes(row[0]) for row in cursor.fetchall())
    assert rows
    assert WORDS.encode() not in rows
    assert grounds.words(kept)["threat"] == WORDS


def test_words_do_not_open_in_another_row_nor_after_the_key_is_gone(people, situation):
    with acting(people["schools"], "test"):
        kept, other = (recorded(people, situation, "ferpa_emergency", threat=WORDS) for _each in range(2))
    other.words = kept.words
    with pytest.raises(VaultError):
        grounds.words(other)
    sealing.destroy(situation.pk)
    with pytest.raises(RuleRefused):
        grounds.words(kept)


def test_ledger_names_the_grounds_the_pack_and_the_notice_and_holds_no_word(people, situation):
    given = given_for("part2_consent", consent_scope=WORDS)
    involvement.answer(by=people["recovery"], situation=situation, kind=SERVING, basis="part2_consent", given=given)
    entry = situation.ledger.last()
    kept = Grounds.objects.get()
    assert entry.detail == {
        "agency": people.agencies["recovery"].pk, "answer": "serving_now", "grounds": kept.pk, "pack": "massachusetts-2026",
        "minimum_necessary": True, "notice": "part2_short",
    }  # fmt: skip
    assert kept.situation_id == entry.situation_id
    assert entry.basis == kept.basis


def test_history_says_who_recorded_it(people, situation):
    given = given_for("table_agreement")
    identity.offer(by=people["schools"], situation=situation, basis="table_agreement", given=given)
    assert Grounds.objects.get().history.get().history_user == people["schools"]


# how far it carries


def test_treatment_does_not_reach_police_in_the_room(people, conference, of_clinic):
    given = given_for("hipaa_treatment")
    with refused(RuleRefused, "basis"):
        identity.offer(by=people["clinic"], situation=of_clinic, basis="hipaa_treatment", given=given)
    chairing.leave(by=people["facilitator"], conference=conference, member=people["police"])
    identity.offer(by=people["clinic"], situation=of_clinic, basis="hipaa_treatment", given=given)


def test_the_refusal_says_whom_it_does_not_reach_and_what_to_choose_instead(people, of_clinic):
    with pytest.raises(RuleRefused) as raised:
        identity.offer(by=people["clinic"], situation=of_clinic, basis="hipaa_treatment", given=given_for("hipaa_treatment"))
    assert "does not reach Police" in str(raised.value.message)
    assert "Choose an authorization" in str(raised.value.message)


def test_an_answer_for_police_alone_is_refused_where_others_would_hear_it(people, situation):
    under(people, "schools", "hipaa")
    with refused(RuleRefused, "basis"):
        involvement.answer(
            by=people["schools"], situation=situation, kind=SERVING, basis="hipaa_locate", given=given_for("hipaa_locate")
        )


def test_an_answer_on_treatment_is_refused_where_the_table_shows_answers_to_police(people, situation):
    Table.objects.filter(pk=situation.table_id).update(shows_positive_answers=True)
    given = given_for("hipaa_treatment")
    identity.offer(by=people["schools"], situation=situation, basis="table_agreement", given=given_for("table_agreement"))
    with refused(RuleRefused, "basis"):
        involvement.answer(by=people["clinic"], situation=situation, kind=SERVING, basis="hipaa_treatment", given=given)


@pytest.fixture
def on_treatment(people: Cast, conference: Conference, of_clinic: Situation) -> Situation:
    """Opened on treatment while no police were in the room."""
    chairing.leave(by=people["facilitator"], conference=conference, member=people["police"])
    given = given_for("hipaa_treatment")
    return identity.offer(by=people["clinic"], situation=of_clinic, basis="hipaa_treatment", given=given)


def test_who_comes_late_and_is_not_reached_stays_out_until_the_identity_is_closed(people, conference, on_treatment):
    with refused(RuleRefused):
        chairing.arrive(by=people["facilitator"], conference=conference, member=people["police"], aloud=True)
    identity.close(by=people["facilitator"], situation=on_treatment)
    chairing.arrive(by=people["facilitator"], conference=conference, member=people["police"], aloud=True)
    with pytest.raises(NotAllowed):
        identity.read(by=people["police"], situation=on_treatment)


def test_who_is_kept_out_is_not_told_on_which_basis(people, conference, on_treatment):
    with pytest.raises(RuleRefused) as raised:
        chairing.arrive(by=people["facilitator"], conference=conference, member=people["police"], aloud=True)
    assert "treatment" not in str(raised.value.message).lower()


def test_a_late_comer_who_is_reached_is_entered_on_the_same_grounds(people, conference, on_treatment):
    chairing.arrive(by=people["facilitator"], conference=conference, member=people["schools_deputy"], aloud=True)
    entry = on_treatment.ledger.filter(kind=EntryKind.IDENTITY_OFFERED).last()
    assert entry.detail["late"] is True
    assert entry.detail["grounds"] == Grounds.objects.get().pk


def test_late_comers_stay_out_once_the_consent_has_ended(people, conference, of_clinic):
    given = given_for(BASES["clinic"], consent_expires_on=clock.today().isoformat())
    identity.offer(by=people["clinic"], situation=of_clinic, basis=BASES["clinic"], given=given)
    kept = Grounds.objects.get()
    assert grounds.still_hold(kept, [])
    with clock.at(clock.now() + timedelta(days=2)):
        assert not grounds.still_hold(kept, [])


def _led(people: Cast, conference: Conference, situation: Situation, key: str) -> Situation:
    act(people["facilitator"], conference, situation, "assign", agency=str(people.agencies[key].pk), role="lead")
    return act(people[key], conference, situation, "accept")


def test_the_plan_rests_on_the_openings_grounds(people, conference, situation):
    given = given_for("ferpa_emergency")
    identity.offer(by=people["schools"], situation=situation, basis="ferpa_emergency", given=given)
    _led(people, conference, situation, "clinic")
    act(people["facilitator"], conference, situation, "start-filter-4")
    planned = situation.ledger.get(kind=EntryKind.PLANNED)
    assert (planned.basis, planned.detail["grounds"]) == ("ferpa_emergency", Grounds.objects.get().pk)
    assert planned.detail["notice"] == "ferpa_redisclosure"


def test_the_plan_waits_for_grounds_that_reach_all_who_act(people, conference, on_treatment):
    identity.close(by=people["facilitator"], situation=on_treatment)
    chairing.arrive(by=people["facilitator"], conference=conference, member=people["police"], aloud=True)
    item = AgendaItem.objects.get(situation=on_treatment)
    chairing.take_in_hand(by=people["facilitator"], conference=conference, item=item)
    _led(people, conference, on_treatment, "police")
    with refused(RuleRefused):
        involvement.start_filter4(by=people["facilitator"], situation=on_treatment)
    given = given_for("hipaa_authorization")
    identity.offer(by=people["clinic"], situation=on_treatment, basis="hipaa_authorization", given=given)
    involvement.start_filter4(by=people["facilitator"], situation=on_treatment)
