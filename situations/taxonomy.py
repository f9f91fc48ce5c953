"""Risk and protective factors, and the line by which a table speaks of a situation without a name.

The list follows the Ontario risk-driven tracking list (source and counts: ``meta`` in data/taxonomy.yaml). Codes are
stored with situations and must never be renamed. The short vocabularies can be had from here as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from hub.core.text import folded
from situations.vocabularies import (
    AGE_BANDS,
    CONCLUSION_GROUPS,
    CONCLUSIONS,
    LANGUAGES,
    SERVICE_STATUSES,
    SEXES,
    STUDY_FLAGS,
    SUBJECT_TYPES,
)

__all__ = [
    "AGE_BANDS",
    "CONCLUSIONS",
    "CONCLUSION_GROUPS",
    "LANGUAGES",
    "SERVICE_STATUSES",
    "SEXES",
    "STUDY_FLAGS",
    "SUBJECT_TYPES",
    "Category",
    "Factor",
    "UnknownCode",
    "factor",
    "grouped",
    "is_risk",
    "language_name",
    "protective_categories",
    "risk_categories",
    "search",
    "subject_line",
]

Kind = Literal["risk", "protective"]
_SOURCE = Path(__file__).parent / "data" / "taxonomy.yaml"


class UnknownCode(KeyError):
    """No factor has this code."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor; two factors are equal if their codes are."""

    code: str
    name: str | Promise = field(compare=False)
    definition: str | Promise = field(compare=False)
    category: str = field(compare=False)
    category_name: str | Promise = field(compare=False)
    kind: Kind = field(compare=False)


@dataclass(frozen=True, slots=True)
class Category:
    """Factors that belong together, in the order of the list. ``code`` is unique among both kinds."""

    code: str
    name: str | Promise = field(compare=False)
    kind: Kind = field(compare=False)
    factors: tuple[Factor, ...]


def risk_categories() -> tuple[Category, ...]:
    """Return the risk categories in the order of the list, each with its factors."""
    return _categories("risk")


def protective_categories() -> tuple[Category, ...]:
    """Return the protective categories in the order of the list, each with its factors."""
    return _categories("protective")


def factor(code: str) -> Factor:
    """Return the factor; raise :class:`UnknownCode` (a KeyError) if there is none."""
    try:
        return _factors()[code]
    except KeyError:
        raise UnknownCode(code) from None


def is_risk(code: str) -> bool:
    """Say whether ``code`` is a risk factor's; raise :class:`UnknownCode` for a code that is nobody's."""
    return factor(code).kind == "risk"


def grouped(codes: Iterable[str]) -> list[Category]:
    """Return the categories of ``codes`` in the order of the list, risks first, each with the chosen factors only."""
    chosen = {factor(code) for code in codes}
    groups = (
        Category(each.code, each.name, each.kind, tuple(one for one in each.factors if one in chosen))
        for each in (*risk_categories(), *protective_categories())
    )
    return [group for group in groups if group.factors]


def search(words: str, kind: Kind | None = None) -> list[Factor]:
    """Return the factors in which every word occurs, in name, category or definition; matches by name come first.

    Case and accents do not count. No words find everything.
    """
    wanted = folded(words).split()
    found = [each for each in _factors().values() if kind in (None, each.kind) and _matches(wanted, _haystack(each))]
    return sorted(found, key=lambda each: not _matches(wanted, folded(str(each.name))))


def language_name(code: str) -> str:
    """Return the language's name, or the code itself for a language that the list lacks."""
    return str(LANGUAGES.get(code, code))


def subject_line(subject_type: str, age_band: str | None, sex: str | None, language: str | None) -> str:
    """Return for example "Male, 12-17, speaks Spanish": all that the table hears before a name may be said.

    What is not known is left out, and so is English. Raises KeyError for an unknown subject type, age band or sex.
    """
    known_sex = sex if sex and sex != "unknown" else None
    parts = [str(SEXES[known_sex]) if known_sex else str(SUBJECT_TYPES[subject_type])]
    if age_band:
        parts.append(str(AGE_BANDS[age_band]))
    if language and language != "en":
        parts.append(gettext("speaks %(language)s") % {"language": language_name(language)})
    return ", ".join(parts)


def _matches(wanted: Sequence[str], text: str) -> bool:
    return all(word in text for word in wanted)


def _haystack(each: Factor) -> str:
    return folded(f"{each.name} {each.category_name} {each.definition}")


@lru_cache(maxsize=1)
def _source() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = yaml.safe_load(_SOURCE.read_text(encoding="utf-8"))
    return loaded


@lru_cache(maxsize=2)
def _categories(kind: Kind) -> tuple[Category, ...]:
    return tuple(_category(kind, code, entry) for code, entry in _source()[kind].items())


@lru_cache(maxsize=1)
def _factors() -> Mapping[str, Factor]:
    every = (*risk_categories(), *protective_categories())
    return {each.code: each for category in every for each in category.factors}


def _category(kind: Kind, code: str, entry: Mapping[str, Any]) -> Category:
    # Both kinds have, say, mental health: the prefix keeps their codes apart, as it does for the factors.
    code = code if kind == "risk" else f"protective.{code}"
    name = gettext_lazy(entry["name"])
    return Category(
        code=code,
        name=name,
        kind=kind,
        factors=tuple(
            Factor(one["code"], gettext_lazy(one["name"]), gettext_lazy(one["definition"]), code, name, kind)
            for one in entry["factors"]
        ),
    )
