"""Hours as people write them ("Mon-Fri 08:00-20:00; Sat 09:00-13:00"), read as far as they can be read.

What is not understood counts as shut: somebody in need is never sent to a closed door by a guess.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

DAY = 24 * 60
WEEK = 7 * DAY
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORDS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
Span = tuple[int, int]
"""Minutes of the week, Monday 0:00 being 0; the end may lie beyond the week's end."""

_NAME = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?s?"
_SOME = rf"{_NAME}(?:\s*(?:-|to|through|,|&|and)\s*{_NAME})*"
_TIME = r"(\d{1,2})(?::(\d{2}))?\s*(am|pm)?"
_PART = re.compile(rf"(daily|nightly|every day|every night|{_SOME}),?:?\s+{_TIME}\s*(?:-|to)\s*{_TIME}(?!\d)")
_ALWAYS = re.compile(r"^(day and night|24\s*/\s*7|24 hours(?: a day)?(?:,? (?:7|seven) days(?: a week)?)?)\b")
_EVERY = {"daily", "nightly", "every day", "every night"}


@lru_cache(maxsize=4096)
def spans(hours: str) -> tuple[Span, ...]:
    """When it is open in a week; empty when nothing of the text was understood."""
    text = hours.lower().replace("\u2013", "-").replace("\u2014", "-").strip()
    if _ALWAYS.match(text):
        return ((0, WEEK),)
    return tuple(one for found in _PART.finditer(text) for one in _spans(found))


def is_open(hours: str, at: datetime) -> bool:
    """Whether it is open at this local time, as far as its hours can be read."""
    minute = at.weekday() * DAY + at.hour * 60 + at.minute
    return any(start <= one < end for start, end in spans(hours) for one in (minute, minute + WEEK))


def written(parts: Iterable[tuple[Iterable[int], str, str]]) -> str:
    """Weekdays (0 is Monday) with opening and closing time, in the words that `spans` reads."""
    lines: dict[str, None] = {}
    for days, opens, closes in parts:
        known = sorted({one for one in days if 0 <= one < len(DAYS)})
        if known:
            lines[f"{_days_in_words(known)} {opens}-{closes}"] = None
    return "; ".join(lines)


def _days_in_words(days: list[int]) -> str:
    if len(days) == len(DAYS):
        return "Daily"
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:  # noqa: PLR2004 - two days are named, more are a range
        return f"{WORDS[days[0]]}-{WORDS[days[-1]]}"
    return ", ".join(WORDS[one] for one in days)


def _spans(found: re.Match[str]) -> list[Span]:
    days, start_hour, start_minute, start_half, end_hour, end_minute, end_half = found.groups()
    end = _minutes(end_hour, end_minute, end_half)
    # "1-5 pm" says its half of the day once
    start = _minutes(start_hour, start_minute, start_half or (end_half if int(start_hour) < int(end_hour) else None))
    bare = not (start_minute or end_minute or start_half or end_half)
    # "9-5" of an office is not nine in the evening and not five in the morning: it is not for us to say which
    if start is None or end is None or (bare and end <= start):
        return []
    length = (end - start) % DAY or DAY
    return [(day * DAY + start, day * DAY + start + length) for day in _days(days)]


def _minutes(hour: str, minute: str | None, half: str | None) -> int | None:
    hours, minutes = int(hour), int(minute or 0)
    if half:
        hours = hours % 12 + (12 if half == "pm" else 0)
    return hours * 60 + minutes if hours * 60 + minutes <= DAY and minutes < 60 else None  # noqa: PLR2004 - minutes of an hour


def _days(text: str) -> list[int]:
    if text in _EVERY:
        return list(range(7))
    pieces = re.split(rf"(?<=[a-z])\s*(-|to|through|,|&|and)\s*(?={_NAME})", text)
    days = [DAYS.index(pieces[0][:3])]
    for sign, name in zip(pieces[1::2], pieces[2::2], strict=True):
        day = DAYS.index(name[:3])
        through = sign in {"-", "to", "through"}
        days += [(days[-1] + step) % 7 for step in range(1, (day - days[-1]) % 7 + 1)] if through else [day]
    return days
