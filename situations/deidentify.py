"""Findings in text that might name somebody, for a person to look at before the table sees the text.

The findings warn, they prove nothing: no rule sees that "the only florist on the hill" names someone. Text is never
changed here, never logged, and no input makes :func:`find` raise. What is looked for follows 45 CFR 164.514(b)(2);
agencies, languages, ages under 90 and years are not identifiers here.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hub.core.text import folded
from situations import deidentify_rules as rules
from situations import deidentify_words as words

# Kinds in the order in which one covers another where they overlap.
SAYS: dict[str, Promise] = {
    "identity": _("is in this situation's sealed identity"),
    "email": _("looks like an e-mail address"),
    "url": _("looks like a web address"),
    "handle": _("looks like a name used online"),
    "ssn": _("looks like a social security number"),
    "phone": _("looks like a phone number"),
    "date": _("looks like a full date"),
    "age": _("is an age over 89"),
    "plate": _("looks like a license plate"),
    "record": _("looks like a record number"),
    "address": _("looks like an address"),
    "place": _("looks like a named school or building"),
    "name": _("looks like a name"),
}
_RANK = {kind: rank for rank, kind in enumerate(SAYS)}
_BY_CAPITALS = frozenset({"name", "place", "address"})
_SHORTEST = 3
_BEFORE = 8

Span = tuple[int, int, str]
Severity = Literal["block", "ask"]


class DetectorFailed(Exception):
    """The detector cannot look: its word lists are missing or damaged. Text that was not looked at must be held back."""


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


def find(text: str, *, allow: Collection[str] = (), deny: Collection[str] = ()) -> list[Finding]:
    """Return what might identify somebody, in order and without overlaps.

    ``allow``: phrases that name nobody here (the table's agencies, towns, programmes). ``deny``: the situation's own
    sealed values; each of their words of three letters or more is found in any case and without regard to accents.
    Shorter words, and ordinary ones such as "street", are found where a capital inside a sentence makes them a name.
    What is denied is found even if it is allowed.
    """
    allowed = _allowed_spans(text, allow)
    certain = [span for span in _structure(text) if not _inside(span, allowed)] + list(_identity(text, deny))
    spans = [*certain, *(span for span in _capitals(text, allowed) if not _inside(span, allowed))]
    return [
        Finding(start, end, kind, text[start:end], SAYS[kind], _severity(start, end, certain))
        for start, end, kind in _merged(spans)
    ]


def _severity(start: int, end: int, certain: list[Span]) -> Severity:
    return "block" if any(span[0] < end and start < span[1] for span in certain) else "ask"


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


def _structure(text: str) -> Iterator[Span]:
    for kind, pattern in rules.STRUCTURE:
        for match in pattern.finditer(text):
            start, end = match.span("it") if "it" in pattern.groupindex else match.span()
            if _names_something(text[start:end], kind):
                yield start, end, kind


def _names_something(found: str, kind: str) -> bool:
    # "Safe House", "The court" and "the worker Two" are built like names of places and people.
    if kind not in _BY_CAPITALS or any(map(str.isdigit, found)):
        return True
    parts = found.split()[: None if kind == "name" else -1]
    return any(not _is_common(part) for part in parts)


def _is_common(word: str) -> bool:
    plain = _bare(word)
    return plain in words.GRAMMAR or plain in words.PROPER or plain in words.OFFICIAL


def _bare(word: str) -> str:
    plain = folded(word).replace("\u2019", "'").strip(".,'")
    return plain if plain in words.PROPER else plain.removesuffix("'s").removesuffix("-speaking")


def _capitals(text: str, allowed: list[Span]) -> Iterator[Span]:
    """Capitalised words that no list explains: anywhere but at a sentence's start, and in pairs even there."""
    if _is_shouted(text):
        return
    for run in rules.RUN.finditer(text):
        tokens = [token for token in rules.TOKEN.finditer(text, *run.span()) if not _explained(token[0])]
        spans = [span for span in map(_without_possessive, tokens) if not _inside(span, allowed)]
        if not spans or _bare(run[0].split()[-1]) in words.INSTITUTION:
            continue
        first, last = spans[0][0], spans[-1][1]
        if len(spans) > 1 or not _opens_sentence(text, first) or _acts_like_a_person(text[first:last], text[last : last + 60]):
            yield first, last, "name"


def _without_possessive(token: re.Match[str]) -> Span:
    return token.start(), token.start() + len(token[0].removesuffix("'s").removesuffix("\u2019s")), "name"


def _explained(word: str) -> bool:
    is_acronym = word.isupper() and len(word) <= rules.LONGEST_ACRONYM
    return is_acronym or not word[0].isupper() or _is_common(word)


def _acts_like_a_person(word: str, after: str) -> bool:
    plain = _bare(word)
    if plain in words.ROLES:
        return False
    if plain in words.AMBIGUOUS and rules.AFTER_AMBIGUOUS.match(after):
        return True
    return bool(rules.AFTER_PERSON.match(after))


def _opens_sentence(text: str, position: int) -> bool:
    return bool(rules.SENTENCE_START.search(text, max(0, position - _BEFORE), position))


def _is_shouted(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return sum(map(str.isupper, letters)) > rules.SHOUTED_SHARE * len(letters)


def _identity(text: str, deny: Collection[str]) -> Iterator[Span]:
    sealed = {folded(word) for value in deny for word in rules.LETTERS.findall(value)}
    if not sealed:
        return
    for match in rules.LETTERS.finditer(text):
        word = folded(match[0])
        if word in sealed and _gives_away(match, word, text):
            yield match.start(), match.end(), "identity"


def _gives_away(match: re.Match[str], word: str, text: str) -> bool:
    # "street" or "grandmother" in a sealed address or guardian says nothing; "Street" may be the surname.
    if len(word) < _SHORTEST or word in words.ORDINARY:
        return len(word) > 1 and match[0][0].isupper() and not _opens_sentence(text, match.start())
    return True


def _allowed_spans(text: str, allow: Collection[str]) -> list[Span]:
    phrases = sorted({phrase.strip() for phrase in (*allow, *words.PHRASES)} - {""}, key=len, reverse=True)
    pattern = r"(?<!\w)(?:" + "|".join(map(re.escape, phrases)) + r")(?!\w)"
    return [(match.start(), match.end(), "") for match in re.finditer(pattern, text, re.IGNORECASE)]


def _inside(span: Span, others: list[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end, _kind in others)


def _merged(spans: Iterable[Span]) -> list[Span]:
    # Overlapping spans become one, so that nothing that any rule saw stays unmarked.
    merged: list[Span] = []
    for start, end, kind in sorted(spans):
        if merged and start < merged[-1][1]:
            before = merged.pop()
            kind = min(kind, before[2], key=_RANK.__getitem__)  # noqa: PLW2901 -- the pair's kind
            start, end = before[0], max(end, before[1])  # noqa: PLW2901 -- the pair's extent
        if start < end:
            merged.append((start, end, kind))
    return merged
