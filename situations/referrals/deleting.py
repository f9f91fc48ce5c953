"""Deletion: the day that the closing named, the key and every row go. Never a thread to which its bringer has written since."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from hub.core import clock, second_wall
from hub.core.audit import verb
from hub.core.second_wall import Reason
from hub.keystore.models import ReferralKey
from situations import noticing, retention
from situations.choices import Closing, EntryKind, NoticeKind, ReferralStage
from situations.models import LedgerEntry, Referral, ReferralGrounds, ReferralMessage
from situations.referrals import closing, desk, sealing, stating


def open_written() -> int:
    """Open closed referrals again to which a message has come since, from the day after it: for the clerk.

    Not at once, because the notice has a time, and would tell to the minute when somebody wrote.
    """
    with second_wall.passing(Reason.SHREDDING):
        keys = list(_written(before_today=True).values_list("pk", flat=True).order_by("pk"))
    return retention.each(keys, _open)


def delete_due() -> int:
    """Delete what is due; for the clerk, safe to run by several at once. Returns how many."""
    with second_wall.passing(Reason.SHREDDING):
        due = Referral.objects.filter(deleted_from__lte=clock.today(), stage=ReferralStage.CLOSED)
        keys = list(due.values_list("pk", flat=True).order_by("pk"))
    return retention.each(keys, _delete)


def finish() -> int:
    """Destroy keys of referrals that the ledger says are deleted or passed on: a crash stood between the two."""
    with second_wall.passing(Reason.SHREDDING):
        there = {one for model in (Referral, ReferralGrounds) for one in model.objects.values_list("binding", flat=True)}
    left = [(one, agency) for one, agency in ReferralKey.objects.values_list("referral", "agency") if one not in there]
    if not left:
        return 0
    entries = LedgerEntry.objects.filter(kind__in=[EntryKind.REFERRAL_DELETED, EntryKind.REFERRAL_PASSED])
    gone = set(entries.values_list("detail__key", flat=True))
    gone |= {one for keys in entries.filter(detail__has_key="keys").values_list("detail__keys", flat=True) for one in keys}
    orphans = [(one, agency) for one, agency in left if str(one) in gone]
    for one, agency in orphans:
        sealing.destroy(one, agency)
    return len(orphans)


@verb
def _open(*, by: None, key: int) -> bool:
    with second_wall.passing(Reason.SHREDDING):
        row = _claimed(key)
        if row is None or not _written(before_today=True).filter(pk=key).exists():
            return False
        closing.open_again(row)
    noticing.tell(NoticeKind.REFERRAL_WAITS, members=desk.people(row.agency_id), table=row.desk.table, desk=row.desk)
    return True


@verb
def _delete(*, by: None, key: int) -> bool:
    with second_wall.passing(Reason.SHREDDING):
        row = _claimed(key)
        # looked at again under the lock: a message may have come while this waited for it
        if row is None or not _is_due(row) or _written().filter(pk=key).exists():
            return False
        erase(row, closing=row.closing)
    return True


def erase(row: Referral, **why: Any) -> None:
    """Delete every row of it, entered first; the keys are destroyed once that is committed. The caller holds the lock."""
    desk.enter(EntryKind.REFERRAL_DELETED, by=None, referral=row, key=str(row.binding), **why, **stating.keys_of(row))
    sealing.destroy_key(row.binding, row.agency_id)
    stating.destroy(row)
    row.messages.all().delete()
    row.delete()


def _is_due(row: Referral) -> bool:
    return row.stage == ReferralStage.CLOSED and row.deleted_from is not None and row.deleted_from <= clock.today()


def _claimed(key: int) -> Referral | None:
    rows = Referral.objects.select_for_update(of=("self",), skip_locked=True).select_related("desk__table", "agency")
    return rows.filter(pk=key).first()


def _written(*, before_today: bool = False) -> QuerySet[Referral]:
    """Closed ones with a message that the desk has not read; of those taken back only with one of a later day."""
    said = ReferralMessage.objects.filter(referral=OuterRef("pk"), member=None, read_on=None)
    if before_today:
        said = said.filter(written_on__lt=clock.today())
    rows = Referral.objects.filter(stage=ReferralStage.CLOSED)
    later = said.filter(written_on__gt=OuterRef("closed_on"))
    open_ones = rows.exclude(closing=Closing.WITHDRAWN).filter(Exists(said))
    return open_ones | rows.filter(Exists(later), closing=Closing.WITHDRAWN)
