"""The board's socket. It accepts `{"resume": <revision>}` and nothing else, and carries panels of the de-identified board.

A plain ASGI application and no channels consumer: those take every message through one shared thread, and each would hold a
channel of its own in the layer.
"""

import json
import random
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import parse_cookie

from conferences.board.admission import admit, session_of
from conferences.board.line import Line, Viewer
from conferences.board.relay import DATABASE, relay_for

LONGEST = 64
"""Characters of a frame that is read at all: deep nesting would exhaust the parser."""
DAY = 20 * 60 * 60
"""Seconds after which a socket is asked to reconnect, so that nothing lives longer than a session."""
SPREAD = 60 * 60
"""Seconds over which those are spread who came together: a whole county must not come back in the same second."""
MALFORMED = 4400

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def board_socket(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """One open board. Close codes: 4401 sign in, 4403 no right (any more), 4400 malformed frame, 4408 reconnect."""
    await receive()
    # accepted first: only then does a page learn the code with which it is turned away
    await send({"type": "websocket.accept"})
    route, wire = scope["url_route"]["kwargs"], scope["extensions"]["hubtable.wire"]
    key, wall = int(route["key"]), route["face"] == "projector"
    session = session_of(parse_cookie(_cookies(scope)))
    member = await _admitted(session, key, wall=wall)
    if member < 0:
        wire.close(-member)
        return
    relay, line = relay_for(key), Line(Viewer(member, wall), session, leaves_at(time.monotonic()), wire)
    wire.attend(partial(relay.catch_up, line))
    relay.join(line)
    try:
        while (message := await receive())["type"] == "websocket.receive":
            if not is_resume(message.get("text")):
                wire.close(MALFORMED)
                return
            relay.resume(line)
    finally:
        relay.leave(line)


async def _admitted(session: str, key: int, *, wall: bool) -> int:
    while True:
        await DATABASE.over()
        try:
            return await admit(session, key, wall=wall)
        except (OperationalError, InterfaceError) as error:
            DATABASE.begin(error)


def _cookies(scope: dict[str, Any]) -> str:
    return "; ".join(value.decode("latin1") for name, value in scope["headers"] if name == b"cookie")


def leaves_at(now: float) -> float:
    """When a socket that opens now is asked to reconnect: within a day, and not together with the others."""
    return now + DAY + random.uniform(0, SPREAD)  # noqa: S311 - jitter, not a secret


def is_resume(text: str | None) -> bool:
    """Whether a frame is `{"resume": <number>}` and nothing else."""
    if text is None or len(text) > LONGEST:
        return False
    try:
        frame: Any = json.loads(text)
    except ValueError:
        return False
    return isinstance(frame, dict) and set(frame) == {"resume"} and type(frame["resume"]) is int
