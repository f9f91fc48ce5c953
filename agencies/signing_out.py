"""Signing out reaches the open boards: every socket of the member is asked to come back, and its session to answer."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver

from agencies.models import Member
from hub.core import realtime


@receiver(user_logged_out)
def close_boards(sender: Any, user: Any, **kwargs: Any) -> None:
    """Announce the revocation by id; an anonymous sign-out (an expired session) has nobody to revoke."""
    if isinstance(user, Member):
        realtime.revoke(member=user.pk)
