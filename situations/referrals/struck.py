"""Which referrals are deleted for good, so that no restored backup brings one back.

A list of their bindings lies beside the backups and only grows, as that of keys does (`situations.backups`). One that
was passed on is not on it while it lives, although its key was destroyed: in a backup of before it stands at the desk that
had it, and a case that somebody brought must not be lost by a restoration. Once it is deleted, every binding that it ever
had is on it. A key without a row is left alone unless the ledger says why: its row may come back with the next restoration,
and by itself it opens nothing.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from hub import keystore
from hub.core import second_wall
from hub.core.audit import verb
from hub.core.second_wall import Reason
from hub.keystore.models import ReferralKey, ShreddedReferralKey
from situations.choices import EntryKind
from situations.ledger import utc
from situations.models import LedgerEntry, Referral
from situations.referrals import deleting

Struck = dict[UUID, datetime]
"""Bindings of deleted referrals, and when the key was destroyed."""


def deleted() -> Struck:
    """Those whose key was destroyed, unless the ledger says that they were passed on and not that they were deleted."""
    over = set(_entries(EntryKind.REFERRAL_DELETED).values_list("detail__referral", flat=True))
    passed = _entries(EntryKind.REFERRAL_PASSED).values_list("detail__key", "detail__referral")
    moved = {UUID(key) for key, referral in passed if key and referral not in over}
    rows = ShreddedReferralKey.objects.values_list("referral", "at")
    return {binding: at for binding, at in rows if binding not in moved}


def _entries(kind: EntryKind) -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(kind=kind)


def written(struck: Struck) -> str:
    """As lines of a file, in a fixed order."""
    lines = [json.dumps({"at": utc(at), "referral": str(binding)}) for binding, at in sorted(struck.items())]
    return "".join(f"{line}\n" for line in lines)


def read(text: str) -> Struck:
    """What `written` made. Raises ValueError, KeyError or TypeError for anything else."""
    rows = [json.loads(line) for line in text.splitlines()]
    return {UUID(one["referral"]): datetime.fromisoformat(one["at"]) for one in rows}


def strike_again(struck: Struck) -> list[int]:
    """Destroy the keys of these again, and delete their rows that have come back; returns the numbers of the rows."""
    with transaction.atomic(using=keystore.DATABASE):
        for row in ReferralKey.objects.filter(referral__in=list(struck)):
            again = {"at": struck[row.referral]}
            ShreddedReferralKey.objects.get_or_create(referral=row.referral, agency=row.agency, defaults=again)
            row.delete()
    with second_wall.passing(Reason.STORED):
        back = list(Referral.objects.filter(binding__in=list(struck)).order_by("pk").values_list("pk", flat=True))
    return [one for one in back if _delete(by=None, key=one)]


def unreadable() -> list[int]:
    """The numbers of referrals whose key is gone, although they are not deleted."""
    with second_wall.passing(Reason.STORED):
        rows = list(Referral.objects.order_by("pk").values_list("pk", "binding", "agency_id"))
    return _without_key(rows, set(ReferralKey.objects.values_list("referral", "agency")))


def _without_key(rows: Iterable[tuple[int, UUID, int]], there: set[tuple[UUID, int]]) -> list[int]:
    return [number for number, binding, agency in rows if (binding, agency) not in there]


@verb
def _delete(*, by: None, key: int) -> bool:
    with second_wall.passing(Reason.SHREDDING):
        row = Referral.objects.select_for_update(of=("self",)).select_related("desk__table").filter(pk=key).first()
        if row is None:
            return False
        deleting.erase(row, replayed=True)
    return True
