"""Conferences stand in the calendar from the table's rule; scheduling twice changes nothing."""

from datetime import UTC, date, datetime, time, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from agencies import membership
from agencies.models import Table
from conferences import chairing, scheduling
from conferences.models import Conference
from hub.core import clock
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db
# a Monday; summer time ends in New York on 1 November 2026
MONDAY = datetime(2026, 10, 19, 12, tzinfo=UTC)


def weekly(**fields: object) -> Table:
    return membership.found_table(
        by=None, slug="weekly", name="Weekly", place="Hall", recurrence="FREQ=WEEKLY;BYDAY=TH", starts_at=time(9), **fields
    )


def test_rule_keeps_its_wall_clock_time_when_summer_time_ends() -> None:
    found = scheduling.occurrences(weekly(), date(2026, 10, 19), date(2026, 11, 6))
    assert [timezone.localtime(one).isoformat() for one in found] == [
        "2026-10-22T09:00:00-04:00",
        "2026-10-29T09:00:00-04:00",
        "2026-11-05T09:00:00-05:00",
    ]


def test_table_without_a_rule_has_no_occurrences() -> None:
    table = membership.found_table(by=None, slug="loose", name="Loose")
    assert scheduling.occurrences(table, date(2026, 10, 19), date(2026, 11, 6)) == []


def test_scheduling_looks_eight_weeks_ahead_and_twice_changes_nothing() -> None:
    table = weekly()
    with clock.at(MONDAY):
        made = scheduling.schedule(by=None, table=table)
        assert len(made) == 8
        assert {one.place for one in made} == {"Hall"}
        assert scheduling.schedule(by=None, table=table) == []
    assert Conference.objects.count() == 8


def test_command_schedules_every_table_once() -> None:
    weekly()
    membership.found_table(by=None, slug="loose", name="Loose")
    out = StringIO()
    with clock.at(MONDAY):
        call_command("schedule_conferences", stdout=out)
        call_command("schedule_conferences", stdout=out)
    assert out.getvalue().splitlines() == [
        "Loose: 0 new conferences.",
        "Weekly: 8 new conferences.",
        "Loose: 0 new conferences.",
        "Weekly: 0 new conferences.",
    ]


def test_next_conference_is_todays_until_it_is_closed_then_the_one_after() -> None:
    people = assemble()
    conference = people.conference()
    scheduling.schedule(by=None, table=people.table)
    assert scheduling.next_conference(people.table) == conference
    chairing.close_conference(by=people["facilitator"], conference=conference)
    later = scheduling.next_conference(people.table)
    assert later is not None
    assert later.scheduled_for > conference.scheduled_for


def test_next_conference_never_is_one_of_an_earlier_day() -> None:
    people: Cast = assemble()
    with clock.at(timezone.now() - timedelta(days=2)):
        scheduling.schedule(by=None, table=people.table, until=clock.today())
    assert scheduling.next_conference(people.table) is None
