"""Which words of a text name somebody: by what is known of each word, by capital letters, and by its place in the sentence.

An unknown word is suspect. No list holds every name, so a word that is neither a name nor an ordinary word in English, Spanish,
Portuguese, French or Creole is asked about, unless it is a frequent word mistyped.
"""

import re
from collections.abc import Callable, Iterator
from enum import Enum

from situations import deidentify_grammar as grammar
from situations import deidentify_words as words
from situations.deidentify_cues import is_person, stands_as_person
from situations.deidentify_lexicon import CERTAIN, NAMES_AND_WORDS, ONLY_NAMES, Known, is_slip, known
from situations.deidentify_romance import is_form
from situations.deidentify_sentences import Sight, Word

Found = tuple[int, int, str, bool]
"""Start, end, kind, and whether it is certain."""
_SHORTEST = 3
_SHORTEST_UNKNOWN = 4
_LONGEST_ACRONYM = 5
_SLIPS_LOOKED_AT = 12
_LONGEST_PHRASE = 5
_PARTICLE = re.compile(r" (?:de|da|do|dos|das|del|de la|de los|della|di|van|von|van der|bin|ibn|binti|al|el|y|e|st\.?) ")
_CLIPPED = re.compile(r"(?:'(?:d|ll|ve|re|m)|n't)\Z")
_PLURAL_OR_DOER = re.compile(r"(?:s|er|or|ist|ian|ent|ant|man|men|ing|ion|ment|ness|ity)\Z")
_ORDINARY = frozenset({Known.WORD, Known.RARE_WORD, Known.MEDICAL})
_TITLES = grammar.words_of("""
    mr mrs ms mx dr dra prof ofc ofcr det sgt lt capt atty fr rev sr sra srta officer detective sergeant trooper
    judge coach nurse pastor sister imam rabbi deacon senor senora dona tia tio titi tonton matant madame madan
    msye doctor professor lieutenant captain
    """)
_MONTHS = frozenset({"april", "may", "june", "august"})
_NAMED_AS_PEOPLES = frozenset({"christian", "german", "america", "asia", "chevy", "lexus", "mercedes", "tito", "jordans"})
_AT_PLACE = grammar.words_of("""
    in to from near of at around outside through and or leaving downtown greater the toward into
    """)
_IN_MONTH = grammar.words_of("""
    in to from through of around since until by last this next early late mid during before after on till for
    every
    """)
_OF_PLACE = grammar.words_of("""
    police pd hospital court office high schools state area center centre shelter ma mass district housing
    public fire
    """)


_OFFERED = grammar.words_of("""
    bed beds unit units opening openings slot slots program programs full closed detox detoxes waitlist apartments
    vouchers shelters shelter far expensive
    """)
_PLAIN_WORDS = frozenset({Known.WORD, Known.RARE_WORD, Known.SURNAME_WORD})
_BEHIND_RELATIVE = frozenset({" ", ", ", ": ", " ("})


_SURNAMES = frozenset({Known.SURNAME_WORD, Known.SURNAME_RARE_WORD})
_SELDOM = frozenset({Known.SURNAME, Known.RARE, Known.UNKNOWN})
_LONG = 7
_TWO_LETTERS = frozenset({"ze", "bo", "jo", "ty", "al", "ed", "vi", "lu", "cy", "bu", "mo"})
_MY_IN_CREOLE = frozenset({"m", "l", "w", "li", "ou", "nou", "yo", "mwen"})
_NO_NAME_THERE = frozenset({"mayor", "menor", "kay"})
_WITH = frozenset({"con", "com", "a", "para", "pra", "por", "de", "ak"})


class Verdict(Enum):
    """What a word is taken for."""

    CERTAIN = "certainly a name"
    PERHAPS = "perhaps a name"
    NO = "no name"


def names(text: str, all_words: list[Word]) -> Iterator[Found]:
    """Names in ``text``; what stands side by side is one, with small words such as "del" between its parts."""
    last: Found | None = None
    for start, end, kind, certain in _runs(text, all_words):
        if last and _PARTICLE.fullmatch(text, last[1], start):
            last = last[0], end, kind, certain or last[3]
            continue
        if last:
            yield last
        last = start, end, kind, certain
    if last:
        yield last


def _runs(text: str, all_words: list[Word]) -> Iterator[Found]:
    slips = 0
    run: list[tuple[Word, Verdict]] = []
    for at, word in enumerate(all_words):
        verdict = _judged(Sight(all_words, at, text), look_for_slips=slips < _SLIPS_LOOKED_AT)
        if verdict is Verdict.NO and run and _continues(word, run[-1][0]):
            verdict = Verdict.PERHAPS
        if verdict is Verdict.NO:
            slips += word.known is Known.UNKNOWN
            yield from _spanned(run)
            run = []
            continue
        if run and not _is_beside(run[-1][0], word, text):
            yield from _spanned(run)
            run = []
        run.append((word, verdict))
    yield from _spanned(run)


def _spanned(run: list[tuple[Word, Verdict]]) -> Iterator[Found]:
    if run:
        yield run[0][0].start, run[-1][0].end, "name", any(verdict is Verdict.CERTAIN for _word, verdict in run)


def _is_beside(one: Word, other: Word, text: str) -> bool:
    between = text[one.end : other.start]
    if between == ", ":
        return one.sentence.shouted and one.known in ONLY_NAMES and other.known in ONLY_NAMES
    return not one.owns and between in {" ", "-", ". "} and one.sentence is other.sentence


def _continues(word: Word, last: Word) -> bool:
    """A surname, known as one or only capitalised, right behind a first name."""
    if last.owns or word.before not in {" ", "-"} or len(word.plain) < _SHORTEST or word.plain in words.COMMON:
        return False
    if word.known in {Known.ELSEWHERE, Known.COLLIDES} or word.known is Known.UNKNOWN:
        return True
    return word.is_capital


def _judged(sight: Sight, *, look_for_slips: bool) -> Verdict:
    """The first judge who knows decides; the last ones know by the class of the word."""
    for judge in _JUDGES:
        verdict = judge(sight)
        if verdict is not None:
            return verdict
    word = sight.word
    if word.known in ONLY_NAMES:
        return Verdict.CERTAIN if word.known in CERTAIN else Verdict.PERHAPS
    if word.known in NAMES_AND_WORDS:
        return _asked(_is_meant_as_name(sight))
    if word.known is Known.UNKNOWN:
        return _asked(_is_unknown_name(sight) and not (look_for_slips and not word.is_capital and is_slip(word.plain)))
    return _asked(_is_capitalised_as_name(sight))


def _asked(asks: bool) -> Verdict:  # noqa: FBT001 -- a question turned into a verdict
    return Verdict.PERHAPS if asks else Verdict.NO


def _in_other_script(sight: Sight) -> Verdict | None:
    # Letters that the lists do not hold: nobody can tell here what they say.
    return None if sight.word.plain.isascii() else Verdict.PERHAPS


def _joined_by_hyphen(sight: Sight) -> Verdict | None:
    """A name in two parts with a hyphen, such as Xiu-Ying, of which no part alone is known."""
    for one, other in ((sight.beside(-1), sight.word), (sight.word, sight.beside(1))):
        joined = one.plain + other.plain if one and other and other.before == "-" else ""
        if joined.isascii() and known(joined) is Known.NAME:
            return Verdict.CERTAIN
    return None


def _clipped(sight: Sight) -> Verdict | None:
    typed = sight.word.typed.lower()
    return Verdict.NO if _CLIPPED.search(typed) and known(typed.split("'")[0]) not in CERTAIN else None


def _announced(sight: Sight) -> Verdict | None:
    """A capitalised word right behind a title or a relative: "Officer Tran", "her aunt, Mercy"."""
    word, before = sight.word, sight.beside(-1)
    if before is None or before.owns or word.plain in words.COMMON or _is_listed(sight, before):
        return None
    if not word.is_capital:
        return Verdict.PERHAPS if _is_surname_behind_title(sight, before) else None
    if word.is_upper and len(word.plain) <= _LONGEST_ACRONYM and word.known not in CERTAIN:
        return None
    if before.plain in grammar.ROLES and word.before in {" ", ". "}:
        return Verdict.CERTAIN if before.plain in _TITLES or word.known not in _ORDINARY else None
    if word.known in _ORDINARY and (word.before == ": " or before.is_capital):
        return None
    return Verdict.CERTAIN if before.plain in grammar.KIN and word.before in _BEHIND_RELATIVE else None


def _is_listed(sight: Sight, before: Word) -> bool:
    """In a list of nouns with capitals: "Protective: Sister, Faith, School"."""
    word, after = sight.word, sight.beside(1)
    if word.before != ", " or not before.is_capital or before.before not in {", ", ": "} or word.known in ONLY_NAMES:
        return False
    return after is None or (after.before == ", " and after.is_capital)


def _is_surname_behind_title(sight: Sight, before: Word) -> bool:
    word, after = sight.word, sight.beside(1)
    if word.known not in _SURNAMES or before.plain not in _TITLES or word.before not in {" ", ". "}:
        return False
    acts = after is not None and after.plain in grammar.SAYING | grammar.BEING
    return acts and not word.plain.endswith("ly") and word.plain not in grammar.SAYING | grammar.BEING | grammar.OPENING_NO


def _short(sight: Sight) -> Verdict | None:
    word = sight.word
    if len(word.plain) >= _SHORTEST:
        return None
    if word.plain in _TWO_LETTERS and word.opens and word.is_capital:
        return _asked(not word.is_upper and (word.plain in {"ze", "bo", "jo"} or stands_as_person(sight)))
    if word.plain in _TWO_LETTERS and not word.is_capital and not word.sentence.foreign:
        return _asked(word.plain not in {"ed", "mo", "al"} and stands_as_person(sight))
    names_by_capital = len(word.plain) > 1 and word.is_capital and not word.opens and not word.is_upper
    return _asked(names_by_capital and word.plain not in words.COMMON and word.known is not Known.WORD)


def _relative(sight: Sight) -> Verdict | None:
    word = sight.word
    if word.sentence.foreign and word.plain in _NO_NAME_THERE:
        return Verdict.NO
    if word.plain in grammar.KIN | grammar.ROLES and (word.sentence.foreign or word.known not in CERTAIN):
        return Verdict.NO
    return None


def _common(sight: Sight) -> Verdict | None:
    word = sight.word
    if word.plain not in words.COMMON or (word.plain in _MONTHS and word.known is Known.EITHER):
        return None
    return _asked(word.plain in _NAMED_AS_PEOPLES and stands_as_person(sight))


def _town(sight: Sight) -> Verdict | None:
    """A town is no name, unless it is one as well and somebody acts under it."""
    word, before, after = sight.word, sight.beside(-1), sight.beside(1)
    if word.plain not in words.TOWNS:
        return None
    earlier = sight.beside(-2)
    if (
        before
        and before.plain == "and"
        and earlier
        and earlier.plain in grammar.KIN
        and word.known in NAMES_AND_WORDS | CERTAIN
    ):
        return Verdict.PERHAPS
    if word.known not in ONLY_NAMES | NAMES_AND_WORDS or _is_placed(word, before, after):
        return Verdict.NO
    if before and before.plain in grammar.KIN | grammar.ROLES and word.before in {" ", ", "}:
        return Verdict.PERHAPS
    if _offers(sight, after):
        return Verdict.NO
    return _asked((word.known in CERTAIN and not word.opens) or stands_as_person(sight))


def _offers(sight: Sight, after: Word | None) -> bool:
    """Of a town: "Lynn has no detox beds", "Lowell and Lawrence are out of beds"."""
    later = sight.beside(2)
    if after is None or later is None or sight.word.owns:
        return False
    if after.plain == "and":
        return later.plain in words.TOWNS
    if after.plain == "sent":
        return later.plain in {"her", "him", "them"}
    before = sight.beside(-1)
    if before and before.plain == "and" and (sight.beside(-2) or before).plain in words.TOWNS:
        return True
    offered = {word.plain for word in (later, sight.beside(3), sight.beside(4)) if word is not None}
    return after.plain in {"has", "had", "is", "was", "got", "gave", "offers", "offered"} and bool(offered & _OFFERED)


def _is_placed(word: Word, before: Word | None, after: Word | None) -> bool:
    if before and not word.owns and (before.plain in _AT_PLACE or (before.plain in words.TOWNS and word.before == ", ")):
        return True
    return after is not None and after.plain in _OF_PLACE


def _acronym(sight: Sight) -> Verdict | None:
    word = sight.word
    if word.is_upper and len(word.plain) <= _LONGEST_ACRONYM and not (word.known is Known.NAME and len(word.plain) > _SHORTEST):
        return Verdict.NO
    return None


def _foreign_form(sight: Sight) -> Verdict | None:
    """A form of a Spanish or Portuguese word, which no list holds: "vecinos", "asustaron"."""
    word = sight.word
    if word.known not in _SELDOM or (word.is_capital and not word.opens):
        return None
    if word.opens and word.is_capital:
        return _asked(stands_as_person(sight)) if word.sentence.foreign and is_form(word.plain) else None
    if word.known is Known.SURNAME or not (word.sentence.foreign or (word.known is Known.UNKNOWN and len(word.plain) >= _LONG)):
        return None
    return Verdict.NO if is_form(word.plain) and not _follows_relative(sight) else None


_JUDGES: tuple[Callable[[Sight], Verdict | None], ...] = (
    _in_other_script, _joined_by_hyphen, _clipped, _announced, _short, _relative, _common, _town, _acronym, _foreign_form,
)  # fmt: skip


def _is_meant_as_name(sight: Sight) -> bool:
    """A word that is a name as well."""
    word, before = sight.word, sight.beside(-1)
    if word.known is Known.ELSEWHERE and word.plain in grammar.SAYING and not word.is_capital:
        return False
    if word.known is not Known.EITHER and not word.sentence.foreign and not word.is_capital:
        if word.known is Known.COLLIDES:
            return _follows_relative(sight)
        return not before or before.plain not in grammar.DETERMINERS or before.plain in grammar.ENGLISH
    if _heads_phrase(sight) or (before and _is_listed(sight, before)):
        return False
    is_month = word.plain in _MONTHS and word.is_capital and not word.opens
    if is_month and before and (before.plain in _IN_MONTH or _is_second_month(sight, before)):
        return stands_as_person(sight)
    return is_person(sight)


def _is_second_month(sight: Sight, before: Word) -> bool:
    earlier = sight.beside(-2)
    return before.plain in {"and", "or", "&"} and earlier is not None and earlier.plain in grammar.TIMES


def _follows_relative(sight: Sight) -> bool:
    before, after = sight.beside(-1), sight.beside(1)
    if before is None or sight.word.before not in {" ", ", "} or before.plain == "se":
        return False
    if before.plain in _MY_IN_CREOLE and sight.word.known is Known.UNKNOWN:
        before = sight.beside(-2) or before
    if before.plain in grammar.KIN | grammar.ROLES:
        return after is None or after.plain in grammar.SAYING | grammar.BEING or after.before != " "
    return before.known is Known.NAME and sight.word.before == " "


def _is_unknown_name(sight: Sight) -> bool:
    word = sight.word
    if word.is_capital and not word.is_upper:
        return not _heads_phrase(sight)
    if len(word.plain) < _SHORTEST_UNKNOWN:
        return _follows_relative(sight)
    if word.sentence.foreign:
        # The lists of other languages are shorter: in their sentences small letters alone say too little.
        return _follows_relative(sight) or _follows_with(sight)
    return True


def _follows_with(sight: Sight) -> bool:
    """Behind "con", "com", "para" and the like, without an article, in small letters: "hable con yulieska ayer"."""
    word, before, after = sight.word, sight.beside(-1), sight.beside(1)
    if word.is_capital or before is None or before.plain not in _WITH - {"de", "por", "a"} or word.before != " ":
        return False
    return len(word.plain) > _SHORTEST_UNKNOWN and (
        after is None or after.before != " " or after.plain in grammar.ROMANCE | grammar.SAYING
    )


def _is_capitalised_as_name(sight: Sight) -> bool:
    """An ordinary word: a name only where its capital or its neighbours make it one."""
    word, before, after = sight.word, sight.beside(-1), sight.beside(1)
    if not word.is_capital or word.is_upper or word.known is Known.MEDICAL or _heads_phrase(sight):
        return False
    if word.opens:
        return after is not None and (
            _speaks(word, after)
            or (
                word.known in _SURNAMES
                and after.before == " "
                and after.plain in {"family", "household", "brothers", "kids", "children", "twins"}
            )
        )
    if word.before != " " or before is None or word.sentence.titled:
        return False
    alone = not before.opens or (word.known is Known.WORD and before.plain not in grammar.SPOKEN_TO)
    if before.is_capital and alone and before.plain not in words.ROLES and _is_plain(before):
        return False
    # A phrase of several capitalised ordinary words is some institution, programme or document.
    return after is None or not (after.is_capital and after.before == " " and after.known in _PLAIN_WORDS)


def _is_plain(word: Word) -> bool:
    return word.known in _PLAIN_WORDS or word.plain in words.COMMON


def _speaks(word: Word, after: Word) -> bool:
    """A word that opens a sentence and does what only people do, without being a role: "Peaches told staff"."""
    if after.before != " " or after.plain not in words.SPEAKS or word.before.strip() not in {"", "."}:
        return False
    return word.plain not in words.ROLES | grammar.KIN and not _PLURAL_OR_DOER.search(word.plain)


def _heads_phrase(sight: Sight) -> bool:
    """It belongs to a capitalised phrase that ends in an institution's word, as in "Art Department" or "Art class"."""
    after = sight.beside(1)
    if after is None or not sight.word.is_capital:
        return False
    last, step = sight.word, 1
    while after is not None and after.is_capital and after.before in {" ", " & ", "-"} and step <= _LONGEST_PHRASE:
        last, step = after, step + 1
        after = sight.beside(step)
    if last is sight.word:
        return after is not None and after.before == " " and after.plain in words.INSTITUTION
    return last.plain in words.INSTITUTION
