"""Who receives the profile: only those who are in the room and cleared at that moment, each entered once."""

import pytest

from conferences import chairing
from hub.core.errors import NotAllowed
from situations import deliberation, writing
from tests.cast import Cast, assemble, refused, to_filter2


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


def test_nothing_is_decided_without_an_open_conference(people):
    draft = people.draft()
    writing.submit(by=people["schools"], situation=draft)
    with refused(NotAllowed):
        deliberation.begin(by=people["schools"], situation=draft)
