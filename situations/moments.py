"""How a moment is said on a page (VISUAL, "Words": dates 19 Nov 2026, times 9:44)."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format

from hub.core import clock


def said(moment: datetime | None) -> str:
    """Day and time in the table's time zone, the year only where it is another one; "" for no moment."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return date_format(local, "j M G:i" if local.year == clock.today().year else "j M Y G:i")


def day(moment: datetime | None) -> str:
    """The day alone, always with its year; "" for no moment."""
    return date_format(timezone.localtime(moment), "j M Y") if moment else ""


def second(moment: datetime) -> str:
    """The time with its seconds, for save marks."""
    return date_format(timezone.localtime(moment), "G:i:s")


def time_of_day(moment: datetime | None) -> str:
    """The time alone, for what happened today (9:44); "" for no moment."""
    return date_format(timezone.localtime(moment), "G:i") if moment else ""
