"""Accounts that nobody uses: told by mail after 83 days, disabled after 90 (CJIS AC-2(3)). Rounds of the clerk."""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.template.loader import render_to_string

from agencies import own_sessions
from agencies.models import Member
from hub.core import clock
from hub.core.audit import verb

logger = logging.getLogger(__name__)

WARNING = timedelta(days=7)


def unused_for(span: timedelta) -> QuerySet[Member]:
    """Open accounts that were last signed in to (made, released) longer ago than that."""
    used = Greatest("joined_at", Coalesce("last_login", "joined_at"), Coalesce("released_at", "joined_at"))
    return Member.objects.filter(is_active=True, disabled_at=None).annotate(used_at=used).filter(used_at__lt=clock.now() - span)


def warn() -> int:
    """Tell by mail, once, whoever has not signed in for `UNUSED_DAYS` less a week; how many were told."""
    due = unused_for(_limit() - WARNING)
    told = [_warn(by=None, key=one.pk) for one in due if not _was_told(one)]
    for address in filter(None, told):
        _mail(address)
    return sum(map(bool, told))


def disable() -> int:
    """Disable what was not used for `UNUSED_DAYS` and was told of it a week before; how many.

    Never the last administrator that can sign in: nobody would be left to release anybody.
    """
    now = clock.now()
    due = [one for one in unused_for(_limit()) if _was_told(one) and one.warned_at and one.warned_at <= now - WARNING]
    return sum(_disable(by=None, key=one.pk, now=now) for one in due)


def _limit() -> timedelta:
    return timedelta(days=settings.UNUSED_DAYS)


def _was_told(member: Member) -> bool:
    """Since it was last used."""
    return member.warned_at is not None and member.warned_at > member.used_at  # type: ignore[attr-defined]  # annotated above


@verb
def _warn(*, by: None, key: int) -> str:
    """The address to write to, once this is committed; empty if another clerk was first."""
    row = unused_for(_limit() - WARNING).select_for_update().filter(pk=key).first()
    if row is None or _was_told(row):
        return ""
    row.warned_at = clock.now()
    row.save(update_fields=["warned_at"])
    return row.email


def _mail(address: str) -> None:
    words = {"days": settings.UNUSED_DAYS, "on": clock.now() + WARNING}
    subject = render_to_string("mail/unused_account_subject.txt", words).strip()
    try:
        EmailMessage(subject, render_to_string("mail/unused_account.txt", words), to=[address]).send()
    except (OSError, SMTPException) as error:
        # an account that nobody uses does not wait for a mail server
        logger.warning("a warning of an unused account was not sent (%s)", type(error).__name__)


@verb
def _disable(*, by: None, key: int, now: datetime) -> bool:
    # all administrators in one order: two clerks that each disable one must not leave none
    able = list(
        Member.objects.select_for_update()
        .filter(is_administrator=True, is_active=True, disabled_at=None, locked_at=None)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    row = unused_for(_limit()).filter(pk=key).first()
    if row is None or able == [row.pk]:
        return False
    row.disabled_at = now
    row.save(update_fields=["disabled_at"])
    own_sessions.end_all(by=None, member=row)
    return True
