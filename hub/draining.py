"""Leaving without anybody noticing: a process that is told to end says so first, and goes when nobody needs it any more.

    SIGTERM -> /readyz answers 503, and every answer closes its connection      the proxy takes the others
            -> nothing new is let in; sockets are closed with 4408, one by one  boards reconnect, not all in one moment
            -> what is being answered is answered                               then the process ends

A second SIGTERM, or SIGINT, ends it at once. With HUBTABLE_DRAIN_SECONDS at 0 (the embedded way) every signal does.
"""

import asyncio
import logging
import random
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from hub.core import measures

log = logging.getLogger(__name__)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

COME_BACK = 4408
"""The close code on which a board reconnects."""
FINISH_WITHIN = 20
"""Seconds that what is being answered may still take."""


class Doors:
    """Everybody who is in this process at the moment: requests that are being answered, and open sockets."""

    def __init__(self) -> None:
        self.closing = False
        self.inside = 0
        self.sockets: dict[object, Send] = {}
        self._answered = asyncio.Event()

    def http(self, application: Application) -> Application:
        """The same application, its requests counted; while closing, an answer is the last one on its connection."""

        async def counted(scope: Scope, receive: Receive, send: Send) -> None:
            self.inside += 1
            measures.INSIDE.inc()
            try:
                await application(scope, receive, self._last(send))
            finally:
                self.inside -= 1
                self._answered.set()
                measures.INSIDE.dec()

        return counted

    def websocket(self, application: Application) -> Application:
        """The same application, its sockets known, so that they can be asked to come back to another process."""

        async def known(scope: Scope, receive: Receive, send: Send) -> None:
            key = object()
            self.sockets[key] = send
            measures.SOCKETS.inc()
            try:
                await application(scope, receive, send)
            finally:
                self.sockets.pop(key, None)
                measures.SOCKETS.dec()

        return known

    async def empty(self, *, notice: float, spread: float, let_nobody_in: Callable[[], Awaitable[Any]]) -> None:
        """Returns when everybody is out, or FINISH_WITHIN after the last socket was closed."""
        self.closing = True
        await asyncio.sleep(notice)
        await let_nobody_in()
        await self._close_sockets(spread)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._all_answered(), FINISH_WITHIN)

    async def _all_answered(self) -> None:
        while self.inside:
            self._answered.clear()
            await self._answered.wait()

    async def _close_sockets(self, spread: float) -> None:
        going = list(self.sockets)
        random.shuffle(going)
        for key in going:
            if key in self.sockets:
                await self.sockets[key]({"type": "websocket.close", "code": COME_BACK})
            await asyncio.sleep(spread / len(going))

    def _last(self, send: Send) -> Send:
        async def closing(message: Any) -> None:
            if self.closing and message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), (b"connection", b"close")]}
            await send(message)

        return closing


doors = Doors()
"""Those of this process."""


class Leaving:
    """Makes daphne's server leave through `doors` when it is told to end."""

    stop: Callable[[], None]

    def __init__(self, *args: Any, drain_seconds: float, **options: Any) -> None:
        super().__init__(*args, **options)
        self.drain_seconds = drain_seconds
        self.ports: list[Any] = []
        self.leaving: asyncio.Task[None] | None = None

    def listen_success(self, port: Any) -> None:
        """Called by daphne for every port that it listens on."""
        from twisted.internet import reactor as running

        reactor: Any = running  # its stubs take the interface's methods for functions
        self.ports.append(port)
        # from within the loop: by then Twisted has put its own handlers there
        reactor.callLater(0, self._hear_the_end)
        super().listen_success(port)  # type: ignore[misc]

    def _hear_the_end(self) -> None:
        if self.drain_seconds:
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGTERM, self._leave)

    def _leave(self) -> None:
        if self.leaving is not None:
            self.stop()
            return
        log.info("Told to end: letting everybody out, %s sockets, %s requests", len(doors.sockets), doors.inside)
        self.leaving = asyncio.ensure_future(self._empty_and_stop())

    async def _empty_and_stop(self) -> None:
        notice = self.drain_seconds / 4
        try:
            await doors.empty(notice=notice, spread=self.drain_seconds - notice, let_nobody_in=self._stop_listening)
        finally:
            self.stop()

    async def _stop_listening(self) -> None:
        for port in self.ports:
            port.stopListening()
