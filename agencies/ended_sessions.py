"""Rows of sessions that have ended: nobody can come in with one, and each says when somebody was here."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session

from hub.core import clock


def forget() -> int:
    """Delete sessions whose end is past, and what the list of own sign-ins knew of them; how many rows.

    A sign-in ends `SESSION_COOKIE_AGE` after it began whatever happens, so an older line of that list leads nowhere.
    """
    ended = Session.objects.filter(expire_date__lt=clock.now()).delete()[0]
    oldest = clock.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    known: int = UserSession.objects.filter(created_at__lt=oldest).delete()[0]
    return ended + known
