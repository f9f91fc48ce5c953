"""What a sign-in leaves behind: when the session began, and one line of who signed in when."""

import logging
import time
from datetime import timedelta
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from agencies import idling, use_banner
from agencies.models import Member, SignIn
from agencies.session_store import BEGAN
from hub.core import clock

log = logging.getLogger(__name__)

KEPT = timedelta(days=400)
"""How long sign-ins are kept: longer than the year that CJIS AU-11 asks for."""


@receiver(user_logged_in)
def begin(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    """The session ends twelve hours from now, has just been used, and has not seen the use banner yet."""
    now = int(time.time())
    request.session.update({BEGAN: now, idling.ACTIVE: now})
    for one in (idling.LOCKED, use_banner.ACKNOWLEDGED):
        request.session.pop(one, None)
    if isinstance(user, Member):
        entry = SignIn.objects.create(member=user, at=clock.now())
        request.session[use_banner.SIGN_IN] = entry.pk
        log.info("signed in", extra={"facts": {"member": user.pk}})


def forget() -> int:
    """Delete sign-ins older than `KEPT`."""
    return SignIn.objects.filter(at__lt=clock.now() - KEPT).delete()[0]
