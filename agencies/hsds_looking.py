"""Texts of an imported service that certainly name a person are left out: nobody typed them here, so nobody can be asked.

What stands in the directory already is let be: somebody answered for it, or let it through, where it was typed.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from agencies import guarding
from agencies.directory import GUARDED, Entry, entry_of
from agencies.hsds import Remark, Understood
from agencies.models import Service


def looked_at(one: Understood, line: int) -> Understood:
    """The service without such texts, whole ones and never a part; each is a remark of its own, which does not repeat it.

    Instead of one that is left out stays what the directory says until now. Raises RuleRefused where nobody can look.
    """
    known = [one.entry.name, one.entry.organisation, *one.entry.towns]
    stopped = {text for name in GUARDED for text in _texts(one.entry, name) if guarding.names_somebody(text, known=known)}
    if not stopped:
        return one
    stands = _standing(one.key)
    stopped -= {text for name in GUARDED for text in _texts(stands, name)}
    found = [name for name in GUARDED if stopped.intersection(_texts(one.entry, name))]
    why = _("left out, because it could name a person: type it in on the service's page")
    left: dict[str, Any] = {name: _without(stopped, getattr(one.entry, name), getattr(stands, name)) for name in found}
    remarks = [*one.remarks, *(Remark(line, name, why, one.key) for name in found)]
    return replace(one, entry=replace(one.entry, **left), remarks=remarks)


def _standing(key: str) -> Entry:
    row = Service.objects.filter(key=key).first()
    return entry_of(row) if row else Entry("")


def _texts(entry: Entry, name: str) -> tuple[str, ...]:
    value: str | tuple[str, ...] = getattr(entry, name)
    return tuple(filter(None, (value,))) if isinstance(value, str) else value


def _without(stopped: Collection[str], given: str | tuple[str, ...], stands: Any) -> Any:
    return stands if isinstance(given, str) else tuple(text for text in given if text not in stopped)
