"""What HubTable does not take, what looks reportable, and what police must name a source for: detection in typed text.

Pure: text and codes in, findings out; nothing is stored, and only `refuse` raises. Patterns, explanations and citations
are data (data/hard_stops.yaml), part of the policy pack that counsel of a table signs off. Patterns see words, not meaning:
what they do not know passes, so they stand beside the agreements of a table and replace none of them.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from hub.core.errors import RuleRefused

_SOURCE = Path(__file__).parent / "data" / "hard_stops.yaml"
# The hyphens and spaces that word processors and phones put where a pattern expects the plain ones.
_PLAIN = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-") | dict.fromkeys("\u2018\u2019", "'"))


class Place(StrEnum):
    """Where a text stands: before other agencies, inside the own agency (filter 1), or sealed in the envelope."""

    TABLE = "table"
    AGENCY = "agency"
    SEALED = "sealed"


@dataclass(frozen=True, slots=True)
class Stop:
    """One kind of content that is refused, with what the writer is told. `citation` is never translated."""

    code: str
    what: str | Promise
    citation: str
    explanation: str | Promise
    instead: str | Promise


@dataclass(frozen=True, slots=True)
class Hit:
    """A stop and the words that met it; `words` is empty where repeating them would spread them."""

    stop: Stop
    words: str

    @property
    def says(self) -> Promise:
        """The whole refusal for the writer: what, why, what to do instead, and what became of the text."""
        found = f" (“{self.words}”)" if self.words else ""
        return format_lazy(
            "{what}{found}: {explanation} {instead} {kept} [{citation}]", what=self.stop.what, found=found,
            explanation=self.stop.explanation, instead=self.stop.instead, citation=self.stop.citation,
            kept=gettext_lazy("Nothing of it was stored."),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sign:
    """One duty to report that what is written looks like, with the number to call and the rule."""

    code: str
    what: str | Promise
    hotline: str
    duty: str | Promise
    citation: str


@dataclass(frozen=True, slots=True)
class About:
    """What the codes of a profile say, for the signs: risk factors, flags, the age band, and the bands of others affected."""

    factors: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    age_band: str = ""
    others: frozenset[str] = frozenset()
    family: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    stop: Stop
    places: frozenset[str]
    shown: bool
    patterns: tuple[tuple[re.Pattern[str], frozenset[str]], ...]


@dataclass(frozen=True, slots=True)
class _Reportable:
    sign: Sign
    ages: frozenset[str]
    others: bool
    needs: frozenset[str]
    factors: frozenset[str]
    always: frozenset[str]
    who: re.Pattern[str]
    patterns: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class _Violence:
    stop: Stop
    regimes: frozenset[str]
    factors: frozenset[str]
    flags: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]
    told: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Pack:
    rules: tuple[_Rule, ...]
    violence: _Violence
    reportable: tuple[_Reportable, ...]


def find(text: str, *, regimes: Collection[str] = (), place: Place = Place.TABLE) -> list[Hit]:
    """The stops that a text of an agency under `regimes` meets at this place, each once, in the order of the pack."""
    read = _readable(text)
    return [hit for rule in _pack().rules if place in rule.places for hit in _hits(rule, read, regimes)]


def refuse(text: str, *, field: str, regimes: Collection[str] = (), place: Place = Place.TABLE) -> str:
    """The text itself when it meets no stop. Raises RuleRefused naming the field: what, why, and what to do instead."""
    for hit in find(text, regimes=regimes, place=place):
        raise RuleRefused(hit.says, field=field)
    return text


def stops() -> list[Stop]:
    """Every stop of the pack, in its order; the police rule last."""
    return [*(rule.stop for rule in _pack().rules), _pack().violence.stop]


def speaks_of_violence(texts: Sequence[str], about: About, *, regimes: Collection[str]) -> bool:
    """Whether a situation of a police agency speaks of domestic or sexual violence, so that its source must be named."""
    rule = _pack().violence
    if not rule.regimes.intersection(regimes):
        return False
    coded = about.factors & rule.factors or about.flags & rule.flags
    return bool(coded) or any(pattern.search(_readable(text)) for text in texts for pattern in rule.patterns)


def report_of_violence(text: str, *, regimes: Collection[str]) -> Hit | None:
    """The police rule, where one text tells of such violence as reported to police; None for other agencies."""
    rule, read = _pack().violence, _readable(text)
    if not rule.regimes.intersection(regimes) or not rule.told.search(read):
        return None
    found = next((match for pattern in rule.patterns if (match := pattern.search(read))), None)
    return Hit(rule.stop, found[0]) if found else None


def signs(texts: Sequence[str], about: About) -> list[Sign]:
    """The duties to report that the profile and the texts look like."""
    read = [_readable(text) for text in texts]
    return [rule.sign for rule in _pack().reportable if _looks_reportable(rule, read, about)]


def sign(code: str) -> Sign:
    """The sign of this code. Raises KeyError for one that the pack does not have."""
    return {rule.sign.code: rule.sign for rule in _pack().reportable}[code]


def _hits(rule: _Rule, read: str, regimes: Collection[str]) -> Iterator[Hit]:
    for pattern, only in rule.patterns:
        match = pattern.search(read) if not only or only.intersection(regimes) else None
        if match:
            yield Hit(rule.stop, match[0].strip() if rule.shown else "")
            return


def _looks_reportable(rule: _Reportable, read: list[str], about: About) -> bool:
    if about.factors & rule.always:
        return True
    of_age = about.age_band in rule.ages or (rule.others and bool(about.others & rule.ages))
    if rule.needs and not about.factors & rule.needs:
        of_age = False
    someone = of_age or any(rule.who.search(text) for text in read)
    coded = bool(about.factors & rule.factors) and (of_age or (about.family and someone))
    return coded or any(_told_in(text, rule, of_age=of_age) for text in read)


def _told_in(text: str, rule: _Reportable, *, of_age: bool) -> bool:
    return (of_age or bool(rule.who.search(text))) and any(pattern.search(text) for pattern in rule.patterns)


def _readable(text: str) -> str:
    """As the patterns expect it: full-width letters and digits plain, one kind of hyphen, quote and space."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_PLAIN).split(" ")).replace("\t", " ")


@lru_cache(maxsize=1)
def _pack() -> _Pack:
    source = yaml.safe_load(_SOURCE.read_text(encoding="utf-8"))
    words: Mapping[str, str] = source["words"]
    violence = source["report_of_violence"]
    return _Pack(
        rules=tuple(_rule(entry, words) for entry in source["stops"]),
        violence=_Violence(
            stop=_stop(violence | {"code": "report_of_violence"}),
            regimes=frozenset(violence["regimes"]),
            factors=frozenset(violence["factors"]),
            flags=frozenset(violence["flags"]),
            patterns=tuple(_compiled(one, words) for one in violence["patterns"]),
            told=_compiled(violence["told_to_police"], words),
        ),
        reportable=tuple(_reportable(entry, words) for entry in source["reportable"]),
    )


def _rule(entry: Mapping[str, Any], words: Mapping[str, str]) -> _Rule:
    patterns = ((_compiled(one["match"], words), frozenset(one.get("regimes", ()))) for one in entry["patterns"])
    return _Rule(_stop(entry), frozenset(Place(one) for one in entry["places"]), entry["shown"], tuple(patterns))


def _stop(entry: Mapping[str, Any]) -> Stop:
    said = [gettext_lazy(entry[name]) for name in ("what", "explanation", "instead")]
    return Stop(entry["code"], said[0], entry["citation"], said[1], said[2])


def _reportable(entry: Mapping[str, Any], words: Mapping[str, str]) -> _Reportable:
    return _Reportable(
        sign=Sign(entry["code"], gettext_lazy(entry["what"]), entry["hotline"], gettext_lazy(entry["duty"]), entry["citation"]),
        ages=frozenset(entry["ages"]),
        others=entry["others"],
        needs=frozenset(entry.get("needs", ())),
        factors=frozenset(entry["factors"]),
        always=frozenset(entry["always"]),
        who=_compiled(entry["who"], words),
        patterns=tuple(_compiled(one, words) for one in entry["patterns"]),
    )


def _compiled(pattern: str, words: Mapping[str, str]) -> re.Pattern[str]:
    for name, meant in words.items():
        pattern = pattern.replace("{" + name + "}", meant)
    return re.compile(pattern, re.IGNORECASE)
