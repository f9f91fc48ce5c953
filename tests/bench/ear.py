"""A client's socket at the least cost there is: it counts frames and reads nothing of them but their revision.

It shares the cores with the server that is measured, so a client that unpacked messages would be what is measured.
"""

import asyncio
import time
from collections.abc import Callable
from typing import cast

HEAD = b'{"revision": '
HEARTBEAT = b'"panels": {}}'
"""How a message ends that changes nothing."""
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
MASKED = 0x80
SHORT, MEDIUM = 126, 127
"""Lengths that say: the length follows in two bytes, in eight."""

Heard = Callable[[int, int, float], None]
"""Called with the revision shown before, the one shown now, and the time."""


class Ear(asyncio.Protocol):
    """One WebSocket. `heard` is called when it shows a newer revision than before."""

    __slots__ = ("closed", "group", "heard", "last", "opened", "request", "rest", "revision", "transport")

    def __init__(self, group: int, request: bytes, heard: Heard) -> None:
        self.group, self.request, self.heard = group, request, heard
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.rest, self.last = b"", b""
        self.revision, self.closed = -1, 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's are of no class of asyncio's
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        data = self.rest + data if self.rest else data
        if not self.opened.done():
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self.rest = head
                return
            self._upgraded(head)
        self.rest = self._frames(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = self.closed or 1006
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("closed before it was open"))

    def say(self, text: bytes) -> None:
        """Send a short text. The mask that a client must use is one of zeros, which changes nothing."""
        self._send(TEXT, text)

    def _upgraded(self, head: bytes) -> None:
        if b" 101 " in head.split(b"\r\n", 1)[0]:
            self.opened.set_result(None)
        else:
            self.opened.set_exception(ConnectionError(head[:200].decode(errors="replace")))

    def _frames(self, data: bytes) -> bytes:
        """Takes whole frames; returns what has not come in whole yet."""
        place = 0
        while (head := len(data) - place) >= 2:
            size, start = data[place + 1] & 127, place + 2
            if size >= SHORT:
                wide = 2 if size == SHORT else 8
                if head < 2 + wide:
                    break
                size, start = int.from_bytes(data[start : start + wide]), start + wide
            if len(data) < start + size:
                break
            self._frame(data[place] & 15, data[start : start + size])
            place = start + size
        return data[place:]

    def _frame(self, kind: int, body: bytes) -> None:
        if kind == TEXT:
            revision = int(body[len(HEAD) : body.index(b",")]) if body.startswith(HEAD) else -1
            if revision > self.revision and not body.endswith(HEARTBEAT):
                before, self.revision, self.last = self.revision, revision, body
                self.heard(before, revision, time.monotonic())
        elif kind == PING:
            self._send(PONG, body)
        elif kind == CLOSE:
            self.closed = int.from_bytes(body[:2]) or 1005
            self.transport.close()

    def _send(self, kind: int, body: bytes) -> None:
        self.transport.write(bytes([MASKED | kind, MASKED | len(body), 0, 0, 0, 0]) + body)


def upgrade(host: str, path: str, session: str) -> bytes:
    """The request that opens a socket, as a page of `host` sends it."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: sessionid={session}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    ).encode()
