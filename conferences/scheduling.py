"""Scheduling by recurrence: a table's conferences stand in the calendar ahead of time, from its iCalendar rule."""

from datetime import date, datetime, timedelta
from typing import Any

from dateutil.rrule import rrulestr
from django.dispatch import receiver
from django.utils import timezone

from agencies.models import Member, Table
from agencies.profiling import rescheduled
from conferences.models import Conference
from hub.core import clock
from hub.core.audit import verb

HORIZON = timedelta(weeks=8)


def occurrences(table: Table, since: date, until: date) -> list[datetime]:
    """The moments at which the table's rule falls from `since` to `until` (days included), in its local time."""
    if not table.recurrence or table.starts_at is None:
        return []
    first = datetime.combine(since, table.starts_at)
    last = datetime.combine(until, table.starts_at)
    # the rule runs on wall-clock time, so that 9:00 stays 9:00 when summer time begins or ends
    return [timezone.make_aware(one) for one in rrulestr(table.recurrence, dtstart=first).between(first, last, inc=True)]


@verb
def schedule(*, by: Member | None, table: Table, until: date | None = None) -> list[Conference]:
    """Make the conferences that the rule asks for up to `until` (default eight weeks ahead) and that are not there yet."""
    today = clock.today()
    made = []
    for moment in occurrences(table, today, until or today + HORIZON):
        conference, new = Conference.objects.get_or_create(table=table, scheduled_for=moment, defaults={"place": table.place})
        if new:
            made.append(conference)
    return made


@receiver(rescheduled)
def move_coming(sender: Any, table: Table, by: Member | None, **kwargs: Any) -> None:
    """The table meets at other times: coming dates of the old rule leave the calendar, those of the new one come in.

    Today's stays, and whatever was opened: people are on their way.
    """
    tomorrow = timezone.make_aware(datetime.combine(clock.today() + timedelta(days=1), datetime.min.time()))
    wanted = set(occurrences(table, clock.today(), clock.today() + HORIZON))
    for one in Conference.objects.filter(table=table, sitting=None, scheduled_for__gte=tomorrow):
        if one.scheduled_for not in wanted:
            one.delete()
    schedule(by=by, table=table)


def next_conference(table: Table) -> Conference | None:
    """The conference that is open now, or today's or the next one that has not been held."""
    coming = Conference.objects.filter(table=table).exclude(sitting__closed_at__isnull=False).select_related("sitting")
    start_of_day = timezone.make_aware(datetime.combine(clock.today(), datetime.min.time()))
    return coming.filter(scheduled_for__gte=start_of_day).order_by("scheduled_for").first()
