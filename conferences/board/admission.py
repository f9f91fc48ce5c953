"""Who may open a board's socket, asked of the database for everybody who is at the door, at once and in a thread of its own.

Thousands come back in the same seconds after a restart. One query for all their sessions, one for all members, and eight for
each conference are what lets them in; and no consumer waits behind another's queries in channels' one shared thread.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import close_old_connections
from django.utils.crypto import constant_time_compare

from agencies import idling, use_banner
from agencies.letting_in import is_let_in
from agencies.models import Member
from agencies.standing import open_sitting, standings_of
from conferences.board.face import face_kind
from conferences.models import Conference
from hub.core import clock
from hub.core.errors import DomainError

AT_ONCE = 200
"""How many are let in together; who comes meanwhile is in the next lot."""
SIGN_IN, NO_RIGHT = 4401, 4403

_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="door")
Found = TypeVar("Found")


@dataclass(eq=False)
class Caller:
    """Somebody at the door: with this session, to this conference. `answer`: the member's id, or a close code below 0."""

    session: str
    conference: int
    wall: bool
    answer: asyncio.Future[int] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


_waiting: list[Caller] = []
_doorkeepers: set[asyncio.Task[None]] = set()


async def admit(session: str, conference: int, *, wall: bool) -> int:
    """The id of the member, who may open this face of this board; or minus the code to close with (4401, 4403).

    Raises what the database raises when it does not answer.
    """
    caller = Caller(session, conference, wall)
    _waiting.append(caller)
    if not _doorkeepers:
        _doorkeepers.add(asyncio.create_task(_keep_door()))
    return await caller.answer


async def in_own_thread(work: Callable[[], Found]) -> Found:
    """A short read beside the renderings, on a connection that is given back."""

    def read() -> Found:
        with _connection():
            return work()

    return await asyncio.get_running_loop().run_in_executor(_thread, read)


async def _keep_door() -> None:
    try:
        while _waiting:
            await _let_in()
    finally:
        # at once, and not when the loop calls back: whoever comes in between would wait for a keeper who has gone
        _doorkeepers.clear()


async def _let_in() -> None:
    callers = _waiting[:AT_ONCE]
    del _waiting[:AT_ONCE]
    try:
        answers = await in_own_thread(lambda: answers_to(callers))
    except Exception as error:
        # each caller gets it; the keeper goes on with the next lot
        for one in callers:
            _tell(one, error)
    else:
        for one, answer in zip(callers, answers, strict=True):
            _tell(one, answer)


def _tell(caller: Caller, answer: int | Exception) -> None:
    if caller.answer.done():
        return  # gone meanwhile
    if isinstance(answer, Exception):
        caller.answer.set_exception(answer)
    else:
        caller.answer.set_result(answer)


@contextmanager
def _connection() -> Iterator[None]:
    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()


def answers_to(callers: list[Caller]) -> list[int]:
    """An answer to each: member id, or minus a close code."""
    members = members_by_session({one.session for one in callers})
    admitted: set[tuple[int, int, bool]] = set()
    for conference in Conference.objects.select_related("table", "sitting").filter(pk__in={one.conference for one in callers}):
        here = [one for one in callers if one.conference == conference.pk and one.session in members]
        admitted |= _welcome(conference, {(members[one.session].pk, one.wall): members[one.session] for one in here})
    return [_answer(one, members, admitted) for one in callers]


def _answer(caller: Caller, members: dict[str, Member], admitted: set[tuple[int, int, bool]]) -> int:
    member = members.get(caller.session)
    if member is None:
        return -SIGN_IN
    return member.pk if (caller.conference, member.pk, caller.wall) in admitted else -NO_RIGHT


def _welcome(conference: Conference, people: dict[tuple[int, bool], Member]) -> set[tuple[int, int, bool]]:
    sitting = conference.sitting if conference.is_open else open_sitting(conference.table_id)
    members = list({one.pk: one for one in people.values()}.values())
    standings = {one.member_id: one for one in standings_of(members, conference.table, sitting)}
    welcome = set()
    for member_id, wall in people:
        standing = standings[member_id]
        try:
            face_kind(conference, standing, wall=wall)
        except DomainError:
            continue
        if standing.belongs:
            welcome.add((conference.pk, member_id, wall))
    return welcome


def members_by_session(keys: Iterable[str]) -> dict[str, Member]:
    """Whoever is signed in with each of these sessions: an active account whose password is that of the session."""
    sessions = Session.objects.filter(pk__in=set(keys), expire_date__gt=clock.now())
    store = SessionStore()
    held = {one.pk: store.decode(one.session_data) for one in sessions}
    held = idling.attended(held)
    held = {key: data for key, data in held.items() if is_let_in(data) and not use_banner.is_awaited(data)}
    ids = {key: int(data[SESSION_KEY]) for key, data in held.items() if SESSION_KEY in data}
    members = {one.pk: one for one in Member.objects.filter(pk__in=set(ids.values()), is_active=True)}
    return {
        key: members[pk]
        for key, pk in ids.items()
        if pk in members and _unchanged(members[pk], held[key].get(HASH_SESSION_KEY, ""))
    }


def _unchanged(member: Member, given: str) -> bool:
    """As `django.contrib.auth.get_user` compares: a changed password ends all sessions, a rotated secret does not."""
    valid = [member.get_session_auth_hash(), *member.get_session_auth_fallback_hash()]
    return any(constant_time_compare(given, one) for one in valid)


def session_of(cookies: dict[str, str]) -> str:
    """The key of the browser's session."""
    return cookies.get(settings.SESSION_COOKIE_NAME, "")
