"""Tells from its place in a sentence whether a word that is a name too is meant as one: "Hope slept here", "hope to close"."""

import re

from situations import deidentify_grammar as grammar
from situations import deidentify_notes as notes
from situations.deidentify_lexicon import ONLY_NAMES, Known
from situations.deidentify_sentences import Sight, Word

_AGE = re.compile(r",? ?\(?(?:age[d]? )?\d{1,2}(?:[),]| ?y/?o| ?yo\b| years?\b| and\b)|,? \d{1,2},")
_MONEY = re.compile(r"[\s(~about]*[$\d]")
_PAST = re.compile(r"\w{3,}ed\Z")
_MODAL = frozenset({"will", "may"})
_AFTER_MODAL = grammar.words_of("not never also still just always often again be no")
_TO = grammar.words_of("to about if why for where when what how and that")
_AND = grammar.words_of("and y e ak w")
_WITH = grammar.words_of("with w from by to and")
_COSTS = grammar.words_of("bill price grant chance rent")
_PRIVATE_WORDS = grammar.words_of("told tell texted met visited called named dating")
_FAMILY = grammar.words_of("family kids household brothers sisters twins boys girls children")
_ADVERBS = grammar.words_of("never not still also just always often again rarely seldom hardly even")
_TRADES = grammar.words_of("super owner dealer pimp boss janitor barber cook bully tutor sitter babysitter")
_DID = grammar.words_of("did does didnt doesnt never dont")
_PASTS = grammar.words_of("came went slept showed called ate returned")
_NICKS = frozenset({"big", "little", "lil", "old", "young", "crazy", "fat", "skinny"})
_HOW_MUCH = frozenset({"more", "less", "much", "no"})
_CONCEPTS = grammar.words_of("word thing option plan reason luxury given strategy problem choice concept issue answer goal")
_JOINS = frozenset({" ", "-"})
_SHORT = 3


def is_person(sight: Sight) -> bool:
    """Whether the word, a name and a word at once, stands where a person stands. Leans towards yes."""
    word, before = sight.word, sight.beside(-1)
    if word.is_capital and not word.opens:
        # In a list every entry may begin with a capital; after a plain blank only a name does.
        return (
            before is None
            or word.before.strip() in {"", "-", "/", "&", "+"}
            or word.before.endswith('"')
            or stands_as_person(sight)
        )
    return stands_as_person(sight)


def stands_as_person(sight: Sight) -> bool:
    """The same by place alone, whatever its first letter."""
    word, before, after = sight.word, sight.beside(-1), sight.beside(1)
    if _has_name_beside(word, before, after):
        return True
    if _is_family(word, after):
        return True
    if word.owns:
        return _owns_as_person(word, after)
    if _AGE.match(sight.text, word.end) and word.plain not in _MODAL:
        return True
    if before and not word.opens and (before.plain in grammar.DETERMINERS or _is_nicked(word, before)):
        return after is not None and (
            after.plain in grammar.GROUPS or (_is_nicked(word, before) and after.plain in grammar.SAYING)
        )
    return _acts(sight) or _is_addressed(sight) or notes.is_met(sight)


def _is_nicked(word: Word, before: Word) -> bool:
    """ "Big Mike runs the corner", where a text begins."""
    return before.plain in _NICKS and before.before == "" and word.plain not in grammar.THINGS | _MODAL


def _has_name_beside(word: Word, before: Word | None, after: Word | None) -> bool:
    if word.plain in grammar.DETERMINERS or (
        word.plain in _MODAL and after and after.plain in grammar.BASE_VERBS | _AFTER_MODAL
    ):
        return False
    if (
        after
        and after.before in _JOINS
        and after.known in ONLY_NAMES
        and len(after.plain) > _SHORT
        and word.plain not in _MODAL
    ):
        return not after.owns or word.is_capital == after.is_capital
    if before and word.before in _JOINS and before.known in ONLY_NAMES and not before.owns:
        return not after or after.plain not in grammar.OPENING_NO
    return False


def _is_family(word: Word, after: Word | None) -> bool:
    return word.is_capital and after is not None and after.before == " " and after.plain in _FAMILY


def _owns_as_person(word: Word, after: Word | None) -> bool:
    if after and after.plain in grammar.KIN | grammar.ROLES:
        return True
    return word.plain not in grammar.HOLDERS


def _acts(sight: Sight) -> bool:
    """It does something that people do, where a sentence or a clause begins."""
    word, before, after, later = sight.word, sight.beside(-1), sight.beside(1), sight.beside(2)
    starts = (
        word.opens or before is None or before.plain in grammar.ASIDE or word.before.strip() in {",", "(", "-", "/", "&", "+"}
    )
    if after is None or not starts or after.before.startswith("."):
        return False
    gap = after.before.strip()
    if "$" in gap or (after.plain in _AND and later is not None and {word.plain, later.plain} <= grammar.TIMES):
        return False
    if gap in {"&", "+", "w/", "="} or after.plain in _AND:
        return (
            gap in {"w/", "="} or after.plain == "w" or _joined(after, later, sight.beside(3)) or _are_two(sight, after, later)
        )
    if word.plain in _MODAL and after.plain in grammar.BASE_VERBS | _AFTER_MODAL and after.plain != "not":
        return notes.is_past_of_person(after, later)
    if gap in {",", ', "', ":"}:
        return after.plain in grammar.DETERMINERS and later is not None and later.plain in grammar.KIN | grammar.ROLES | _TRADES
    return _does(sight, after, later)


def _does(sight: Sight, after: Word, later: Word | None) -> bool:
    word = sight.word
    if word.plain in grammar.ANYBODY and (after.plain not in grammar.SAYING or not word.is_capital):
        return False
    if notes.is_also_base(sight, after) or notes.is_kept_by(word, after, later):
        return False
    if after.plain in grammar.STATES | grammar.PLACED.keys() and notes.is_somewhere(sight, after, later):
        return True
    if after.plain in grammar.BEING:
        return _is_somebody(sight, after, later)
    return _does_to(sight, after, later)


def _does_to(sight: Sight, after: Word, later: Word | None) -> bool:
    word = sight.word
    if after.plain in grammar.VIOLENT and later is not None and later.plain in (grammar.DETERMINERS | grammar.KIN) - _HOW_MUCH:
        return True
    if later is not None and later.plain in {"himself", "herself"} and later.before == " ":
        return True
    if _is_done(after, later) or _is_od(sight.text, word.end):
        return (
            word.plain not in grammar.THINGS
            or after.plain not in grammar.THING_DOES
            or notes.goes_on_as_person(word, after, later)
        )
    return after.plain == "aka"


def _is_done(after: Word, later: Word | None) -> bool:
    if after.plain in grammar.DOING_OR_THINGS:
        return later is not None and later.before == " " and later.plain in grammar.GOES_ON
    past = _PAST.match(after.plain) is not None and after.known.value in "OoSsR"
    return past or after.plain in grammar.SAYING | grammar.DOING


def _joined(after: Word, later: Word | None, following: Word | None) -> bool:
    other, following = (later, following) if after.plain in _AND else (after, later)
    if other is None:
        return False
    if other.plain in {"the", "a", "an", "two", "three", "four"}:
        return following is not None and following.plain in grammar.KIN
    named = other.known in ONLY_NAMES or (other.known in {Known.EITHER, Known.ELSEWHERE} and other.is_capital)
    return named or other.plain in {"his", "her", "their", "my", "su", "sua", "seu"} or other.plain in grammar.KIN


def _are_two(sight: Sight, after: Word, later: Word | None) -> bool:
    if after.plain in _AND:
        return later is not None and notes.are_two(sight.word, later, sight.beside(3), sight.beside(4))
    return notes.are_two(sight.word, after, later, sight.beside(3))


def _is_od(text: str, end: int) -> bool:
    return text[end : end + 6].lower().startswith((" o.d", " od'd", " od'e"))


def _is_somebody(sight: Sight, after: Word, later: Word | None) -> bool:
    """Before "is" and the like: "Faith is seven weeks pregnant", and not "dawn is when it starts"."""
    word = sight.word
    if word.plain in _MODAL:
        return after.plain not in _AFTER_MODAL or notes.is_past_of_person(after, later)
    costs = word.plain in _COSTS and _MONEY.match(sight.text, after.end) is not None
    if later is None or costs:
        return not costs
    if later.plain == "used" or (word.plain in grammar.TIMES and later.plain in grammar.HOW_IT_WAS):
        return False
    if after.plain in _DID and _comes_or_goes(sight, later):
        return word.plain not in grammar.MONEY
    if word.plain in grammar.THINGS:
        # Inside a sentence a capital makes the person, but for months and seasons.
        named = word.is_capital and not word.opens and word.plain not in grammar.TIMES
        return named or not _is_of_things(sight, later)
    telling = {"when", "what", "why", "how"} | ({"the"} if word.plain in grammar.TIMES | grammar.ANYBODY else set())
    return later.plain not in telling or word.plain not in grammar.HOLDERS


def _comes_or_goes(sight: Sight, later: Word) -> bool:
    verb = sight.beside(3) if later.plain in {"not", "even", "ever"} else later
    return verb is not None and verb.plain in grammar.BASE_VERBS | _PASTS


def _is_of_things(sight: Sight, later: Word) -> bool:
    """What comes after "is" speaks of a thing: "is due", "was never shown"."""
    if notes.is_equipped(sight, later):
        return True
    if later.plain in _ADVERBS:
        later = sight.beside(3) or later
        last = sight.beside(4)
        if later.plain in {"a", "an", "the"} and last is not None and last.plain in _CONCEPTS:
            return True
    return later.plain in grammar.AFTER_BEING_THING | {"not"} | grammar.THING_DOES


def _is_addressed(sight: Sight) -> bool:
    """It is spoken to, met or called, or stands beside a relative or a role: "told grace that", "her son hunter"."""
    word, before, earlier, after = sight.word, sight.beside(-1), sight.beside(-2), sight.beside(1)
    if before is None:
        return False
    follows = after.plain if after and after.before == " " else ""
    if before.plain in _WITH and earlier is not None and earlier.plain in grammar.MEETING:
        return follows not in {"of", "for", "period", "money"} and (before.plain not in {"to", "and"} or follows != "the")
    if _is_verb(word, follows):
        return before.plain in {"told", "tell", "asked", "ask"} and follows in _TO | {"he", "she", "not"}
    if before.plain in grammar.KIN | grammar.ROLES and word.before in {" ", ", ", " (", ": ", " = ", "=", " - "}:
        return follows not in grammar.OPENING_NO or before.plain in grammar.ROLES
    if before.plain in {"asked", "ask"}:
        return follows in _TO
    spoken_to = before.plain in grammar.SPOKEN_TO - grammar.ASIDE and word.before == " " and follows not in {"of", "for"}
    return spoken_to and (word.plain not in grammar.THINGS or before.plain in _PRIVATE_WORDS)


def _is_verb(word: Word, follows: str) -> bool:
    if word.plain not in grammar.DOERS:
        return False
    return follows in grammar.OPENING_NO or (word.plain in _MODAL and not _PAST.match(follows) and follows not in grammar.BEING)
