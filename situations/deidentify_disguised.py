"""Names that are written so that no list knows them: with digits in place of letters, or letter by letter."""

import re
from collections.abc import Iterator

from situations.deidentify_lexicon import CERTAIN, NAMES_AND_WORDS, Known, known

_READ_AS = str.maketrans("0134578@$!", "oieastbasi")
_READ_ELSE = str.maketrans("01", "ol")
_MIXED = re.compile(r"(?<![\w@./#&+-])(?=[a-z\d]{0,12}[\d@$!])[a-z0134578@$!]{4,20}(?![\w@/#&-])")
_BETWEEN_LETTERS = re.compile(r"[a-z][\d@$!]{1,2}(?=[a-z])")
_FEW_LETTERS = 3
_SPACED = re.compile(r"(?<![\w'&/.-])(?:[a-z]([ .*_-]))(?:[a-z]\1){1,14}[a-z](?![\w'&/])")
_FEWEST = 4


def disguised(small: str) -> Iterator[tuple[int, int, str, bool]]:
    """ "k3vin" and "m a r i s o l"; certain where what it stands for is a name. ``small`` is plain, in small letters."""
    for match in _MIXED.finditer(small):
        verdict = _mixed(match[0].rstrip("!"))
        if verdict is not None:
            yield match.start(), match.end(), "name", verdict
    for match in _SPACED.finditer(small):
        letters = match[0].replace(match[1], "")
        found = known(letters)
        if found in CERTAIN or (
            len(letters) >= _FEWEST and (found in NAMES_AND_WORDS or found is Known.UNKNOWN or found is Known.RARE)
        ):
            yield match.start(), match.end(), "name", found in CERTAIN


def _mixed(typed: str) -> bool | None:
    """Whether it is certain, or None where it is no name: "4th", "80mg" and "a1c" hold few letters or none around a digit."""
    few = sum(map(str.isalpha, typed)) < _FEW_LETTERS - (len(typed) == _FEWEST)
    if typed.isalpha() or few or (typed[-1].isdigit() and typed[0].isdigit()):
        return None
    readings = {known(typed.translate(_READ_AS)), known(typed.translate(_READ_ELSE).translate(_READ_AS))}
    if readings & CERTAIN and (_BETWEEN_LETTERS.search(typed) or typed[0] in "@$"):
        return True
    if _BETWEEN_LETTERS.search(typed) and readings & (NAMES_AND_WORDS | {Known.RARE}):
        return False
    return None
