"""Sessions as Django stores them, but for their end: it is set by the sign-in, and nothing that happens later moves it."""

import time

from django.contrib.sessions.backends.db import SessionStore as Stored

BEGAN = "began"
"""Key of the session: seconds since the epoch at which somebody signed in."""


class SessionStore(Stored):
    """Ends `SESSION_COOKIE_AGE` after the sign-in whatever happens (CJIS IA-11); before one, after the last write.

    Named as Django's, because the name is part of what a stored session is signed with.
    """

    def get_session_cookie_age(self) -> int:
        began = self.get(BEGAN)
        whole = int(super().get_session_cookie_age())
        return whole if began is None else int(began + whole - time.time())
