"""The one wheel for all boards of a process: heartbeats, revisions looked up, rights asked again, the database tried.

No socket and no board has a timer of its own. Whatever a lost message left behind is healed within a round.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from itertools import count

from django.db import InterfaceError, OperationalError, connection

from conferences.board.admission import in_own_thread, members_by_session
from conferences.board.presence import PRESENCE, TOPIC
from conferences.board.relay import DATABASE, RECONNECT, RELAYS, Relay
from conferences.models import Conference
from hub.core import realtime

log = logging.getLogger(__name__)

BEAT = 3.0
"""Seconds between two heartbeats to a socket, and between two looks at the revisions."""
SLOTS = 30
"""Parts of a beat; each board has its own, so that thousands of sockets are not written to at the same moment."""
RIGHTS = 10
"""Rounds after which everybody's rights are asked again, whatever was heard."""
HALF = RIGHTS // 2
"""Rounds between two looks at whether a board's rights were asked since the last one, by whatever it was rendered for."""
PROBE = 0.5
"""Seconds between two attempts to reach a database that is away."""

_wheels: list[asyncio.Task[None]] = []


def begin() -> None:
    """Start hearing and turning, on the running loop. Once per process."""
    PRESENCE.changed = _wake
    topics = {realtime.revocation_topic(), TOPIC}
    realtime.Ears.of_this_process = ears = realtime.Ears(hear, topics)
    # now, because a layer is slow to connect to while a thousand boards come back in the same second
    ears.follow(TOPIC)
    PRESENCE.tell_all()
    turns: tuple[Callable[[], Awaitable[None]], ...] = (_beat_on, _look_on, _probe_on)
    loop = asyncio.get_running_loop()
    _wheels[:] = [loop.create_task(_for_ever(one)) for one in turns]


def hear(message: realtime.Message) -> None:
    """Everything that this process hears from itself and the others."""
    match message["type"]:
        case "hint":
            relay = RELAYS.get(int(message["topic"].rpartition(".")[2]))
            if relay:
                relay.hint(message["revision"])
        case "revoked":
            revoke(message["member"])
        case _:
            PRESENCE.hear(message)


def revoke(member: int) -> None:
    """Close this member's sockets. The page comes back at once, and its own session is asked: signed out here is not there."""
    for relay in list(RELAYS.values()):
        for line in [one for one in relay.every_line() if one.viewer.member_id == member]:
            relay.close(line, RECONNECT)


def _wake(conference: int) -> None:
    if conference in RELAYS:
        RELAYS[conference].wake()


async def _for_ever(turn: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await turn()
        except Exception:
            # what nobody foresaw must not end heartbeats and the asking of rights for as long as the process lives
            log.exception("a turn of the wheel failed")


async def _beat_on() -> None:
    for slot in range(SLOTS):
        await asyncio.sleep(BEAT / SLOTS)
        for relay in [one for one in RELAYS.values() if one.number % SLOTS == slot]:
            relay.beat()


_rounds = count()
_looked: dict[int, float] = {}
"""When each part of the boards was last looked at."""


async def _look_on() -> None:
    await asyncio.sleep(BEAT)
    turn, ears = next(_rounds) % RIGHTS, realtime.Ears.of_this_process
    if ears:
        await ears.renew()
    PRESENCE.beat()
    if turn == 0:
        PRESENCE.tell_all()
    for relay in _unasked(turn % HALF, time.monotonic()):
        relay.wake()
    if RELAYS and not DATABASE.on:
        await _while_it_answers(lambda: _look([one for one in RELAYS.values() if one.number % RIGHTS == turn]))


def _unasked(part: int, now: float) -> list[Relay]:
    """The boards of this part that were not rendered since it was last looked at: each rendering asks everybody's rights."""
    before, _looked[part] = _looked.get(part, now), now
    return [one for one in RELAYS.values() if one.number % HALF == part and one.asked_at < before]


async def _look(due: list[Relay]) -> None:
    """Wake whoever is behind; of those who are due, close whose session has ended."""
    keys, ids = {line.session for relay in due for line in relay.every_line()}, list(RELAYS)
    revisions, signed_in = await in_own_thread(lambda: (_revisions(ids), set(members_by_session(keys)) if keys else set()))
    for relay in list(RELAYS.values()):
        relay.hint(revisions.get(relay.conference_id, 0))
    for relay in due:
        for line in relay.every_line():
            if line.session in keys - signed_in:
                relay.close(line, RECONNECT)


def _revisions(ids: list[int]) -> dict[int, int]:
    return dict(Conference.objects.filter(pk__in=ids).values_list("pk", "revision"))


async def _probe_on() -> None:
    await asyncio.sleep(PROBE)
    if DATABASE.on:
        await _while_it_answers(_probe)


async def _probe() -> None:
    await in_own_thread(_select_one)
    DATABASE.end()


def _select_one() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


async def _while_it_answers(work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    except (OperationalError, InterfaceError) as error:
        DATABASE.begin(error)
