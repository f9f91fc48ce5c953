"""The de-identification guard at texts that other agencies read: it asks or stops, people answer, the ledger keeps both.

A question must not become an oracle. Whoever may not open the identity could type a guessed name and learn from being asked
that it is right. So a writer's words are compared only with the sealed words which that writer may open, and with nothing
sealed for somebody who may open none: what stands for the comparison is today's pledge, which names it (docs/hard-stops.md).

Two severities (`deidentify.Finding.severity`). "ask": the writer says why it points to nobody, and that nobody at the table
could recognize the person. "block": no answer of the writer's passes it; the text is changed, or a second person lets exactly
this text through (`situations.held_texts`). Where the detector cannot look, every text is stopped. Nothing is ever taken out
of a text, and no word of it is entered or logged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from agencies import allowing
from agencies.models import Member, Table
from agencies.standing import open_sitting
from hub.core import entering
from hub.core.audit import current
from hub.core.errors import RuleRefused
from situations import deidentify, disclosure, held_texts, identity, ledger
from situations.choices import EntryKind, HeldState, NotIdentifying
from situations.held_texts import Place
from situations.models import HeldText, Situation

Found = Sequence[tuple[str, deidentify.Finding]]
"""(field, finding), field by field."""

NO, YES = "no", "yes"


@dataclass(frozen=True)
class Reply:
    """What a writer answers: `because`, a code of NotIdentifying; `recognisable`, whether somebody at this table could tell
    who it is ("yes" means that the text has to be changed); `second`, that a second person shall look at it.
    """

    because: str = ""
    recognisable: str = ""
    second: bool = False

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Reply":
        """As a form sent it (templates/components/guard_reply.html)."""
        because, recognisable = str(data.get("guard_because") or ""), str(data.get("guard_recognisable") or "")
        return cls(because, recognisable, bool(data.get("guard_second")))

    @property
    def whole(self) -> bool:
        """Whether it answers the question: it points to nobody, and nobody could tell who it is."""
        return self.because in NotIdentifying.values and self.recognisable == NO

    @property
    def missing(self) -> str:
        """What to do where it is not whole."""
        if self.recognisable == YES:
            return _("Then change the text: somebody at this table could recognize the person.")
        return _("Say why it points to nobody, and whether somebody at this table could recognize the person.")


NOTHING = Reply()
Replies = Reply | Mapping[str, Reply]
"""One answer for all that was asked about, or one by field."""


@dataclass(frozen=True)
class Terms:
    """On which terms texts are looked at.

    `entered`: a question is in the ledger although the verb is undone. `stops`: else it asks where it would stop. `held`: a
    second person may let through what is stopped. `eased`: fields at which it asks all the same. `unasked`: kinds that the
    field itself asks for, as a telephone number. `staff`: names of people with an account at the table point to nobody.
    """

    entered: bool = True
    stops: bool = True
    held: bool = True
    eased: frozenset[str] = frozenset()
    unasked: frozenset[str] = frozenset()
    staff: bool = False


TERMS = Terms()
enters_questions = entering.enters_refusals
"""Around the outermost verb: a question is entered in the ledger although the verb that asked it was undone."""


class GuardRefuses(entering.Entered):
    """The guard did not let a text pass. What it enters in the ledger stands although the verb was undone."""

    def __init__(self, message: str, *, place: Place, texts: Mapping[str, str], found: Found, entered: bool = True) -> None:
        super().__init__(message, field=found[0][0] if found else next(iter(texts)), situation=place.situation)
        self.place, self.texts, self.found, self.entered = place, texts, found, entered
        # `field` may become the line of a paper on its way out
        self.about = self.field

    @property
    def kinds(self) -> list[str]:
        """The kinds of what was found, for the ledger."""
        return kinds_of(self.found) or [held_texts.UNCHECKED]

    def enter(self, by: Member) -> None:
        """What is entered about it; called in a transaction of its own."""
        self.place = _locked(self.place)
        if self.entered:
            _enter(self.place, by, {"field": self.about, "kinds": self.kinds})


class GuardAsks(GuardRefuses):
    """The guard has a question about the text at `field`; the same call with a whole `Reply` answers it."""


class GuardStops(GuardRefuses):
    """The guard stops the text at `field`. With `second` in the reply it is held for a second person: `holds` says which."""

    def __init__(
        self, message: str, *, by: Member, holds: Mapping[str, str], second: bool, can_be_held: bool, **said: Any
    ) -> None:
        super().__init__(message, **said)
        self.by, self.holds, self.second = by, holds, second
        self.code = "guardstops" if can_be_held else "guardheld"

    def enter(self, by: Member) -> None:
        """Hold the texts where that was asked for and somebody could decide; otherwise as a question."""
        # or a writer without a second person could compare guesses with the envelope and leave no trace
        if not (self.second and self.hold(by)):
            super().enter(by)

    def hold(self, by: Member) -> bool:
        """Hold the texts for a second person; False where nobody could decide, which the refusal then says."""
        kinds = {name: kinds_of([one for one in self.found if one[0] == name]) or [held_texts.UNCHECKED] for name in self.holds}
        self.place = _locked(self.place)
        try:
            with transaction.atomic():
                held_texts.hold(self.place, self.holds, kinds, by=by)
        except RuleRefused as nobody:
            self.message, self.args = nobody.message, (nobody.message,)
            return False
        return True


def ask(
    situation: Situation, texts: Mapping[str, str], *, by: Member, answered: Replies = NOTHING, entered: bool = True,
    holds: bool = True, step: str = "",
) -> int:  # fmt: skip
    """Raise GuardAsks or GuardStops unless nothing in `texts` (field to text) could point to a person, or people say that it
    does not: the writer where it asks, a second person where it stops. Returns how many findings were answered.

    The caller holds the lock on the situation. Question and answer are entered in its ledger: fields, kinds, codes, no words.
    With `entered=False` the question is not, and nothing is held, where only somebody with something to say is asked (an offer
    at filter 3). With `holds=False` it asks where it would stop: all who read it may open the envelope (a plan).
    What a second person let through is good for one `step`, the verb that is under way unless it is named.
    """
    openable = disclosure.openable(disclosure.audience_of(by, situation))
    deny = identity.words_of(situation, openable)
    terms = Terms(entered=entered, stops=holds, held=entered)
    return _judge(place_of(situation, step), texts, deny, by=by, answered=answered, terms=terms)


def ask_at_table(
    table: Table, texts: Mapping[str, str], *, by: Member, answered: Replies = NOTHING, terms: Terms = TERMS
) -> int:  # fmt: skip
    """As `ask`, for a text about no situation; the table's chain keeps question and answer. The caller is in a verb."""
    return _judge(Place(table, step=_step()), texts, [], by=by, answered=answered, terms=terms)


def place_of(situation: Situation, step: str = "") -> Place:
    """Where a text about this situation is typed, in this step (the verb that is under way)."""
    return Place(situation.table, situation, step or _step())


def _step() -> str:
    now = current()
    return now.reason if now else ""


def find_all(
    texts: Mapping[str, str], *, table: Table, by: Member, deny: Sequence[str] = (), staff: bool = False
) -> list[tuple[str, deidentify.Finding]]:
    """(field, finding) for everything in `texts` of the writer `by` that could point to a person.

    What the writer put on the table's list lifts questions, and no stop: that takes somebody else. Raises DetectorFailed if it
    cannot look.
    """
    # what a table allows only takes findings away: most texts have none, and then nobody has to ask the database
    if not any(deidentify.find(typed, deny=deny) for typed in texts.values()):
        return []
    words = [*_words_of(table), *(_staff_of(table) if staff else [])]
    phrases = allowing.with_adders(table)
    others = [*words, *(phrase for phrase, adder in phrases if adder != by.pk)]
    own = [phrase for phrase, adder in phrases if adder == by.pk]
    return [(field, one) for field, typed in texts.items() for one in _found(typed, others, own, deny)]


def allowed_words(table: Table) -> list[str]:
    """Names that point to nobody at this table: its agencies and towns, and what its own list says."""
    return [*_words_of(table), *allowing.in_force(table)]


def _words_of(table: Table) -> list[str]:
    words: list[str] = [table.name, table.region, *table.towns]
    for seat in table.seats.select_related("agency"):
        words += [seat.agency.name, seat.agency.short_name, *seat.agency.towns]
    return [word for word in words if word]


def _staff_of(table: Table) -> list[str]:
    seats = table.seats.filter(ended_on=None).values("agency")
    people = Member.objects.filter(Q(agency__in=seats) | Q(pk=table.coordinator_id), is_active=True)
    return list(people.values_list("name", flat=True))


def _found(typed: str, others: list[str], own: list[str], deny: Sequence[str]) -> list[deidentify.Finding]:
    """What is found with all that is allowed, and what is stopped without the writer's own phrases."""
    found = deidentify.find(typed, allow=[*others, *own], deny=deny)
    if not own:
        return found
    stops = [one for one in deidentify.find(typed, allow=others, deny=deny) if one.severity == "block"]
    apart = [one for one in found if not any(one.start < stop.end and stop.start < one.end for stop in stops)]
    return sorted([*stops, *apart], key=lambda one: one.start)


def kinds_of(found: Found) -> list[str]:
    """The kinds of what was found, each once: codes for the ledger."""
    return sorted({one.kind for _field, one in found})


def _judge(
    place: Place, texts: Mapping[str, str], deny: Sequence[str], *, by: Member, answered: Replies, terms: Terms
) -> int:  # fmt: skip
    texts = {field: typed for field, typed in texts.items() if typed}
    try:
        looked = find_all(texts, table=place.table, by=by, deny=deny, staff=terms.staff)
    except deidentify.DetectorFailed:
        _stop(place, texts, [], by=by, answered=answered, terms=terms)
        return 0
    found = [(field, one) for field, one in looked if one.kind not in terms.unasked]
    blocked = {field for field, one in found if terms.stops and one.severity == "block"} - terms.eased
    if blocked:
        stopped = {field: typed for field, typed in texts.items() if field in blocked}
        _stop(place, stopped, [one for one in found if one[0] in blocked], by=by, answered=answered, terms=terms)
    asked = [one for one in found if one[0] not in blocked]
    _require_answers(place, texts, asked, by=by, answered=answered, entered=terms.entered)
    return len(found)


def _stop(place: Place, texts: Mapping[str, str], found: Found, *, by: Member, answered: Replies, terms: Terms) -> None:
    """Raise GuardStops unless a second person has let exactly these texts through for this step, which counts once."""
    known = held_texts.decided(place, texts, by) if terms.held else {}
    left = {field: typed for field, typed in texts.items() if not _passed(known.get(field))}
    if not left:
        _use_up(place, known, by)
        return
    back = [one for field, one in known.items() if field in left and one.state == HeldState.REFUSED]
    waits = all(field in known for field in left) and not back
    second = terms.held and not back and any(_reply(answered, field).second for field in left)
    said = [one for one in found if one[0] in left]
    message = _stopping(said, back=bool(back), waits=waits or second, held=terms.held)
    can = terms.held and not (back or waits or second)
    raise GuardStops(
        message, place=place, texts=texts, found=said, entered=terms.entered, by=by, holds=left, second=second, can_be_held=can
    )


def _use_up(place: Place, passed: Mapping[str, HeldText], by: Member) -> None:
    for field, held in passed.items():
        _enter(place, by, {"field": field, "kinds": held.kinds, "held": held.pk})
        held_texts.use_up(held)


def _require_answers(
    place: Place, texts: Mapping[str, str], found: Found, *, by: Member, answered: Replies, entered: bool
) -> None:
    """Raise GuardAsks unless each text with a finding is answered; enter the answers."""
    for field in dict.fromkeys(field for field, _one in found):
        reply, about = _reply(answered, field), [one for one in found if one[0] == field]
        if not reply.whole:
            said = _question([one for one in found if not _reply(answered, one[0]).whole])
            message = said if reply == NOTHING else f"{reply.missing} {said}"
            raise GuardAsks(message, place=place, texts=texts, found=about, entered=entered)
        _enter(place, by, {"field": field, "kinds": kinds_of(about), "because": reply.because, "recognisable": False})


def _passed(held: HeldText | None) -> bool:
    return held is not None and held.state == HeldState.PASSED


def _reply(answered: Replies, field: str) -> Reply:
    return answered if isinstance(answered, Reply) else answered.get(field, NOTHING)


def _question(found: Found) -> str:
    said = _("This could point to a person: %(words)s. Change the text, or say that it does not.")
    return said % {"words": _words(found)}


def _words(found: Found) -> str:
    return ", ".join(dict.fromkeys(f"“{one.found}” {one.says}" for _field, one in found))


def _stopping(found: Found, *, back: bool, waits: bool, held: bool) -> str:
    said = _("This points to a person: %(words)s.") % {"words": _words(found)} if found else _not_looked()
    if back:
        return f"{said} {_('A second person has looked at it: it has to be changed.')}"
    if waits:
        return f"{said} {_('A second person looks at it. Until then nobody reads it; you can change it at any time.')}"
    if held:
        return f"{said} {_('Change the text, or have a second person look at it. Nothing was sent.')}"
    return f"{said} {_('Change the text. Nothing was sent.')}"


def _not_looked() -> str:
    return _("What you typed could not be checked for names just now, so it is not passed on.")


def _enter(place: Place, by: Member, detail: dict[str, Any]) -> None:
    sitting = open_sitting(place.table.pk)
    if place.situation is not None:
        ledger.append(EntryKind.GUARD_ASKED, by=by, situation=place.situation, sitting=sitting, detail=detail)
        return
    Table.objects.select_for_update().get(pk=place.table.pk)
    ledger.append(EntryKind.GUARD_ASKED, by=by, table=place.table, sitting=sitting, detail=detail)


def _locked(place: Place) -> Place:
    if place.situation is None:
        Table.objects.select_for_update().get(pk=place.table.pk)
        return place
    rows = Situation.objects.select_for_update(of=("self",)).select_related("table", "originating_agency")
    return replace(place, situation=rows.get(pk=place.situation.pk))
