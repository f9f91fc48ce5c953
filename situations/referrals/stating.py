"""What a legal basis had written down when a case was given to another agency: kept for who gave it, as long as the case is.

Codes, dates and recipients are in the ledger's entry and stay there. These words can name somebody, so they are sealed under a
key of their own that the giving agency alone has, and are destroyed with the referral (docs/intake.md).
"""

import json
from typing import Any

from agencies.models import Member
from situations.grounds import Weighed
from situations.models import LedgerEntry, Referral, ReferralGrounds
from situations.referrals import sealing


def keep(referral: Referral, entry: LedgerEntry, weighed: Weighed, *, by: Member) -> None:
    """Seal what was written down for the disclosure that `entry` records; nothing where the basis asks for no words."""
    if not weighed.texts:
        return
    row = ReferralGrounds(referral=referral, agency=by.agency, entry=entry)
    key = sealing.new_key(row.binding, by.agency_id)
    row.words = sealing.seal(json.dumps(weighed.texts, ensure_ascii=False), key=key, binding=row.binding)
    row.save()


def words(entry: LedgerEntry, *, agency_id: int) -> dict[str, str]:
    """What was written down, by need: for the giving agency's own privacy officer. Empty where nothing is, or is any more."""
    row = ReferralGrounds.objects.filter(entry=entry, agency=agency_id).first()
    if row is None:
        return {}
    key = sealing.key_of(row.binding, row.agency_id)
    found: dict[str, str] = json.loads(sealing.unseal(bytes(row.words), key=key, binding=row.binding))
    return found


def keys_of(referral: Referral) -> dict[str, Any]:
    """Which keys go with the referral, for the entry of its deletion; nothing where no basis asked for words."""
    keys = [str(one) for one in referral.grounds.order_by("pk").values_list("binding", flat=True)]
    return {"keys": keys} if keys else {}


def destroy(referral: Referral) -> None:
    """Delete all of it with the referral; the keys are destroyed once that is committed."""
    for row in referral.grounds.all():
        sealing.destroy_key(row.binding, row.agency_id)
        row.delete()
