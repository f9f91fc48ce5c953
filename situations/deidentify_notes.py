"""What notes say of people without a whole sentence: "hope off meds", "june not seen since", "worried about grace"."""

from situations import deidentify_grammar as grammar
from situations.deidentify_lexicon import ONLY_NAMES, Known
from situations.deidentify_sentences import Sight, Word

_DONE = grammar.words_of("seen answering eating sleeping taking breathing responding talking speaking heard found feeling")
_TOGETHER = grammar.words_of("are were have both live stay sleep in at")
_THEY = grammar.words_of("he she him")
_FETCHING = grammar.words_of("pick picked picks drop dropped drops")
_SEEN_AT = grammar.words_of("last away home with w on under behind at outside unresponsive again today yesterday alone near")
_SEASONS = grammar.words_of("summer winter autumn spring season dawn")
_ARTICLES = grammar.words_of("a an the his her their my our this that some it him them")
_BEFORE_NOUN = grammar.words_of("homeless missing sick hungry injured home found ok okay lonely abused")
_AFTER_STATE = grammar.words_of("""
    and but or w with in on at from since again for after x so because by now still today tonight outside under behind
    """)
_OF_THINGS = grammar.words_of("found gone here home ok okay seen hit")
_FACILITIES = grammar.words_of("""
    ed er hospital icu shelter jail car tent hallway lobby stairwell bathroom ambulance garage hotel motel program psych unit
    court
    """)
_LEFT_FOR = grammar.words_of("msg message voicemail vm text call word heard")
_NO_LONGER_BASE = grammar.words_of("hit cut quit bit beat hurt lay let put set shut split")
_ALSO_BASE = grammar.words_of("hurt lay let put set shut split beat bet burst cost slit")
_BODY = grammar.words_of("fist fists hand hands foot feet head arm arms knee knife belt cigarette")
_SPOTS = grammar.words_of("""
    roof floor ledge bridge overpass street streets tracks porch phone run way couch list bus train stairs steps ground edge
    unit corner curb sidewalk bench
    """)
_OF_TWO = grammar.words_of("are were have both got share live stay sleep ran left")
_RATHER_THINGS = grammar.words_of("""
    began begins builds covers draws drops fades helps leaves means offers opens rests rises rose runs slips starts stops
    """)
_OWN = grammar.words_of("his her herself himself again")
_GIVING = grammar.words_of("find found get got give gave buy bought send sent offer offered")
_GIVEN = grammar.words_of("bed place ride room home lawyer phone job coat blanket tent voucher motel")
_EQUIPMENT = grammar.words_of("""
    heat heater gas brakes plates plate inspection power water windows window lock locks seats seat engine battery tires
    registration insurance
    """)
_NO_SHOW = grammar.words_of("show shows showed call")


def is_past_of_person(after: Word, later: Word | None) -> bool:
    """Behind "will" and "may": "will never came back", "will no show", and not "will never come back"."""
    if later is None or after.plain in grammar.BASE_VERBS | {"be"}:
        return False
    if after.plain == "no":
        return later.plain in _NO_SHOW
    return later.plain in grammar.SAYING and later.plain not in grammar.BASE_VERBS | _NO_LONGER_BASE


def is_also_base(sight: Sight, after: Word) -> bool:
    """Behind "will" and "may": "will set up a call", and not "will put his fist through" or "will set fire to"."""
    later, last = sight.beside(2), sight.beside(3)
    if sight.word.plain not in {"will", "may"} or after.plain not in _ALSO_BASE or later is None:
        return False
    own = later.plain in {"his", "her"} and last is not None and last.plain in _BODY
    return not own and later.plain != "fire"


def is_kept_by(word: Word, after: Word, later: Word | None) -> bool:
    """What keeps people going is no person: "faith keeps her going"."""
    held = later is not None and later.plain in {"her", "him", "them", "us", "me"}
    return word.plain in grammar.THINGS and after.plain in {"keeps", "kept"} and held


def are_two(one: Word, other: Word, verb: Word | None, after_verb: Word | None) -> bool:
    """Two who do something together, each of them a word too: "hope and angel are both 15", and not "grace and mercy are"."""
    if verb is None or verb.before != " " or verb.plain not in _OF_TWO:
        return False
    names = {one.known, other.known} <= {Known.EITHER} | ONLY_NAMES
    as_things = {one.plain, other.plain} <= grammar.THINGS | grammar.DOERS | grammar.HOLDERS
    return names and (not as_things or (after_verb is not None and after_verb.plain in {"both", "in", "at", "from"}))


def is_equipped(sight: Sight, later: Word) -> bool:
    """Things have and lack what nobody has: "van has no brakes"."""
    what = sight.beside(3)
    return later.plain in {"no", "a", "bad", "new", "broken"} and what is not None and what.plain in _EQUIPMENT


def is_somewhere(sight: Sight, after: Word, later: Word | None) -> bool:
    """How or where somebody is, without "is". A verb of the same form is followed otherwise."""
    if after.plain in grammar.STATES:
        return _is_in_state(sight.word, after, later)
    if later is None or later.plain not in grammar.PLACED[after.plain]:
        return False
    word, place = sight.word, sight.beside(3)
    if later.plain == "the" and after.plain == "on" and word.plain in grammar.THINGS:
        return place is not None and place.plain in _SPOTS
    if later.plain in {"the", "a"} and after.plain in {"in", "at"}:
        return place is not None and place.plain in _FACILITIES and word.plain not in grammar.MONEY | _SEASONS
    if word.plain in grammar.DOERS:
        takes_object = later.plain in _ARTICLES and after.plain not in {"off", "w", "with"}
        return not takes_object and not (word.plain in {"will", "may"} and after.plain == "not" and later.plain not in _DONE)
    return word.plain not in grammar.MONEY | _SEASONS or after.plain not in {"in", "at", "on", "out"}


def _is_in_state(word: Word, after: Word, later: Word | None) -> bool:
    if (word.plain in grammar.MONEY and after.plain in _OF_THINGS) or (later is not None and later.plain in _ARTICLES):
        return False
    # "homeless outreach" and "missing person" go on with a noun
    return after.plain not in _BEFORE_NOUN or later is None or later.before != " " or later.plain in _AFTER_STATE


def goes_on_as_person(word: Word, after: Word, later: Word | None) -> bool:
    """What follows a verb that things do as well: "faith came back", "june needs a ride"."""
    if later is None or word.plain in grammar.MONEY:
        return False
    if after.plain in _RATHER_THINGS:
        return later.plain in _OWN or later.plain.endswith("ing")
    return later.plain in grammar.PERSON_AFTER or later.plain.endswith("ing")


def is_met(sight: Sight) -> bool:
    """It is what is done to people: hit, seen, worried about; or it stands in a row of people."""
    word, before, after = sight.word, sight.beside(-1), sight.beside(1)
    if before is None or word.before != " ":
        return False
    ends = after is None or after.before.strip() != "" or after.plain in grammar.FOLLOWS_PERSON
    if before.plain in grammar.VIOLENT or word.plain in grammar.MONEY:
        return ends and before.plain in grammar.VIOLENT
    if before.plain in grammar.SEEING:
        return after is not None and after.before == " " and (after.plain in _SEEN_AT or after.plain.endswith("ing"))
    if _is_given(sight, before, after) or _is_between(sight, before, after) or _is_second(sight, before, after):
        return True
    if before.plain == "per":
        return word.plain not in grammar.TIMES
    return _is_cared_for(word, before, sight.beside(-2), after, ends=ends)


def _is_given(sight: Sight, before: Word, after: Word | None) -> bool:
    """ "find grace a bed", and not "give hope a chance"."""
    given = sight.beside(2)
    return before.plain in _GIVING and after is not None and after.plain == "a" and given is not None and given.plain in _GIVEN


def _is_between(sight: Sight, before: Word, after: Word | None) -> bool:
    """ "fight between hunter and his uncle"."""
    other = sight.beside(2)
    if before.plain not in {"between", "btwn"} or after is None or after.plain not in {"and", "n"} or other is None:
        return False
    return other.plain in {"his", "her", "their"} | grammar.KIN or other.known in ONLY_NAMES


def _is_second(sight: Sight, before: Word, after: Word | None) -> bool:
    earlier = sight.beside(-2)
    return before.plain in {"and", "n"} and earlier is not None and are_two(earlier, sight.word, after, sight.beside(2))


def _is_cared_for(word: Word, before: Word, earlier: Word | None, after: Word | None, *, ends: bool) -> bool:
    if earlier is None:
        return False
    if before.plain == "of" and earlier.plain in grammar.KIN:
        return ends and word.plain not in grammar.THINGS | {"pearl"}
    if before.plain == "and" and earlier.plain in _THEY:
        return (
            word.plain not in grammar.DOERS
            or after is None
            or after.plain in grammar.SAYING | grammar.BEING | grammar.BASE_VERBS | _TOGETHER
        )
    if before.plain in {"and", "n"} and earlier.plain in grammar.KIN:
        return after is None or after.plain in _TOGETHER or after.before.strip() == "."
    if earlier.plain in (_LEFT_FOR if word.plain in grammar.TIMES else grammar.CARING):
        return ends and before.plain in grammar.CARED_WITH
    return ends and before.plain in {"up", "off"} and earlier.plain in _FETCHING
