"""Filter 2: what each verb writes, what enters the ledger, and what each refuses."""

import pytest

from conferences import chairing
from hub.core.errors import NotAllowed, NotVisible, RuleRefused
from situations import deliberation, writing
from situations.choices import Consent, Criterion, Stage, StanceKind
from situations.deliberation import holding_dissents, voices
from situations.models import AerCriterion, Recipient, Situation, Stance
from tests.cast import Cast, assemble, fresh, item_of, refused, to_filter2, to_filter3

AGREES, DISSENTS = StanceKind.AGREES, StanceKind.DISSENTS


@pytest.fixture
def people(db: None) -> Cast:
    return assemble()


@pytest.fixture
def situation(people: Cast) -> Situation:
    """At filter 2, the whole cast of representatives in the room."""
    ready = people.ready()
    return to_filter2(people, people.conference(), ready)


def at(people: Cast, situation: Situation) -> int:
    return situation.ledger.count()


# the profile's disclosure


def test_taking_in_hand_discloses_the_profile_to_each_cleared_person_in_the_room(people, situation):
    assert people.ledger(situation)[-1] == (
        "profile", "facilitator", "schools", "table_agreement", {"police", "clinic", "recovery", "facilitator"}
    )  # fmt: skip
    assert set(Recipient.objects.filter(situation=situation).values_list("what", flat=True)) == {"profile"}


def test_unpledged_absent_and_gone_are_no_recipients(people):
    ready = people.ready()
    conference = people.conference("schools", "police", "clinic")
    chairing.arrive(by=people["facilitator"], conference=conference, member=people["recovery"])  # no pledge
    chairing.leave(by=people["facilitator"], conference=conference, member=people["clinic"])
    to_filter2(people, conference, ready)
    assert people.ledger(ready)[-1][4] == {"police", "facilitator"}


def test_late_arrival_has_an_entry_of_its_own(people):
    ready = people.ready()
    conference = people.conference("schools", "police")
    to_filter2(people, conference, ready)
    chairing.arrive(by=people["facilitator"], conference=conference, member=people["clinic"])
    assert people.ledger(ready)[-1][4] == {"police", "facilitator"}
    chairing.pledge(by=people["clinic"], conference=conference, member=people["clinic"])
    assert people.ledger(ready)[-1] == ("profile", "clinic", "schools", "table_agreement", {"clinic"})
    chairing.leave(by=people["clinic"], conference=conference, member=people["clinic"])
    before = at(people, ready)
    chairing.arrive(by=people["facilitator"], conference=conference, member=people["clinic"])
    assert at(people, ready) == before, "what one has received already is not entered twice"


def test_late_arrival_receives_what_was_put_down_undecided_too(people):
    ready = people.ready()
    conference = people.conference("schools", "police")
    to_filter2(people, conference, ready)
    chairing.put_down(by=people["facilitator"], conference=conference)
    chairing.arrive(by=people["facilitator"], conference=conference, member=people["clinic"], aloud=True)
    assert people.ledger(ready)[-1] == ("profile", "facilitator", "schools", "table_agreement", {"clinic"})


@pytest.mark.parametrize(("who", "error"), [("outsider", NotVisible), ("police", NotAllowed), ("schools", NotAllowed)])
def test_only_the_facilitator_takes_in_hand(people, who, error):
    ready = people.ready()
    people.conference()
    with refused(error):
        deliberation.begin(by=people[who], situation=ready)


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


CHAIRED = {
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
def test_nothing_is_decided_at_another_stage(people, action):
    ready = people.ready()
    conference = people.conference()
    with refused(RuleRefused):
        CHAIRED[action](people["facilitator"], fresh(ready))
    situation = to_filter3(people, conference, ready)
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
     ("observer", NotVisible)],
)  # fmt: skip
def test_only_a_seat_on_the_roll_takes_a_stance(people, situation, who, error):
    with refused(error):
        deliberation.take_stance(by=people[who], situation=situation, kind=AGREES)


def test_seat_without_todays_pledge_takes_no_stance(people, situation):
    conference = item_of(people.table.conferences.exclude(sitting=None).get(), situation).conference
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


def test_nothing_is_decided_without_an_open_conference(people):
    draft = people.draft()
    writing.submit(by=people["schools"], situation=draft)
    with refused(NotAllowed):
        deliberation.begin(by=people["schools"], situation=draft)


def test_carried_over_situation_is_hidden_until_it_is_in_hand_again(people, situation):
    conference = people.table.conferences.exclude(sitting=None).get()
    before = at(people, situation)
    chairing.close_conference(by=people["facilitator"], conference=conference)
    assert fresh(situation).stage == Stage.TABLED
    assert people.ledger(situation, before) == [("carried_over", "facilitator", "clinic", "", set())]
