"""What the desk's pages show, in words: lines of the lists, the state of one referral, and its words once they were opened.

Until it is opened nothing of it is unsealed: a line holds days, codes and who of the desk works on it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import crisis
from agencies.models import Member
from hub.core import keyset
from hub.core.keyset import Cut
from hub.core.parts import Pair
from situations import vocabularies
from situations.choices import Closing, ConsentToTell, Door, Pile, ReferralStage
from situations.models import Referral
from situations.referrals import clocks, desk, opening
from situations.referrals.answers import Answers, Danger, Knows, Reach, Relation
from situations.referrals.clocks import Waits

SIZE = 25
GLANCE = 240
"""Characters of each that are shown when what looks like junk is looked through."""
LISTS: dict[str, str | Promise] = {
    "queue": gettext_lazy("Queue"),
    "mine": gettext_lazy("Claimed by me"),
    "others": gettext_lazy("Claimed by others"),
    "waiting": gettext_lazy("Waiting for an answer"),
    "closed": gettext_lazy("Closed"),
    "doubtful": gettext_lazy("Probably junk"),
}
CODED: dict[str, Any] = {"relation": Relation, "danger": Danger, "knows": Knows, "reach": Reach, "reach_was": Reach}
QUESTIONS: dict[str, str | Promise] = {
    "relation": gettext_lazy("Who is writing"),
    "danger": gettext_lazy("In danger right now"),
    "happening": gettext_lazy("What is happening"),
    "tried": gettext_lazy("What has been tried"),
    "would_help": gettext_lazy("What would help"),
    "knows": gettext_lazy("Does the person know"),
    "why_not": gettext_lazy("Why not"),
    "reach": gettext_lazy("How to reach them"),
    "reach_at": gettext_lazy("Number or address"),
    "reach_when": gettext_lazy("When it is safe"),
    "reach_was": gettext_lazy("Before no contact was asked for, with a code made at the desk"),
    "own_name": gettext_lazy("Their own name"),
    "person_name": gettext_lazy("The person's name"),
    "person_age": gettext_lazy("Age of the person"),
    "person_where": gettext_lazy("Where the person can be found"),
    "town": gettext_lazy("Town"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One referral in a list."""

    key: int
    number: str
    url: str
    table: str
    came: str
    door: str
    language: str
    state: str
    waits: Waits | None
    is_emergency: bool
    claimed_by: str


@dataclass(frozen=True, slots=True)
class Tab:
    """One list, with how many stand in it."""

    title: str | Promise
    url: str
    count: int
    current: bool
    quiet: bool


def number_of(referral: Referral) -> str:
    """How the desk names it: it is no situation, and has no number of the table."""
    return f"R-{referral.pk}"


def tabs(member: Member, current: str) -> list[Tab]:
    """All lists; what looks like junk last and folded apart."""
    found = desk.counts(member)
    url = reverse("desk")
    return [Tab(title, f"{url}?list={name}", found[name], name == current, name == "doubtful") for name, title in LISTS.items()]


def lines(member: Member, name: str, at: str) -> Cut[Line]:
    """One page of a list, what has waited longest first; of the closed ones the newest first."""
    rows = clocks.with_clocks(desk.listed(member, name))
    of = f"desk:{name}:{member.pk}"
    if name == "closed":
        cut = keyset.listed(rows, at, by="closed_on", of=of, size=SIZE)
    else:
        cut = keyset.listed(rows, at, by="received_on", of=of, size=SIZE, newest_first=False)
    return Cut([line(one) for one in cut.rows], cut.back, cut.onward)


def line(one: Referral) -> Line:
    """A referral of `clocks.with_clocks` in words."""
    return Line(
        key=one.pk, number=number_of(one), url=reverse("desk_referral", args=[one.pk]), table=one.desk.table.name,
        came=_day(one.received_on), door=_door(one), language=_language(one), state=_state(one), waits=clocks.reading(one),
        is_emergency=one.is_emergency, claimed_by=one.claimed_by.name if one.claimed_by else "",
    )  # fmt: skip


def facts(one: Referral) -> list[Pair]:
    """What may be seen of it without opening it."""
    pairs = [
        (_("Came"), _day(one.received_on)), (_("Through"), _door(one)), (_("Language"), _language(one)),
        (_("Its bringer sees"), _state(one)), (_("Claimed by"), one.claimed_by.name if one.claimed_by else _("nobody")),
        (_("Consent to tell about the person"), _consent(one)),
    ]  # fmt: skip
    if one.passed_on:
        pairs.append((_("Passed to you on"), _day(one.passed_on)))
    if one.closed_on and one.deleted_from:
        pairs.append((_("Closed"), f"{_day(one.closed_on)}: {Closing(one.closing).label}"))
        pairs.append((_("Deleted on"), _day(one.deleted_from)))
    return [Pair(term, text) for term, text in pairs]


def answer_pairs(answers: Answers) -> list[Pair]:
    """What was answered, question by question; what was left out does not stand there."""
    found = []
    for name, question in QUESTIONS.items():
        text = getattr(answers, name)
        code = CODED.get(name)
        if text:
            found.append(Pair(question, code(text).label if code and text in code.values else text))
    return found


def messages(opened: opening.Opened) -> list[dict[str, Any]]:
    """The thread, oldest first."""
    return [
        {
            "who": one.member or _("Who brought it"), "ours": bool(one.member), "day": _day(one.day), "text": one.text,
            "about_person": one.about_person, "new": one.new,
        }
        for one in opened.messages
    ]  # fmt: skip


def what_now(one: Referral, town: str = "") -> list[crisis.CrisisNumber]:
    """Whom to call in an emergency: the numbers that hold everywhere, and those of the town, or of the table's towns."""
    return crisis.numbers_for([town] if town else one.desk.table.towns)


def glanced(rows: Iterable[tuple[Referral, Answers]]) -> list[dict[str, Any]]:
    """What looks like junk, with the beginning of each."""
    return [
        {"key": one.pk, "number": number_of(one), "came": _day(one.received_on), "text": answers.happening[:GLANCE],
         "cut": len(answers.happening) > GLANCE, "url": reverse("desk_referral", args=[one.pk])}
        for one, answers in rows
    ]  # fmt: skip


def _state(one: Referral) -> str:
    return str(ReferralStage(one.stage).label)


def _door(one: Referral) -> str:
    if one.door == Door.PARTNER and one.from_agency:
        return one.from_agency.name
    return str(Door(one.door).label)


def _language(one: Referral) -> str:
    return str(vocabularies.LANGUAGES.get(one.language, one.language))


def _consent(one: Referral) -> str:
    if not (one.consent_to_tell and one.consent_on):
        return _("not recorded: nothing about the person goes out")
    said = {"how": ConsentToTell(one.consent_to_tell).label, "day": _day(one.consent_on)}
    return _("%(how)s, on %(day)s") % said


def _day(day: date) -> str:
    return date_format(day, "j M Y")


def pile_of(one: Referral) -> str:
    """The name of the other pile, for the button that moves it there."""
    return str(Pile.QUEUE if one.pile == Pile.DOUBTFUL else Pile.DOUBTFUL)
