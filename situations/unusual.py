"""Which openings of an identity are outside the usual, by rules that a privacy officer can read (docs/privacy-office.md).

A mark accuses nobody. It says where to look first; most marks have a good reason.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum

from django.utils import timezone

from situations.choices import EntryKind
from situations.models import LedgerEntry

DAY_BEGINS, DAY_ENDS = time(7), time(19)
"""Working hours in the table's time zone, Monday to Friday."""
MANY, WITHIN = 6, timedelta(minutes=10)
OFTEN = 5
"""Readings of one and the same own identity by one person, in the period looked at."""
SATURDAY = 5


class Mark(StrEnum):
    """Why an opening stands out."""

    BREAK_GLASS = "break_glass"
    OUT_OF_HOURS = "out_of_hours"
    MANY = "many"
    OWN_AGENCY = "own_agency"


def marks_of(openings: Sequence[LedgerEntry], parts: Collection[tuple[int, int]]) -> dict[int, list[Mark]]:
    """Entry to its marks, in the order of `Mark`. `parts`: (situation, member) of everyone who did something in it but read.

    What happens during a sitting is the table's ordinary work, and gets no mark but that of break-glass.
    """
    alone = [one for one in openings if one.kind != EntryKind.IDENTITY_OFFERED and one.sitting_id is None]
    found: dict[Mark, set[int]] = {
        Mark.BREAK_GLASS: {one.pk for one in openings if one.kind == EntryKind.BREAK_GLASS or "break_glass" in one.detail},
        Mark.OUT_OF_HOURS: {one.pk for one in alone if out_of_hours(one.at)},
        Mark.MANY: _many(_reads(alone)),
        Mark.OWN_AGENCY: _own_agency(_reads(alone), parts),
    }
    return {one.pk: [mark for mark in Mark if one.pk in found[mark]] for one in openings}


def out_of_hours(moment: datetime) -> bool:
    """Before 7:00, from 19:00 on, or at a weekend, where the table is."""
    local = timezone.localtime(moment)
    return local.weekday() >= SATURDAY or not DAY_BEGINS <= local.time() < DAY_ENDS


def _reads(openings: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    return sorted((one for one in openings if one.kind == EntryKind.IDENTITY_READ), key=lambda one: one.at)


def _many(reads: list[LedgerEntry]) -> set[int]:
    by_person: dict[int | None, list[LedgerEntry]] = defaultdict(list)
    for one in reads:
        by_person[one.actor_id].append(one)
    found: set[int] = set()
    for own in by_person.values():
        for first, last in zip(own, own[MANY - 1 :], strict=False):
            if last.at - first.at <= WITHIN:
                found |= {one.pk for one in own if first.at <= one.at <= last.at}
    return found


def _own_agency(reads: list[LedgerEntry], parts: Collection[tuple[int, int]]) -> set[int]:
    own = [
        one for one in reads
        if one.situation and one.actor and one.actor.agency_id == one.situation.originating_agency_id
    ]  # fmt: skip
    times = Counter((one.situation_id, one.actor_id) for one in own)
    return {
        one.pk for one in own
        if (one.situation_id, one.actor_id) not in parts or times[one.situation_id, one.actor_id] >= OFTEN
    }  # fmt: skip
