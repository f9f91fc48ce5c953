"""A lost receipt: whoever comes in person gets a new code, and nobody has to read the thread for that."""

from django.utils.translation import gettext as _

from agencies.models import Member
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import RuleRefused
from situations.choices import EntryKind
from situations.models import Referral
from situations.referrals import desk, receipts


@verb
def reissue(*, by: Member, referral: Referral, checked: bool) -> str:
    """Give the referral a new receipt code and return it, to be handed over on paper; the old one opens nothing any more.

    `checked`: the member has made sure, in the desk's own words, who it is. Raises RuleRefused without that. Opens nothing
    sealed: somebody of the desk who has never opened the referral can do it. From then on taking it back destroys nothing at
    once (`thread.withdraw`).
    """
    referral = desk.lock(referral.pk, by=by)
    if not checked:
        raise RuleRefused(_("Make sure first who it is."), field="checked")
    desk.enter(EntryKind.REFERRAL_REISSUED, by=by, referral=referral)
    code = receipts.new_code()
    referral.receipt, referral.reissued_on = receipts.digest(code), clock.today()
    referral.save(update_fields=["receipt", "reissued_on"])
    return code
