"""A community in which every field of a situation at every stage holds a word of its own, found nowhere else.

Everything is made through the verbs that people use. `mark(field, key)` is the word of one field of one situation.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from agencies import membership
from agencies.models import Agency
from conferences import chairing
from conferences.board.panels import Printed
from conferences.models import Conference
from hub.core import clock
from hub.core.audit import acting
from situations import deliberation, identity, plan, screening, writing
from situations.choices import AnswerKind, ContactKind, Criterion
from situations.models import Situation
from situations.visibility import IDENTITY_FIELDS
from tests.cast import NOBODY, PASSWORD, PROFILE, SAID, Cast, act, assemble, fresh, given_for, to_filter2
from tests.security.plain_words import row

IN_AGENCY = ("draft", "screening", "ready")
AT_THE_TABLE = ("tabled", "talked", "sealed", "opened", "acting", "concluded", "redacted")
"""On the agenda, filter 2, filter 3 sealed and open, filter 4, ended, rejected and redacted."""
KEYS = IN_AGENCY + AT_THE_TABLE

IDENTITY = tuple(one.value for one in IDENTITY_FIELDS)
FIELDS = (
    *IDENTITY, "note", "town", "tie", "criterion", "consent", "tried", "beyond", "dissent", "goon", "offer", "serving", "step",
    "whogoes", "place", "visitoffer", "safety", "outcome", "service", "report", "because", "scope", "threat",
    "why",
)  # fmt: skip


def mark(what: str, key: str) -> str:
    """The word that stands in one field of one situation, and nowhere else.

    What is sealed shares no word with what is typed: the guard would find it there.
    """
    return f"zq{what.replace('_', '')}{key}z" if what in IDENTITY else row(what, key)


# spelt out, because letters at random (a session's signature) must not look like one
WORD = re.compile("|".join(mark(what, key) for what in FIELDS for key in KEYS))


@dataclass
class Community:
    """The cast, its situations by key, the conference at which they are talked about, and what its relay has printed."""

    people: Cast
    situations: dict[str, Situation] = field(default_factory=dict)
    conference: Conference = field(default_factory=Conference)
    printed: Printed | None = None

    def only(self, *keys: str) -> "Community":
        """The same with fewer situations, for walks to which one of a kind is enough."""
        return Community(self.people, {key: self.situations[key] for key in keys}, self.conference)

    def take(self, key: str) -> None:
        """Take a situation in hand (and put down the one before)."""
        to_filter2(self.people, self.conference, self.situations[key])

    def act(self, who: str, key: str, action: str, **data: str) -> None:
        """One action at the board."""
        act(self.people[who], self.conference, self.situations[key], action, **data)

    def agency(self, name: str) -> str:
        return str(self.people.agencies[name].pk)


def settle() -> Community:
    """Every situation at its stage; the one with the open identity is in hand."""
    town = Community(assemble())
    _extra_people(town.people)
    for key in KEYS:
        town.situations[key] = _write(town.people, key)
    for key in AT_THE_TABLE:
        _pass_on(town, key)
    town.conference = _seated(town)
    for key in AT_THE_TABLE:
        deliberation.recuse(by=town.people["recused"], situation=town.situations[key])
    _submit(town, "screening")
    _pass_on(town, "ready")
    for key in ("concluded", "acting"):
        _to_filter4(town, key)
    town.take("concluded")
    conclude = {"ending": "risk_lowered.connected_to_services", "because": mark("because", "concluded"), **SAID}
    town.act("facilitator", "concluded", "conclude", **conclude)
    _reject(town, "redacted")
    for key in ("talked", "sealed", "opened"):
        _filter2(town, key)
    for key in ("sealed", "opened"):
        _filter3(town, key)
    _lapse(town)
    chairing.blank_projector(by=town.people["facilitator"], conference=town.conference, blank=False)
    return town


def reject_in_hand(town: Community) -> None:
    """The one on the agenda is rejected and still in hand, so that it is not yet redacted."""
    _reject(town, "tabled")


def _reject(town: Community, key: str) -> None:
    _filter2(town, key)
    town.act("facilitator", key, "reject", reason="single_agency", because=mark("because", key))


def _extra_people(people: Cast) -> None:
    with acting(None, "tests"):
        people.agencies["schools"].screens = True
        people.agencies["schools"].save()
    housing = membership.found_agency(by=None, key="housing", name="Housing", short_name="Housing", sector="other", regimes=[])
    people.agencies["lapsed"] = housing
    with clock.at(clock.now() - timedelta(days=10)):
        membership.sign_agreement(
            by=None, table=people.table, agency=housing, until=date(2099, 1, 1), title="Agreement", signed_by="Head"
        )
        membership.seat_agency(by=None, table=people.table, agency=housing)
    _join(people, housing, "lapsed", "representative")
    _join(people, people.agencies["schools"], "screener", "screener")
    _join(people, people.agencies["police"], "recused", "deputy")


def _join(people: Cast, agency: Agency, name: str, role: str) -> None:
    people.members[name] = membership.add_member(
        by=None, roles=[role], password=PASSWORD, email=f"{name}@harborview.example", name=name.title(), agency=agency
    )


def _write(people: Cast, key: str) -> Situation:
    profile = {
        "note": f"Stopped coming, {mark('note', key)}.",
        "town": mark("town", key),
        "affected_persons": [{"tie": mark("tie", key), "age_band": "6_11", "sex": "female"}],
        "consent_reason": mark("consent", key),
    }
    situation = writing.start(by=people["schools"], table=people.table)
    writing.save(
        by=people["schools"], situation=situation, profile={**PROFILE, **profile},
        screening={"tried": mark("tried", key), "beyond_one_agency": mark("beyond", key)},
        criteria={one.value: mark("criterion", key) for one in Criterion},
    )  # fmt: skip
    identity.seal(by=people["schools"], situation=situation, values={name: mark(name, key) for name in IDENTITY})
    return fresh(situation)


def _submit(town: Community, key: str) -> None:
    writing.submit(by=town.people["schools"], situation=town.situations[key], answered=NOBODY, recognisable="no")


def _pass_on(town: Community, key: str) -> None:
    _submit(town, key)
    screening.pass_on(by=town.people["screener"], situation=town.situations[key])
    town.situations[key] = fresh(town.situations[key])


def _seated(town: Community) -> Conference:
    people = town.people
    names = ("schools", "police", "clinic", "recovery", "lapsed", "recused", "police_deputy", "recorder", "observer")
    conference = people.conference(*names)
    chair = people["facilitator"]
    chairing.leave(by=chair, conference=conference, member=people["police_deputy"])
    chairing.arrive(by=chair, conference=conference, member=people["clinic_deputy"])  # in the room, and no pledge
    chairing.pledge(by=people["schools_deputy"], conference=conference, member=people["schools_deputy"])
    return conference


def _filter2(town: Community, key: str) -> None:
    town.take(key)
    town.act("police", key, "dissent", reason=mark("dissent", key))
    town.act("facilitator", key, "go-on", agency=town.agency("police"), because=mark("goon", key))


def _filter3(town: Community, key: str) -> None:
    town.take(key)
    town.act("facilitator", key, "agree-all")
    town.act("clinic", key, "answer", kind=AnswerKind.CAN_HELP, offer=mark("offer", key))
    consent = given_for("part2_consent", consent_scope=mark("scope", key))
    town.act("recovery", key, "answer", kind=AnswerKind.SERVING_NOW, offer=mark("serving", key), **consent)
    town.act("police", key, "answer", kind=AnswerKind.NO_ROLE)
    if key != "sealed":
        threat = given_for("ferpa_emergency", threat=mark("threat", key), why_recipient=mark("why", key))
        town.act("schools", key, "open-identity", **threat)


def _to_filter4(town: Community, key: str) -> None:
    _filter2(town, key)
    _filter3(town, key)
    for agency, role in (("clinic", "lead"), ("recovery", "assisting"), ("lapsed", "assisting")):
        town.act("facilitator", key, "assign", agency=town.agency(agency), role=role)
        town.act(agency, key, "accept")
    town.act("facilitator", key, "start-filter-4")
    lead, situation = town.people["clinic"], town.situations[key]
    soon = clock.now() + timedelta(hours=5)
    plan.add_step(by=lead, situation=situation, text=mark("step", key), due_at=soon)
    plan.set_visit(
        by=lead, situation=situation, at=soon, who_goes=mark("whogoes", key), place=mark("place", key),
        offer=mark("visitoffer", key), safety=mark("safety", key),
    )  # fmt: skip
    plan.log_contact(by=lead, situation=situation, kind=ContactKind.VISIT, reached=True, outcome=mark("outcome", key))
    plan.record_service(by=lead, situation=situation, service=mark("service", key), status="offered")
    town.act("clinic", key, "report-back", line=mark("report", key), still_aer="1", **SAID)


def _lapse(town: Community) -> None:
    agreement = town.people.agencies["lapsed"].agreements.get()
    membership.end_agreement(by=None, agreement=agreement, on=clock.today() - timedelta(days=1))
