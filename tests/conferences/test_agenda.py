"""The agenda builds itself: overdue, then open, then carried over, then new; numbers are given when it is built."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from agencies import roll
from conferences import agenda, chairing, scheduling
from conferences.choices import ItemKind, ItemState, Result
from conferences.models import Conference
from hub.core import clock
from situations import plan
from situations.choices import ContactKind, EntryKind, Stage
from situations.models import Situation
from tests.cast import Cast, assemble, fresh, item_of, to_filter2, to_filter4

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    with clock.at(noon(30)):
        return assemble()


def noon(days_ago: int) -> datetime:
    return timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=days_ago)


def opened_today(people: Cast) -> Conference:
    scheduling.schedule(by=None, table=people.table, until=clock.today())
    conference = scheduling.next_conference(people.table)
    assert conference is not None
    chairing.open_conference(by=people["facilitator"], conference=conference)
    return Conference.objects.get(pk=conference.pk)


def reached(people: Cast, situation: Situation) -> None:
    roll.pledge(by=people["clinic"], table=people.table, member=people["clinic"])
    plan.log_contact(by=people["clinic"], situation=situation, kind=ContactKind.VISIT, reached=True, outcome="Opened the door.")


def followed(people: Cast, days_ago: int) -> tuple[Situation, Situation]:
    """Two situations at filter 4 since that day; nobody has been reached."""
    with clock.at(noon(days_ago)):
        first, second = people.ready(), people.ready("police")
        conference = people.conference()
        to_filter4(people, conference, first)
        to_filter4(people, conference, second)
        chairing.close_conference(by=people["facilitator"], conference=conference)
    return first, second


def test_overdue_comes_before_open_and_new_comes_last(people: Cast) -> None:
    in_time, overdue = followed(people, days_ago=7)
    with clock.at(noon(6)):
        reached(people, in_time)
    new = people.ready()
    items = list(opened_today(people).items.all())
    assert [one.situation_id for one in items] == [overdue.pk, in_time.pk, new.pk]
    assert [one.kind for one in items] == [ItemKind.FOLLOW_UP, ItemKind.FOLLOW_UP, ItemKind.NEW]
    assert [one.position for one in items] == [1, 2, 3]


def test_clock_that_still_runs_is_not_overdue(people: Cast) -> None:
    first, second = followed(people, days_ago=1)
    assert [one.situation_id for one in opened_today(people).items.all()] == [first.pk, second.pk]


def test_new_ones_stand_by_time_of_submission_with_their_number(people: Cast) -> None:
    with clock.at(noon(2)):
        second = people.ready("police")
    with clock.at(noon(3)):
        first = people.ready()
    conference = opened_today(people)
    year = clock.today().year
    assert [one.situation.number for one in conference.items.all()] == [f"{year}-0001", f"{year}-0002"]
    assert (fresh(first).number, fresh(second).number) == (f"{year}-0001", f"{year}-0002")
    assert fresh(first).stage == Stage.TABLED
    assert fresh(first).ledger.filter(kind=EntryKind.TABLED, detail={"number": f"{year}-0001"}).count() == 1


def test_carried_over_comes_before_new_and_keeps_its_number(people: Cast) -> None:
    with clock.at(noon(7)):
        late = people.ready()
        conference = people.conference()
        to_filter2(people, conference, late)
        chairing.close_conference(by=people["facilitator"], conference=conference)
        item = item_of(conference, late)
    assert (item.state, item.result) == (ItemState.CARRIED_OVER, Result.CARRIED_OVER)
    number = fresh(late).number
    new = people.ready("police")
    items = list(opened_today(people).items.all())
    assert [one.situation_id for one in items] == [late.pk, new.pk]
    assert fresh(late).number == number
    assert fresh(new).number != number


def test_drafts_kept_and_concluded_ones_are_on_no_agenda(people: Cast) -> None:
    people.draft()
    conference = opened_today(people)
    assert list(conference.items.all()) == []
    assert agenda.follow_ups(conference) == []
    assert agenda.newcomers(conference) == []
