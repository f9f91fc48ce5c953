"""daphne on uvloop, and two things about a socket that ASGI has no words for: a frame prepared once for many sockets, and
whether the other side reads.

Public interfaces: `Server.create_application`, `application_checker` and `timeout_checker` of daphne, `prepareMessage` of
autobahn, `write` and `getHandle` of Twisted's transports, and their push producers, which a transport pauses once more than
64 KiB wait in it; and one inner name, `_tempDataBuffer`, which says whether anything waits. An application finds its socket's
`Wire` in `scope["extensions"][WIRE]`, which is ASGI's own place for what a server can do beyond it.
"""

import asyncio
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

import uvloop
from twisted.internet import asyncioreactor

# The first reactor stays. daphne's own would run on asyncio's loop, which takes twice the processor time for each delivery.
if "twisted.internet.reactor" not in sys.modules:
    asyncioreactor.install(uvloop.new_event_loop())  # type: ignore[no-untyped-call]

from daphne import http_protocol
from daphne.server import Server
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer  # type: ignore[import-untyped]

WIRE = "hubtable.wire"
KERNEL_BUFFER = 128 * 1024
"""Bytes that the kernel may hold for one client; by itself it takes up to 4 MiB for somebody who reads nothing."""
REAPED_EVERY = 3
"""Seconds between two looks for applications that have ended; daphne looks at thousands of sockets each second."""
TURN = 0.0005
"""Seconds that a thread may go on while another one waits for the interpreter. At Python's 5 ms, a rendering beside it would
hold up each of a request's fifty questions to the database, and each of thirty frames, for so long."""
PARTS, ROUND = 30, 6.0
"""In how many parts, over how many seconds, connections are looked at for silence: daphne pings all that are due in one go."""


@implementer(IPushProducer)
class Wire:
    """One WebSocket below ASGI. Everything is called on the event loop and nothing waits."""

    __slots__ = ("_flows", "_protocol", "_socket", "_stuck_at")

    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol
        self._socket: Any = None
        self._stuck_at = 0.0
        self._flows: Callable[[], None] = _nothing

    def attend(self, flows: Callable[[], None]) -> None:
        """From now on know when the client does not read; `flows` is called each time it does again."""
        if self._protocol.state != self._protocol.STATE_OPEN:
            return  # gone while it waited at the door; the application is told next
        self._flows = flows
        # HTTP's own producer is still there from before the upgrade; it would stop reading from who does not read
        self._protocol.unregisterProducer()
        self._protocol.registerProducer(self, True)
        self._socket = self._protocol.transport.getHandle()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BUFFER)

    def prepare(self, text: str) -> Any:
        """A text as a frame that any socket can `send`."""
        return self._protocol.factory.prepareMessage(text.encode(), doNotCompress=True)

    def send(self, frame: Any) -> None:
        """Write a prepared frame, as far as the kernel takes it now; after a close nothing may follow."""
        if self._protocol.state != self._protocol.STATE_OPEN:
            return
        # `sendPreparedMessage` composes a line for a log that nobody keeps, and a transport asks the loop to call back when the
        # kernel takes something, which it nearly always does at once: each twice as long as this
        transport, payload = self._protocol.transport, frame.payloadHybi
        taken = 0
        if not (transport.dataBuffer or transport._tempDataBuffer):  # noqa: SLF001 - else it would overtake what waits
            taken = self._taken(payload)
        if taken < len(payload):
            transport.write(payload[taken:])

    def _taken(self, payload: bytes) -> int:
        try:
            return int(self._socket.send(payload))
        except OSError:
            return 0  # full, or lost, which the transport finds by itself

    def close(self, code: int) -> None:
        """Begin to close; a client that does not answer is cut off by autobahn a second later."""
        self._flows = _nothing
        self._protocol.sendClose(code=code)

    @property
    def stuck(self) -> bool:
        """Whether more waits in the transport than it should hold."""
        return bool(self._stuck_at)

    def stuck_for(self) -> float:
        """Seconds since the client last read enough."""
        return time.monotonic() - self._stuck_at if self._stuck_at else 0.0

    def pauseProducing(self) -> None:  # noqa: N802  Twisted's own name
        """The transport is full."""
        self._stuck_at = self._stuck_at or time.monotonic()

    def resumeProducing(self) -> None:  # noqa: N802
        """The transport is empty again."""
        self._stuck_at = 0.0
        self._flows()

    def stopProducing(self) -> None:  # noqa: N802
        """The connection is gone."""
        self._flows = _nothing


class BodyLeftAlone(http_protocol.WebRequest):
    """A request whose body Django alone takes apart, from a file.

    Twisted would do it first, on the event loop and in memory, for nobody: a second and 600 MB for a form of 50 MB.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, parsePOSTFormSubmission=False, **options)


# daphne's factory has no other way to be told which requests it makes
http_protocol.WebRequest = BodyLeftAlone


def _nothing() -> None:
    """For a wire that nobody attends to."""


class WireServer(Server):
    """daphne, whose WebSockets carry their `Wire` in their scope, and which looks after thousands of them without a jolt."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._looks = self._part = 0
        self._due: list[Any] = []

    def run(self) -> None:
        """Serve until it is told to stop."""
        sys.setswitchinterval(TURN)
        super().run()

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """Called by daphne for each request and each socket."""
        if scope["type"] == "websocket":
            scope["extensions"] = {WIRE: Wire(protocol)}
        return super().create_application(protocol, scope)

    def application_checker(self) -> None:
        """Called by daphne each second."""
        self._looks += 1
        if self._looks % REAPED_EVERY:
            _later(1, self.application_checker)
        else:
            super().application_checker()

    def timeout_checker(self) -> None:
        """As daphne's: who has not been heard of is pinged, whose connection takes too long to open is turned away."""
        if not self._due:
            self._due = list(self.connections)
            self._part = -(-len(self._due) // PARTS)  # a round takes as long for whoever is left of a room that has emptied
        now, self._due = self._due[: self._part], self._due[self._part :]
        for protocol in now:
            if protocol in self.connections:
                protocol.check_timeouts()
        _later(ROUND / PARTS, self.timeout_checker)


def _later(seconds: float, work: Callable[[], None]) -> None:
    from twisted.internet import reactor as running

    reactor: Any = running  # its stubs take the interface's methods for functions
    reactor.callLater(seconds, work)


def on_loop(work: Callable[[], None]) -> None:
    """Call `work` on the server's event loop as soon as it runs: daphne has made it this thread's before it listens."""
    asyncio.get_event_loop().call_soon(work)
