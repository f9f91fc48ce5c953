"""Who of the desk works on a referral, in which pile it lies, and whether it is an emergency."""

from django.utils.translation import gettext as _

from agencies.models import Member
from hub.core.audit import verb
from hub.core.errors import RuleRefused, Stale
from situations.choices import EntryKind, Pile
from situations.models import Referral
from situations.referrals import desk


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
    desk.enter(EntryKind.REFERRAL_SORTED, by=by, referral=referral, pile=str(pile))
    referral.pile = pile
    referral.save(update_fields=["pile"])
    return referral


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
