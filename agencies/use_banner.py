"""The use banner (CJIS AC-8): acknowledged after each sign-in, before anything else, and recorded beside that sign-in."""

from hashlib import sha256
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from agencies.models import Member, SignIn
from hub.core import clock

SIGN_IN = "sign_in"
"""Key of the session: the row of `SignIn` that it began with."""
ACKNOWLEDGED = "banner"
"""Key of the session: that the banner was acknowledged in it."""


def text() -> str:
    """The banner as it is shown; an installation's own lies at the same place of its own template directory."""
    return render_to_string("agencies/use_banner_text.html").strip()


def is_awaited(session: Any) -> bool:
    """Whether this session may go no further than the banner."""
    return settings.USE_BANNER and not session.get(ACKNOWLEDGED)


def acknowledge(*, by: Member, session: Any) -> None:
    """Remember it for this session, and beside its sign-in with the SHA-256 of the text."""
    digest = sha256(text().encode()).hexdigest()
    mine = SignIn.objects.filter(pk=session.get(SIGN_IN), member=by, acknowledged_at=None)
    if not mine.update(acknowledged_at=clock.now(), banner_hash=digest):
        # a session of before there was a banner
        session[SIGN_IN] = SignIn.objects.create(member=by, at=clock.now(), acknowledged_at=clock.now(), banner_hash=digest).pk
    session[ACKNOWLEDGED] = True
