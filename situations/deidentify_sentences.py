"""Cuts what was read into words, each with what its sentence tells of it: capital letters, language, what stands beside it."""

import re
from dataclasses import dataclass, field

from situations.deidentify_grammar import ENGLISH, ROMANCE
from situations.deidentify_lexicon import Known, known

WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_ENDS = re.compile(r"[.!?;\n\u2022]")
_ABBREVIATED = re.compile(
    r"(?:\b(?:mr|mrs|ms|mx|dr|fr|st|sr|sra|srta|sgt|ofc|det|lt|capt|atty|rev|prof|no|vs|apt|ave)|(?<![^\W\d_])[^\W\d_])\.\s*\Z",
    re.IGNORECASE,
)
_OPENS = re.compile(r"(?:[.!?:;\n\u2022]|\A)[\s\"'(*-]*\Z|[\"(]\Z")
SHOUTED_SHARE = 0.6
_FEW = 3
_LONGEST, _LONGEST_ABBREVIATED = 24, 8


@dataclass(slots=True)
class Sentence:
    """What holds for all words of one sentence."""

    shouted: bool = False
    foreign: bool = False
    titled: bool = False


@dataclass(slots=True)
class Word:
    """One word: ``plain`` is in small letters without apostrophes and without a possessive ending (then it ``owns``)."""

    start: int
    end: int
    typed: str
    plain: str
    before: str
    owns: bool
    known: Known
    opens: bool
    sentence: Sentence = field(repr=False)

    @property
    def is_capital(self) -> bool:
        return self.typed[0].isupper() and not self.sentence.shouted

    @property
    def is_upper(self) -> bool:
        return len(self.typed) > 1 and self.typed.isupper() and not self.sentence.shouted


def words_of(plain: str) -> list[Word]:
    """All words in order; those in another script than ours are of an unknown class."""
    found: list[Word] = []
    sentence, position = Sentence(), 0
    first_of_sentence = 0
    for match in WORD.finditer(plain):
        before = plain[position : match.start()]
        begins = position == 0 or _ends_sentence(plain, before, match.start())
        if begins and found:
            _weigh(sentence, found[first_of_sentence:])
            sentence, first_of_sentence = Sentence(), len(found)
        found.append(_word(match, before, opens=begins or _opens(before), sentence=sentence))
        position = match.end()
    _weigh(sentence, found[first_of_sentence:])
    return found


def _ends_sentence(plain: str, before: str, position: int) -> bool:
    if not _ENDS.search(before):
        return False
    return not _ABBREVIATED.search(plain, max(0, position - _LONGEST_ABBREVIATED), position)


def _opens(before: str) -> bool:
    """Within a sentence, behind a colon or a quotation mark, anything may begin with a capital letter."""
    return before.strip() != "" and not before.endswith(". ") and _OPENS.search(before) is not None


def _word(match: re.Match[str], before: str, *, opens: bool, sentence: Sentence) -> Word:
    typed, end = match[0], match.end()
    small = typed.lower()
    owns = small.endswith("'s")
    if owns:
        typed, small, end = typed[:-2], small[:-2], end - 2
    plain = small.replace("'", "")
    return Word(match.start(), end, typed, plain, before, owns, _class_of(plain), opens, sentence)


def _class_of(plain: str) -> Known:
    return known(plain) if 1 < len(plain) <= _LONGEST and plain.isascii() else Known.UNKNOWN


def _weigh(sentence: Sentence, words: list[Word]) -> None:
    letters = "".join(word.typed for word in words)
    capitals = sum(map(str.isupper, letters))
    sentence.titled = sum(word.typed[0].isupper() for word in words) * 2 > len(words)
    sentence.shouted = len(words) >= _FEW and capitals > SHOUTED_SHARE * len(letters)
    english = sum(word.plain in ENGLISH for word in words)
    foreign = sum(word.known is Known.FOREIGN for word in words)
    sentence.foreign = sum(word.plain in ROMANCE for word in words) > english or (
        not english and foreign * 3 > len(words) > _FEW
    )


@dataclass(slots=True)
class Sight:
    """A word among its neighbours of the same sentence."""

    words: list[Word]
    at: int
    text: str

    @property
    def word(self) -> Word:
        """The word looked at."""
        return self.words[self.at]

    def beside(self, step: int) -> Word | None:
        """The neighbour so many words on (or back), in the same sentence."""
        other = self.at + step
        if 0 <= other < len(self.words) and self.words[other].sentence is self.word.sentence:
            return self.words[other]
        return None
