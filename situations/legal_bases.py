"""On what grounds an agency may pass something on: what it may choose follows from the regimes that it is under.

The pack is data (data/legal_bases.yaml), versioned by its name, and signed off by the counsel of each table. A ledger
entry keeps the code and the pack, so that it can be read as it was meant when the law has moved on.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

PACK = "massachusetts-2026"
_ANY = "any"
_SOURCE = Path(__file__).parent / "data" / "legal_bases.yaml"


class UnknownBasis(KeyError):
    """The pack has no basis of this code."""


@dataclass(frozen=True, slots=True)
class Basis:
    """One legal basis. ``needs`` lists what must be recorded besides; ``notice`` is what recipients must be told.

    ``citation`` and ``notice`` are the law's own words and are never translated.
    """

    code: str
    regimes: frozenset[str] = field(compare=False)
    name: str | Promise = field(compare=False)
    citation: str = field(compare=False)
    means: str | Promise = field(compare=False)
    needs: tuple[str, ...] = field(compare=False)
    notice: str = field(compare=False)


def basis(code: str) -> Basis:
    """Return the basis; raise :class:`UnknownBasis` (a KeyError) if the pack has none of this code."""
    try:
        return _pack()[code]
    except KeyError:
        raise UnknownBasis(code) from None


def choices_for(regimes: Collection[str]) -> list[Basis]:
    """Return what an agency under ``regimes`` may choose: its own regimes' bases first, then those open to all."""
    own = [each for each in _pack().values() if each.regimes.intersection(regimes) and _ANY not in each.regimes]
    return own + [each for each in _pack().values() if _ANY in each.regimes]


def may_choose(code: str, regimes: Collection[str]) -> bool:
    """Say whether an agency under ``regimes`` may choose this basis; an unknown code may be chosen by nobody."""
    return any(each.code == code for each in choices_for(regimes))


@lru_cache(maxsize=1)
def _pack() -> Mapping[str, Basis]:
    source = yaml.safe_load(_SOURCE.read_text(encoding="utf-8"))
    return {entry["code"]: _basis(entry) for entry in source["bases"]}


def _basis(entry: Mapping[str, Any]) -> Basis:
    return Basis(
        code=entry["code"],
        regimes=frozenset(entry["regimes"]),
        name=gettext_lazy(entry["name"]),
        citation=entry["citation"],
        means=gettext_lazy(entry["means"]),
        needs=tuple(entry["needs"]),
        notice=entry["notice"],
    )
