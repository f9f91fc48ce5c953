"""Texts of an imported service that certainly name a person are left out: nobody typed them here, so nobody can be asked.

What stands in the directory already is let be: who typed it was asked. What a file brought before files were looked at cannot
be told apart from it, and is let be too, although nobody ever looked (docs/directory.md).
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from agencies import directory, guarding
from agencies.directory import GUARDED, Entry, entry_of
from agencies.hsds import Remark, Understood
from agencies.models import Agency, Service, Table

FURTHER = {"phone": "more_phones", "address": "more_addresses"}
"""Lists: the field of the first one, and that of the others."""
SAID = tuple(name for name in GUARDED if name not in FURTHER.values())


def towns_served() -> frozenset[str]:
    """The towns that a table or agency here serves: a file alone does not make a name a town's."""
    lists = [*Table.objects.values_list("towns", flat=True), *Agency.objects.values_list("towns", flat=True)]
    return frozenset(directory.town_of(town) for several in lists for town in several)


def looked_at(one: Understood, line: int, towns: Collection[str]) -> Understood:
    """The service without such texts, whole ones and never a part; remarks name field and service and do not repeat them.

    Instead of one that is left out stays what the directory says until now, of a list all of it; where the file does not say
    that any more, it is told of. So is what is taken only because the file calls service or organization so. `towns`: those
    that are served here. Raises RuleRefused where nobody can look.
    """
    naming = {text for name in GUARDED for text in _texts(one.entry, name) if guarding.names_somebody(text, known=())}
    if not naming:
        return one
    stands = _standing(one.key)
    naming -= {text for name in GUARDED for text in _texts(stands, name)}
    served = [town for town in one.entry.towns if town in towns]
    called = [one.entry.name, one.entry.organisation, *served]
    stopped = {text for text in naming if guarding.names_somebody(text, known=called)}
    trusted = {text for text in naming - stopped if guarding.names_somebody(text, known=served)}
    out = _("left out, because it could name a person: type it in on the service's page")
    taken = _("taken, because the service or its organization is called so: see that it is no person")
    stays = _("what stood here before stays, although the file does not say it any more: see that it is still right")
    remarks = [
        *one.remarks,
        *_remarks(one, line, _fields(one.entry, stopped), out),
        *_remarks(one, line, _fields(one.entry, trusted), taken),
        *_remarks(one, line, _outlasting(stopped, one.entry, stands), stays),
    ]
    return replace(one, entry=replace(one.entry, **_instead(stopped, one.entry, stands)), remarks=remarks)


def _standing(key: str) -> Entry:
    row = Service.objects.filter(key=key).first()
    return entry_of(row) if row else Entry("")


def _texts(entry: Entry, name: str) -> tuple[str, ...]:
    value: str | tuple[str, ...] = getattr(entry, name)
    return tuple(filter(None, (value,))) if isinstance(value, str) else value


def _fields(entry: Entry, texts: set[str]) -> list[str]:
    return [name for name in GUARDED if texts.intersection(_texts(entry, name))]


def _remarks(one: Understood, line: int, names: list[str], why: str) -> list[Remark]:
    return [Remark(line, name, why, one.key) for name in names]


def _all(entry: Entry, name: str) -> tuple[str, ...]:
    """The texts of a field, and of a list's first one those of the others, too."""
    return (*_texts(entry, name), *(_texts(entry, FURTHER[name]) if name in FURTHER else ()))


def _outlasting(stopped: set[str], given: Entry, stands: Entry) -> list[str]:
    """Fields, a list by its first, where something stays that the file does not have."""
    hit = [name for name in SAID if stopped.intersection(_all(given, name))]
    return [name for name in hit if set(_all(stands, name)).difference(_all(given, name))]


def _instead(stopped: set[str], given: Entry, stands: Entry) -> dict[str, Any]:
    left: dict[str, Any] = {name: getattr(stands, name) for name in SAID if stopped.intersection(_texts(given, name))}
    for first, further in FURTHER.items():
        if stopped.intersection(_all(given, first)):
            # which of those that stand was meant by the one that is left out, nobody knows
            kept = [text for text in _texts(given, further) if text not in stopped]
            left[further] = tuple(dict.fromkeys([*kept, *_all(stands, first)]))
    return left
