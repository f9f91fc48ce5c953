"""A text as the detector reads it: plain letters, and for each of them its place in the text as it was typed.

Accents, strokes, full-width and look-alike letters, invisible characters and curly quotes must neither hide a name nor move a
finding: the detector looks at the plain form, and reports places of the typed one.
"""

import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

# Letters of other scripts that look like ours; only where a word mixes them with ours are they read so.
_ALIKE = dict(
    zip(
        "авеёзикмнорстухьіїјѕһԁԛԝгпАВЕЗІЈКМНОРЅСТУХαβεηικνορτυχγωΑΒΕΖΗΙΚΜΝΟΡΤΥΧօսհաո",
        "abeezukmhopctyxbiijshdqwrnABEZIJKMHOPSCTYXabenikvoptuxywABEZHIKMNOPTYXouhwn",
        strict=True,
    )
)
_PLAIN = dict(zip("đĐðÐłŁøØħĦıŋɔɛƙɗɓƴ", "dDdDlLoOhHinoekdby", strict=True)) | {
    "æ": "ae",
    "Æ": "AE",
    "œ": "oe",
    "Œ": "OE",
    "þ": "th",
    "Þ": "Th",
    "ß": "ss",
}
_PLAIN |= dict.fromkeys("\u2018\u2019\u02bc\u02bb`\u00b4", "'") | dict.fromkeys("\u201c\u201d\u00ab\u00bb\u201e", '"')
_PLAIN |= dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\u00b7", "-") | dict.fromkeys("\u2028\u2029\r\u0085\v\f", "\n")
# letters and signs that show as nothing
_PLAIN |= dict.fromkeys("\u115f\u1160\u3164\uffa0", "") | {"\u2800": " "}
_PLAIN |= {"\u00ad": "", "\t": " ", "\u2022": "\u2022", "\u3002": ".", "\uff0e": "."}
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Mn", "Me"})


@dataclass(frozen=True, slots=True)
class Reading:
    """``plain`` is what is looked at; :meth:`typed` gives back the places of a part of it in the text as typed."""

    plain: str
    places: list[int] | None
    length: int

    def typed(self, start: int, end: int) -> tuple[int, int]:
        """The extent in the typed text of ``plain[start:end]``, with what is invisible behind its last letter."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end] if end < len(self.places) else self.length

    def read(self, start: int, end: int) -> tuple[int, int]:
        """The other way round: what stands in ``plain`` for a part of the typed text."""
        if self.places is None:
            return start, end
        return bisect_left(self.places, start), bisect_left(self.places, end)


def read(text: str) -> Reading:
    """Read a text; never raises, and takes time in proportion to its length."""
    if text.isascii() and text.isprintable():
        return Reading(text, None, len(text))
    pieces: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        piece = letter if " " <= letter <= "~" else _plain(letter)
        pieces.append(piece)
        places.extend([place] * len(piece))
    return Reading(_unmasked("".join(pieces)), places, len(text))


def folded(word: str) -> str:
    """A single value for comparing with what was read: plain, in small letters."""
    return read(word).plain.lower()


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    if letter == "\n":
        return letter
    found = _PLAIN.get(letter)
    if found is not None:
        return found
    if unicodedata.category(letter) in _UNSEEN:
        return ""
    parts = []
    for part in unicodedata.normalize("NFKD", letter):
        if unicodedata.category(part) not in _UNSEEN:
            digit = unicodedata.digit(part, None)
            parts.append(str(digit) if digit is not None else _PLAIN.get(part, " " if part.isspace() else part))
    return "".join(parts)


def _unmasked(plain: str) -> str:
    """Look-alikes inside words that hold letters of ours as well are read as ours; each is one letter for one."""
    if plain.isascii():
        return plain
    letters = list(plain)
    start = 0
    while start < len(letters):
        if not letters[start].isalpha():
            start += 1
            continue
        end = start
        while end < len(letters) and (letters[end].isalpha() or letters[end] == "'"):
            end += 1
        if any(letter.isascii() for letter in letters[start:end]):
            letters[start:end] = [_ALIKE.get(letter, letter) for letter in letters[start:end]]
        start = end
    return "".join(letters)


def in_small_letters(plain: str) -> str:
    """The same in small letters, every letter in its place."""
    small = plain.lower()
    return small if len(small) == len(plain) else "".join(one if len(one.lower()) > 1 else one.lower() for one in plain)
