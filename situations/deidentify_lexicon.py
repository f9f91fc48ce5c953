"""What is known of a word by itself: whether it is a name, an ordinary word, both, or neither.

The list is made by situations/data/names/build.py from packages with free licences and from lists of our own; it is read
once, when the first word is looked up, and kept in a few megabytes. See docs/guard.md.
"""

import gzip
import hashlib
import zlib
from enum import Enum
from functools import cache, lru_cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "names" / "lexicon.txt.gz"
_BEGINNING = 3
_SHORTEST_SLIP, _LONGEST_SLIP = 6, 16
_LETTERS = "aeiou"


class DetectorFailed(Exception):
    """The detector cannot look: its word lists are missing or damaged. Text that was not looked at must be held back."""


class Known(Enum):
    """The class of a word. Names of several kinds come first; what is only a word comes last."""

    NAME = "N"  # a name that people here carry, and no word
    SURNAME = "L"  # one of the commoner surnames, and no word
    RARE = "W"  # in some long list of names, and no word
    EITHER = "A"  # a name that is a word too: hope, will, june
    ELSEWHERE = "B"  # a name that is a word in Spanish, Portuguese, French or Creole: luz, flores, pierre
    COLLIDES = "C"  # a word that is a name in some other language: bun, tan
    SURNAME_WORD = "S"  # a common word, and a surname: cook
    SURNAME_RARE_WORD = "s"
    WORD = "O"
    RARE_WORD = "o"
    FOREIGN = "R"  # a word in Spanish, Portuguese, French or Creole
    MEDICAL = "M"
    UNKNOWN = "?"


_OF = {known.value: known for known in Known}
CERTAIN = frozenset({Known.NAME, Known.SURNAME})
ONLY_NAMES = CERTAIN | {Known.RARE}
NAMES_AND_WORDS = frozenset({Known.EITHER, Known.ELSEWHERE, Known.COLLIDES})
FREQUENT = frozenset({Known.WORD, Known.SURNAME_WORD})


def known(word: str) -> Known:
    """The class of a word in plain small letters a to z. Raises DetectorFailed where the list cannot be read."""
    endings = _lexicon().get(word[:_BEGINNING])
    if endings is None:
        return Known.UNKNOWN
    ending = f",{word[_BEGINNING:]}:"
    position = endings.find(ending)
    return Known.UNKNOWN if position < 0 else _OF[endings[position + len(ending)]]


@lru_cache(maxsize=2048)
def is_slip(word: str) -> bool:
    """Whether an unknown word is a frequent one mistyped: letters swapped, doubled or left out, but not at its beginning."""
    if not _SHORTEST_SLIP <= len(word) <= _LONGEST_SLIP:
        return False
    return any(known(candidate) in FREQUENT for candidate in _candidates(word))


def _candidates(word: str) -> set[str]:
    found = set()
    for at in range(1, len(word)):
        before, after = word[:at], word[at:]
        found.add(before + after[1:])
        found.add(before + after[0] + after)
        found.update(before + letter + after for letter in _LETTERS)
        if after[0] in _LETTERS:
            found.update(before + letter + after[1:] for letter in _LETTERS)
        if len(after) > 1:
            found.add(before + after[1] + after[0] + after[2:])
    return found


@cache
def _lexicon() -> dict[str, str]:
    try:
        digest, body = gzip.decompress(FILE.read_bytes()).split(b"\n", 1)
    except (OSError, EOFError, ValueError, zlib.error) as trouble:
        raise DetectorFailed(f"The word list {FILE.name} cannot be read: {trouble}") from trouble
    if hashlib.sha256(body).hexdigest().encode("ascii") != digest:
        raise DetectorFailed(f"The word list {FILE.name} is damaged: its digest does not fit")
    lines = (line.split("\t", 1) for line in body.decode("ascii").split("\n"))
    return dict(lines)
