"""A conference that was opened, and then the system went away: what was decided meanwhile, to be entered afterwards."""

from datetime import datetime

from django.utils import timezone

from conferences.models import Conference
from conferences.paper_entry import Decision, enter
from hub.core import clock
from situations.models import Situation
from tests.cast import Cast, fresh, item_of

MORNING = datetime(2026, 11, 18, 9, 0, 20, tzinfo=timezone.get_default_timezone())
"""A conference opens; the tests enter at eleven what was decided from a quarter past nine."""


def at(hour: int, minute: int) -> datetime:
    return datetime(2026, 11, 18, hour, minute, tzinfo=timezone.get_default_timezone())


def entered(people: Cast, away: tuple[Conference, Situation], *decisions: Decision, now: datetime | None = None) -> Situation:
    conference, situation = away
    with clock.at(now or at(11, 0)):
        enter(by=people["facilitator"], conference=conference, item=item_of(conference, situation), decisions=decisions)
    return fresh(situation)


def decided(people: Cast) -> list[Decision]:
    clinic, police = (str(people.agencies[one].pk) for one in ("clinic", "police"))
    return [
        Decision("agree-all", at(9, 15), {}),
        Decision("lead", at(9, 20), {"agency": clinic}),
        Decision("assist", at(9, 20), {"agency": police}),
        Decision("start-filter-4", at(9, 24), {}),
    ]


def typed(*lines: dict[str, str], **more: str) -> dict[str, str]:
    return {f"line_{n}_{part}": value for n, line in enumerate(lines, start=1) for part, value in line.items()} | more
