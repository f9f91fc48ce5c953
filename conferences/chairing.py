"""What the facilitator does with the conference itself: open, take in hand, timer, projector, roll call, close.

What is decided about a situation is in `situations` (deliberation, involvement, conclusion); `conferences.steering` joins both.
"""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.dispatch import receiver
from django.utils.translation import gettext as _

from agencies import roll, training
from agencies.membership import let_in
from agencies.models import Attendance, Member, Pledge, Sitting, Table
from agencies.standing import standing_of, standings_in_room
from conferences import agenda
from conferences.announcing import bump
from conferences.choices import ItemState, Result
from conferences.models import AgendaItem, Conference
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import NotAllowed, RuleRefused
from hub.core.prepared import Prepared
from situations import checkpoints, deliberation, filters, identity, involvement, ledger, retention
from situations.choices import EntryKind, Stage
from situations.leaving import left
from situations.models import Situation

_LOCKED = Prepared(
    lambda key: Conference.objects.select_for_update(of=("self",)).select_related("table", "sitting").filter(pk=key)
)
_OPEN = Prepared(lambda conference: Sitting.objects.select_related("table").filter(conference=conference, closed_at=None))


@verb
def open_conference(*, by: Member, conference: Conference) -> Conference:
    """Open it: the sitting begins, the opener presides, the agenda is written, numbers are given.

    Raises RuleRefused for who would speak for a seat without the training that the table demands.
    """
    conference = locked(conference)
    if conference.sitting is not None:
        raise RuleRefused(_("This conference has been opened already."))
    _require_training(by, conference.table)
    conference.sitting = roll.open_table(by=by, table=conference.table)
    conference.save(update_fields=["sitting"])
    agenda.build(conference, by)
    _disclose_late(conference, conference.sitting, by)
    bump(conference)
    return conference


@verb
def arrive(*, by: Member, conference: Conference, member: Member, aloud: bool = False) -> Attendance:
    """A person comes in. `aloud`: spoken pledge, recorded with it. What the table talks about is disclosed to them.

    Raises RuleRefused for who would speak for a seat without the training that the table demands.
    """
    sitting = require_open(conference)
    _require_training(member, sitting.table, sitting)
    attendance = roll.arrive(by=by, sitting=sitting, member=member)
    if aloud:
        roll.pledge(by=by, table=conference.table, member=member)
    _disclose_late(conference, sitting, by)
    bump(conference)
    return attendance


@verb
def pledge(*, by: Member, conference: Conference, member: Member) -> Pledge:
    """Today's pledge at the conference; whoever gives it late receives the profile in hand from that moment."""
    given = roll.pledge(by=by, table=conference.table, member=member)
    if conference.is_open:
        _disclose_late(conference, require_open(conference), by)
        bump(conference)
    return given


@verb
def leave(*, by: Member, conference: Conference, member: Member) -> Attendance:
    """A person leaves; from this moment no recipient."""
    attendance = roll.leave(by=by, sitting=require_open(conference), member=member)
    bump(conference)
    return attendance


@verb
def take_in_hand(*, by: Member, conference: Conference, item: AgendaItem) -> AgendaItem:
    """Go to an item: the one before is set aside (and a rejected one redacted in storage), the timer starts."""
    conference = locked(conference)
    require_chair(conference, by)
    item = AgendaItem.objects.select_for_update().select_related("situation").get(pk=item.pk, conference=conference)
    if item.state == ItemState.IN_HAND:
        return item
    _put_down(conference, by)
    item.state, item.running_since = ItemState.IN_HAND, clock.now()
    item.save(update_fields=["state", "running_since"])
    if item.situation.stage == Stage.TABLED:
        deliberation.begin(by=by, situation=item.situation)
    _disclose_late(conference, require_open(conference), by)
    bump(conference)
    return item


@verb
def put_down(*, by: Member, conference: Conference) -> Conference:
    """Take nothing in hand: a pause, or the end of the list."""
    conference = locked(conference)
    require_chair(conference, by)
    _put_down(conference, by)
    bump(conference)
    return conference


@verb
def set_timer(*, by: Member, conference: Conference, running: bool) -> AgendaItem:
    """Pause or resume the timer of the item in hand. Only the facilitator controls it."""
    conference = locked(conference)
    require_chair(conference, by)
    item = in_hand(conference)
    if item is None:
        raise RuleRefused(_("Take an item of the agenda in hand first."))
    _stop(item)
    item.running_since = clock.now() if running else None
    item.save(update_fields=["seconds_used", "running_since"])
    bump(conference)
    return item


@verb
def blank_projector(*, by: Member, conference: Conference, blank: bool) -> Conference:
    """Blank the projector or show the board on it."""
    conference = locked(conference)
    require_chair(conference, by)
    conference.projector_blank = blank
    conference.save(update_fields=["projector_blank"])
    bump(conference)
    return conference


@verb
def offer_chair(*, by: Member, conference: Conference, to: Member | None) -> Sitting:
    """Offer the facilitator's role (None takes the offer back)."""
    sitting = roll.offer_chair(by=by, sitting=require_open(conference), to=to)
    bump(conference)
    return sitting


@verb
def accept_chair(*, by: Member, conference: Conference) -> Sitting:
    """Accept the facilitator's role that was offered; what the facilitator sees is disclosed from that moment."""
    sitting = roll.accept_chair(by=by, sitting=require_open(conference))
    _disclose_late(conference, sitting, by)
    bump(conference)
    return sitting


@verb
def close_conference(*, by: Member, conference: Conference) -> Conference:
    """Close: undone items carried over, rejected ones redacted, identities closed, everyone leaves; last, the checkpoint."""
    conference = locked(conference)
    sitting = require_open(conference)
    require_chair(conference, by)
    _put_down(conference, by)
    for item in conference.items.select_related("situation"):
        _finish(item, by, sitting)
    closed = roll.close_table(by=by, sitting=sitting)
    checkpoints.make(by=by, table=conference.table, sitting=closed)
    bump(conference)
    return conference


def in_hand(conference: Conference) -> AgendaItem | None:
    """The item in hand, if any."""
    return conference.items.filter(state=ItemState.IN_HAND).select_related("situation").first()


def elapsed(item: AgendaItem) -> timedelta:
    """Time used on the item so far."""
    running = clock.now() - item.running_since if item.running_since else timedelta()
    return timedelta(seconds=item.seconds_used) + running


def locked(conference: Conference) -> Conference:
    """The conference with its row locked and its sitting fresh."""
    found = _LOCKED.first(key=conference.pk)
    if found is None:
        raise Conference.DoesNotExist
    return found


def require_open(conference: Conference) -> Sitting:
    """The open sitting of the conference. Raises RuleRefused before opening and after closing."""
    sitting = _OPEN.first(conference=conference.pk)
    if sitting is None:
        raise RuleRefused(_("This conference is not open."))
    return sitting


def require_chair(conference: Conference, by: Member) -> None:
    """Raise NotAllowed unless the member presides over this conference now."""
    sitting = require_open(conference)
    if not (sitting.presides_id == by.pk and standing_of(by, conference.table, sitting).agreement):
        raise NotAllowed(_("Only the facilitator of this conference can do this."))


def _put_down(conference: Conference, by: Member) -> None:
    item = in_hand(conference)
    if item is None:
        return
    _stop(item)
    item.state = ItemState.DONE if item.result else ItemState.WAITING
    item.save(update_fields=["seconds_used", "running_since", "state"])
    if item.situation.stage == Stage.REJECTED:
        # until here a rejection could be taken back; from here its details are gone from storage too
        retention.redact_rejected(by=by, situation=item.situation)
    elif item.situation.identity_open:
        _close_identity(item.situation, by, conference.sitting)


def _finish(item: AgendaItem, by: Member, sitting: Sitting) -> None:
    if item.result:
        return
    situation = filters.lock(item.situation_id)
    if situation.stage == Stage.FILTER2:
        filters.move(situation, Stage.TABLED, by=by)
    elif situation.identity_open:
        _close_identity(situation, by, sitting)
    ledger.append(EntryKind.CARRIED_OVER, by=by, situation=situation, sitting=sitting)
    item.state, item.result = ItemState.CARRIED_OVER, Result.CARRIED_OVER
    item.save(update_fields=["state", "result"])


def _close_identity(situation: Situation, by: Member, sitting: Sitting | None) -> None:
    situation = filters.lock(situation.pk)
    filters.touch(situation, identity_open=False)
    ledger.append(EntryKind.IDENTITY_CLOSED, by=by, situation=situation, sitting=sitting)


def _stop(item: AgendaItem) -> None:
    item.seconds_used = round(elapsed(item).total_seconds())
    item.running_since = None


@receiver(left)
def show_that_an_agency_left(sender: Any, table: Table, **kwargs: Any) -> None:
    """An agency left in mid-conference: everybody's board is made anew without its seat."""
    conference = Conference.objects.filter(table=table, sitting__closed_at=None).exclude(sitting=None).first()
    if conference is not None:
        bump(conference)


@receiver(let_in)
def disclose_to_those_let_in(sender: Any, table: Table, by: Member | None, **kwargs: Any) -> None:
    """Enter what is open on the board for whoever sits in the room and may see it from now on: a role, a seat, an agreement.

    Runs inside the administrator's verb, so a refusal (a basis that does not reach them, training that is missing) stops that.
    """
    conference = Conference.objects.filter(table=table, sitting__closed_at=None).exclude(sitting=None).first()
    if conference is not None:
        sitting = require_open(conference)
        for member in _speaking_in_room(sitting):
            training.require(member, sitting.table)
        _disclose_late(conference, sitting, by or sitting.presides)
        bump(conference)


def _require_training(member: Member, table: Table, sitting: Sitting | None = None) -> None:
    if table.demands_training and standing_of(member, table, sitting).speaks:
        training.require(member, table)


def _speaking_in_room(sitting: Sitting) -> list[Member]:
    """Whom the table demands training of: who came in without a voice may have been given one meanwhile."""
    if not sitting.table.demands_training:
        return []
    speaking = [one.member_id for one in standings_in_room(sitting) if one.speaks]
    return list(Member.objects.filter(pk__in=speaking).order_by("name"))


def _disclose_late(conference: Conference, sitting: Sitting, by: Member) -> None:
    # whatever the table talks about, in hand or put down for a while: seats have sight of it
    talked_of = Q(situation__stage__in=[Stage.FILTER2, Stage.FILTER3])
    # at a follow-up, whoever presides or records without having been there before
    talked_of |= Q(situation__stage=Stage.FILTER4, state=ItemState.IN_HAND)
    for key in conference.items.filter(talked_of).values_list("situation_id", flat=True):
        situation = filters.lock(key)
        deliberation.disclose_profile(situation, sitting, by)
        if situation.identity_open:
            identity.offer_late(situation, sitting, by)
        if situation.stage == Stage.FILTER3:
            involvement.tell_late(situation, sitting, by)
