"""Entering afterwards what was decided on paper: the verbs of the board, one after the other, all of one situation or nothing.

Each entry and history row says that it was entered afterwards, when it was decided, and by whom it was entered
(`hub.core.afterwards`). Nothing is allowed here that the same person could not do at the board: what a seat alone may say
(opening an identity, serving now) it enters itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NoReturn

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies.models import Member, Sitting
from conferences import chairing, steering
from conferences.choices import ItemState
from conferences.models import AgendaItem, Conference
from hub.core import afterwards, clock
from hub.core.audit import verb
from hub.core.errors import NotAllowed, RuleRefused
from situations import filters, guard
from situations.choices import EntryKind, RoleKind
from situations.models import LedgerEntry, Situation

DECISIONS = frozenset({
    EntryKind.DISSENT, EntryKind.DISSENT_WITHDRAWN, EntryKind.WENT_ON, EntryKind.AER, EntryKind.REJECTED, EntryKind.ASKED,
    EntryKind.ACCEPTED, EntryKind.DECLINED, EntryKind.RELEASED, EntryKind.PLANNED, EntryKind.REPORT_BACK, EntryKind.CONTINUED,
    EntryKind.CONCLUDED, EntryKind.TAKEN_BACK,
})  # fmt: skip
"""What an earlier decision of the same conference left in the ledger; who came in meanwhile decides nothing."""


@dataclass(frozen=True)
class Decision:
    """One line of the paper: what (a key of STEPS), when (aware), and what belongs to it (agency, reason, words)."""

    what: str
    at: datetime
    data: Mapping[str, str]


@guard.enters_questions
@verb
def enter(*, by: Member, conference: Conference, item: AgendaItem, decisions: Sequence[Decision]) -> None:
    """Carry out the decisions about one situation in their order, each judged by its own time; then nothing is in hand.

    Raises NotAllowed for all but who presides, NotVisible for who may see nothing of it, and RuleRefused (field `line_<n>`)
    for a time outside the conference, in the future or out of order, and for whatever a verb refuses: then none of them is
    entered.
    """
    conference = chairing.locked(conference)
    sitting = _require_time_left(conference)
    if sitting.presides_id != by.pk:
        raise NotAllowed(_("Only who presides over this conference enters what was decided on paper."))
    # for somebody who may see nothing of it there is no item either, nor a time at which anything was decided
    filters.lock(item.situation_id, by=by)
    _require_order(decisions, sitting, item)
    _take_in_hand(by, conference, item, decisions[0].at)
    for line, decision in enumerate(decisions, start=1):
        with _at_line(line), afterwards.entering(decision.at):
            _carry_out(by, conference, item, decision)
    with afterwards.entering(decisions[-1].at):
        chairing.put_down(by=by, conference=conference)


def may_enter(conference: Conference, by: Member) -> bool:
    """Whether this member may still enter something for this conference."""
    sitting = conference.sitting
    return conference.is_open and sitting is not None and sitting.presides_id == by.pk and clock.now() < _last_moment(sitting)


def moment_of(sitting: Sitting, at: time) -> datetime:
    """The time of a line as a moment of the conference's day; in the minute of its opening, the opening itself."""
    opened = timezone.localtime(sitting.opened_at)
    moment = timezone.make_aware(datetime.combine(opened.date(), at))
    return sitting.opened_at if moment == opened.replace(second=0, microsecond=0) else moment


def _require_time_left(conference: Conference) -> Sitting:
    sitting = conference.sitting
    if conference.is_closed:
        raise RuleRefused(_("This conference is closed and what was undone is carried over: decide it at the next one."))
    if sitting is None:
        raise RuleRefused(_("This conference has not been opened."))
    if clock.now() >= _last_moment(sitting):
        raise RuleRefused(_("What was decided on paper can be entered until the end of the next day."))
    return sitting


def _last_moment(sitting: Sitting) -> datetime:
    day = timezone.localtime(sitting.opened_at).date() + timedelta(days=2)
    return timezone.make_aware(datetime.combine(day, time.min))


def _require_order(decisions: Sequence[Decision], sitting: Sitting, item: AgendaItem) -> None:
    if not decisions:
        raise RuleRefused(_("Enter at least one decision with its time."), field="line_1")
    before = _last_decision(item.situation, sitting)
    for line, decision in enumerate(decisions, start=1):
        if decision.at < sitting.opened_at:
            _refuse(line, _("The conference was not open yet."))
        if decision.at > clock.now():
            _refuse(line, _("This time has not come yet."))
        if before is not None and decision.at < before:
            said = {"time": date_format(timezone.localtime(before), "G:i")}
            _refuse(line, _("It stands after a decision of %(time)s: enter them in their order.") % said)
        before = decision.at


def _last_decision(situation: Situation, sitting: Sitting) -> datetime | None:
    entries = LedgerEntry.objects.filter(situation=situation, sitting=sitting, kind__in=DECISIONS).order_by("-sequence")
    last = entries.first()
    if last is None:
        return None
    # of what was entered afterwards, the time of the decision counts; the paper knows no seconds
    decided = afterwards.decided_at(last.detail) or last.at
    return decided.replace(second=0, microsecond=0)


def _take_in_hand(by: Member, conference: Conference, item: AgendaItem, at: datetime) -> None:
    other = chairing.in_hand(conference)
    if other is not None and other.pk != item.pk:
        raise RuleRefused(_("Another situation is in hand. Put it down first: what is entered is taken in hand for it."))
    if other is not None and other.running_since is not None:
        # the clock of the board ran on while the table was on paper
        chairing.set_timer(by=by, conference=conference, running=False)
    if other is None or other.state != ItemState.IN_HAND:
        with afterwards.entering(at):
            chairing.take_in_hand(by=by, conference=conference, item=item)


def _carry_out(by: Member, conference: Conference, item: AgendaItem, decision: Decision) -> None:
    steps = STEPS.get(decision.what)
    if steps is None:
        raise RuleRefused(_("Choose what was decided."))
    if decision.what in NAMES_AGENCY and not decision.data.get("agency"):
        # at the board an action without a name is about one's own agency; a paper says which
        raise RuleRefused(_("Choose the agency that it is about."))
    for action, more in steps:
        steering.act(
            by=by, conference=conference, item=item, action=action, data={**decision.data, **more}, revision=None,
        )  # fmt: skip


@contextmanager
def _at_line(line: int) -> Iterator[None]:
    """Whatever is refused inside is refused at this line of the paper."""
    try:
        yield
    except RuleRefused as refused:
        refused.field = f"line_{line}"
        raise


def _refuse(line: int, message: str) -> NoReturn:
    raise RuleRefused(message, field=f"line_{line}")


LEAD, ASSISTING = {"role": str(RoleKind.LEAD)}, {"role": str(RoleKind.ASSISTING)}
Steps = tuple[tuple[str, Mapping[str, str]], ...]
STEPS: Mapping[str, Steps] = {
    "agree-all": (("agree-all", {}),),
    "dissent": (("dissent", {}),),
    "withdraw-dissent": (("withdraw-dissent", {}),),
    "go-on": (("go-on", {}),),
    "reject": (("reject", {}),),
    # on paper nobody is asked who does not say yes or no at once: a yes is all that is written down
    "lead": (("assign", LEAD), ("accept", {})),
    "assist": (("assign", ASSISTING), ("accept", {})),
    "start-filter-4": (("start-filter-4", {}),),
    "report-back": (("report-back", {}),),
    "continue": (("continue", {}),),
    "conclude": (("conclude", {}),),
}
"""What can stand on a paper: the actions of the board (`steering.ACTIONS`) that carry it out."""
NAMES_AGENCY = frozenset({"dissent", "withdraw-dissent", "go-on", "lead", "assist"})
"""What is about one agency."""
