"""Findings in text that might name somebody, for a person to look at before the table sees the text.

The findings warn, they prove nothing: no rule sees that "the only florist on the hill" names someone. Text is never
changed here, never logged, and no input makes :func:`find` raise. What is looked for follows 45 CFR 164.514(b)(2);
agencies, languages, ages under 90 and years are not identifiers here. How it works, and its figures: docs/guard.md.
"""

import re
import sys
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from situations import deidentify_words as words
from situations.deidentify_buildings import buildings
from situations.deidentify_disguised import disguised
from situations.deidentify_lexicon import DetectorFailed, Known, known
from situations.deidentify_names import Found, names
from situations.deidentify_places import PLACES
from situations.deidentify_rules import DIGIT, NUMBERS, ONLINE, Rule
from situations.deidentify_sentences import WORD, Word, words_of
from situations.deidentify_text import Reading, folded, in_small_letters, read
from situations.deidentify_titles import TITLES

__all__ = ["SAYS", "DetectorFailed", "Finding", "Severity", "find", "require", "segments"]

# Kinds in the order in which one covers another where they overlap.
SAYS: dict[str, Promise] = {
    "identity": _("is in this situation's sealed identity"),
    "email": _("looks like an e-mail address"),
    "url": _("looks like a web address"),
    "handle": _("looks like a name used online"),
    "ssn": _("looks like a social security number"),
    "phone": _("looks like a phone number"),
    "date": _("looks like a date"),
    "age": _("is an age over 89"),
    "plate": _("looks like a license plate"),
    "record": _("looks like a record number"),
    "address": _("looks like an address"),
    "place": _("looks like a named school or building"),
    "name": _("looks like a name"),
}
_RANK = {kind: rank for rank, kind in enumerate(SAYS)}
_BY_CAPITALS = frozenset({"name", "place", "address"})
_RULES = (*ONLINE, *NUMBERS, *PLACES, *TITLES)
_DIGITS = re.compile(r"\d")
_SAINTS = ("st.", "saint")
_SHORTEST, _LONGEST_ACRONYM = 3, 5
_DOES_OR_STREET = frozenset({"drive", "place", "court", "way", "row", "square", "circle", "pass", "path"})
_CONGREGATIONS = frozenset(
    {"baptist", "congregational", "methodist", "presbyterian", "lutheran", "unitarian", "pentecostal", "episcopal"}
)
_SURELY_STREETS = frozenset({"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "main", "broadway"})
Severity = Literal["block", "ask"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``text[start:end]`` is ``found``; ``says`` completes the sentence "This ..." for the writer.

    ``severity`` is "block" where the text almost certainly gives somebody away, and "ask" where only the writer can tell.
    """

    start: int
    end: int
    kind: str
    found: str
    says: Promise
    severity: Severity


class Allowed:
    """Where in a text phrases stand that name nobody; the places lie apart and in order."""

    def __init__(self, plain: str, allow: Collection[str]) -> None:
        matches = list(_phrases(tuple(allow)).finditer(plain))
        self.starts = [match.start() for match in matches]
        self._ends = [match.end() for match in matches]

    def covers(self, start: int, end: int) -> bool:
        """Whether one phrase covers all of it."""
        at = bisect_right(self.starts, start) - 1
        return at >= 0 and end <= self._ends[at]


def find(text: str, *, allow: Collection[str] = (), deny: Collection[str] = ()) -> list[Finding]:
    """Return what might identify somebody, in order and without overlaps. Raises DetectorFailed if it cannot look.

    ``allow``: phrases that name nobody here (the table's agencies, towns, programmes). ``deny``: the situation's own
    sealed values; each of their words of three letters or more is found in any case and without regard to accents.
    Shorter words, and ordinary ones such as "street", are found where a capital inside a sentence makes them a name.
    What is denied is found even if it is allowed.
    """
    reading = read(text)
    plain = reading.plain
    all_words = words_of(plain)
    allowed = Allowed(plain, allow)
    looked = [*_structure(plain), *names(plain, _left(all_words, allowed))]
    found = [one for one in looked if not allowed.covers(one[0], one[1])]
    found += _identity(all_words, deny)
    return list(_findings(text, reading, _merged(found)))


def require() -> None:
    """Raises DetectorFailed where `find` could not look: for whoever keeps its answers, which would outlast the word lists."""
    known("")


def segments(text: str, findings: Iterable[Finding]) -> list[tuple[str, Finding | None]]:
    """Cut ``text`` along its findings; the pieces joined are the text, so that a template can mark some of them."""
    pieces: list[tuple[str, Finding | None]] = []
    position = 0
    for finding in findings:
        pieces.append((text[position : finding.start], None))
        pieces.append((text[finding.start : finding.end], finding))
        position = finding.end
    pieces.append((text[position:], None))
    return [piece for piece in pieces if piece[0]]


def _findings(text: str, reading: Reading, found: Iterable[Found]) -> Iterator[Finding]:
    for plain_start, plain_end, kind, certain in found:
        start, end = reading.typed(plain_start, plain_end)
        yield Finding(start, end, kind, text[start:end], SAYS[kind], "block" if certain else "ask")


def _structure(plain: str) -> Iterator[Found]:
    small = in_small_letters(plain)
    has_digit = _DIGITS.search(plain) is not None
    for rule in _RULES:
        if _may_match(rule, small, has_digit=has_digit):
            for match in rule.pattern.finditer(plain if rule.cased else small):
                start, end = _span(match)
                found = plain[start:end]
                if _names_something(found, rule.kind) and (rule.words or not _is_word(found)):
                    yield start, end, rule.kind, rule.certain
    yield from disguised(small)
    yield from buildings(small)


def _may_match(rule: Rule, small: str, *, has_digit: bool) -> bool:
    return not rule.needs or any(has_digit if need == DIGIT else need in small for need in rule.needs)


def _span(match: re.Match[str]) -> tuple[int, int]:
    for group in ("it", "later"):
        if group in match.re.groupindex and match[group] is not None:
            return match.span(group)
    return match.span()


def _names_something(found: str, kind: str) -> bool:
    # "Safe House", "The court" and "the worker Two" are built like names of places and people.
    if kind not in _BY_CAPITALS or any(map(str.isdigit, found)):
        return True
    parts = found.split()
    if kind == "name":
        return any(not _is_common(part) and not _is_acronym(part) for part in parts)
    if kind == "place" and parts[-1].lower() in _CONGREGATIONS:
        return True
    if kind == "address" and {parts[0], parts[-1]} & _SURELY_STREETS and not set(parts) <= words.GRAMMAR:
        return True
    if kind == "address" and len(parts) > 1 and parts[-1] in _DOES_OR_STREET and known(parts[-2].lower()) is Known.WORD:
        return False
    return any(not _is_common(part) for part in parts[:-1] or parts)


def _is_word(found: str) -> bool:
    return found.islower() and known(found) is Known.WORD


def _is_acronym(part: str) -> bool:
    return part.isupper() and 1 < len(part) <= _LONGEST_ACRONYM and known(part.lower()) is Known.WORD


def _is_common(part: str) -> bool:
    small = part.lower().strip(".,'")
    return small in words.COMMON or small.removesuffix("'s") in words.COMMON or small.removesuffix("-speaking") in words.COMMON


def _left(all_words: list[Word], allowed: Allowed) -> list[Word]:
    """The words that no allowed phrase covers; those around a phrase are still neighbours of each other."""
    return [word for word in all_words if not allowed.covers(word.start, word.end)] if allowed.starts else all_words


def _identity(all_words: list[Word], deny: Collection[str]) -> Iterator[Found]:
    sealed = {part for value in deny for part in _parts(folded(value))}
    if not sealed:
        return
    for word in all_words:
        small = word.typed.lower()
        if (small in sealed or word.plain in sealed) and _gives_away(word, small):
            yield word.start, word.end, "identity", True


def _parts(value: str) -> Iterator[str]:
    for match in WORD.finditer(value):
        yield match[0]
        yield match[0].replace("'", "")


def _gives_away(word: Word, small: str) -> bool:
    # "street" or "grandmother" in a sealed address or guardian says nothing; "Street" may be the surname.
    if len(small) < _SHORTEST or small in words.ORDINARY:
        return len(small) > 1 and word.typed[0].isupper() and not word.opens
    return True


@lru_cache(maxsize=64)
def _phrases(allow: tuple[str, ...]) -> re.Pattern[str]:
    written = {folded(phrase).strip() for phrase in (*allow, *words.PHRASES)} - {""}
    written |= {phrase.replace(" and ", " & ") for phrase in written}
    written |= {phrase.replace(".", "").replace("'", "") for phrase in written if phrase.lower().startswith(_SAINTS)}
    longest_first = sorted(written, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)", re.IGNORECASE)


def _merged(found: Iterable[Found]) -> list[Found]:
    # Overlapping spans become one, so that nothing that any rule saw stays unmarked.
    merged: list[Found] = []
    for start, end, kind, certain in sorted(found):
        if merged and start < merged[-1][1]:
            first, last, covered, was_certain = merged.pop()
            merged.append((first, max(end, last), min(kind, covered, key=_RANK.__getitem__), certain or was_certain))
        elif start < end:
            merged.append((start, end, kind, certain))
    return merged


if __name__ == "__main__":
    from situations.deidentify_command import main

    sys.exit(main(sys.argv[1:]))
