"""The data keys of a situation: one for each agency that contributes something sealed, made when first needed.

Whoever holds a key may open what that agency sealed about that situation; destroying it shreds that for good.
"""

from hub.core import vault
from situations.models import DataKey, Situation


def data_key(situation: Situation, agency_id: int) -> bytes:
    """The agency's key for this situation, made if there is none. Raises VaultError if it does not open."""
    row = DataKey.objects.filter(situation=situation, agency_id=agency_id).first()
    if row is not None:
        return vault.unwrap(bytes(row.wrapped), version=row.master_version, context=row.context)
    key, row = vault.new_data_key(), DataKey(situation=situation, agency_id=agency_id)
    row.master_version, row.wrapped = vault.wrap(key, context=row.context)
    row.save()
    return key


def destroy_keys(situation: Situation) -> int:
    """Delete every key of the situation and return how many there were."""
    keys, _rows = DataKey.objects.filter(situation=situation).delete()
    return keys
