"""Crisis numbers: those that hold everywhere, and a town's own. They stand on every page that a person in a crisis may meet.

The state's numbers ship as data and are entered once; from then on the directory is what counts, so that an administrator can
mend one. Before they are entered, and where all of them were ended, the data itself is shown: such a page is never without a
number.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext

from agencies.directory import Entry, checked, town_of, write
from agencies.models import Agency, Service
from hub.core.audit import verb
from hub.core.text import TextRefused

_SOURCE = Path(__file__).parent / "data" / "crisis_numbers.yaml"
_DIALLED = re.compile(r"[+(]?\d[\d\s().-]*")


@dataclass(frozen=True, slots=True)
class CrisisNumber:
    """One line of `components/crisis.html`. `call`: what a phone dials."""

    name: str
    phone: str
    line: str
    call: str


def numbers_for(towns: Collection[str] = ()) -> list[CrisisNumber]:
    """The numbers that hold everywhere, then those of these towns, each number once; two questions.

    Names and lines that ship with HubTable are said in the page's language; what an administrator wrote stays as it is.
    """
    wanted = {_town(one) for one in towns} - {""}
    rows = Service.objects.filter(public_crisis=True, is_active=True).order_by("crisis_order", "pk").prefetch_related("towns")
    here = [one for one in rows if one.everywhere or wanted & {two.town for two in one.towns.all()}]
    lines = [(one.name, one.phone, _first(one.eligibility)) for one in sorted(here, key=lambda one: not one.everywhere)]
    if not any(one.everywhere and dialled(one.phone) for one in here):
        lines = [*((one["name"], one["phone"], _first(one["eligibility"])) for one in shipped()), *lines]
    lines += _lines_of_agencies(wanted)
    found: dict[str, CrisisNumber] = {}
    for name, phone, line in lines:
        if call := dialled(phone):
            # the number stands before the name everywhere: "911 911 Emergency" would be read out twice
            said = gettext(name).removeprefix(phone).strip() or phone
            found.setdefault(call, CrisisNumber(said, phone, gettext(line), call))
    return list(found.values())


def dialled(phone: str) -> str:
    """The digits that a `tel:` link holds; empty where a text begins with no number that could be called."""
    match = _DIALLED.match(phone.strip())
    digits = re.sub(r"[^\d+]", "", match.group()) if match else ""
    return digits if len(digits.lstrip("+")) > 2 else ""  # noqa: PLR2004 - 911 and 988 are the shortest


@cache
def shipped() -> tuple[Mapping[str, Any], ...]:
    """The numbers that come with HubTable, each with its source and the day on which it was read there."""
    return tuple(yaml.safe_load(_SOURCE.read_text(encoding="utf-8")))


@verb
def enter(*, by: None) -> int:
    """Enter the shipped numbers that the directory lacks; what is there, ended or changed, stays. Returns how many."""
    there = set(Service.objects.filter(key__in=[one["key"] for one in shipped()]).values_list("key", flat=True))
    missing = [(order, one) for order, one in enumerate(shipped(), start=1) if one["key"] not in there]
    for order, one in missing:
        write(Service(key=one["key"]), checked(_entry(one, order)))
    return len(missing)


def _entry(one: Mapping[str, Any], order: int) -> Entry:
    return Entry(
        name=one["name"], type=one["type"], phone=one["phone"], hours=one["hours"], always_open=True,
        languages=tuple(one["languages"]), eligibility=one["eligibility"], website=one.get("website", ""),
        needs=tuple(one["needs"]), public_crisis=True, crisis_order=order,
    )  # fmt: skip


def _first(text: str) -> str:
    """As much as a thumb-sized link can hold."""
    return text.partition("; ")[0]


def _lines_of_agencies(towns: set[str]) -> list[tuple[str, str, str]]:
    if not towns:
        return []
    rows = Agency.objects.exclude(crisis_line="").order_by("name").values_list("name", "crisis_line", "towns")
    return [(name, phone, "") for name, phone, served in rows if towns & {_town(str(one)) for one in served}]


def _town(text: str) -> str:
    """The town as it is sought; none where it cannot be one: some letters grow longer when they are composed."""
    try:
        return town_of(text)
    except TextRefused:
        return ""
