"""Named buildings and businesses in small letters: "at harbor lamp shelter", and not "at the homeless shelter".

What stands before "shelter" or "motel" is its name unless it is a word by which such houses are told apart.
"""

import re
from collections.abc import Iterator

from situations import deidentify_words as words
from situations.deidentify_grammar import words_of

_BUILDING = re.compile(
    r"(?<= )(?:motor (?:inn|lodge|court|hotel)|(?:package|corner|variety|grocery|furniture|liquor|convenience) store"
    r"|car wash|trailer park|mobile home park|auto body|rooming house"
    r"|sober house|motel|hotel|inn|lodge|apts|apartments?|towers?|manor"
    r"|estates|arms|gardens|village|shelter|donuts?|bakery|pizza|pizzeria|liquors?|diner|cafe|grill|tavern|pub|lounge|market"
    r"|supermarket|mart|variety|hardware|laundromat|pharmacy|pawn|barbershop|salon|deli|bodega|church|parish|mosque|masjid"
    r"|temple|chapel|tabernacle|synagogue|ministries|daycare|lofts|mills|tire|nails|fitness|playground|cemetery|marina)"
    r"\b(?!['-])(?! (?:systems?|stays?|line|beds?|staff|workers?|placement|list|waitlist|options?|search|intake|applications?"
    r"|referrals?|reform|rate|price|vouchers?|directors?|providers?)\b)"
)
_LOOKED_BACK = 64
_LONGEST = 3
_BEFORE = words_of("""
    at to from behind outside inside near by above under in of across leaves left runs owns manages cleans the @
    """)
_OFTEN_FIRST = words_of(
    "open old new good big city county state family friends four three corner first second north south east west"
)
_KIND_OF = words_of("""
    24 abandoned accepting actual adult affordable african after agency also am among animal another any
    apartment apt are area asian asked attic aunt aunts auto back bad banned baptist barber bargain barred based
    basement bc be beauty because bed beds been beer before behind being between big bike biker black boarding
    body bomb both boxing boyfriends brazilian breakfast brick brothers buddhist building burned bus but called
    cambodian came camp can candy car care cash catholic center centre certain chain cheap chinese christian
    church churchs city clients clinic closed closes coffee come comes concrete condemned congregate convenience
    cooling corporate could county cousins covid crack crowded ct current dad dads daily damp daughters day
    deposit detox did different dinner dive do dock does dollar domestic dominican donut double downstairs
    downtown drug dry during dv early ed eight elderly emergency empty enough er ethnic even ever evicted exs
    factory faith families family farmers fast fathers few find fire fish fitness five flea floor food former
    found four free friends front full gang gas gay get gets girlfriends given glass go goes good got grandmas
    grandmothers grocery had hair haitian halal half halfway has have head highway him hindu home homeless
    hookah hospital hotel hour house housing hr hub if income inside isolation italian jail jewish job juice
    jungle just karaoke khmer kicked kids kosher labor landlords last late lease leave leaves leaving left less
    level like liquor loading local long lose lost low lunch luxury ma many mass may me meal meals meat medical
    megachurch men mens metal mexican might mini mixed mom moms monkey monthly more most motel mothers muslim
    must nail nearby need needed needs neighborhood neighbors never new nh nice night nightly nine nj not ny
    offered offers office old only open opened opens orthodox other outlet outside overnight own owned package
    packed paid parking particular pastors pawn pentecostal peoples per permanent pizza planet police portuguese
    previous prior private program protestant public quarantine raw real recovery refused refusing regional rent
    repair residential respite retail ri roach roadside room rooming rooms run rundown said salad salvage same
    sandwich says scattered school schools seasonal section senior seniors seven several shall shelter shopping
    short should side since single sisters site six sleep sleeping sleeps slept small smoke snack sober
    somebodys someones sons soup spanish specialized specialty specific sports staff state stay stayed staying
    stays still stock storefront storm strip sub subsidized such summer super supper supportive tanning tattoo
    teen teens temp temporary ten tent term thai than them then these those three thrift tiny told tow towing
    town train transitional trap treatment truck uncle uncles unit units until upstairs us vacant vet vets
    veteran veterans overflow busy vape via vietnamese violence voucher vt want wants warming we weekend weekly
    weight went were wet when where while who will wine winter within without women womens wooden workers would
    you young youth
    """)
"""Before the name of a kind of building these tell its kind or belong to the sentence."""


def buildings(small: str) -> Iterator[tuple[int, int, str, bool]]:
    """Where such a name stands, never certain. ``small`` is plain, in small letters."""
    for match in _BUILDING.finditer(small):
        before = small[max(0, match.start() - _LOOKED_BACK) : match.start() - 1].split(" ")
        name = _name_at_end(before)
        rest = before[: len(before) - len(name)]
        if len(rest) > 1 and rest[-1] in _OFTEN_FIRST:
            name.insert(0, rest.pop())
        if set(name) - _OFTEN_FIRST and rest and rest[-1] in _BEFORE:
            yield match.start() - sum(len(word) + 1 for word in name), match.end(), "place", False


def _name_at_end(before: list[str]) -> list[str]:
    name: list[str] = []
    for word in reversed(before):
        plain = word.replace("'", "")
        if len(name) == _LONGEST or len(plain) < _LONGEST or not plain.isalpha() or plain in _KIND_OF or plain in words.GRAMMAR:
            break
        name.insert(0, word)
    return name
