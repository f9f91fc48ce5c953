"""Locking an account after refused sign-ins (CJIS Security Policy 6.0, AC-7), and its release.

In the database, under the account's row: every process counts together. Sessions that are open go on: whoever knows an
address could otherwise throw its owner out of a conference. What such a session cannot do any more is be unlocked.
"""

import logging
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from agencies.models import Member, SignInFailure
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import NotAllowed

log = logging.getLogger(__name__)

FAILURES = 5
WITHIN = timedelta(minutes=15)
NOBODY = 0
"""No account has this id. Asked for like any other, so that an address without an account takes as long."""
KEPT = timedelta(days=400)
"""How long refused sign-ins are kept: longer than the year that CJIS AU-11 asks for."""


@verb
def failed(*, by: None, member: Member | None) -> bool:
    """Enter a refused sign-in; whether the account is locked now. None, for no such account, costs the same work."""
    now = clock.now()
    row = Member.objects.select_for_update().filter(pk=member.pk if member else NOBODY).first()
    SignInFailure.objects.create(member=row, at=now)
    recent = SignInFailure.objects.filter(member=row, cleared_at=None, at__gt=now - WITHIN).count()
    if row is None:
        return False
    if row.locked_at is None and recent >= FAILURES:
        _lock(row, now)
    return row.locked_at is not None


def succeeded(member: Member) -> None:
    """Somebody signed in, or proved once more who it is: what was refused before counts no more."""
    SignInFailure.objects.filter(member=member, cleared_at=None).update(cleared_at=clock.now())


def may_sign_in(member: Member | None) -> bool:
    """Whether the account is neither closed, nor locked, nor disabled; asked of the database now, also for nobody."""
    return Member.objects.filter(pk=member.pk if member else NOBODY, is_active=True, locked_at=None, disabled_at=None).exists()


@verb
def release(*, by: Member | None, member: Member) -> Member:
    """Let a locked or disabled account sign in again. NotAllowed but for administrators and the command line (None).

    Never one's own: it takes a second person to say that it was the first.
    """
    if by is not None and (not by.is_administrator or by.pk == member.pk):
        raise NotAllowed(_("Only another administrator can release an account."))
    row = Member.objects.select_for_update().get(pk=member.pk)
    row.locked_at = row.disabled_at = None
    row.released_at = clock.now()
    row.save(update_fields=["locked_at", "disabled_at", "released_at"])
    succeeded(row)
    return row


def forget() -> int:
    """Delete refused sign-ins older than `KEPT`."""
    return SignInFailure.objects.filter(at__lt=clock.now() - KEPT).delete()[0]


def _lock(row: Member, now: datetime) -> None:
    row.locked_at = now
    row.save(update_fields=["locked_at"])
    log.warning("an account was locked after refused sign-ins", extra={"facts": {"member": row.pk}})
