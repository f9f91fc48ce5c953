"""A lost receipt: whoever comes in person gets a new code, and nobody has to read the thread for that."""

from django.utils.translation import gettext as _

from agencies.models import Member
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import RuleRefused
from situations.choices import EntryKind
from situations.models import Referral
from situations.referrals import desk, receipts


def reissue(*, by: Member, referral: Referral, checked: bool) -> str:
    """Give the referral a new receipt code and return it, to be handed over on paper; the old one opens nothing any more.

    `checked`: the member has made sure, in the desk's own words, who it is. Raises RuleRefused without that. Opens nothing
    sealed: somebody of the desk who has never opened the referral can do it. From then on taking it back destroys nothing at
    once (`thread.withdraw`).
    """
    desk.found(referral.pk, by=by)
    if not checked:
        raise RuleRefused(_("Make sure first who it is."), field="checked")
    code = receipts.new_code()
    # before anything is locked: whoever guesses codes can make this wait
    _reissue(by=by, referral=referral, stored=receipts.digest(code))
    return code


@verb
def _reissue(*, by: Member, referral: Referral, stored: str) -> None:
    referral = desk.lock(referral.pk, by=by)
    desk.enter(EntryKind.REFERRAL_REISSUED, by=by, referral=referral)
    referral.receipt, referral.reissued_on = stored, clock.today()
    referral.save(update_fields=["receipt", "reissued_on"])
