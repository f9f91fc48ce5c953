"""The words that are typed: each stands in one field of one situation and nowhere else, so that it says what leaked."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.security.plain_words import DIGITS, counted, row

IDENTITY = ("name", "date_of_birth", "address", "aliases", "guardian", "others")
TYPED = (
    "note", "tie", "criterion", "consent", "tried", "beyond", "sentback", "dissent", "goon", "offer", "serving", "step",
    "whogoes", "place", "visitoffer", "safety", "outcome", "service", "report", "because", "takenback", "issue", "glass",
)  # fmt: skip
_BORN = date(1930, 1, 1)

# spelt out, because letters at random (a token in a form) must not look like one
_SEALED = rf"zq(?:{'|'.join(one.replace('_', '') for one in IDENTITY)})\d+z|19[34]\d-\d\d-\d\d"
_DIGIT = f"(?:{'|'.join(DIGITS)})"
_ROWS = [row(one, f"{_DIGIT}(?:-{_DIGIT})*") for one in TYPED]
SCAN = re.compile("|".join([_SEALED, *_ROWS]))


@dataclass(frozen=True)
class Word:
    """What one word stands for: a field, of which situation (0: of none), typed for which agency."""

    text: str
    what: str
    situation: int
    agency: int


@dataclass
class Words:
    """Every word that was ever typed, stored or not."""

    known: dict[str, Word] = field(default_factory=dict)

    def new(self, what: str, situation: int, agency: int) -> str:
        """A word never used before. A date of birth must be a date: one of a time in which nothing else happened."""
        text = _text(what, len(self.known))
        self.known[text] = Word(text, what, situation, agency)
        return text

    def read(self, text: str) -> set[Word]:
        """The words in what was received. Raises KeyError for one that nobody typed."""
        return {self.known[one] for one in SCAN.findall(text.lower())}

    def of(self, situation: int) -> set[str]:
        """Every word of one situation."""
        return {one.text for one in self.known.values() if one.situation == situation}


def _text(what: str, place: int) -> str:
    if what == "date_of_birth":
        return f"{_BORN + timedelta(days=place)}"
    return f"zq{what.replace('_', '')}{place}z" if what in IDENTITY else row(what, counted(place))
