"""One situation walks from draft to its end; at each step, everybody of the cast looks at it."""

import dataclasses
from datetime import timedelta

import pytest

from agencies import membership
from conferences import chairing
from hub.core import clock
from situations import conclusion, deliberation, disclosure, retention
from situations.choices import Stage
from situations.disclosure import audience_of, audiences, disclose, projector_audience, room
from situations.models import Situation
from situations.projection import WITHHELD
from situations.visibility import IDENTITY_FIELDS, Field
from tests.cast import IDENTITY, Cast, act, assemble, fresh, given_for, item_of, to_filter2, to_filter3, to_filter4

pytestmark = pytest.mark.django_db

PRESENT = ("police", "schools", "clinic", "recovery", "recorder", "observer")
NOBODY = {"analyst", "administrator", "outsider"}
ROOM = {"police", "clinic", "recovery"}
DEPUTIES = {"police_deputy", "clinic_deputy", "recovery_deputy"}
OWN = {"schools", "schools_deputy"}
CHAIRS = {"facilitator", "recorder"}
WORDS = {
    "number": "number", "profile": "profile", "screening": "screening", "answers": "answers", "assigned": "assigned",
    "plan": "plan", "plan_status": "status", "own_disclosures": "record", "ledger": "ledger",
}  # fmt: skip


@pytest.fixture
def people() -> Cast:
    return assemble()


def sight(people: Cast, situation: Situation) -> dict[str, set[str]]:
    """What each member of the cast sees, in the words of PRODUCT's table; nobody to whom it does not exist."""
    found = {}
    for name, member in people.members.items():
        audience = audience_of(member, situation)
        shown = disclose(situation, audience)
        words = {word for field, word in WORDS.items() if getattr(shown, field) is not WITHHELD}
        words |= {(): set(), ("name", "date_of_birth"): {"limited"}, IDENTITY_FIELDS: {"full"}}[shown.openable]
        if audience:
            found[name] = words
    return found


def expected(*groups: tuple[set[str], str]) -> dict[str, set[str]]:
    """Names to the words they see; nobody who is not named sees anything."""
    return {name: set(words.split()) for names, words in groups for name in names}


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.SCREENING, Stage.KEPT])
def test_filter_1_is_open_to_the_own_agency_alone(people, stage):
    situation = people.draft()
    Situation.objects.filter(pk=situation.pk).update(stage=stage)
    assert sight(people, fresh(situation)) == expected((OWN, "number profile screening full record"))


def test_ready_situation_shows_the_facilitator_that_it_waits_and_no_more(people):
    situation = people.ready()
    chairing.pledge(by=people["facilitator"], conference=people.conference(), member=people["facilitator"])
    Situation.objects.filter(pk=situation.pk).update(stage=Stage.READY)
    assert sight(people, fresh(situation)) == expected((OWN, "number profile screening full record"), ({"facilitator"}, ""))


def test_agenda_shows_seats_the_number_and_no_profile(people):
    situation = people.ready()
    people.conference(*PRESENT)
    assert sight(people, fresh(situation)) == expected(
        (OWN, "number profile screening assigned full record"),
        (ROOM | DEPUTIES | {"observer"}, "number"),
        (CHAIRS, "number assigned"),
        ({"privacy_officer"}, "number ledger"),
    )


def test_filter_2_shows_the_profile_to_those_in_the_room(people):
    situation = people.ready()
    situation = to_filter2(people, people.conference(*PRESENT), situation)
    assert sight(people, situation) == expected(
        (OWN, "number profile screening assigned full record"),
        (ROOM | {"observer"}, "number profile"),
        (DEPUTIES, "number"),
        (CHAIRS, "number profile assigned"),
        ({"privacy_officer"}, "number ledger"),
    )


@pytest.mark.parametrize(("opened", "identity"), [(False, ""), (True, " limited")])
def test_filter_3_opens_the_limited_identifiers_to_seats_in_the_room(people, opened, identity):
    situation = people.ready()
    situation = to_filter3(people, people.conference(*PRESENT), situation, opened=opened)
    assert sight(people, situation) == expected(
        (OWN, "number profile screening assigned full record"),
        (ROOM, "number profile assigned" + identity),
        (DEPUTIES | {"observer"}, "number"),
        (CHAIRS, "number profile assigned answers"),
        ({"privacy_officer"}, "number ledger"),
    )


def test_filter_3_shows_positive_answers_to_seats_where_the_table_so_decides(people):
    situation = people.ready()
    situation = to_filter3(people, people.conference(*PRESENT), situation)
    situation.table.shows_positive_answers = True
    assert "answers" in sight(people, situation)["police"]


def test_filter_4_leaves_the_table(people):
    situation = people.ready()
    situation = to_filter4(people, people.conference(*PRESENT), situation)
    assert sight(people, situation) == expected(
        (OWN, "number profile screening assigned full record"),
        ({"clinic"}, "number profile assigned answers plan status full record"),
        ({"clinic_deputy", "police_deputy", "recovery_deputy"}, "number"),  # no pledge today
        ({"police", "recovery"}, "number profile assigned"),
        ({"facilitator", "recorder"}, "number profile assigned status"),
        ({"observer"}, "number"),
        ({"privacy_officer"}, "number ledger"),
    )


def test_concluded_situation_takes_the_profile_from_seats_without_a_role(people):
    situation = people.ready()
    conference = people.conference(*PRESENT)
    situation = to_filter4(people, conference, situation)
    situation = conclusion.conclude(
        by=people["facilitator"], situation=situation, group="risk_lowered", reason="connected_to_services"
    )
    assert sight(people, fresh(situation)) == expected(
        (OWN, "number profile screening assigned full record"),
        ({"clinic"}, "number profile assigned answers plan status full record"),
        (DEPUTIES | {"observer"}, "number"),
        ({"police", "recovery"}, "number assigned"),
        (CHAIRS, "number profile assigned status"),
        ({"privacy_officer"}, "number ledger"),
    )


def test_rejected_situation_keeps_its_outline_for_all_and_its_profile_for_no_seat(people):
    situation = people.ready()
    situation = to_filter2(people, people.conference(*PRESENT), situation)
    deliberation.reject(by=people["facilitator"], situation=situation, reason="not_aer")
    assert sight(people, fresh(situation)) == expected(
        (OWN, "number profile assigned record"),
        (ROOM | DEPUTIES | {"observer"}, "number"),
        (CHAIRS, "number profile assigned"),
        ({"privacy_officer"}, "number ledger"),
    )


def test_after_redaction_a_projection_holds_no_word_of_the_profile(people):
    situation = people.ready()
    situation = to_filter2(people, people.conference(*PRESENT), situation)
    deliberation.reject(by=people["facilitator"], situation=situation, reason="not_aer", because="Because of reasons.")
    retention.redact_rejected(by=None, situation=situation)
    for member in people.members.values():
        shown = disclose(fresh(situation), audience_of(member, situation))
        for word in ("Stopped coming", "Because of", "mother", "grief", "Harborview Hub", "Spanish"):
            assert word not in repr(shown)


def test_person_who_left_sees_what_the_absent_see(people):
    situation = people.ready()
    conference = people.conference(*PRESENT)
    situation = to_filter3(people, conference, situation)
    chairing.leave(by=people["police"], conference=conference, member=people["police"])
    assert sight(people, situation)["police"] == {"number"}


def test_pledge_of_yesterday_opens_nothing_today(people):
    situation = people.ready()
    situation = to_filter3(people, people.conference(*PRESENT), situation)
    with clock.at(clock.now() + timedelta(days=1)):
        seen = sight(people, situation)
    assert {name: seen[name] for name in ("police", "facilitator")} == {"police": {"number"}, "facilitator": {"number"}}


def test_agency_whose_agreement_ended_sees_nothing_of_the_table_not_even_its_own(people):
    situation = people.ready()
    situation = to_filter3(people, people.conference(*PRESENT), situation)
    for key in ("schools", "police"):
        agreement = people.agencies[key].agreements.get()
        membership.end_agreement(by=None, agreement=agreement, on=clock.today())
    with clock.at(clock.now() + timedelta(days=1)):
        seen = sight(people, situation)
    assert not {"schools", "schools_deputy", "police", "police_deputy"} & set(seen)


def test_closed_account_sees_nothing(people):
    situation = people.ready()
    situation = to_filter3(people, people.conference(*PRESENT), situation)
    membership.close_account(by=None, member=people["police"])
    people["police"].refresh_from_db()
    assert "police" not in sight(people, situation)


def test_recused_person_sees_nothing_at_any_later_stage(people):
    situation = people.ready()
    conference = people.conference(*PRESENT)
    situation = to_filter2(people, conference, situation)
    act(people["police"], conference, situation, "recuse")
    assert "police" not in sight(people, fresh(situation))
    situation = act(people["facilitator"], conference, situation, "agree-all")
    situation = act(people["schools"], conference, situation, "open-identity", **given_for("table_agreement"))
    assert "police" not in sight(people, situation)


def test_projector_never_opens_an_identity_and_follows_the_talk(people):
    situation = people.ready()
    conference = people.conference(*PRESENT)
    shown = [disclose(fresh(situation), projector_audience(fresh(situation)))]
    shown.append(disclose(to_filter2(people, conference, situation), projector_audience(fresh(situation))))
    situation = act(people["facilitator"], conference, situation, "agree-all")
    situation = act(people["schools"], conference, situation, "open-identity", **given_for("table_agreement"))
    shown.append(disclose(situation, projector_audience(situation)))
    assert [one.openable for one in shown] == [(), (), ()]
    assert [one.profile is not WITHHELD for one in shown] == [False, True, True]


def test_no_projection_of_anybody_holds_a_word_of_the_identity(people):
    situation = people.ready()
    conference = people.conference(*PRESENT)
    situation = to_filter4(people, conference, situation)
    for stage in (Stage.FILTER2, Stage.FILTER3, Stage.FILTER4, Stage.CONCLUDED):
        situation.stage = stage
        for member in people.members.values():
            shown = repr(dataclasses.asdict(disclose(situation, audience_of(member, situation))))
            for value in IDENTITY.values():
                assert value not in shown


def test_table_that_opens_at_filter_4_opens_nothing_to_seats(people):
    situation = people.ready()
    situation = to_filter3(people, people.conference(*PRESENT), situation)
    situation.table.identity_opens_at_filter = 4
    assert "limited" not in sight(people, situation)["police"]


def test_table_of_categories_shows_single_factors_to_the_originator_alone(people):
    situation = people.ready()
    situation = to_filter2(people, people.conference(*PRESENT), situation)
    situation.table.category_only = True
    police, schools = (disclose(situation, audience_of(people[name], situation)) for name in ("police", "schools"))
    assert police.profile
    assert schools.profile
    assert [len(category.factors) for category in police.profile.risk] == [0, 0]
    assert [len(category.factors) for category in schools.profile.risk] == [1, 1]


def test_room_and_many_standings_give_the_audience_that_one_question_gives(people):
    situation = people.ready()
    conference = people.conference(*PRESENT)
    situation = to_filter3(people, conference, situation)
    assert conference.sitting is not None
    together = room(situation, conference.sitting)
    members = {member.pk: member for member in people.members.values()}
    assert {standing.member_id for standing, _audience in together} == {people[name].pk for name in (*PRESENT, "facilitator")}
    for standing, audience in together:
        assert audience == audience_of(members[standing.member_id], situation)
    at_once = audiences([situation], [standing for standing, _audience in together])
    assert at_once == {(situation.pk, standing.member_id): audience for standing, audience in together}


def test_audience_of_the_room_takes_the_same_queries_for_any_number(people, django_assert_num_queries):
    situation = people.ready()
    conference = people.conference("police")
    situation = to_filter2(people, conference, situation)
    assert conference.sitting is not None
    room(situation, conference.sitting)
    with django_assert_num_queries(5):
        room(situation, conference.sitting)
    for name in ("clinic", "recovery", "schools"):
        chairing.arrive(by=people["facilitator"], conference=conference, member=people[name], aloud=True)
    with django_assert_num_queries(5):
        room(situation, conference.sitting)


def test_recipients_are_those_outside_the_originating_agency_who_see_it_now(people):
    situation = people.ready()
    conference = people.conference(*PRESENT)
    situation = to_filter3(people, conference, situation)
    assert conference.sitting is not None
    chairing.leave(by=people["recovery"], conference=conference, member=people["recovery"])
    act(people["clinic"], conference, situation, "recuse")
    chairing.arrive(by=people["facilitator"], conference=conference, member=people["police_deputy"])  # gave no pledge
    names = {member.pk: name for name, member in people.members.items()}

    def told(*fields: Field) -> set[str]:
        return {names[member] for _agency, member in disclosure.recipients(situation, conference.sitting, *fields)}

    assert told(Field.PROFILE) == {"police", "facilitator", "recorder"}
    assert told(*IDENTITY_FIELDS) == {"police"}
    assert item_of(conference, situation).pk
