"""Filter 2: what each verb writes, what enters the ledger, and what each refuses."""

from collections.abc import Callable, Iterator
from copy import deepcopy

import pytest
from pytest_django import DjangoDbBlocker

from conferences import chairing
from conferences.models import Conference
from hub.core.errors import NotAllowed, NotVisible, RuleRefused
from situations import deliberation
from situations.choices import Consent, Criterion, Stage, StanceKind
from situations.deliberation import holding_dissents, voices
from situations.models import AerCriterion, Recipient, Situation, Stance
from tests.cast import Cast, act, assemble, fresh, refused, scene, to_filter2

Made = tuple[Cast, Conference, Situation, Situation]
AGREES, DISSENTS = StanceKind.AGREES, StanceKind.DISSENTS


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made]:
    with scene(django_db_blocker):
        people = assemble()
        ready, tabled = people.ready(), people.ready("police")
        conference = people.conference("police", "schools", "clinic", "recovery", "recorder", "observer")
        yield people, conference, to_filter2(people, conference, ready), fresh(tabled)


@pytest.fixture
def people(db: None, made: Made) -> Cast:
    return deepcopy(made[0])


@pytest.fixture
def conference(db: None, made: Made) -> Conference:
    return deepcopy(made[1])


@pytest.fixture
def situation(db: None, made: Made) -> Situation:
    """At filter 2, the whole cast of representatives in the room."""
    return deepcopy(made[2])


@pytest.fixture
def tabled(db: None, made: Made) -> Situation:
    """Another one, of the police, still waiting on the agenda."""
    return deepcopy(made[3])


def at(people: Cast, situation: Situation) -> int:
    return situation.ledger.count()


# the profile's disclosure


def test_taking_in_hand_discloses_the_profile_to_each_cleared_person_in_the_room(people, situation):
    assert people.ledger(situation)[-1] == (
        "profile", "facilitator", "schools", "table_agreement",
        {"police", "clinic", "recovery", "facilitator", "recorder", "observer"},
    )  # fmt: skip
    assert set(Recipient.objects.filter(situation=situation).values_list("what", flat=True)) == {"profile"}


@pytest.mark.parametrize(("who", "error"), [("outsider", NotVisible), ("police", NotAllowed), ("schools", NotAllowed)])
def test_only_the_facilitator_takes_in_hand(people, tabled, who, error):
    with refused(error):
        deliberation.begin(by=people[who], situation=tabled)


# criteria and consent


def test_criterion_is_withdrawn_and_affirmed_with_an_entry_each(people, situation):
    before = at(people, situation)
    for holds in (False, False, True):
        deliberation.set_criterion(by=people["facilitator"], situation=situation, criterion=Criterion.SEVERE_HARM, holds=holds)
    assert people.ledger(situation, before) == [("criterion", "facilitator", "clinic", "", set())] * 2
    assert AerCriterion.objects.get(situation=situation, criterion="severe_harm").holds is True


def test_consent_is_recorded_with_its_entry(people, situation):
    before = at(people, situation)
    deliberation.set_consent(by=people["facilitator"], situation=situation, status=Consent.WRITTEN)
    assert people.ledger(situation, before) == [("consent", "facilitator", "clinic", "", set())]
    assert fresh(situation).consent_status == "written"


def test_consent_not_sought_needs_its_reason(people, situation):
    Situation.objects.filter(pk=situation.pk).update(consent_reason="")
    with refused(RuleRefused, "consent_reason"):
        deliberation.set_consent(by=people["facilitator"], situation=situation, status=Consent.NOT_SOUGHT)


CHAIRED: dict[str, Callable[..., object]] = {
    "criterion": lambda by, s: deliberation.set_criterion(by=by, situation=s, criterion=Criterion.SEVERE_HARM, holds=False),
    "consent": lambda by, s: deliberation.set_consent(by=by, situation=s, status=Consent.WRITTEN),
    "agree-all": lambda by, s: deliberation.agree_all(by=by, situation=s),
    "reject": lambda by, s: deliberation.reject(by=by, situation=s, reason="not_aer"),
    "go-on": lambda by, s: deliberation.go_on(by=by, situation=s, agency=by.agency, because="It is late."),
}


@pytest.mark.parametrize("action", CHAIRED)
@pytest.mark.parametrize(
    ("who", "error"),
    [("outsider", NotVisible), ("analyst", NotVisible), ("administrator", NotVisible), ("police", NotAllowed),
     ("schools", NotAllowed), ("privacy_officer", NotAllowed), ("recorder", NotAllowed)],
)  # fmt: skip
def test_only_the_facilitator_decides(people, situation, action, who, error):
    with refused(error):
        CHAIRED[action](people[who], situation)


@pytest.mark.parametrize("action", CHAIRED)
def test_nothing_is_decided_at_another_stage(people, conference, situation, tabled, action):
    with refused(RuleRefused):
        CHAIRED[action](people["facilitator"], tabled)
    act(people["facilitator"], conference, situation, "agree-all")
    with refused(RuleRefused):
        CHAIRED[action](people["facilitator"], situation)


# stances


def test_agreement_is_no_entry_and_dissent_is(people, situation):
    before = at(people, situation)
    deliberation.take_stance(by=people["police"], situation=situation, kind=AGREES)
    assert people.ledger(situation, before) == []
    deliberation.take_stance(by=people["clinic"], situation=situation, kind=DISSENTS, reason="We can do it alone.")
    assert people.ledger(situation, before) == [("dissent", "clinic", "clinic", "", set())]
    assert [one.agency.key for one in holding_dissents(situation)] == ["clinic"]


def test_dissent_needs_a_reason_that_fits(people, situation):
    with refused(RuleRefused, "reason"):
        deliberation.take_stance(by=people["police"], situation=situation, kind=DISSENTS, reason="  ")
    with refused(RuleRefused, "reason"):
        deliberation.take_stance(by=people["police"], situation=situation, kind=DISSENTS, reason="x" * 281)


def test_dissent_holds_the_filter_until_it_is_withdrawn(people, situation):
    deliberation.take_stance(by=people["police"], situation=situation, kind=DISSENTS, reason="Not yet.")
    with refused(RuleRefused):
        deliberation.agree_all(by=people["facilitator"], situation=situation)
    before = at(people, situation)
    deliberation.take_stance(by=people["police"], situation=situation, kind=AGREES)
    assert people.ledger(situation, before) == [("dissent_withdrawn", "police", "police", "", set())]
    assert deliberation.agree_all(by=people["facilitator"], situation=situation).stage == Stage.FILTER3


def test_dissent_holds_the_filter_until_the_facilitator_says_why_the_table_goes_on(people, situation):
    deliberation.take_stance(by=people["police"], situation=situation, kind=DISSENTS, reason="Not yet.")
    with refused(RuleRefused, "because"):
        deliberation.go_on(by=people["facilitator"], situation=situation, agency=people.agencies["police"], because="")
    before = at(people, situation)
    deliberation.go_on(by=people["facilitator"], situation=situation, agency=people.agencies["police"], because="All heard.")
    assert people.ledger(situation, before) == [("went_on", "facilitator", "clinic", "", set())]
    assert deliberation.agree_all(by=people["facilitator"], situation=situation).stage == Stage.FILTER3


def test_new_dissent_holds_again_after_the_table_went_on(people, situation):
    police = people.agencies["police"]
    deliberation.take_stance(by=people["police"], situation=situation, kind=DISSENTS, reason="Not yet.")
    deliberation.go_on(by=people["facilitator"], situation=situation, agency=police, because="All heard.")
    deliberation.take_stance(by=people["police"], situation=situation, kind=DISSENTS, reason="Really not.")
    with refused(RuleRefused):
        deliberation.agree_all(by=people["facilitator"], situation=situation)


def test_facilitator_records_and_withdraws_a_spoken_stance_for_a_seat_in_the_room(people, situation):
    police, schools = people.agencies["police"], people.agencies["schools"]
    deliberation.take_stance(by=people["facilitator"], situation=situation, kind=DISSENTS, reason="Spoken.", agency=police)
    deliberation.withdraw_dissent(by=people["facilitator"], situation=situation, agency=police)
    assert Stance.objects.get(situation=situation).withdrawn
    with refused(RuleRefused):
        deliberation.withdraw_dissent(by=people["facilitator"], situation=situation, agency=schools)
    with refused(RuleRefused):
        deliberation.take_stance(by=people["facilitator"], situation=situation, kind=AGREES, agency=people.agencies["stranger"])


@pytest.mark.parametrize(
    ("who", "error"),
    [("outsider", NotVisible), ("administrator", NotVisible), ("police_deputy", NotAllowed), ("recorder", NotAllowed),
     ("observer", NotAllowed)],
)  # fmt: skip
def test_only_a_seat_on_the_roll_takes_a_stance(people, situation, who, error):
    with refused(error):
        deliberation.take_stance(by=people[who], situation=situation, kind=AGREES)


def test_seat_without_todays_pledge_takes_no_stance(people, conference, situation):
    chairing.arrive(by=people["facilitator"], conference=conference, member=people["police_deputy"])
    with refused(NotAllowed):
        deliberation.take_stance(by=people["police_deputy"], situation=situation, kind=AGREES)


def test_seat_does_not_speak_for_another(people, situation):
    with refused(NotAllowed):
        deliberation.take_stance(by=people["police"], situation=situation, kind=AGREES, agency=people.agencies["clinic"])


# agreement, rejection, recusal


def test_all_agree_affirms_the_four_criteria_and_enters_one_decision(people, situation):
    before, revision = at(people, situation), situation.revision
    deliberation.agree_all(by=people["facilitator"], situation=situation, revision=revision)
    assert people.ledger(situation, before) == [("aer", "facilitator", "clinic", "", set())]
    assert situation.ledger.last().detail == {"answered": 0, "seats_present": 4}
    assert set(situation.criteria.values_list("holds", flat=True)) == {True}
    now = fresh(situation)
    assert (now.stage, now.revision, now.aer_at is not None) == ("filter3", revision + 1, True)


def test_withdrawn_criterion_holds_the_filter(people, situation):
    deliberation.set_criterion(by=people["facilitator"], situation=situation, criterion=Criterion.PROBABLE_HARM, holds=False)
    with refused(RuleRefused):
        deliberation.agree_all(by=people["facilitator"], situation=situation)


def test_rejection_is_entered_with_its_reason(people, situation):
    before = at(people, situation)
    deliberation.reject(by=people["facilitator"], situation=situation, reason="single_agency", because="The clinic can.")
    assert people.ledger(situation, before) == [("rejected", "facilitator", "clinic", "", set())]
    now = fresh(situation)
    assert (now.stage, now.conclusion_group, now.conclusion_reason) == ("rejected", "rejected", "single_agency")


@pytest.mark.parametrize("reason", ["", "deceased", "whatever"])
def test_rejection_needs_one_of_its_own_reasons(people, situation, reason):
    with refused(RuleRefused, "reason"):
        deliberation.reject(by=people["facilitator"], situation=situation, reason=reason)


def test_recused_person_is_out_for_good(people, situation):
    before = at(people, situation)
    deliberation.recuse(by=people["police"], situation=situation)
    assert people.ledger(situation, before) == [("recused", "police", "police", "", set())]
    with refused(NotVisible):
        deliberation.take_stance(by=people["police"], situation=situation, kind=AGREES)
    with refused(NotVisible):
        deliberation.recuse(by=people["police"], situation=situation)
    sitting = deliberation.sitting_of(situation)
    assert people.agencies["police"].pk not in voices(situation, sitting)


def test_facilitator_hands_over_before_stepping_out(people, situation):
    with refused(RuleRefused):
        deliberation.recuse(by=people["facilitator"], situation=situation)


def test_outsider_cannot_step_out_of_what_does_not_exist(people, situation):
    with refused(NotVisible):
        deliberation.recuse(by=people["outsider"], situation=situation)


def test_carried_over_situation_is_hidden_until_it_is_in_hand_again(people, conference, situation):
    before = at(people, situation)
    chairing.close_conference(by=people["facilitator"], conference=conference)
    assert fresh(situation).stage == Stage.TABLED
    assert people.ledger(situation, before) == [("carried_over", "facilitator", "clinic", "", set())]
