"""One kept-alive HTTP connection, as a browser has it, without a client's own cost."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

TOKEN = "b" * 32
"""Any value will do: the cookie and the header must be equal, and the bench sends both."""


@dataclass
class Line:
    """Sends requests and reads their answers, one at a time."""

    host: str
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def open(cls, address: str) -> "Line":
        place = urlsplit(address)
        return cls(place.netloc, *await asyncio.open_connection(place.hostname, place.port))

    def send(self, session: str, path: str, fields: dict[str, str], headers: Sequence[str] = ()) -> None:
        """Post a form, as the member of this session."""
        body = urlencode(fields)
        lines = [
            f"POST {path} HTTP/1.1",
            f"Host: {self.host}",
            f"Origin: http://{self.host}",
            f"Cookie: sessionid={session}; csrftoken={TOKEN}",
            f"X-CSRFToken: {TOKEN}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
            *headers,
        ]
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())

    def get(self, session: str, path: str) -> None:
        """Ask for a page, as the member of this session."""
        self.writer.write(f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\nCookie: sessionid={session}\r\n\r\n".encode())

    async def answer(self) -> str:
        """The body of the answer. Raises RuntimeError for anything but 200."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        length = next(int(one.split(":")[1]) for one in head.splitlines() if one.lower().startswith("content-length"))
        body = (await self.reader.readexactly(length)).decode()
        if " 200 " not in head.splitlines()[0]:
            raise RuntimeError(f"{head}\n{body[:500]}")
        return body

    def close(self) -> None:
        self.writer.close()
