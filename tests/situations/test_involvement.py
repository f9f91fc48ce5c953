"""Filter 3 and the step into filter 4: answers, roles, and what must look the same."""

from collections.abc import Callable, Iterator
from copy import deepcopy

import pytest
from pytest_django import DjangoDbBlocker

from agencies import membership
from conferences import chairing, steering
from conferences.models import Conference
from hub.core.errors import NotAllowed, NotVisible, RuleRefused
from situations import deliberation, identity, involvement
from situations.choices import AnswerKind, RoleKind, Stage
from situations.disclosure import audience_of, disclose, projector_audience
from situations.models import Answer, Involvement, Situation
from tests.cast import SAID, Cast, act, assemble, footprint, fresh, given_for, item_of, refused, scene, to_filter3

Made = tuple[Cast, Conference, Situation, Situation]
LEAD, ASSISTING = RoleKind.LEAD, RoleKind.ASSISTING


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made]:
    with scene(django_db_blocker):
        people = assemble()
        ready, tabled = people.ready(), people.ready("police")
        conference = people.conference("police", "schools", "clinic", "recovery", "recorder", "observer")
        yield people, conference, to_filter3(people, conference, ready), fresh(tabled)


@pytest.fixture
def people(db: None, made: Made) -> Cast:
    return deepcopy(made[0])


@pytest.fixture
def conference(db: None, made: Made) -> Conference:
    return deepcopy(made[1])


@pytest.fixture
def situation(db: None, made: Made) -> Situation:
    """At filter 3 with its identity open."""
    return deepcopy(made[2])


@pytest.fixture
def tabled(db: None, made: Made) -> Situation:
    """Another one, of the police, still waiting on the agenda."""
    return deepcopy(made[3])


def led_by(people: Cast, situation: Situation, key: str) -> Involvement:
    involvement.assign(by=people["facilitator"], situation=situation, agency=people.agencies[key], role=LEAD)
    return involvement.accept(by=people[key], situation=situation)


# answers


@pytest.mark.parametrize(
    ("who", "kind", "basis"),
    [("police", AnswerKind.SERVING_NOW, "table_agreement"), ("clinic", AnswerKind.SERVED_BEFORE, "hipaa_authorization"),
     ("recovery", AnswerKind.CAN_HELP, "")],
)  # fmt: skip
def test_positive_answer_is_entered_as_that_agencys_with_its_basis(people, situation, who, kind, basis):
    before = situation.ledger.count()
    given = given_for(basis) if basis else {}
    involvement.answer(by=people[who], situation=situation, kind=kind, basis=basis, given=given)
    told = {"facilitator", "recorder"} - ({"facilitator", "recorder"} if who == "clinic" else set())
    assert people.ledger(situation, before) == [("answer", who, who, basis, told)]


def test_positive_answers_reach_the_seats_where_the_table_so_decides(people, situation):
    type(situation.table).objects.filter(pk=situation.table_id).update(shows_positive_answers=True)
    before = situation.ledger.count()
    involvement.answer(by=people["police"], situation=fresh(situation), kind=AnswerKind.CAN_HELP, offer="A car.")
    assert people.ledger(situation, before) == [
        ("answer", "police", "police", "", {"schools", "clinic", "recovery", "facilitator", "recorder"})
    ]


@pytest.mark.parametrize("kind", [AnswerKind.SERVING_NOW, AnswerKind.SERVED_BEFORE])
@pytest.mark.parametrize("basis", ["", "no_such_basis", "hipaa_treatment"])
def test_disclosing_answer_needs_a_basis_of_that_agency(people, situation, kind, basis):
    with refused(RuleRefused, "basis"):
        involvement.answer(by=people["police"], situation=situation, kind=kind, basis=basis)


def test_offer_keeps_no_basis_and_no_role_keeps_no_words(people, situation):
    involvement.answer(
        by=people["police"], situation=situation, kind=AnswerKind.CAN_HELP, basis="table_agreement", offer="A ride."
    )
    given = Answer.objects.get()
    assert (given.basis, given.offer) == ("", "A ride.")
    involvement.answer(by=people["police"], situation=situation, kind=AnswerKind.NO_ROLE, offer="Nothing.")
    given.refresh_from_db()
    assert (given.kind, given.offer) == ("no_role", "")


def test_facilitator_records_a_spoken_offer_and_never_a_disclosure(people, situation):
    police = people.agencies["police"]
    before = situation.ledger.count()
    involvement.answer(by=people["facilitator"], situation=situation, kind=AnswerKind.CAN_HELP, agency=police)
    assert people.ledger(situation, before) == [("answer", "facilitator", "police", "", {"facilitator", "recorder"})]
    with refused(NotAllowed):
        involvement.answer(
            by=people["facilitator"], situation=situation, kind=AnswerKind.SERVING_NOW, basis="table_agreement", agency=police
        )


@pytest.mark.parametrize(
    ("who", "error"),
    [("outsider", NotVisible), ("administrator", NotVisible), ("analyst", NotVisible), ("police_deputy", NotAllowed),
     ("observer", NotAllowed), ("privacy_officer", NotAllowed), ("recorder", NotAllowed)],
)  # fmt: skip
def test_only_a_seat_on_the_roll_answers(people, situation, who, error):
    with refused(error):
        involvement.answer(by=people[who], situation=situation, kind=AnswerKind.CAN_HELP)


# no role, no answer and cannot say


def faces(people: Cast, situation: Situation) -> list[str]:
    """What everybody else, the projector included, is shown."""
    shown = [disclose(situation, audience_of(m, situation)) for name, m in people.members.items() if name != "police"]
    return [repr(one) for one in (*shown, disclose(situation, projector_audience(situation)))]


@pytest.mark.parametrize("shows", [False, True])
def test_no_role_looks_exactly_like_no_answer(people, conference, situation, shows, django_capture_on_commit_callbacks):
    type(situation.table).objects.filter(pk=situation.table_id).update(shows_positive_answers=shows)
    situation, before = fresh(situation), footprint()
    seen = faces(people, situation)
    with django_capture_on_commit_callbacks() as announced:
        act(people["police"], conference, situation, "answer", kind="no_role")
    after = footprint()
    assert announced == []
    assert faces(people, fresh(situation)) == seen
    assert {name for name in after if after[name] != before[name]} == {"Answer", "HistoricalAnswer"}


def test_positive_answer_and_its_withdrawal_are_announced(people, conference, situation, django_capture_on_commit_callbacks):
    for kind, entry in (("can_help", "answer"), ("no_role", "answer_withdrawn")):
        with django_capture_on_commit_callbacks() as announced:
            act(people["police"], conference, situation, "answer", kind=kind)
        assert len(announced) == 1
        assert people.ledger(situation)[-1][:3] == (entry, "police", "police")


def test_cannot_say_is_no_answer_at_all(people, conference, situation):
    item = item_of(conference, situation)
    with refused(RuleRefused, "kind"):
        steering.act(
            by=people["police"], conference=conference, item=item, action="answer", data={"kind": "cannot_say"}, revision=None
        )


# roles


def test_asking_accepting_declining_and_releasing_enter_one_entry_each(people, situation):
    clinic, police = people.agencies["clinic"], people.agencies["police"]
    before = situation.ledger.count()
    involvement.assign(by=people["facilitator"], situation=situation, agency=clinic, role=LEAD)
    involvement.assign(by=people["facilitator"], situation=situation, agency=police, role=ASSISTING)
    involvement.accept(by=people["clinic"], situation=situation)
    involvement.accept(by=people["clinic"], situation=situation)
    involvement.decline(by=people["police"], situation=situation)
    involvement.release(by=people["facilitator"], situation=situation, agency=clinic)
    assert people.ledger(situation, before) == [
        ("asked", "facilitator", "clinic", "", set()),
        ("asked", "facilitator", "clinic", "", set()),
        ("accepted", "clinic", "clinic", "", set()),
        ("declined", "police", "police", "", set()),
        ("released", "facilitator", "clinic", "", set()),
    ]
    assert not Involvement.objects.filter(ended_at=None).exists()


def test_new_lead_replaces_the_one_asked_before(people, situation):
    led_by(people, situation, "clinic")
    involvement.assign(by=people["facilitator"], situation=situation, agency=people.agencies["police"], role=LEAD)
    assert [one.agency.key for one in Involvement.objects.filter(ended_at=None)] == ["police"]


def test_only_a_seat_in_the_room_is_asked(people, conference, situation):
    chairing.leave(by=people["police"], conference=conference, member=people["police"])
    for key in ("police", "stranger"):
        with refused(RuleRefused):
            involvement.assign(by=people["facilitator"], situation=situation, agency=people.agencies[key], role=LEAD)


def test_who_was_not_asked_neither_accepts_nor_declines(people, situation):
    for verb in (involvement.accept, involvement.decline):
        with refused(RuleRefused):
            verb(by=people["police"], situation=situation)


CHAIRED: dict[str, Callable[..., object]] = {
    "assign": lambda by, s: involvement.assign(by=by, situation=s, agency=by.agency, role=LEAD),
    "release": lambda by, s: involvement.release(by=by, situation=s, agency=by.agency),
    "start-filter-4": lambda by, s: involvement.start_filter4(by=by, situation=s),
}


@pytest.mark.parametrize("action", CHAIRED)
@pytest.mark.parametrize(("who", "error"), [("outsider", NotVisible), ("police", NotAllowed), ("recorder", NotAllowed)])
def test_only_the_facilitator_gives_roles(people, situation, action, who, error):
    with refused(error):
        CHAIRED[action](people[who], situation)


def test_roles_and_answers_belong_to_filter_3(people, conference, situation):
    situation = act(people["facilitator"], conference, situation, "take-back", because="Too early.", **SAID)
    for verb in CHAIRED.values():
        with refused(RuleRefused):
            verb(people["facilitator"], situation)
    with refused(RuleRefused):
        involvement.answer(by=people["police"], situation=situation, kind=AnswerKind.CAN_HELP)


# into filter 4


def test_filter_4_needs_a_lead_that_accepted(people, situation):
    involvement.assign(by=people["facilitator"], situation=situation, agency=people.agencies["clinic"], role=LEAD)
    with refused(RuleRefused):
        involvement.start_filter4(by=people["facilitator"], situation=situation)


def test_filter_4_tells_lead_and_assisting_and_releases_who_kept_silent(people, situation):
    led_by(people, situation, "clinic")
    for key in ("police", "recovery"):
        involvement.assign(by=people["facilitator"], situation=situation, agency=people.agencies[key], role=ASSISTING)
    involvement.accept(by=people["police"], situation=situation)
    before = situation.ledger.count()
    involvement.start_filter4(by=people["facilitator"], situation=situation)
    assert people.ledger(situation, before) == [
        ("planned", "facilitator", "schools", "table_agreement", {"clinic", "police"}),
        ("clock", "facilitator", "clinic", "", set()),
    ]
    assert {one.agency.key for one in Involvement.objects.filter(ended_at=None)} == {"clinic", "police"}
    now = fresh(situation)
    assert now.stage == Stage.FILTER4
    assert now.aer_at is not None
    assert now.clock_ends_at is not None
    assert (now.clock_ends_at - now.aer_at).total_seconds() == 48 * 3600
    assert not now.identity_open


def test_originator_who_leads_discloses_nothing_to_itself(people, situation):
    led_by(people, situation, "schools")
    before = situation.ledger.count()
    involvement.start_filter4(by=people["facilitator"], situation=situation)
    assert people.ledger(situation, before)[0] == ("planned", "facilitator", "schools", "table_agreement", set())


def test_recused_member_of_the_lead_is_no_recipient_of_the_plan(people, situation):
    led_by(people, situation, "clinic")
    deliberation.recuse(by=people["clinic"], situation=situation)
    before = situation.ledger.count()
    involvement.start_filter4(by=people["facilitator"], situation=situation)
    assert people.ledger(situation, before)[0][4] == set()


def test_asking_for_another_role_asks_for_acceptance_again(people, situation):
    police = people.agencies["police"]
    involvement.assign(by=people["facilitator"], situation=situation, agency=police, role=ASSISTING)
    involvement.accept(by=people["police"], situation=situation)
    asked = involvement.assign(by=people["facilitator"], situation=situation, agency=police, role=LEAD)
    assert (asked.role, asked.accepted_at) == (LEAD, None)
    with refused(RuleRefused):
        involvement.start_filter4(by=people["facilitator"], situation=situation)


def test_closing_shuts_an_identity_that_was_opened_again_while_set_aside(people, conference, situation, tabled):
    chairing.take_in_hand(by=people["facilitator"], conference=conference, item=item_of(conference, tabled))
    given = given_for("ferpa_emergency")
    identity.offer(by=people["schools"], situation=situation, basis="ferpa_emergency", given=given)
    chairing.close_conference(by=people["facilitator"], conference=conference)
    assert not fresh(situation).identity_open


# who hears an answer later


def test_answer_is_entered_for_the_agencies_that_read_it_at_filter_4(people, situation):
    given = given_for("part2_consent")
    involvement.answer(
        by=people["recovery"], situation=situation, kind=AnswerKind.SERVING_NOW, basis="part2_consent", given=given
    )
    first = situation.ledger.last()
    led_by(people, situation, "police")
    before = situation.ledger.count()
    involvement.start_filter4(by=people["facilitator"], situation=situation)
    late = [one for one in people.ledger(situation, before) if one[0] == "answer"]
    assert late == [("answer", "facilitator", "recovery", "part2_consent", {"police"})]
    entry = situation.ledger.filter(kind="answer").last()
    assert entry.detail == {**first.detail, "late": True}


def test_filter_4_waits_while_an_answer_does_not_reach_all_who_act(people, situation):
    given = given_for("hipaa_treatment")
    involvement.answer(
        by=people["clinic"], situation=situation, kind=AnswerKind.SERVING_NOW, basis="hipaa_treatment", given=given
    )
    led_by(people, situation, "police")
    with refused(RuleRefused):
        involvement.start_filter4(by=people["facilitator"], situation=situation)
    involvement.answer(by=people["clinic"], situation=situation, kind=AnswerKind.CAN_HELP, offer="A visit.")
    involvement.start_filter4(by=people["facilitator"], situation=situation)


def test_who_comes_late_hears_what_the_table_shows_and_is_entered_once(people, conference, situation):
    type(situation.table).objects.filter(pk=situation.table_id).update(shows_positive_answers=True)
    involvement.answer(by=people["police"], situation=fresh(situation), kind=AnswerKind.CAN_HELP, offer="A car.")
    before = situation.ledger.count()
    chairing.arrive(by=people["facilitator"], conference=conference, member=people["clinic_deputy"], aloud=True)
    chairing.pledge(by=people["facilitator"], conference=conference, member=people["clinic_deputy"])
    heard = [one for one in people.ledger(situation, before) if one[0] == "answer"]
    assert heard == [("answer", "facilitator", "police", "", {"clinic_deputy"})]


def test_agency_that_acts_is_entered_and_reached_also_with_nobody_left_in_the_room(people, conference, situation):
    """Its deputy reads the answers next morning."""
    given = given_for("hipaa_treatment")
    serving = {"by": people["clinic"], "situation": situation, "kind": AnswerKind.SERVING_NOW}
    involvement.answer(**serving, basis="hipaa_treatment", given=given)
    led_by(people, situation, "police")
    chairing.leave(by=people["facilitator"], conference=conference, member=people["police"])
    with refused(RuleRefused):
        involvement.start_filter4(by=people["facilitator"], situation=situation)
    involvement.answer(**serving, basis="hipaa_authorization", given=given_for("hipaa_authorization"))
    involvement.start_filter4(by=people["facilitator"], situation=situation)
    entry = situation.ledger.filter(kind="answer").last()
    assert (entry.agency, entry.detail["agencies"]) == (people.agencies["clinic"], [people.agencies["police"].pk])
    act(people["facilitator"], conference, situation, "take-back", because="One step too far.")
    before = situation.ledger.filter(kind="answer").count()
    involvement.start_filter4(by=people["facilitator"], situation=fresh(situation))
    assert situation.ledger.filter(kind="answer").count() == before, "named once"


@pytest.mark.parametrize("to", [Stage.FILTER2, Stage.FILTER4])
def test_answers_of_an_earlier_round_are_entered_for_who_came_in_since(people, conference, situation, to):
    type(situation.table).objects.filter(pk=situation.table_id).update(shows_positive_answers=True)
    involvement.answer(by=people["police"], situation=fresh(situation), kind=AnswerKind.CAN_HELP, offer="A car.")
    back = {"because": "The table talks about it again."}
    if to == Stage.FILTER4:
        led_by(people, situation, "police")
        involvement.start_filter4(by=people["facilitator"], situation=situation)
    else:
        act(people["facilitator"], conference, situation, "take-back", **back)
    chairing.arrive(by=people["facilitator"], conference=conference, member=people["clinic_deputy"], aloud=True)
    before = situation.ledger.count()
    if to == Stage.FILTER4:
        again = act(people["facilitator"], conference, situation, "take-back", **back)
    else:
        again = act(people["facilitator"], conference, situation, "agree-all")
    assert disclose(again, audience_of(people["clinic_deputy"], again)).answers
    assert ("answer", "facilitator", "police", "", {"clinic_deputy"}) in people.ledger(situation, before)


def test_refusal_to_who_comes_late_does_not_say_whose_answer_it_is(people, conference, situation):
    type(situation.table).objects.filter(pk=situation.table_id).update(shows_positive_answers=True)
    chairing.leave(by=people["facilitator"], conference=conference, member=people["police"])
    given = given_for("hipaa_treatment")
    involvement.answer(
        by=people["clinic"], situation=fresh(situation), kind=AnswerKind.SERVING_NOW, basis="hipaa_treatment", given=given
    )
    for by, named in (("police", False), ("facilitator", True)):
        with pytest.raises(RuleRefused) as refusal:
            chairing.arrive(by=people[by], conference=conference, member=people["police"])
        assert ("Clinic" in str(refusal.value.message)) is named


def test_who_presides_from_now_on_hears_what_was_answered(people, conference, situation):
    involvement.answer(by=people["police"], situation=situation, kind=AnswerKind.CAN_HELP, offer="A car.")
    before = situation.ledger.count()
    membership.give_table_role(by=None, table=people.table, member=people["schools"], role="facilitator")
    chairing.offer_chair(by=people["facilitator"], conference=conference, to=people["schools"])
    chairing.accept_chair(by=people["schools"], conference=conference)
    assert ("answer", "facilitator", "police", "", {"schools"}) in people.ledger(situation, before)
