"""The response clock in words: time left before time used, lateness said plainly (VISUAL: "Words", "response clock").

Pure reading of two moments; whether a situation may be seen at all is decided before this is asked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hub.core import clock
from hub.core.parts import Mark

SOON = timedelta(hours=6)
"""From here on the clock wears the colour of "due"."""

LONG = timedelta(hours=100)
WEEK = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Reading:
    """Parameters of `components/clock.html`."""

    words: str
    line: str
    percent: int
    marks: tuple[Mark, ...]
    hue: str
    overdue: bool


def read(start: datetime, ends: datetime, *, reached: bool) -> Reading:
    """How the clock from `start` to `ends` stands now; `reached`: contact was made, so that it cannot be overdue."""
    now, whole = clock.now(), ends - start
    hours = round(whole / timedelta(hours=1))
    percent = min(100, max(0, int(100 * ((now - start) / whole)))) if whole else 100
    line = _("of %(hours)s h, ends %(when)s") if now <= ends else _("of %(hours)s h, ended %(when)s")
    words, hue = _words(ends - now, reached=reached)
    return Reading(words, line % {"hours": hours, "when": moment(ends)}, percent, _marks(hours), hue, hue == "bad")


def span(length: timedelta) -> str:
    """A stretch of time as it is spoken: "45 min", "23 h 15 min", "6 days"."""
    if length >= LONG:
        return _("%(days)s days") % {"days": length.days}
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": minutes}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}


def moment(at: datetime) -> str:
    """A moment as people around it say it: "today 14:00", "Sat 9:30", "26 Nov 9:00", "26 Nov 2025 9:00"."""
    local, now = timezone.localtime(at), timezone.localtime(clock.now())
    if local.date() == now.date():
        return _("today %(time)s") % {"time": date_format(local, "G:i")}
    if abs(local.date() - now.date()) <= WEEK:
        return date_format(local, "D G:i")
    return date_format(local, "j M G:i" if local.year == now.year else "j M Y G:i")


def _words(left: timedelta, *, reached: bool) -> tuple[str, str]:
    if left >= timedelta():
        return _("%(span)s left") % {"span": span(left)}, "warn" if left < SOON and not reached else "f4"
    if reached:
        return _("contact was made"), "f4"
    return _("overdue by %(span)s") % {"span": span(-left)}, "bad"


def _marks(hours: int) -> tuple[Mark, ...]:
    parts = max(hours // 24, 2)
    return tuple(
        Mark(round(100 * each / parts), _("%(hours)s h") % {"hours": hours * each // parts}) for each in range(1, parts + 1)
    )
