"""A board as the browser shows it: static/js/board.js without the pixels.

It connects again after a pause that grows and is never the same, asks for everything newer after each connection, gives up
a connection that has gone quiet, and never shows a state older than the one it shows.
"""

import asyncio
import json
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from tests.resilience.record import Sight, now

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 2.0
QUIET_SECONDS = 10.0
LEFT_BY_SERVER = (4401, 4403)


@dataclass
class Screen:
    """One open board. `run` until cancelled."""

    url: str
    headers: dict[str, str]
    sight: Sight
    revision: int = 0
    number: int | None = None
    panels: dict[str, str] = field(default_factory=dict)
    changed: float = 0.0
    connected: float = 0.0
    lost: float = 0.0
    ended: int = 0
    gaps: int = 0
    awake: asyncio.Event = field(default_factory=asyncio.Event)
    on_frame: Callable[[dict[str, Any]], None] = lambda _message: None
    _socket: ClientConnection | None = None
    _pause: float = FIRST_PAUSE

    def __post_init__(self) -> None:
        self.awake.set()

    async def run(self) -> None:
        """Stays connected until the server says that it may not."""
        while not self.ended:
            await self.awake.wait()
            with suppress(OSError, TimeoutError, WebSocketException, EOFError):
                await self._session()
            if not self.ended:
                await asyncio.sleep(self._pause + random.uniform(0, self._pause))
                self._pause = min(self._pause * 2, LONGEST_PAUSE)

    async def _session(self) -> None:
        # no pings of its own: a browser has none either
        opened = connect(self.url, additional_headers=self.headers, max_size=None, ping_interval=None,
                         open_timeout=5, close_timeout=0.2)  # fmt: skip
        async with opened as socket:
            self._socket, self.connected, self.number = socket, now(), None
            await socket.send(json.dumps({"resume": self.revision}))
            try:
                while True:
                    await self._hear(await self._next(socket), socket)
                    self._pause = FIRST_PAUSE
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else 0
                self.ended = code if code in LEFT_BY_SERVER else 0
            finally:
                self._socket, self.connected, self.lost = None, 0.0, now()

    async def _hear(self, message: dict[str, Any], socket: ClientConnection) -> None:
        self.on_frame(message)
        number = message.get("n")
        if number is not None:
            if self.number is not None and number > self.number + 1:
                self.gaps += 1
                await socket.send(json.dumps({"resume": self.revision}))
            self.number = number
        if "panels" in message:
            self.take(message)

    def take(self, message: dict[str, Any]) -> None:
        """What is newer stays, as in the page: an older answer may come after a newer push."""
        if message["revision"] < self.revision:
            return
        self.revision = message["revision"]
        if any(self.panels.get(name) != html for name, html in message["panels"].items()):
            self.panels.update(message["panels"])
            self.changed = now()
            self.sight.shows(self.revision, self.panels)

    async def _next(self, socket: ClientConnection) -> dict[str, Any]:
        """The next frame. Raises TimeoutError when not even a heartbeat came: that connection is left behind."""
        while True:
            try:
                message: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), QUIET_SECONDS))
            except TimeoutError:
                if self.awake.is_set():
                    raise
            else:
                return message

    def sleep(self) -> None:
        """The lid is shut: nothing is read, nothing is sent, and nobody tells the server."""
        self.awake.clear()
        if self._socket is not None:
            self._socket.transport.pause_reading()  # type: ignore[attr-defined]

    def wake(self) -> None:
        """The page sees that its clock has jumped, and lets the server check everything anew."""
        self._pause = FIRST_PAUSE
        self.awake.set()
        if self._socket is not None:
            self._socket.transport.abort()
