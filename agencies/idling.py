"""When a session counts as left alone (CJIS AC-11). The page covers itself, and the server refuses what such a session asks.

Written once a minute at most, and straight into the stored session: a request that takes long would otherwise write back what
another one has changed meanwhile.
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction

from agencies.models import Sitting

ACTIVE = "active"
"""Key of the session: seconds since the epoch of the last key, pointer or touch that the server knows of."""
LOCKED = "locked"
"""Key of the session: a page has covered itself, or was told to."""
DESK = "desk"
"""Key of the session: seconds since the epoch at which the board, its projector or a conference was last opened in it."""
GRAIN = 60
"""Seconds that two notes of an activity lie apart."""


def is_over(session: Mapping[str, Any]) -> bool:
    """Whether the session has been left alone for too long, or was locked. One that never noted anything is just beginning."""
    now = time.time()
    return bool(session.get(LOCKED)) or now - session.get(ACTIVE, now) > limit()


def limit() -> int:
    """Seconds."""
    return int(settings.IDLE_MINUTES * 60)


def at_desk(session: Mapping[str, Any], member: int | None) -> bool:
    """Whether the member presides over a table that sits now, in a session that is at its board, open while people talk.

    Another session of the same person, in which the board was not opened since the table sits, locks as everybody's.
    CJIS AC-11 exempts desks that are attended for their purpose; `HUBTABLE_IDLE_BOARD_EXEMPT=0` takes the exemption away.
    """
    mark = session.get(DESK)
    if not settings.IDLE_BOARD_EXEMPT or not mark:
        return False
    sits = Sitting.objects.filter(presides_id=member, closed_at=None, opened_at__lte=_moment(mark))
    return sits.exists()


def _moment(mark: float) -> datetime:
    # the press that opens a conference is noted before its sitting begins, and once a minute
    return datetime.fromtimestamp(mark + GRAIN, UTC)


def attended(sessions: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Of stored sessions by key, those that nobody left alone; one query if any was."""
    alone = {key for key, session in sessions.items() if is_over(session)}
    if not alone:
        return dict(sessions)
    sits = Sitting.objects.filter(closed_at=None).values_list("presides_id", "opened_at")
    since = {str(member): opened_at for member, opened_at in sits} if settings.IDLE_BOARD_EXEMPT else {}
    return {key: one for key, one in sessions.items() if key not in alone or _is_desk(one, since)}


def _is_desk(session: Mapping[str, Any], since: Mapping[str, datetime]) -> bool:
    began, mark = since.get(str(session.get(SESSION_KEY))), session.get(DESK)
    return began is not None and bool(mark) and began <= _moment(float(mark or 0))


def note(session: Any, ago: float = 0, grain: int = GRAIN, *, desk: bool = False) -> None:
    """Note that somebody was there `ago` seconds before now, and at a board, unless that is about what is known.

    A desk that was left alone stays so until somebody shows who it is: whoever walks past can touch it.
    """
    at = int(time.time() - min(max(ago, 0), limit()))
    known = [*([] if is_over(session) else [ACTIVE]), *([DESK] if desk else [])]
    if any(at - session.get(one, 0) >= grain for one in known):
        _write(session, **dict.fromkeys(known, at))


def lock(session: Any) -> None:
    """Refuse everything to this session until it is unlocked."""
    if not session.get(LOCKED):
        _write(session, **{LOCKED: True})


def unlock(session: Any) -> None:
    """Somebody showed who it is."""
    session.pop(LOCKED, None)
    session[ACTIVE] = int(time.time())


@transaction.atomic
def _write(session: Any, **values: Any) -> None:
    """Into the row as it is now, and into what this request holds of it, which is not thereby written back."""
    if Session.objects.select_for_update().filter(pk=session.session_key).exists():
        fresh = import_module(settings.SESSION_ENGINE).SessionStore(session.session_key)
        fresh.update(values)
        fresh.save(must_create=False)
    changed = session.modified
    session.update(values)
    session.modified = changed
