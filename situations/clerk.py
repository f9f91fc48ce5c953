"""The clerk: what has to happen at its time although nobody presses anything. Run by `manage.py clerk`, by any number at once.

Every duty looks at the database, takes one thing after the other under its row's lock, and does nothing to what another
clerk has done. A duty that fails is told and tried again in the next round; it stops no other.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from threading import Event

from django.db.models import Q
from django.utils import timezone

from agencies import allowing, ended_sessions, locking, renewing, signing_in, unused_accounts
from agencies.choices import AgencyRoleKind, TableRoleKind
from agencies.models import AgencyRole, Member, Table, TableRole
from agencies.standing import in_force
from hub.core import clock
from hub.core.audit import verb
from hub.pressing import forgetting
from situations import break_glass, checkpoints, noticing, retention, sealing
from situations.choices import NoticeKind
from situations.models import Checkpoint, Notice, Recusal, Situation
from situations.referrals import clocks, deleting

logger = logging.getLogger(__name__)

WARNED_DAYS = 7
"""How long before a shredding the privacy officers are told of it."""


@dataclass(frozen=True)
class Duty:
    """`do` returns how many things it did, and raises when it could not do all of them."""

    name: str
    do: Callable[[], int]


def warn_of_shredding() -> int:
    """Tell the privacy officers of the originating agency and of the table, once, what is shredded within a week."""
    coming = [one.situation for one in retention.due(within_days=WARNED_DAYS) if not one.held]
    return retention.each([one.pk for one in Situation.objects.filter(pk__in=coming) if _untold(one)], _warn)


def sign_the_day() -> int:
    """The daily checkpoint over every chain, once a day in the table's time zone, however many clerks there are."""
    if not Table.objects.exists() or _signed_today():
        return 0
    return int(_sign(by=None))


def finish_shredding() -> int:
    """Destroy keys that the record says are destroyed: a crash stood between the two."""
    return len(sealing.finish_shredding())


def send_mail() -> int:
    """Send e-mails that the mail server did not take; what still waits is tried in the next round."""
    return noticing.send_waiting()[0]


DUTIES = (
    Duty("end what break-glass had opened", break_glass.expire),
    Duty("warn of what is shredded within a week", warn_of_shredding),
    Duty("shred what is due", retention.shred_due),
    Duty("redact what a hold had kept", retention.redact_waiting),
    Duty("delete held texts that nobody decided on", retention.forget_held),
    Duty("delete suggested words that nobody put on a list", allowing.forget_suggested),
    Duty("destroy keys that a crash had left", finish_shredding),
    Duty("open again what was written to after it was closed", deleting.open_written),
    Duty("delete referrals that are due", deleting.delete_due),
    Duty("destroy keys that a crash had left of referrals", deleting.finish),
    Duty("tell of what waits unread at a desk", clocks.escalate),
    Duty("sign the day's checkpoint", sign_the_day),
    Duty("remind of agreements that end", renewing.remind),
    Duty("disable accounts that nobody uses", unused_accounts.disable),
    Duty("warn before an account is disabled", unused_accounts.warn),
    Duty("forget refused sign-ins of more than a year ago", locking.forget),
    Duty("forget sign-ins of more than a year ago", signing_in.forget),
    Duty("forget the presses of the day before", forgetting.forget),
    Duty("forget sessions that have ended", ended_sessions.forget),
    Duty("send e-mails that had to wait", send_mail),
)


def go_round(duties: tuple[Duty, ...] = DUTIES, stop: Event | None = None) -> Iterator[tuple[str, int]]:
    """Do each duty once and yield (name, how many things); -1 for one that failed. After `stop`, no further duty begins."""
    for duty in duties:
        if stop is not None and stop.is_set():
            return
        try:
            done = duty.do()
        except Exception as failed:
            # types only: what an exception says may quote a row
            kinds = ", ".join(_kinds(failed))
            logger.exception("The clerk could not %s: %s", duty.name, kinds)
            done = -1
        yield duty.name, done


def _kinds(error: BaseException) -> list[str]:
    if isinstance(error, BaseExceptionGroup):
        return sorted({kind for one in error.exceptions for kind in _kinds(one)})
    return [type(error).__name__]


@verb
def _warn(*, by: None, key: int) -> bool:
    situation = retention.claimed(key)
    if situation is None or retention.held(situation):
        return False
    told = noticing.tell(NoticeKind.SHRED_DUE, members=_untold(situation), table=situation.table, situation=situation)
    return bool(told)


def _untold(situation: Situation) -> list[Member]:
    """Privacy officers who have not been told since the situation ended; not those who stepped out of it."""
    agency = AgencyRole.objects.filter(
        in_force(), role=AgencyRoleKind.PRIVACY_OFFICER, member__agency=situation.originating_agency_id
    )
    table = TableRole.objects.filter(in_force(), role=TableRoleKind.PRIVACY_OFFICER, table=situation.table_id)
    told = Notice.objects.filter(situation=situation, kind=NoticeKind.SHRED_DUE, at__gte=situation.ended_at)
    out = Recusal.objects.filter(situation=situation)
    officers = Member.objects.filter(Q(pk__in=agency.values("member")) | Q(pk__in=table.values("member")), is_active=True)
    return list(officers.exclude(pk__in=told.values("member")).exclude(pk__in=out.values("member")).order_by("pk"))


@verb
def _sign(*, by: None) -> bool:
    # the row that every clerk can wait for; SQLite has one writer anyway
    Table.objects.select_for_update().order_by("pk").first()
    if _signed_today():
        return False
    checkpoints.make(by=None, table=None)
    return True


def _signed_today() -> bool:
    midnight = timezone.make_aware(datetime.combine(clock.today(), time.min))
    return Checkpoint.objects.filter(table=None, at__gte=midnight, at__lte=clock.now()).exists()
