"""The one clock: held where it is asked to be held, and in the table's time zone by day."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from hub.core import clock

pytestmark = pytest.mark.pairless
MOMENT = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)


def test_held_clock_stands_still_and_goes_on_afterwards():
    with clock.at(MOMENT):
        assert clock.now() == MOMENT
    assert clock.now() > MOMENT
    assert timezone.is_aware(clock.now())


def test_today_is_the_day_at_the_table():
    with clock.at(MOMENT):
        assert clock.today() == date(2026, 2, 28), "02:30 UTC is the evening before in Massachusetts"


def test_holds_nest():
    other = datetime(2025, 1, 1, tzinfo=UTC)
    with clock.at(MOMENT), clock.at(other):
        assert clock.now() == other


def test_naive_moment_is_refused():
    with pytest.raises(ValueError, match="aware"), clock.at(datetime(2026, 3, 1)):  # noqa: DTZ001 - what is tested
        pass
