"""Roll call, pledge and the facilitator's role: who may, and that presence decides nothing by itself."""

from datetime import timedelta

import pytest

from agencies import membership, roll
from agencies.models import Attendance, Pledge, Sitting
from agencies.standing import standing_of, standings_in_room
from conferences import chairing
from conferences.models import Conference
from hub.core import clock
from hub.core.errors import NotAllowed, RuleRefused
from tests.cast import Cast, assemble, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return assemble()


@pytest.fixture
def conference(people: Cast) -> Conference:
    return people.conference("police", "recorder")


@pytest.fixture
def sitting(conference: Conference) -> Sitting:
    return Sitting.objects.get()


@pytest.mark.parametrize("who", ["police", "recorder", "observer", "administrator", "outsider", "privacy_officer"])
def test_only_a_facilitator_opens(people, who):
    with refused(NotAllowed):
        roll.open_table(by=people[who], table=people.table)


def test_one_sitting_at_a_time_and_its_opener_presides(people, sitting):
    assert (sitting.presides, standing_of(people["facilitator"], people.table).present) == (people["facilitator"], True)
    with refused(RuleRefused):
        roll.open_table(by=people["facilitator"], table=people.table)


@pytest.mark.parametrize("by", ["clinic", "recorder", "facilitator"])
def test_arrival_is_recorded_by_oneself_or_by_facilitator_and_recorder(people, sitting, by):
    roll.arrive(by=people[by], sitting=sitting, member=people["clinic"])
    assert standing_of(people["clinic"], people.table).present
    with refused(RuleRefused):
        roll.arrive(by=people[by], sitting=sitting, member=people["clinic"])


@pytest.mark.parametrize("by", ["police", "observer", "outsider", "administrator"])
def test_nobody_else_records_arrivals_and_departures(people, sitting, by):
    with refused(NotAllowed):
        roll.arrive(by=people[by], sitting=sitting, member=people["clinic"])
    with refused(NotAllowed):
        roll.leave(by=people[by], sitting=sitting, member=people["recorder"])


@pytest.mark.parametrize("who", ["outsider", "administrator"])
def test_who_has_no_seat_and_no_role_does_not_come_in(people, sitting, who):
    for by in (people[who], people["facilitator"]):
        with refused(NotAllowed):
            roll.arrive(by=by, sitting=sitting, member=people[who])


def test_departure_and_return_are_two_rows(people, sitting):
    roll.leave(by=people["police"], sitting=sitting, member=people["police"])
    with refused(RuleRefused):
        roll.leave(by=people["police"], sitting=sitting, member=people["police"])
    roll.arrive(by=people["police"], sitting=sitting, member=people["police"])
    rows = Attendance.objects.filter(member=people["police"]).order_by("pk")
    assert [one.left_at is None for one in rows] == [False, True]


def test_facilitator_does_not_leave_without_handing_over(people, sitting):
    with refused(RuleRefused):
        roll.leave(by=people["facilitator"], sitting=sitting, member=people["facilitator"])


# pledge


def test_own_pledge_is_given_on_the_own_device_and_lasts_for_today(people, sitting):
    given = roll.pledge(by=people["clinic"], table=people.table, member=people["clinic"])
    assert (given.given, given.recorded_by) == ("on_device", people["clinic"])
    assert roll.pledge(by=people["clinic"], table=people.table, member=people["clinic"]) == given
    assert standing_of(people["clinic"], people.table).pledged
    with clock.at(clock.now() + timedelta(days=1)):
        assert not standing_of(people["clinic"], people.table).pledged


@pytest.mark.parametrize("by", ["facilitator", "recorder"])
def test_spoken_pledge_is_recorded_for_somebody_in_the_room(people, sitting, by):
    roll.arrive(by=people["clinic"], sitting=sitting, member=people["clinic"])
    given = roll.pledge(by=people[by], table=people.table, member=people["clinic"])
    assert (given.given, given.recorded_by) == ("aloud", people[by])


def test_spoken_pledge_of_the_absent_and_by_others_is_refused(people, sitting):
    with refused(NotAllowed):
        roll.pledge(by=people["facilitator"], table=people.table, member=people["clinic"])
    roll.arrive(by=people["clinic"], sitting=sitting, member=people["clinic"])
    for by in ("police", "outsider", "administrator"):
        with refused(NotAllowed):
            roll.pledge(by=people[by], table=people.table, member=people["clinic"])


def test_who_does_not_belong_gives_no_pledge(people, sitting):
    with refused(NotAllowed):
        roll.pledge(by=people["outsider"], table=people.table, member=people["outsider"])
    assert not Pledge.objects.filter(member=people["outsider"]).exists()


# the facilitator's role


def test_role_moves_by_offer_and_acceptance(people, sitting):
    roll.offer_chair(by=people["facilitator"], sitting=sitting, to=people["police"])
    assert Sitting.objects.get().presides == people["facilitator"], "an offer moves nothing"
    roll.accept_chair(by=people["police"], sitting=sitting)
    assert (Sitting.objects.get().presides, Sitting.objects.get().offered_to) == (people["police"], None)
    with refused(NotAllowed):
        roll.offer_chair(by=people["facilitator"], sitting=sitting, to=people["facilitator"])


@pytest.mark.parametrize("who", ["clinic", "outsider", "facilitator"])
def test_role_is_offered_only_to_another_who_is_present_and_pledged(people, sitting, who):
    with refused(RuleRefused):
        roll.offer_chair(by=people["facilitator"], sitting=sitting, to=people[who])


def test_offer_taken_back_is_not_accepted(people, sitting):
    roll.offer_chair(by=people["facilitator"], sitting=sitting, to=people["police"])
    roll.offer_chair(by=people["facilitator"], sitting=sitting, to=None)
    with refused(RuleRefused):
        roll.accept_chair(by=people["police"], sitting=sitting)


def test_nobody_else_accepts_an_offer(people, sitting):
    roll.offer_chair(by=people["facilitator"], sitting=sitting, to=people["police"])
    with refused(RuleRefused):
        roll.accept_chair(by=people["recorder"], sitting=sitting)


def test_offer_ends_when_its_receiver_leaves(people, sitting):
    roll.offer_chair(by=people["facilitator"], sitting=sitting, to=people["police"])
    roll.leave(by=people["police"], sitting=sitting, member=people["police"])
    roll.arrive(by=people["police"], sitting=sitting, member=people["police"])
    with refused(RuleRefused):
        roll.accept_chair(by=people["police"], sitting=sitting)


def test_offer_is_not_accepted_without_a_pledge_any_more(people, sitting):
    roll.offer_chair(by=people["facilitator"], sitting=sitting, to=people["police"])
    with clock.at(clock.now() + timedelta(days=1)), refused(RuleRefused):
        roll.accept_chair(by=people["police"], sitting=sitting)


def test_closing_records_everybody_as_leaving_and_ends_the_roll(people, conference, sitting):
    with refused(NotAllowed):
        roll.close_table(by=people["recorder"], sitting=sitting)
    chairing.close_conference(by=people["facilitator"], conference=conference)
    assert not Attendance.objects.filter(left_at=None).exists()
    sitting.refresh_from_db()
    with refused(RuleRefused):
        roll.arrive(by=people["clinic"], sitting=sitting, member=people["clinic"])


# standing


def test_standing_of_many_is_the_standing_of_each(people, sitting):
    members = {member.pk: member for member in people.members.values()}
    for standing in standings_in_room(sitting):
        assert standing == standing_of(members[standing.member_id], people.table)


def test_closed_account_has_no_standing(people, sitting):
    membership.close_account(by=None, member=people["police"])
    standing = standing_of(people["police"], people.table)
    assert [standing.speaks, standing.works_cases, standing.belongs, standing.present, standing.pledged] == [False] * 5
    assert people["police"].pk not in {one.member_id for one in standings_in_room(sitting)}


@pytest.mark.parametrize("days", [0, 1])
def test_agreement_holds_to_the_end_of_its_last_day(people, days):
    membership.end_agreement(by=None, agreement=people.agencies["police"].agreements.get(), on=clock.today())
    with clock.at(clock.now() + timedelta(days=days)):
        assert standing_of(people["police"], people.table).belongs is (days == 0)


def test_standing_takes_the_same_queries_for_any_number(people, sitting, django_assert_num_queries):
    assert sitting.table
    with django_assert_num_queries(2):
        standings_in_room(sitting)
    roll.arrive(by=people["facilitator"], sitting=sitting, member=people["clinic"])
    with django_assert_num_queries(2):
        standings_in_room(sitting)


def test_meeting_goes_on_when_the_account_of_who_presides_is_closed(people, sitting):
    membership.close_account(by=None, member=people["facilitator"])
    sitting.refresh_from_db()
    assert roll.is_orphaned(sitting)
    assert roll.accept_chair(by=people["police"], sitting=sitting).presides == people["police"]


def test_role_of_a_facilitator_in_good_standing_cannot_be_taken(people, sitting):
    with refused(RuleRefused):
        roll.accept_chair(by=people["police"], sitting=sitting)
    assert not roll.is_orphaned(sitting)
