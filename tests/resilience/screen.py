"""A board as the browser shows it: static/js/board.js without the pixels.

It connects again after a pause that grows and is never the same, counts what comes and asks for everything when a heartbeat
says that something is missing, leaves a connection that has gone quiet, and never shows a state older than the one it shows.
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

FIRST_PAUSE, LONGEST_PAUSE = 0.4, 2.5
QUIET_SECONDS = 10.0
OPENS_WITHIN = 4.0
LEFT_BY_SERVER = (4401, 4403)
Message = dict[str, Any]


@dataclass
class Screen:
    """One open board. `run` until cancelled."""

    url: str
    headers: dict[str, str]
    sight: Sight
    revision: int = 0
    panels: dict[str, str] = field(default_factory=dict)
    changed: float = 0.0
    connected: float = 0.0
    ended: int = 0
    awake: asyncio.Event = field(default_factory=asyncio.Event)
    on_frame: Callable[[Message], None] = lambda _message: None
    _socket: ClientConnection | None = None
    _pause: float = FIRST_PAUSE
    _received: int = 0
    _behind: bool = True
    _pushed: dict[str, str] = field(default_factory=dict)
    _answered: float = 0.0
    _sight: int | None = None
    _asked: float = 0.0

    def __post_init__(self) -> None:
        self.awake.set()

    @property
    def hears(self) -> bool:
        """Whether it may say of a press that its own socket brings the rest (static/js/board.js)."""
        return self._socket is not None and self.awake.is_set() and not self._behind

    async def run(self) -> None:
        """Stays connected until the server says that it may not."""
        while not self.ended:
            await self.awake.wait()
            with suppress(OSError, TimeoutError, WebSocketException, EOFError):
                await self._session()
            if not self.ended:
                await asyncio.sleep(self._pause * random.uniform(0.6, 1.2))  # noqa: S311 - jitter
                self._pause = min(self._pause * 2, LONGEST_PAUSE)

    async def _session(self) -> None:
        # no pings of its own: a browser has none either
        opened = connect(
            self.url, additional_headers=self.headers, max_size=None, ping_interval=None,
            open_timeout=OPENS_WITHIN, close_timeout=0.2,
        )  # fmt: skip
        async with opened as socket:
            self._socket, self.connected = socket, now()
            self._received, self._pushed, self._behind = 0, {}, True
            self._sight, self._asked = None, 0.0
            try:
                while True:
                    await self._hear(await self._next(socket), socket)
                    self._pause = FIRST_PAUSE
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else 0
                self.ended = code if code in LEFT_BY_SERVER else 0
            finally:
                self._socket, self.connected = None, 0.0

    async def _next(self, socket: ClientConnection) -> Message:
        """The next frame. Raises TimeoutError when not even a heartbeat came: that connection is left behind."""
        while True:
            try:
                message: Message = json.loads(await asyncio.wait_for(socket.recv(), QUIET_SECONDS))
            except TimeoutError:
                if self.awake.is_set():
                    raise
            else:
                return message

    async def _hear(self, message: Message, socket: ClientConnection) -> None:
        self.on_frame(message)
        if "beat" in message:
            await self._beat(message, socket)
            return
        self._received += 1
        if not message.get("whole") and message["from"] != self._sight:
            await self._ask(socket)
            return
        if message.get("whole"):
            self._behind, self._pushed = False, {}
        self._sight = message["to"]
        self._pushed = {**self._pushed, **message["panels"]}
        self._take(message["revision"], self._pushed)

    async def _beat(self, message: Message, socket: ClientConnection) -> None:
        missed, self._received = message["beat"] != self._received, message["beat"]
        if missed or self._behind:
            await self._ask(socket)
        elif message["revision"] >= self.revision and now() - self._answered > 2:
            self._swap(self._pushed)

    async def _ask(self, socket: ClientConnection) -> None:
        self._behind = True
        if now() - self._asked >= 1:
            self._asked = now()
            await socket.send(json.dumps({"resume": self.revision}))

    def answer(self, message: Message) -> None:
        """The answer to one's own press is swapped in, too."""
        self._answered = now()
        self._take(message["revision"], message["panels"])

    def _take(self, revision: int, panels: dict[str, str]) -> None:
        # an older answer may come after a newer push; what is newer stays
        if revision < self.revision:
            return
        self.revision = revision
        self._swap(panels)

    def _swap(self, panels: dict[str, str]) -> None:
        if any(self.panels.get(name) != html for name, html in panels.items()):
            self.panels.update(panels)
            self.changed = now()
            self.sight.shows(self.revision, self.panels)

    def sleep(self) -> None:
        """The lid is shut: nothing is read, nothing is sent, and nobody tells the server."""
        self.awake.clear()
        if self._socket is not None:
            self._socket.transport.pause_reading()

    def wake(self) -> None:
        """The page sees that its clock has jumped, and lets the server check everything anew."""
        self._pause = FIRST_PAUSE
        self.awake.set()
        if self._socket is not None:
            self._socket.transport.abort()
