"""Closing a referral, with its reason and the day of its deletion; and opening it again."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext as _

from agencies.models import Member
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import RuleRefused
from situations import noticing
from situations.choices import Closing, EntryKind, NoticeKind, Pile, ReferralStage
from situations.models import Referral
from situations.referrals import desk

JUNK_DAYS = 7
"""How long what a person called junk can still be taken back, also by who sent it."""
MOST = 500
"""Referrals that one press can close as junk."""
BY_DESK = tuple(one for one in Closing if one not in (Closing.WITHDRAWN, Closing.JUNK))
"""Reasons that the desk chooses for one referral; junk has a press of its own."""


@verb
def close(*, by: Member, referral: Referral, reason: Closing) -> Referral:
    """Close it; who brought it reads why, and when it will be deleted.

    Raises RuleRefused unless it was read, claimed by `by`, and says nothing that the desk has not read yet.
    """
    referral = desk.lock(referral.pk, by=by)
    desk.require_claimed(referral, by)
    desk.require_read(referral)
    if reason not in BY_DESK:
        raise RuleRefused(_("Choose why it is closed."), field="reason")
    if _unread(referral):
        raise RuleRefused(_("There is a new message. Read it first."))
    desk.enter(EntryKind.REFERRAL_CLOSED, by=by, referral=referral, closing=str(reason))
    return shut(referral, reason, days=referral.desk.deleted_after_days)


@verb
def close_as_junk(*, by: Member, keys: Iterable[int]) -> int:
    """Close those of "probably junk" that were looked at; deleted after a week. What does not lie there any more is left alone.

    Returns how many it closed. Each is in the ledger by itself.
    """
    done = 0
    for row in desk.lock_doubtful(sorted(set(keys))[:MOST], by=by):
        if row.stage != ReferralStage.READ or _unread(row):
            continue
        desk.enter(EntryKind.REFERRAL_CLOSED, by=by, referral=row, closing=str(Closing.JUNK))
        shut(row, Closing.JUNK, days=JUNK_DAYS)
        done += 1
    return done


@verb
def reopen(*, by: Member, referral: Referral) -> Referral:
    """Take a closing back. Raises RuleRefused for one that is not closed, or that its bringer has taken back."""
    referral = desk.lock(referral.pk, by=by)
    if referral.stage != ReferralStage.CLOSED:
        raise RuleRefused(_("This is not closed."))
    if referral.closing == Closing.WITHDRAWN:
        raise RuleRefused(_("Who brought it took it back. It stays closed."))
    desk.enter(EntryKind.REFERRAL_CLAIMED, by=by, referral=referral, reopened=True)
    referral.claimed_by = by
    return open_again(referral)


def shut(referral: Referral, reason: Closing, *, days: int) -> Referral:
    """Write the closing. The caller holds the lock; an entry in the ledger stands where a member of the desk decided it."""
    today = clock.today()
    referral.stage, referral.closing, referral.closed_on = ReferralStage.CLOSED, reason, today
    referral.deleted_from = today + timedelta(days=days)
    referral.save(update_fields=["stage", "closing", "closed_on", "deleted_from"])
    return referral


def reopen_if_written(referral: Referral) -> bool:
    """Open a closed referral again if a message has come since: nothing that somebody has just written to is deleted.

    The caller holds the lock. Tells the desk. Returns whether it did: one that was taken back for a message of a later day.
    """
    if referral.stage != ReferralStage.CLOSED or not _written_since(referral):
        return False
    open_again(referral)
    where = referral.desk
    noticing.tell(NoticeKind.REFERRAL_WAITS, members=desk.people(referral.agency_id), table=where.table, desk=where)
    return True


def open_again(referral: Referral) -> Referral:
    """Undo the closing; a referral that had become a draft is taken up as before. The caller holds the lock."""
    taken = referral.situation_id is not None
    referral.stage = ReferralStage.TAKEN_UP if taken else ReferralStage.READ
    referral.closing, referral.closed_on, referral.deleted_from = "", None, None
    referral.pile, referral.read_on = Pile.QUEUE, referral.read_on or clock.today()
    names = ["stage", "closing", "closed_on", "deleted_from", "pile", "read_on", "claimed_by"]
    referral.save(update_fields=names)
    return referral


def _written_since(referral: Referral) -> bool:
    if referral.closing != Closing.WITHDRAWN:
        return _unread(referral)
    return referral.messages.filter(member=None, read_on=None, written_on__gt=referral.closed_on).exists()


def _unread(referral: Referral) -> bool:
    return referral.messages.filter(member=None, read_on=None).exists()
