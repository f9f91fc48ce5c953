"""On what grounds an agency may pass something on: what it may choose follows from the regimes that it is under.

Packs are data (data/policy_packs/<name>.yaml), versioned by their names, and signed off by the counsel of each table. A ledger
entry keeps the code and the pack, so that it can be read as it was meant when the law has moved on.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

PACK = "massachusetts-2026"
"""The pack that is offered now. Others stay readable under their names."""
REGIMES = frozenset({"hipaa", "ferpa", "part2", "state_c66a", "police", "other"})
NO_REGIME = "other"
"""An agency that has declared no regime is under the table's agreement alone."""
NEEDS = frozenset({
    "threat", "at_risk", "why_imminent", "why_recipient", "process_reference", "consent_reference", "consent_scope",
    "consent_expires_on", "emergency_ends_on", "law", "request", "limb", "agreement_how", "judgment",
})  # fmt: skip
"""Everything that a basis can ask to be recorded."""
_SOURCES = Path(__file__).parent / "data" / "policy_packs"
_REQUIRED = {"code", "regimes", "name", "citation", "means"}
_OPTIONAL = {
    "conditions", "needs", "limbs", "minimum_necessary", "accounted", "accounted_for", "excluded_recipients",
    "only_recipients", "at_table", "instead", "notice", "verify",
}  # fmt: skip
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class UnknownBasis(KeyError):
    """The pack has no basis of this code, or there is no such pack."""


class BadPack(ValueError):
    """The pack's data is not whole; the message says which basis and why."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A condition to be affirmed, or a limb to be chosen, in plain words."""

    code: str
    text: str | Promise


@dataclass(frozen=True, slots=True)
class Notice:
    """What a recipient is told about passing it on: the law's own words, never translated."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Basis:
    """One legal basis, as `data/policy_packs` explains each attribute."""

    code: str
    pack: str
    regimes: frozenset[str]
    name: str | Promise
    citation: str
    means: str | Promise
    conditions: tuple[Sentence, ...]
    stricter: tuple[tuple[str, Sentence], ...]
    needs: tuple[str, ...]
    limbs: tuple[Sentence, ...]
    minimum_necessary: bool
    accounted: bool
    accounted_for: frozenset[str]
    excluded_recipients: frozenset[str]
    only_recipients: frozenset[str]
    at_table: bool
    instead: str | Promise
    notice: Notice | None
    verify: bool

    def conditions_for(self, regimes: Collection[str]) -> tuple[Sentence, ...]:
        """What an agency under `regimes` must affirm: the basis's own conditions, and what its stricter laws ask besides."""
        return (*self.conditions, *(sentence for regime, sentence in self.stricter if regime in regimes))

    def listed_for(self, regimes: Collection[str]) -> bool:
        """Whether an agency under `regimes` lists it in an accounting (45 CFR 164.528; 603 CMR 23.07; c. 66A)."""
        return self.accounted or bool(self.accounted_for.intersection(regimes))

    def reaches(self, regimes: Collection[str]) -> bool:
        """Whether an agency under `regimes` may receive something on this basis."""
        allowed = not self.only_recipients or bool(self.only_recipients.intersection(regimes))
        return allowed and not self.excluded_recipients.intersection(regimes)


@lru_cache(maxsize=8)
def pack(name: str = PACK) -> Mapping[str, Basis]:
    """Every basis of the pack by its code, those that are not table business among them.

    Raises :class:`UnknownBasis` if there is no such pack, and :class:`BadPack` if its data is not whole.
    """
    source = _SOURCES / f"{name}.yaml"
    if not _NAME.fullmatch(name) or not source.is_file():
        raise UnknownBasis(name)
    return read(source.read_text(encoding="utf-8"), name)


def basis(code: str, name: str = PACK) -> Basis:
    """Return the basis; raise :class:`UnknownBasis` (a KeyError) if the pack has none of this code."""
    try:
        return pack(name)[code]
    except KeyError:
        raise UnknownBasis(code) from None


def choices_for(regimes: Collection[str]) -> list[Basis]:
    """Return what an agency under ``regimes`` may choose at a table, the table's agreement last."""
    declared = frozenset(regimes) or {NO_REGIME}
    return [each for each in pack().values() if each.at_table and each.regimes & declared]


def may_choose(code: str, regimes: Collection[str]) -> bool:
    """Say whether an agency under ``regimes`` may choose this basis; an unknown code may be chosen by nobody."""
    return any(each.code == code for each in choices_for(regimes))


def notice_of(code: str, name: str = PACK) -> Notice | None:
    """What recipients are told with a disclosure on this basis; nothing for what is no basis of the pack."""
    try:
        return basis(code, name).notice
    except UnknownBasis:
        return None


def read(text: str, name: str) -> Mapping[str, Basis]:
    """Read a pack's YAML strictly: whatever is unknown, doubled or missing raises :class:`BadPack`."""
    source = yaml.safe_load(text)
    if not isinstance(source, dict) or source.get("pack") != name:
        raise BadPack(f"{name}: the data names another pack")
    found: dict[str, Basis] = {}
    for entry in source.get("bases") or ():
        made = _basis(entry, source)
        if made.code in found:
            raise BadPack(f"{made.code}: it stands twice in the pack")
        found[made.code] = made
    return found


def _basis(entry: Mapping[str, Any], source: Mapping[str, Any]) -> Basis:
    code, notices = str(entry.get("code", "a basis without code")), source.get("notices") or {}
    _check(entry, code, notices)
    notice = entry.get("notice")
    return Basis(
        code=code,
        pack=source["pack"],
        regimes=frozenset(entry["regimes"]),
        name=gettext_lazy(entry["name"]),
        citation=entry["citation"],
        means=gettext_lazy(entry["means"]),
        conditions=_sentences(code, entry.get("conditions", ())),
        stricter=_stricter(source.get("stricter") or (), entry["regimes"]),
        needs=tuple(entry.get("needs", ())),
        limbs=_sentences(code, entry.get("limbs", ())),
        minimum_necessary=entry.get("minimum_necessary", False),
        accounted=entry.get("accounted", True),
        accounted_for=frozenset(entry.get("accounted_for", ())),
        excluded_recipients=frozenset(entry.get("excluded_recipients", ())),
        only_recipients=frozenset(entry.get("only_recipients", ())),
        at_table=entry.get("at_table", True),
        instead=gettext_lazy(entry["instead"]) if entry.get("instead") else "",
        notice=Notice(notice, notices[notice]) if notice else None,
        verify=entry.get("verify", False),
    )


def _check(entry: Mapping[str, Any], code: str, notices: Mapping[str, str]) -> None:
    if unknown := set(entry) - _REQUIRED - _OPTIONAL:
        raise BadPack(f"{code}: unknown {sorted(unknown)}")
    if missing := {one for one in _REQUIRED if not entry.get(one)}:
        raise BadPack(f"{code}: without {sorted(missing)}")
    for key in ("regimes", "accounted_for", "excluded_recipients", "only_recipients"):
        if unknown := set(entry.get(key, ())) - REGIMES:
            raise BadPack(f"{code}: unknown regime {sorted(unknown)} in {key}")
    if unknown := set(entry.get("needs", ())) - NEEDS:
        raise BadPack(f"{code}: unknown need {sorted(unknown)}")
    if entry.get("notice") and entry["notice"] not in notices:
        raise BadPack(f"{code}: the pack has no notice {entry['notice']}")
    if bool(entry.get("limbs")) != ("limb" in entry.get("needs", ())):
        raise BadPack(f"{code}: limbs and the need for one belong together")
    _check_use(entry, code)


def _check_use(entry: Mapping[str, Any], code: str) -> None:
    at_table = entry.get("at_table", True)
    if at_table and not entry.get("conditions"):
        raise BadPack(f"{code}: without conditions, although it can be chosen")
    narrowed = entry.get("only_recipients") or entry.get("excluded_recipients")
    if (not at_table or narrowed) and not entry.get("instead"):
        raise BadPack(f"{code}: without what to do instead")
    for flag in ("minimum_necessary", "accounted", "at_table", "verify"):
        if not isinstance(entry.get(flag, False), bool):
            raise BadPack(f"{code}: {flag} is neither true nor false")


def _stricter(entries: Collection[Mapping[str, Any]], regimes: Collection[str]) -> tuple[tuple[str, Sentence], ...]:
    if any(set(one) != {"regime", "code", "text"} or one["regime"] not in REGIMES for one in entries):
        raise BadPack("stricter: a sentence without regime, code or text")
    return tuple(
        (one["regime"], Sentence(one["code"], gettext_lazy(one["text"]))) for one in entries if one["regime"] not in regimes
    )


def _sentences(code: str, entries: Collection[Mapping[str, Any]]) -> tuple[Sentence, ...]:
    for one in entries:
        if set(one) != {"code", "text"} or not one["code"] or not one["text"]:
            raise BadPack(f"{code}: a condition or limb without code or text")
    if len({one["code"] for one in entries}) != len(entries):
        raise BadPack(f"{code}: a condition or limb stands twice")
    return tuple(Sentence(one["code"], gettext_lazy(one["text"])) for one in entries)
