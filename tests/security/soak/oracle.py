"""Who may have what, and what the ledger must then say: a second reading of PRODUCT's "Who sees what", for the soak alone.

Written from the page and not from the code: it imports nothing that decides a disclosure. Where it and the product differ, one
of the two is wrong.
"""

from tests.security.soak.facts import Case, Facts
from tests.security.soak.words import IDENTITY, Word

IN_AGENCY = frozenset({"draft", "screening", "ready", "kept"})
ANY = frozenset({"tabled", "filter2", "filter3", "filter4", "concluded", "rejected"})
TALK, FOLLOW, AFTER = frozenset({"filter2", "filter3"}), frozenset({"filter4"}), frozenset({"filter4", "concluded"})
TAKEN = ANY - {"tabled"}

STEPS = frozenset({
    ("draft", "screening"), ("draft", "ready"), ("draft", "kept"), ("screening", "ready"), ("screening", "draft"),
    ("screening", "kept"), ("ready", "draft"), ("ready", "tabled"), ("tabled", "filter2"), ("filter2", "filter3"),
    ("filter2", "rejected"), ("filter3", "filter4"), ("filter4", "concluded"), ("filter2", "tabled"), ("filter3", "filter2"),
    ("rejected", "filter2"), ("filter4", "filter3"), ("concluded", "filter4"),
})  # fmt: skip
"""Every move that the four filters know, each way back among them."""

PLAN = frozenset({"step", "whogoes", "place", "visitoffer", "safety", "outcome", "service"})
ANSWERS = frozenset({"offer", "serving"})
Row = dict[str, frozenset[str]]
_OWN = {"own": IN_AGENCY | ANY}
_EVERYBODY = dict.fromkeys(("own", "seat", "holder", "no role", "absent", "chair", "observer", "officer", "wall"), ANY)
_PROFILE = _OWN | {"seat": TALK, "holder": AFTER, "no role": FOLLOW, "chair": TAKEN, "observer": frozenset({"filter2"})}

TABLE: dict[str, Row] = {
    **dict.fromkeys(("note", "tie", "criterion"), _PROFILE),
    "consent": _OWN | {"seat": TALK, "holder": AFTER, "chair": TAKEN},
    **dict.fromkeys(("tried", "beyond", "sentback"), _OWN),
    # spoken in the room while it is decided
    **{what: {"own": TALK, "seat": TALK, "chair": TAKEN} for what in ("dissent", "goon")},
    # "yes" for the facilitator, "yes" from filter 4 on; for seats see `may`
    **{what: {"chair": frozenset({"filter3"}), "holder": AFTER} for what in ("offer", "serving")},
    **{what: {"holder": AFTER} for what in PLAN},
    "report": _EVERYBODY,
    "because": {who: stages for who, stages in _EVERYBODY.items() if who != "wall"},
    # why a step was taken back is asked and not kept
    "takenback": {},
    **{what: {"own": (IN_AGENCY | ANY) - {"rejected"}, "holder": AFTER, "glass": ANY - {"rejected"}} for what in IDENTITY},
}
"""Kind of word to column to the stages at which it may be had. What is not named here, nobody may have."""

ENTERED: dict[str, frozenset[str]] = {
    **{what: frozenset({"profile"}) for what in ("note", "tie", "criterion", "consent", "dissent", "goon")},
    **{what: frozenset({"answer"}) for what in ANSWERS},
    **{what: frozenset({"plan"}) for what in PLAN},
    **{what: frozenset({"identity"}) for what in IDENTITY},
}
"""Kind of word to what its recipients are entered for; the agency that brought the situation is none."""


def may(facts: Facts, member: int, word: Word, *, identity_asked: bool, wall: bool = False) -> bool:
    """Whether this person (0: nobody signed in) may have this word now. An identity is answered only when it was asked for."""
    if not word.situation:
        return _may_without_situation(facts, member, word.what, wall=wall)
    case = facts.cases[word.situation]
    if case.redacted or (word.what in IDENTITY and not identity_asked):
        return False
    columns = frozenset({"wall"}) if wall else columns_of(facts, member, word.situation)
    if any(case.stage in TABLE[word.what].get(column, ()) for column in columns):
        return True
    if "seat" not in columns or case.stage != "filter3":
        return False
    if word.what in {"offer", "serving"}:
        return facts.answers_shown or facts.agency_of[member] == word.agency
    return facts.opens_at == 3 and case.identity_open and word.what in facts.limited


def may_look(facts: Facts, member: int, writer: int, agency: int, situation: int, *, chairs: bool) -> bool:
    """Whether this person may look at what somebody else had held (docs/hard-stops.md, "The second person")."""
    if member == writer or member not in facts.pledged or facts.agency_of.get(member) not in facts.agreements:
        return False
    speaks = _has(facts, member, "representative", "deputy", "screener")
    own = facts.agency_of[member] == agency and agency in facts.seats and speaks
    chair = chairs and (member == facts.presides or bool({(member, "facilitator"), (member, "recorder")} & facts.table_roles))
    return (own or chair) and (not situation or _hears(facts, member, situation))


def _hears(facts: Facts, member: int, situation: int) -> bool:
    stage = facts.cases[situation].stage
    return any(stage in _PROFILE.get(column, ()) for column in columns_of(facts, member, situation))


def _may_without_situation(facts: Facts, member: int, what: str, *, wall: bool) -> bool:
    """A systemic issue is the whole table's; why somebody broke the glass is for its privacy officers."""
    agreed = facts.agency_of.get(member) in facts.agreements
    return wall or _belongs(facts, member) if what == "issue" else agreed and (member, "privacy_officer") in facts.table_roles


def columns_of(facts: Facts, member: int, situation: int) -> frozenset[str]:
    """The columns of the table in which this person stands towards this situation."""
    agency, case = facts.agency_of.get(member), facts.cases[situation]
    if agency is None or (situation, member) in facts.recused:
        return frozenset()
    own = {"own"} if agency == case.origin and _has(facts, member, "representative", "deputy", "screener") else set()
    if case.stage in IN_AGENCY:
        return frozenset(own)
    if agency not in facts.agreements:
        return frozenset()
    return frozenset(own | _seat(facts, member, situation, case) | _roles_at_the_table(facts, member, situation, case))


def unaccounted(facts: Facts, member: int, word: Word) -> str:
    """What the ledger should say, and does not, about this person having this word; empty when it does."""
    agency, later = facts.agency_of[member], facts.cases[word.situation].stage in AFTER
    wanted = ENTERED.get(word.what, frozenset())
    # what another agency says or plans is its own disclosure, also to the agency that brought the situation
    another = word.what in ANSWERS | PLAN
    whose = word.agency if another else 0
    if not wanted or whose == agency or (not another and "own" in columns_of(facts, member, word.situation)):
        return ""
    wanted |= {"plan"} if later and "profile" in wanted else frozenset()
    for situation, what, discloser, to_agency, to_member in facts.received:
        reached = to_member == member or (later and to_agency == agency and what != "identity")
        if situation == word.situation and what in wanted and whose in {0, discloser} and reached:
            return ""
    return f"no entry names them a recipient of {' or '.join(sorted(wanted))}" + (f" of agency {whose}" if whose else "")


def _seat(facts: Facts, member: int, situation: int, case: Case) -> set[str]:
    agency = facts.agency_of[member]
    if agency not in facts.seats or not _has(facts, member, "representative", "deputy"):
        return set()
    found, pledged = {"absent"}, member in facts.pledged
    if pledged and member in facts.present:
        found.add("seat")
    if pledged and (situation, agency) in facts.roles:
        found.add("holder")
    received = any(one[:2] == (situation, "profile") and one[3] == agency for one in facts.received)
    if pledged and (received or agency == case.origin):
        found.add("no role")
    return found


def _roles_at_the_table(facts: Facts, member: int, situation: int, case: Case) -> set[str]:
    found = set()
    roles = {role for one, role in facts.table_roles if one == member}
    here = member in facts.present
    if member == facts.presides or roles & {"facilitator", "recorder"}:
        found.add("absent")
        told = any(one[:2] == (situation, "profile") and one[4] == member for one in facts.received)
        own = facts.agency_of[member] == case.origin and _has(facts, member, "representative", "deputy", "screener")
        after = case.stage in AFTER | {"rejected"}
        if member in facts.pledged and (((here or member == facts.presides) and (own or not after)) or (told and after)):
            found.add("chair")
    if "observer" in roles and here and member in facts.pledged:
        found.add("observer")
    if "break_glass" in roles and (situation, member) in facts.glass:
        found.add("glass")
    if "privacy_officer" in roles:
        found.add("officer")
    return found


def _belongs(facts: Facts, member: int) -> bool:
    agency = facts.agency_of.get(member)
    seated = agency in facts.seats and any(one == member for one, _role in facts.agency_roles)
    return agency in facts.agreements and (seated or any(one == member for one, _role in facts.table_roles))


def _has(facts: Facts, member: int, *roles: str) -> bool:
    return any((member, role) in facts.agency_roles for role in roles)
