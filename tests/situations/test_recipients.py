"""Who receives the profile: only those who are in the room and cleared at that moment, each entered once."""

from datetime import timedelta

import pytest

from agencies import membership
from conferences import chairing
from hub.core import clock
from hub.core.audit import acting
from hub.core.errors import NotAllowed
from situations import deliberation, writing
from situations.disclosure import audience_of, may_see
from situations.models import Situation
from situations.visibility import Field
from tests.cast import Cast, act, assemble, fresh, item_of, refused, to_filter2, to_filter4


@pytest.fixture
def people(db: None) -> Cast:
    return assemble()


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
    before = ready.ledger.count()
    chairing.arrive(by=people["facilitator"], conference=conference, member=people["clinic"])
    assert ready.ledger.count() == before, "what one has received already is not entered twice"


def test_late_arrival_receives_what_was_put_down_undecided_too(people):
    ready = people.ready()
    conference = people.conference("schools", "police")
    to_filter2(people, conference, ready)
    chairing.put_down(by=people["facilitator"], conference=conference)
    chairing.arrive(by=people["facilitator"], conference=conference, member=people["clinic"], aloud=True)
    assert people.ledger(ready)[-1] == ("profile", "facilitator", "schools", "table_agreement", {"clinic"})


def test_who_takes_the_chair_reads_of_what_is_over_only_what_an_entry_says(people):
    """Neither from the chair nor as recorder: not even that it was about a person, until it is talked of again."""
    followed, over = people.ready(), people.ready()
    conference = people.conference("schools", "clinic")
    for one in (followed, over):
        to_filter4(people, conference, one)
    act(people["facilitator"], conference, over, "conclude", ending="risk_lowered.connected_to_services")
    chairing.put_down(by=people["facilitator"], conference=conference)
    chairing.arrive(by=people["facilitator"], conference=conference, member=people["police"], aloud=True)
    chairing.offer_chair(by=people["facilitator"], conference=conference, to=people["police"])
    chairing.accept_chair(by=people["police"], conference=conference)
    for one in map(fresh, (followed, over)):
        assert not {Field.PROFILE, Field.OUTLINE, Field.PLAN_STATUS} & seen(people, "police", one)
    chairing.take_in_hand(by=people["police"], conference=conference, item=item_of(conference, followed))
    assert people.ledger(followed)[-1] == ("profile", "police", "schools", "table_agreement", {"police"})
    assert {Field.PROFILE, Field.PLAN_STATUS} <= seen(people, "police", fresh(followed))
    chairing.arrive(by=people["police"], conference=conference, member=people["recorder"], aloud=True)
    assert people.ledger(followed)[-1][4] == {"recorder"}, "whoever records from the middle of it on"


def seen(people: Cast, who: str, situation: Situation) -> set[Field]:
    audience = audience_of(people[who], situation)
    return {field for field in Field if may_see(audience, field)}


def test_nothing_is_decided_without_an_open_conference(people):
    draft = people.draft()
    writing.submit(by=people["schools"], situation=draft, recognisable="no")
    with refused(NotAllowed):
        deliberation.begin(by=people["schools"], situation=draft)


def test_who_is_given_a_role_in_the_midst_of_a_conference_is_entered_before_they_see(people):
    ready = people.ready()
    conference = people.conference("schools", "police")
    chairing.arrive(by=people["facilitator"], conference=conference, member=people["analyst"], aloud=True)
    to_filter2(people, conference, ready)
    assert not may_see(audience_of(people["analyst"], fresh(ready)), Field.PROFILE)
    before = ready.ledger.count()
    membership.give_table_role(by=None, table=people.table, member=people["analyst"], role="observer")
    assert may_see(audience_of(people["analyst"], fresh(ready)), Field.PROFILE)
    assert people.ledger(ready, before) == [("profile", "facilitator", "schools", "table_agreement", {"analyst"})]


def test_who_is_let_in_by_an_agreement_signed_meanwhile_is_entered_before_they_see(people):
    ready = people.ready()
    conference = people.conference("schools", "police", "clinic")
    police = people.agencies["police"]
    with acting(None, "tests"):
        for one in police.agreements.all():
            one.in_force_from = one.in_force_until = clock.today() - timedelta(days=1)
            one.save()
    to_filter2(people, conference, ready)
    assert not may_see(audience_of(people["police"], fresh(ready)), Field.PROFILE)
    before = ready.ledger.count()
    membership.sign_agreement(
        by=None, table=people.table, agency=police, until=clock.today() + timedelta(days=90), title="Again", signed_by="Police"
    )
    assert may_see(audience_of(people["police"], fresh(ready)), Field.PROFILE)
    assert [line[4] for line in people.ledger(ready, before)] == [{"police"}]
