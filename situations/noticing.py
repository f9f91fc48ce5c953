"""Telling members apart from any page they opened: a notice in the application, and an e-mail that says no more than it.

The notice is written in the caller's transaction. The e-mail leaves after the commit, in a thread of its own: a mail server
that is slow or down neither stops nor undoes what was done, and `send_waiting` tries again.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from smtplib import SMTPException
from threading import Thread
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy

from agencies.choices import TableRoleKind
from agencies.models import Member, Table, TableRole
from agencies.standing import in_force
from hub.core import clock, second_wall
from hub.core.second_wall import Reason
from situations.choices import HeldState, NoticeKind
from situations.models import HeldText, IntakeDesk, Notice, Situation

logger = logging.getLogger(__name__)

GIVES_UP = timedelta(days=3)
"""An e-mail that could not be sent for so long is not sent any more; the notice in the application stays."""
THREAD = "notices"
MOST = 100
"""Notices that are told at a time; putting them away shows the next."""
CHAIRS = (TableRoleKind.FACILITATOR, TableRoleKind.RECORDER)
"""Who may be asked about a text that was written for the table."""
AT_ONCE = frozenset({NoticeKind.BREAK_GLASS})
"""What is mailed the moment it happens, each by itself."""
SIGN_IN = {
    NoticeKind.BREAK_GLASS: gettext_lazy("Sign in to read who, when and why."),
    NoticeKind.SHRED_DUE: gettext_lazy("Sign in to read which, and when."),
    NoticeKind.REFERRAL_WAITS: gettext_lazy("Sign in to see that somebody reads it."),
    NoticeKind.TEXT_HELD: gettext_lazy("Sign in to look at it."),
    NoticeKind.TEXT_PASSED: gettext_lazy("Sign in to send it."),
    NoticeKind.TEXT_REFUSED: gettext_lazy("Sign in to change it."),
    NoticeKind.TEXT_EXPIRED: gettext_lazy("Sign in to change it, or to have it looked at again."),
}


def tell(
    kind: NoticeKind,
    *,
    members: Iterable[Member],
    table: Table,
    situation: Situation | None = None,
    desk: IntakeDesk | None = None,
) -> list[Notice]:
    """Leave a notice for each member. What cannot wait is mailed as soon as the caller's transaction is committed.

    The rest goes with the clerk's next round (`send_waiting`), one e-mail a member and table however much it is.
    """
    told = [Notice(member=one, table=table, situation=situation, desk=desk, kind=kind, at=clock.now()) for one in members]
    for notice in told:
        notice.save()
    keys = [notice.pk for notice in told]
    if keys and kind in AT_ONCE:
        transaction.on_commit(partial(_send_apart, keys), robust=True)
    return told


def unseen(member: Member) -> list[Notice]:
    """The newest `MOST` that the member was told and has not put away; not that something is due which has happened since."""
    told = Notice.objects.filter(member=member, seen_at=None)
    still = Q(pk__in=())
    for table, situation in _held_places(member):
        still |= Q(table=table, situation=situation)
    decided = Q(kind=NoticeKind.TEXT_HELD) & ~still
    return _newest(told.exclude(decided))


def _held_places(member: Member) -> set[tuple[int, int | None]]:
    """Where a text of others waits that the member could be asked about: of the own agency, or of a table that they chair."""
    chairs = TableRole.objects.filter(in_force(), member=member, role__in=CHAIRS).values("table")
    own = Q(agency=member.agency_id) | Q(for_chairs=True, table__in=chairs)
    waiting = HeldText.objects.filter(own, state=HeldState.WAITING).exclude(written_by=member)
    with second_wall.agencies(member.agency_id):
        return set(waiting.values_list("table", "situation"))


@second_wall.passing(Reason.STORED)
def _newest(told: QuerySet[Notice]) -> list[Notice]:
    happened = Q(kind=NoticeKind.SHRED_DUE, situation__identity__shredded_at__isnull=False)
    return list(told.exclude(happened).select_related("table", "desk__agency")[:MOST])


def put_away(*, by: Member, keys: Iterable[int]) -> int:
    """Mark the member's own notices as seen; others' are left alone. Returns how many there were."""
    return Notice.objects.filter(member=by, pk__in=list(keys), seen_at=None).update(seen_at=clock.now())


def send_waiting() -> tuple[int, int]:
    """Mail what could not be mailed before: (sent, still waiting). Run by the clerk; safe to run at any time, by several.

    Two at once may both send one e-mail: told twice is better than told never.
    """
    return _send(_waiting())


def _waiting() -> list[Notice]:
    rows = Notice.objects.filter(mailed_at=None, at__gte=clock.now() - GIVES_UP, member__is_active=True)
    return list(rows.select_related("member", "table").order_by("pk"))


def _send_apart(keys: list[int]) -> None:
    Thread(target=_send_and_hang_up, args=(keys,), name=THREAD, daemon=True).start()


def _send_and_hang_up(keys: list[int]) -> None:
    try:
        _send([notice for notice in _waiting() if notice.pk in keys])
    finally:
        connection.close()


def _send(notices: list[Notice]) -> tuple[int, int]:
    if not notices:
        return 0, 0
    sent = 0
    try:
        with get_connection() as server:
            for letter in _letters(notices):
                sent += _sent(letter, server)
    except (OSError, SMTPException) as error:
        logger.warning("the mail server does not answer (%s)", type(error).__name__)
    if sent < len(notices):
        logger.warning("%s e-mails wait to be sent again", len(notices) - sent)
    return sent, len(notices) - sent


def _letters(notices: list[Notice]) -> list[list[Notice]]:
    """What goes into one e-mail each: all that a member is told of one table and kind, but for what is told at once."""
    found: dict[tuple[Any, ...], list[Notice]] = {}
    for one in notices:
        apart = one.pk if one.kind in AT_ONCE else None
        found.setdefault((one.kind, one.member_id, one.table_id, apart), []).append(one)
    return list(found.values())


def _sent(letter: list[Notice], server: BaseEmailBackend) -> int:
    try:
        _message(letter[0], server).send()
    except (OSError, SMTPException) as error:
        logger.warning("one e-mail waits: the mail server did not take it (%s)", type(error).__name__)
        return 0
    return Notice.objects.filter(pk__in=[one.pk for one in letter]).update(mailed_at=clock.now())


def _message(notice: Notice, server: BaseEmailBackend) -> EmailMessage:
    # the table's name is all that it tells: no number, no situation, nobody's name
    kind = NoticeKind(notice.kind)
    words = {"what": kind.label, "table": notice.table.name, "sign_in": SIGN_IN[kind]}
    subject = render_to_string("mail/notice_subject.txt", words).strip()
    return EmailMessage(subject, render_to_string("mail/notice.txt", words), to=[notice.member.email], connection=server)
