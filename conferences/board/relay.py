"""The relay: one per process and conference. It hears that something changed, reads the state once, renders each panel once
per audience in a thread of its own, and writes the same bytes to all sockets of that audience.

Hints are coalesced; a lost one does no harm, because each socket is sent whatever differs from what it was last sent. Whoever
has lost the right to be here is closed before anything is rendered for them.
"""

import asyncio
import json
import logging
import os
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol
from uuid import uuid4

from channels.layers import get_channel_layer

from conferences.board.panels import Printed, Renderer
from conferences.board.rendering import render
from hub.core import clock, realtime

log = logging.getLogger(__name__)

COALESCE = 0.005
"""Seconds in which hints that follow one another become one rendering."""
PRESENCE = 30
"""Seconds between two announcements of who is connected to this process; one unheard of for three is forgotten. With each goes
a heartbeat to every socket: whatever a lost hint left behind is healed, and a page that hears none finds a new connection."""
GRACE = 4
"""Seconds before a closed socket counts as disconnected: a reload is no departure."""
PROCESS = f"{os.getpid()}-{uuid4().hex[:8]}"

# a thread of its own: channels runs all other database work of consumers in one shared thread (channels issue 2132)
_renderer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="board")


class Socket(Protocol):
    """What the relay needs of a consumer."""

    member_id: int
    wall: bool

    async def deliver(self, text: str) -> None: ...

    async def shut(self, code: int) -> None: ...


@dataclass
class Seen:
    """What one socket was last sent, panel by panel."""

    panels: dict[str, str] = field(default_factory=dict)


class Relay:
    """All open sockets of one conference in this process. Use `join` and `leave`; it stops with its last socket."""

    def __init__(self, conference_id: int) -> None:
        self.conference_id = conference_id
        self.topic = realtime.conference_topic(conference_id)
        self.sockets: dict[Socket, Seen] = {}
        self.revision = 0
        self.printed: Printed = {}
        self.others: dict[str, tuple[float, frozenset[int]]] = {}
        self.leaving: dict[int, float] = {}
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def join(self, socket: Socket) -> None:
        """Take a socket in; the first one starts the listening."""
        self.sockets[socket] = Seen()
        self.leaving.pop(socket.member_id, None)
        if not self._tasks:
            await self._start()
        await self._tell_presence()
        self.wake()

    async def leave(self, socket: Socket) -> None:
        """Let a socket go; after a grace its member counts as disconnected."""
        self.sockets.pop(socket, None)
        await self._tell_presence()
        if not self.sockets:
            await self._stop()
        elif not socket.wall:
            self._miss({socket.member_id})

    def forget(self, socket: Socket) -> None:
        """Send this socket everything again at the next rendering (it asked to resume)."""
        if socket in self.sockets:
            self.sockets[socket] = Seen()
        self.wake()

    def wake(self) -> None:
        """Something may have changed."""
        self._wake.set()

    def connected(self) -> frozenset[int]:
        """Ids of members with an open board, in this process and the others; a projector is nobody.

        Views ask from their own threads, so it reads copies.
        """
        own = {one.member_id for one in list(self.sockets) if not one.wall}
        now = _now()
        own |= {member for member, until in list(self.leaving.items()) if until > now}
        for at, members in list(self.others.values()):
            if at > now - 3 * PRESENCE:
                own |= members
        return frozenset(own)

    def _miss(self, members: Iterable[int]) -> None:
        for member in members:
            self.leaving[member] = _now() + GRACE
        asyncio.get_running_loop().call_later(GRACE + 0.1, self.wake)

    async def _start(self) -> None:
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(self.topic, channel)
        await layer.group_add(realtime.revocation_topic(), channel)
        self._tasks = [
            asyncio.create_task(self._listen(channel)),
            asyncio.create_task(self._render_forever()),
            asyncio.create_task(self._beat_forever()),
        ]

    async def _stop(self) -> None:
        RELAYS.pop(self.conference_id, None)
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self, channel: str) -> None:
        layer = get_channel_layer()
        try:
            while True:
                await self._hear(await layer.receive(channel))
        finally:
            await layer.group_discard(self.topic, channel)
            await layer.group_discard(realtime.revocation_topic(), channel)

    async def _hear(self, message: dict[str, Any]) -> None:
        if message["type"] == "connected" and message["process"] != PROCESS:
            members = frozenset(message["members"])
            _at, before = self.others.get(message["process"], (0.0, None))
            self.others[message["process"]] = (_now(), members)
            if before is not None:
                self._miss(before - members)
            else:
                await self._tell_presence()
        elif message["type"] == "revoked":
            for socket in [one for one in self.sockets if one.member_id == message["member"]]:
                # the page reconnects at once, and its own session is asked again: signed out on one laptop is not on another
                await socket.shut(4408)
        self.wake()

    async def _tell_presence(self) -> None:
        own = sorted({one.member_id for one in self.sockets if not one.wall})
        await get_channel_layer().group_send(self.topic, {"type": "connected", "process": PROCESS, "members": own})

    async def _beat_forever(self) -> None:
        while True:
            await asyncio.sleep(PRESENCE)
            await self._tell_presence()
            self.wake()
            beat = _text({}, self.revision, {})
            for socket in list(self.sockets):
                await socket.deliver(beat)

    async def _render_forever(self) -> None:
        while True:
            await self._wake.wait()
            await asyncio.sleep(COALESCE)
            self._wake.clear()
            try:
                await self._render_once()
            except Exception:
                # a rendering that fails must not end the board for everyone; the next hint tries again
                log.exception("rendering the board failed")

    async def _render_once(self) -> None:
        viewers = sorted({(one.member_id, one.wall) for one in self.sockets})
        loop = asyncio.get_running_loop()
        renderer = Renderer(self.printed)
        work = partial(render, self.conference_id, viewers, self.connected(), renderer)
        self.revision, rendered = await loop.run_in_executor(_renderer, work)
        self.printed = renderer.printed
        texts: dict[tuple[Any, ...], str] = {}
        for socket, seen in list(self.sockets.items()):
            viewer = (socket.member_id, socket.wall)
            if viewer not in rendered:
                continue  # came in while this was rendered; joining has woken the next rendering
            panels = rendered[viewer]
            if panels is None:
                await socket.shut(4403)
                continue
            changed = {name: html for name, html in panels.items() if seen.panels.get(name) != html}
            if changed:
                seen.panels = panels
                await socket.deliver(_text(texts, self.revision, changed))


def _text(texts: dict[tuple[Any, ...], str], revision: int, changed: dict[str, str]) -> str:
    key = tuple(changed.items())
    if key not in texts:
        now = round(clock.now().timestamp() * 1000)
        texts[key] = json.dumps({"revision": revision, "now": now, "panels": changed})
    return texts[key]


def _now() -> float:
    return time.monotonic()


RELAYS: dict[int, Relay] = {}
"""The relays of this process, by conference id."""


def relay_for(conference_id: int) -> Relay:
    """The relay of this conference in this process, made when first asked for. Call on the event loop."""
    if conference_id not in RELAYS:
        RELAYS[conference_id] = Relay(conference_id)
    return RELAYS[conference_id]
