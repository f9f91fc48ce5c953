"""Sessions as Django stores them, but for their end: it is set by the sign-in, and nothing that happens later moves it."""

import time
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as Stored
from django.utils import timezone

from hub.core.prepared import Prepared

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

    def _get_session_from_db(self) -> Any:
        # every request asks it first
        found = _STORED.first(key=self.session_key or "", now=timezone.now())
        if found is None:
            self._session_key = None
        return found


_STORED: Prepared[Any] = Prepared(
    lambda key, now: SessionStore.get_model_class().objects.filter(session_key=key, expire_date__gt=now)
)
