"""Who of the desk works on a referral, in which pile it lies, and whether it is an emergency."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from agencies.models import Member
from hub.core.audit import verb
from hub.core.errors import RuleRefused, Stale
from situations.choices import EntryKind, Pile, ReferralStage
from situations.models import Referral
from situations.referrals import desk

MOST = 500
"""Referrals that one press can move into the queue."""


@verb
def claim(*, by: Member, referral: Referral) -> Referral:
    """Take it on, so that nobody else of the desk does. Raises Stale if somebody else was first, RuleRefused if closed."""
    referral = desk.lock(referral.pk, by=by)
    desk.require_open(referral)
    if referral.claimed_by_id == by.pk:
        return referral
    if referral.claimed_by_id is not None:
        raise Stale(_("Somebody else of your desk has claimed this. Nothing was changed; this is how it stands now."))
    desk.enter(EntryKind.REFERRAL_CLAIMED, by=by, referral=referral)
    referral.claimed_by, referral.pile = by, Pile.QUEUE
    referral.save(update_fields=["claimed_by", "pile"])
    return referral


@verb
def release(*, by: Member, referral: Referral) -> Referral:
    """Put it back into the queue; also for a colleague who is away. Raises RuleRefused if nobody has claimed it."""
    referral = desk.lock(referral.pk, by=by)
    desk.require_open(referral)
    if referral.claimed_by_id is None:
        raise RuleRefused(_("Nobody has claimed this."))
    desk.enter(EntryKind.REFERRAL_RELEASED, by=by, referral=referral, of=referral.claimed_by_id)
    referral.claimed_by = None
    referral.save(update_fields=["claimed_by"])
    return referral


@verb
def sort(*, by: Member, referral: Referral, pile: Pile) -> Referral:
    """Move it to the other pile. What somebody has claimed is no junk: raises RuleRefused."""
    referral = desk.lock(referral.pk, by=by)
    desk.require_open(referral)
    if referral.claimed_by_id is not None:
        raise RuleRefused(_("Put it back into the queue first."))
    if referral.pile == pile:
        return referral
    return _move(referral, pile, by=by)


@verb
def keep_as_real(*, by: Member, keys: Iterable[int]) -> int:
    """Into the queue with those of "probably junk" that were looked at and could be real.

    Nobody would look at them there again, and who brought one reads that it was read. Returns how many. What does not lie
    there any more is left alone, and what nobody has read.
    """
    rows = [one for one in desk.lock_doubtful(sorted(set(keys))[:MOST], by=by) if one.stage != ReferralStage.RECEIVED]
    for row in rows:
        _move(row, Pile.QUEUE, by=by)
    return len(rows)


@verb
def mark_emergency(*, by: Member, referral: Referral, is_emergency: bool) -> Referral:
    """Mark it as an emergency, or take the mark off. It sends nothing to anybody: the page says whom to call now."""
    referral = desk.lock(referral.pk, by=by)
    desk.require_open(referral)
    if referral.is_emergency == is_emergency:
        return referral
    desk.enter(EntryKind.REFERRAL_EMERGENCY, by=by, referral=referral, is_emergency=is_emergency)
    referral.is_emergency = is_emergency
    referral.save(update_fields=["is_emergency"])
    return referral


def _move(referral: Referral, pile: Pile, *, by: Member) -> Referral:
    desk.enter(EntryKind.REFERRAL_SORTED, by=by, referral=referral, pile=str(pile))
    referral.pile = pile
    referral.save(update_fields=["pile"])
    return referral
