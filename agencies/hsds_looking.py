"""Texts of an imported service that certainly name a person are left out: nobody typed them here, so nobody can be asked.

What stands in the directory already is let be: who typed it was asked. What a file brought before files were looked at cannot
be told apart from it, and is let be too, although nobody ever looked (docs/directory.md).
"""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from agencies import directory, guarding
from agencies.directory import GUARDED, Entry, entry_of
from agencies.hsds import Remark, Understood
from agencies.models import Agency, Service, Table

FIRST_OF = {"more_phones": "phone", "more_addresses": "address"}


def looked_at(one: Understood, line: int) -> Understood:
    """The service without such texts, whole ones and never a part; remarks name field and service and do not repeat them.

    Instead of one that is left out stays what the directory says until now, of a list all of it. What is taken only because the
    file calls service or organization so is told of, too. Raises RuleRefused where nobody can look.
    """
    naming = {text for name in GUARDED for text in _texts(one.entry, name) if guarding.names_somebody(text, known=())}
    if not naming:
        return one
    stands = _standing(one.key)
    naming -= {text for name in GUARDED for text in _texts(stands, name)}
    served = _served(one.entry.towns)
    called = [one.entry.name, one.entry.organisation, *served]
    stopped = {text for text in naming if guarding.names_somebody(text, known=called)}
    trusted = {text for text in naming - stopped if guarding.names_somebody(text, known=served)}
    left: dict[str, Any] = {name: _without(stopped, one.entry, stands, name) for name in _fields(one.entry, stopped)}
    out = _("left out, because it could name a person: type it in on the service's page")
    taken = _("taken, because the service or its organization is called so: see that it is no person")
    remarks = [*one.remarks, *_remarks(one, line, stopped, out), *_remarks(one, line, trusted, taken)]
    return replace(one, entry=replace(one.entry, **left), remarks=remarks)


def _served(towns: tuple[str, ...]) -> list[str]:
    """Those of the towns that a table or agency here serves: a file alone does not make a name a town's."""
    lists = [*Table.objects.values_list("towns", flat=True), *Agency.objects.values_list("towns", flat=True)]
    ours = {directory.town_of(town) for several in lists for town in several}
    return [town for town in towns if town in ours]


def _standing(key: str) -> Entry:
    row = Service.objects.filter(key=key).first()
    return entry_of(row) if row else Entry("")


def _texts(entry: Entry, name: str) -> tuple[str, ...]:
    value: str | tuple[str, ...] = getattr(entry, name)
    return tuple(filter(None, (value,))) if isinstance(value, str) else value


def _fields(entry: Entry, texts: set[str]) -> list[str]:
    return [name for name in GUARDED if texts.intersection(_texts(entry, name))]


def _remarks(one: Understood, line: int, texts: set[str], why: str) -> list[Remark]:
    return [Remark(line, name, why, one.key) for name in _fields(one.entry, texts)]


def _without(stopped: set[str], given: Entry, stands: Entry, name: str) -> str | tuple[str, ...]:
    if name not in FIRST_OF:
        stood: str = getattr(stands, name)
        return stood
    # which of those that stand was meant by the one that is left out, nobody knows
    kept = [text for text in _texts(given, name) if text not in stopped]
    return tuple(dict.fromkeys([*kept, *_texts(stands, FIRST_OF[name]), *_texts(stands, name)]))
