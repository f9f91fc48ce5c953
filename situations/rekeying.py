"""Rotation: data keys brought under the newest master key, batch by batch, while everybody goes on working.

Only the wrapping changes: no identity is read and no ciphertext touched. Nothing is disclosed, so the ledger gets no
entry; the log gets counts. The old wrapping is overwritten for good, because a key's history would undo shredding.
"""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from agencies.models import Member
from hub import keystore
from hub.core import vault
from hub.core.aead import VaultError
from hub.core.audit import verb
from hub.core.keyring import INDEX_VERSION, provider
from hub.keystore.models import DataKey, ReferralKey

log = logging.getLogger(__name__)
BATCH = 200
Keys = type[DataKey] | type[ReferralKey]
KEYS: tuple[Keys, ...] = (DataKey, ReferralKey)


@dataclass
class Batch:
    """What one transaction did. `last` is where the next one goes on; `refused` is why, by what the key is of."""

    rewrapped: int = 0
    last: int = 0
    refused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """Where the ring stands against the data keys."""

    newest: int
    waiting: int
    """Data keys under an older version that is there."""
    lost: dict[int, int]
    """Data keys by version that is not there."""
    removable: list[int]
    """Versions that no data key and no index needs any more."""
    index_only: bool
    """Whether the version of the blind index serves nothing else by now."""


def rotate(*, by: Member | None, batch: int = BATCH, progress: Callable[[Batch], None] = lambda _done: None) -> Batch:
    """Rewrap every data key that is not under the newest version. Interrupted, it goes on where it stopped when run again.

    Two runs at once share the work: the first round passes over what another holds, the second waits for the rest, so that
    both end with nothing left. A key that does not open is left as it is and told in `refused`.
    """
    total = Batch()
    for of, wait in product(KEYS, (False, True)):
        done = Batch(last=0)
        while True:
            done = rewrap_batch(by=by, of=of, after=done.last, limit=batch, wait=wait)
            if not (done.rewrapped or done.refused):
                break
            total.rewrapped += done.rewrapped
            total.refused |= done.refused
            progress(done)
    log.info("Data keys rewrapped: %d, refused: %d", total.rewrapped, len(total.refused))
    return total


@verb
def rewrap_batch(*, by: Member | None, of: Keys, after: int, limit: int, wait: bool) -> Batch:
    """Rewrap up to `limit` keys of one kind past the row `after`, in one transaction of its own."""
    done = Batch(last=after)
    with transaction.atomic(using=keystore.DATABASE):
        for row in _older(of).filter(pk__gt=after).select_for_update(skip_locked=not wait).order_by("pk")[:limit]:
            done.last = row.pk
            try:
                version, wrapped = vault.rewrap(bytes(row.wrapped), version=row.master_version, context=row.context)
            except VaultError as refused:
                done.refused[_of(row)] = str(refused)
                continue
            # never save(): it would bring a key back that was shredded meanwhile
            done.rewrapped += of.objects.filter(pk=row.pk).update(master_version=version, wrapped=wrapped)
    return done


def standing() -> Standing:
    """Count what is left, what is lost, and what may go."""
    used = Counter(one for of in KEYS for one in of.objects.order_by().values_list("master_version", flat=True))
    held, newest = provider().versions(), provider().newest()
    idle = [version for version in held if version != newest and not used[version]]
    return Standing(
        newest=newest,
        waiting=sum(_older(of).count() for of in KEYS),
        lost={version: count for version, count in sorted(used.items()) if version not in held},
        removable=[version for version in idle if version < newest and version != INDEX_VERSION],
        index_only=INDEX_VERSION in idle,
    )


def _of(row: DataKey | ReferralKey) -> str:
    return f"Situation {row.situation}" if isinstance(row, DataKey) else f"Referral {row.referral}"


def _older(of: Keys) -> QuerySet[Any]:
    ring = provider()
    return of.objects.filter(master_version__in=[one for one in ring.versions() if one != ring.newest()])
