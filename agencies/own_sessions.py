"""Where a member is signed in, in plain words, and the end of such a sign-in: its session and its open boards, at once.

Kept by allauth.usersessions, less than it would: no IP address, the device in two words, and the day, not the hour, of the
last use. The proxy's log knows addresses for as long as the operator keeps it (docs/operating.md).
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import Member
from hub.core import realtime
from hub.core.audit import verb
from hub.core.errors import NotVisible

NO_ADDRESS = "0.0.0.0"  # noqa: S104 - an address that is nobody's, in a column that wants one
BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "Chromebook"), ("Windows", "Windows"),
    ("Mac OS X", "Mac"), ("Linux", "Linux"),
)  # fmt: skip
"""What a user agent says of itself, and the word for it; the first that fits, because most claim to be several."""


@dataclass(frozen=True)
class SignedIn:
    """One place where a member is signed in."""

    key: int
    device: str
    since: datetime
    seen: datetime
    here: bool


@receiver(pre_save, sender=UserSession)
def keep_less(sender: Any, instance: UserSession, **kwargs: Any) -> None:
    """Before the row is written: no address, two words for the device, the day."""
    instance.ip = NO_ADDRESS
    instance.user_agent = device_of(instance.user_agent)
    instance.last_seen_at = timezone.localtime(instance.last_seen_at).replace(hour=0, minute=0, second=0, microsecond=0)


def device_of(user_agent: str) -> str:
    """Browser and system, as "Firefox, Windows"; what is in these words already stays as it is."""
    if re.fullmatch(r"[\w ]{1,20}, [\w ]{1,20}", user_agent):
        return user_agent
    return f"{_word_in(user_agent, BROWSERS, _('A browser'))}, {_word_in(user_agent, SYSTEMS, _('a device'))}"


def _word_in(text: str, words: tuple[tuple[str, str], ...], otherwise: str) -> str:
    return next((word for sign, word in words if sign in text), otherwise)


def of(member: Member, *, here: str) -> list[SignedIn]:
    """Where the member is signed in now, this session first; what has ended meanwhile is left out."""
    there = Session.objects.values("session_key")
    rows = UserSession.objects.filter(user=member, session_key__in=there)
    found = [SignedIn(one.pk, one.user_agent, one.created_at, one.last_seen_at, one.session_key == here) for one in rows]
    return sorted(found, key=lambda one: (not one.here, -one.since.timestamp()))


@verb
def end(*, by: Member, key: int) -> str:
    """End one of the member's own sessions; its session key. NotVisible if it is somebody else's, or has ended."""
    row = UserSession.objects.filter(user=by, pk=key).first()
    if row is None:
        raise NotVisible(_("There is no such sign-in of yours. It may have ended meanwhile."))
    _end(UserSession.objects.filter(pk=row.pk), by)
    return str(row.session_key)


@verb
def end_all(*, by: Member | None, member: Member) -> int:
    """End every session of the member, this one too; how many there were."""
    return _end(UserSession.objects.filter(user=member), member)


def seen_today(member: Member, session_key: str) -> None:
    """Note the day, once a day."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    UserSession.objects.filter(user=member, session_key=session_key, last_seen_at__lt=midnight).update(last_seen_at=midnight)


def _end(rows: QuerySet[Any], member: Member) -> int:
    found = list(rows)
    for one in found:
        one.end()
    realtime.revoke(member=member.pk)
    return len(found)
