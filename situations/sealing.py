"""The data keys of a situation: one for each agency that contributes something sealed, made when first needed.

Whoever holds a key may open what that agency sealed about that situation; destroying it shreds that for good. Keys lie in
a database of their own, which no transaction spans together with the data. So a key is written before what it seals (one
that is left over opens nothing), and destroyed after the record says so is committed (`finish_shredding` ends what a
crash in between has begun; until then readers are refused by the record).
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from hub import keystore
from hub.core import clock, second_wall, vault
from hub.core.errors import RuleRefused
from hub.core.second_wall import Reason
from hub.keystore.models import DataKey, ShreddedKey
from situations.choices import EntryKind
from situations.models import Identity, LedgerEntry, Situation


def data_key(situation: Situation, agency_id: int) -> bytes:
    """The agency's key for this situation, made if there is none, to seal with.

    Raises VaultError if it does not open, RuleRefused if it was destroyed: what was shredded is not sealed again.
    """
    row = DataKey.objects.filter(situation=situation.pk, agency=agency_id).first()
    if row is not None:
        return vault.unwrap(bytes(row.wrapped), version=row.master_version, context=row.context)
    if ShreddedKey.objects.filter(situation=situation.pk).exists():
        raise RuleRefused(_("What was sealed here was shredded for good."), situation=situation)
    key, row = vault.new_data_key(), DataKey(situation=situation.pk, agency=agency_id)
    row.master_version, row.wrapped = vault.wrap(key, context=row.context)
    row.save()
    return key


def opening_key(situation: Situation, agency_id: int) -> bytes:
    """The agency's key for this situation, to open with. Raises RuleRefused if it is gone, VaultError if it does not open."""
    row = DataKey.objects.filter(situation=situation.pk, agency=agency_id).first()
    if row is None:
        raise RuleRefused(_("There is nothing in the envelope: it is empty or was shredded."), situation=situation)
    return vault.unwrap(bytes(row.wrapped), version=row.master_version, context=row.context)


def destroy_keys(situation: Situation) -> int:
    """Have every key of the situation destroyed once the caller's transaction is committed; return how many there are.

    Callers mark what the keys sealed as shredded in the same transaction: undone, it leaves the keys as they were.
    """
    transaction.on_commit(partial(destroy, situation.pk), robust=True)
    return DataKey.objects.filter(situation=situation.pk).count()


def destroy(situation_id: int) -> int:
    """Destroy every key of the situation now, enter each in the list of those destroyed, and return how many there were."""
    with transaction.atomic(using=keystore.DATABASE):
        rows = list(DataKey.objects.select_for_update().filter(situation=situation_id))
        for row in rows:
            _strike(row.situation, row.agency, clock.now())
    return len(rows)


def destroy_again(struck: Mapping[tuple[int, int], datetime]) -> None:
    """Destroy the keys (situation, agency) that were destroyed once before, at that time, and have come back with a backup."""
    with transaction.atomic(using=keystore.DATABASE):
        for (situation_id, agency_id), at in struck.items():
            _strike(situation_id, agency_id, at)


def _strike(situation_id: int, agency_id: int, at: datetime) -> None:
    ShreddedKey.objects.get_or_create(situation=situation_id, agency=agency_id, defaults={"at": at})
    DataKey.objects.filter(situation=situation_id, agency=agency_id).delete()


def finish_shredding() -> list[int]:
    """Destroy keys that the record says are destroyed, left by a crash; return the numbers of their situations."""
    left = sorted(recorded_as_shredded().intersection(DataKey.objects.values_list("situation", flat=True)))
    for situation_id in left:
        destroy(situation_id)
    return left


@second_wall.passing(Reason.STORED)
def recorded_as_shredded() -> set[int]:
    """The numbers of the situations whose sealed contents are gone according to the data."""
    marked = Identity.objects.exclude(shredded_at=None).values_list("situation_id", flat=True)
    entered = LedgerEntry.objects.filter(kind=EntryKind.SHREDDED, situation__isnull=False)
    return set(marked).union(one for one in entered.values_list("situation_id", flat=True) if one)
