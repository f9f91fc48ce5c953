"""A network that loses frames: it stands between browsers and the proxy, and drops some of what the server sends over sockets.

TCP loses nothing, but whatever stands on it may: a proxy under pressure, a server that skips what a slow reader cannot take.
"""

import asyncio
import random
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Any, cast

TEXT, SHORT, LONG = 0x1, 126, 127
BLOCK = 65536


@dataclass
class Dropping:
    """Forwards connections to `port` and drops this share of the text frames on their way down; none to begin with."""

    port: int
    near: int = 0
    share: float = 0.0
    passed: int = 0
    dropped: int = 0
    open: set[asyncio.Task[Any]] = field(default_factory=set)
    chance: random.Random = field(default_factory=lambda: random.Random(20))  # noqa: S311 - which frames, not a secret

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        mine = cast("asyncio.Task[Any]", asyncio.current_task())
        self.open.add(mine)
        # whoever ends it, nobody waits for what became of it
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError), closing(writer):
            back, forth = await asyncio.open_connection("127.0.0.1", self.port)
            up = asyncio.create_task(_copy(reader, forth))
            with closing(forth):
                try:
                    await self._down(back, writer)
                finally:
                    up.cancel()
        self.open.discard(mine)

    async def end(self) -> None:
        """Close every connection."""
        ending = list(self.open)
        for one in ending:
            one.cancel()
        await asyncio.gather(*ending)

    async def _down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(head)
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            await _copy(reader, writer)
            return
        while True:
            frame = await _frame(reader)
            if frame[0] & 0xF == TEXT and self.chance.random() < self.share:
                self.dropped += 1
                continue
            self.passed += 1
            writer.write(frame)
            await writer.drain()


async def _frame(reader: asyncio.StreamReader) -> bytes:
    """One frame of a server, which are never masked (RFC 6455, 5.1)."""
    head = await reader.readexactly(2)
    length = head[1] & 0x7F
    more = await reader.readexactly({SHORT: 2, LONG: 8}.get(length, 0))
    return head + more + await reader.readexactly(int.from_bytes(more, "big") if more else length)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while block := await reader.read(BLOCK):
            writer.write(block)
            await writer.drain()
        writer.write_eof()
