"""How a moment is said on a page (VISUAL, "Words": dates 19 Nov 2026, times 9:44)."""

from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

from hub.core import clock


def said(moment: datetime | None) -> str:
    """Day and time in the table's time zone, the year only where it is another one; "" for no moment."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    words = _in_words(local.date(), "j M" if local.year == clock.today().year else "j M Y", get_language())
    return f"{words} {_time(local)}"


def day(moment: datetime | None) -> str:
    """The day alone, always with its year; "" for no moment."""
    return _in_words(timezone.localtime(moment).date(), "j M Y", get_language()) if moment else ""


def second(moment: datetime) -> str:
    """The time with its seconds, for save marks."""
    return date_format(timezone.localtime(moment), "G:i:s")


def time_of_day(moment: datetime | None) -> str:
    """The time alone, for what happened today (9:44); "" for no moment."""
    return _time(timezone.localtime(moment)) if moment else ""


def _time(local: datetime) -> str:
    return f"{local.hour}:{local.minute:02d}"


@lru_cache(maxsize=1024)
def _in_words(of: date, form: str, _language: str | None) -> str:
    """A page of a record says the same few days hundreds of times."""
    return date_format(of, form)
