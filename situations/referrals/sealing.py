"""The data key of a referral: one for the one agency whose desk reads it. Answers and messages are sealed under it.

As with situations (`situations.sealing`), keys lie in a database of their own: a key is written before what it seals, and
destroyed after the record that it sealed is gone is committed.
"""

from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hub import keystore
from hub.core import clock, vault
from hub.core.errors import RuleRefused
from hub.keystore.models import ReferralKey, ShreddedReferralKey
from situations.models import Referral
from situations.referrals.answers import Answers


def new_key(referral: UUID, agency_id: int) -> bytes:
    """Make and keep the agency's key for the referral with this binding; its row need not exist yet.

    Raises RuleRefused for a binding of which a key was destroyed: what was deleted is not sealed again.
    """
    if ShreddedReferralKey.objects.filter(referral=referral).exists():
        raise RuleRefused(_("This was deleted for good."))
    key, row = vault.new_data_key(), ReferralKey(referral=referral, agency=agency_id)
    row.master_version, row.wrapped = vault.wrap(key, context=row.context)
    row.save()
    return key


def key_of(referral: UUID, agency_id: int) -> bytes:
    """The agency's key. Raises RuleRefused if it is gone, VaultError if it does not open."""
    row = ReferralKey.objects.filter(referral=referral, agency=agency_id).first()
    if row is None:
        raise RuleRefused(_("This was deleted for good."))
    return vault.unwrap(bytes(row.wrapped), version=row.master_version, context=row.context)


def seal(text: str, *, key: bytes, binding: UUID) -> bytes:
    """Seal one text of a referral into the row with this binding."""
    return vault.seal(text, key=key, context=f"referral:{binding}")


def unseal(sealed: bytes, *, key: bytes, binding: UUID) -> str:
    """Return what was sealed there; raise VaultError if it is another row's, or was changed."""
    return vault.unseal(bytes(sealed), key=key, context=f"referral:{binding}")


def answers_of(referral: Referral) -> Answers:
    """What was answered. For steps that may know it: the desk's have entered themselves in the ledger."""
    key = key_of(referral.binding, referral.agency_id)
    return Answers.unpacked(unseal(bytes(referral.answers), key=key, binding=referral.binding))


def destroy_key(referral: UUID, agency_id: int) -> None:
    """Have the key destroyed once the caller's transaction is committed: undone, it leaves the key as it was."""
    transaction.on_commit(partial(destroy, referral, agency_id), robust=True)


def destroy(referral: UUID, agency_id: int) -> None:
    """Destroy the key now and enter it in the list of those destroyed."""
    with transaction.atomic(using=keystore.DATABASE):
        ShreddedReferralKey.objects.get_or_create(referral=referral, agency=agency_id, defaults={"at": clock.now()})
        ReferralKey.objects.filter(referral=referral, agency=agency_id).delete()
