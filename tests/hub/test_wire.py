"""What serves the sockets: daphne on uvloop, chosen before anything else can choose another loop."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

import pytest
from daphne.http_protocol import HTTPFactory
from twisted.internet.abstract import FileDescriptor
from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IReactorFDSet
from twisted.internet.testing import StringTransport

from hub.core import wire as wire_module
from hub.core.wire import PARTS, ROUND, Wire, WireServer
from tests.live import ROOT

pytestmark = pytest.mark.pairless

REACTOR = """
import hub.core.management.commands.serve
from twisted.internet import reactor
print(type(reactor).__name__, type(reactor._asyncioEventloop).__module__)
"""


def test_server_runs_on_uvloop() -> None:
    code = f"import django; django.setup()\n{REACTOR}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["AsyncioSelectorReactor", "uvloop"]


class Asked:
    """As much of a server as a request needs, which keeps what it was asked."""

    root_path, proxy_forwarded_address_header = "", None

    def __init__(self) -> None:
        self.found: list[tuple[Any, bytes, bytes]] = []

    def protocol_connected(self, _request: Any) -> None:
        """It is not counted."""

    protocol_disconnected = protocol_connected

    def create_application(self, request: Any, _scope: Any) -> None:
        """Nobody answers."""
        self.found.append((request.args, request.path, request.content.read()))


def test_body_of_a_form_is_left_to_django() -> None:
    asked = Asked()
    channel: Any = HTTPFactory(asked).buildProtocol(IPv4Address("TCP", "127.0.0.1", 1))
    channel.makeConnection(StringTransport())  # type: ignore[no-untyped-call]
    body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n'
    head = b"POST /directory/imports/?b=2 HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    channel.dataReceived(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    # what stands in the address is taken apart, as ever
    assert asked.found == [({b"b": [b"2"]}, b"/directory/imports/", body)]
    channel.connectionLost(ConnectionDone())


class Transport(FileDescriptor):
    """Twisted's own, on one end of a pair of sockets, with nobody who calls back when the kernel takes more."""

    def __init__(self, handle: socket.socket) -> None:
        super().__init__(reactor=cast("IReactorFDSet", object()))
        self.handle, self.connected = handle, 1

    def getHandle(self) -> socket.socket:  # noqa: N802 - Twisted's own name
        return self.handle

    def startWriting(self) -> None:  # noqa: N802
        """The loop would be asked to call back."""

    def stopWriting(self) -> None:  # noqa: N802
        """And to do so no more."""

    def writeSomeData(self, data: bytes) -> int:  # noqa: N802
        return self.handle.send(data)


class Protocol:
    """As much of a WebSocket as a wire needs."""

    STATE_OPEN = state = 3

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.registerProducer, self.unregisterProducer = transport.registerProducer, transport.unregisterProducer


@dataclass
class Frame:
    payloadHybi: bytes  # noqa: N815 - autobahn's own name


@pytest.fixture
def ends() -> Iterator[tuple[Transport, socket.socket]]:
    ours, theirs = socket.socketpair()
    for one in (ours, theirs):
        one.setblocking(False)
    with ours, theirs:
        yield Transport(ours), theirs


def test_a_frame_goes_to_the_kernel_at_once(ends: tuple[Transport, socket.socket]) -> None:
    transport, theirs = ends
    wire = Wire(Protocol(transport))
    wire.attend(lambda: None)
    wire.send(Frame(b"one"))
    wire.send(Frame(b"two"))
    assert theirs.recv(100) == b"onetwo"
    assert not transport.dataBuffer
    assert not transport._tempDataBuffer


def test_what_the_kernel_does_not_take_comes_later_and_nothing_overtakes_it(ends: tuple[Transport, socket.socket]) -> None:
    transport, theirs = ends
    wire, flows = Wire(Protocol(transport)), list[bool]()
    wire.attend(lambda: flows.append(True))
    frames = [bytes([number]) * 50_000 for number in range(20)]
    for one in frames[:-1]:
        wire.send(Frame(one))
    assert wire.stuck
    heard = theirs.recv(30_000)  # there is room again, and the last frame still has to wait for the others
    wire.send(Frame(frames[-1]))
    while len(heard) < sum(len(one) for one in frames):
        with suppress(BlockingIOError):
            transport.doWrite()  # type: ignore[no-untyped-call]
        with suppress(BlockingIOError):
            heard += theirs.recv(1_000_000)
    assert heard == b"".join(frames)
    assert flows
    assert not wire.stuck


def test_a_connection_that_is_lost_is_left_for_its_transport_to_find(ends: tuple[Transport, socket.socket]) -> None:
    transport, theirs = ends
    wire = Wire(Protocol(transport))
    wire.attend(lambda: None)
    theirs.close()
    wire.send(Frame(b"one"))
    assert b"".join(transport._tempDataBuffer) == b"one"


class Watched:
    """A connection that says when it was looked at."""

    def __init__(self, number: int, seen: list[int]) -> None:
        self.number, self.seen = number, seen

    def check_timeouts(self) -> None:
        self.seen.append(self.number)


def test_connections_are_looked_at_in_parts_and_each_of_them_once_a_round(monkeypatch: pytest.MonkeyPatch) -> None:
    later: list[float] = []
    monkeypatch.setattr(wire_module, "_later", lambda seconds, _work: later.append(seconds))
    server, seen = WireServer(application=None, endpoints=["tcp:0"]), list[int]()
    server.connections = {Watched(number, seen): {} for number in range(65)}
    server.timeout_checker()
    assert seen == [0, 1, 2]
    while len(seen) < 65:
        server.timeout_checker()
    assert seen == list(range(65))
    assert sum(later) <= ROUND


def test_a_round_takes_no_longer_when_nearly_all_have_left(monkeypatch: pytest.MonkeyPatch) -> None:
    later: list[float] = []
    monkeypatch.setattr(wire_module, "_later", lambda seconds, _work: later.append(seconds))
    server, seen = WireServer(application=None, endpoints=["tcp:0"]), list[int]()
    room = [Watched(number, seen) for number in range(3000)]
    server.connections = dict.fromkeys(room)
    server.timeout_checker()
    server.connections = {room[-1]: {}}
    seen.clear()
    while not seen:
        server.timeout_checker()
    assert len(later) <= PARTS


def test_who_has_gone_meanwhile_is_not_looked_at_and_a_server_without_anybody_looks_on(monkeypatch: pytest.MonkeyPatch) -> None:
    later: list[float] = []
    monkeypatch.setattr(wire_module, "_later", lambda seconds, _work: later.append(seconds))
    server, seen = WireServer(application=None, endpoints=["tcp:0"]), list[int]()
    server.connections = {}
    server.timeout_checker()
    server.connections = {Watched(number, seen): {} for number in range(2)}
    server.timeout_checker()
    server.connections.clear()
    server.timeout_checker()
    assert (seen, len(later)) == ([0], 3)
