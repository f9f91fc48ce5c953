"""The calendar's lists: what is coming, and what was, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from agencies.models import Table
from conferences.choices import ItemKind
from conferences.models import AgendaItem, Conference
from hub.core import clock, keyset

SIZE = 26
"""Past conferences of one page: half a year of a weekly table."""
COMING = 100
"""Coming ones that are shown at most; the calendar runs eight weeks ahead."""


@dataclass(frozen=True)
class Past:
    """A closed conference with how much was on its agenda."""

    conference: Conference
    followed: int
    new: int


def coming(tables: Sequence[Table]) -> list[Conference]:
    """Open ones, and those from today on that have not been held, soonest first; what was never opened is over with its day."""
    today = timezone.make_aware(datetime.combine(clock.today(), time.min))
    rows = Conference.objects.filter(table__in=tables).select_related("table", "sitting")
    ahead = Q(scheduled_for__gte=today, sitting=None)
    running = Q(sitting__isnull=False, sitting__closed_at=None)
    # apart: one is found by the calendar, the other by what is open, and both together by neither
    return sorted([*rows.filter(running), *rows.filter(ahead).order_by("scheduled_for")[:COMING]], key=_when)


def past(tables: Sequence[Table], *, at: str, of: str) -> keyset.Cut[Past]:
    """One page of the closed ones, newest first. Raises RuleRefused for a cursor that is not of this list."""
    place = keyset.place(at, of=of)
    parts = [keyset.beyond(_closed(table), place, by="scheduled_for")[: SIZE + 1] for table in tables]
    found = keyset.cut(keyset.merged(parts, place, _when), place, of=of, size=SIZE, spot=_when)
    counted = _counted(found.rows)
    return keyset.Cut([Past(one, *counted.get(one.pk, (0, 0))) for one in found.rows], found.back, found.onward)


def _closed(table: Table) -> QuerySet[Conference]:
    return Conference.objects.filter(table=table, sitting__closed_at__isnull=False).select_related("table", "sitting")


def _when(one: Conference) -> tuple[datetime, int]:
    return one.scheduled_for, one.pk


def _counted(found: Sequence[Conference]) -> dict[int, tuple[int, int]]:
    rows = AgendaItem.objects.filter(conference__in=found).order_by().values_list("conference")
    followed, new = (Count("pk", filter=Q(kind=kind)) for kind in (ItemKind.FOLLOW_UP, ItemKind.NEW))
    return {key: (one, other) for key, one, other in rows.annotate(followed=followed, new=new)}
