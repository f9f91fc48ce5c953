"""HTTP as a browser speaks it, one connection for each request, so that nothing is kept that a fault could hide behind."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

TOKEN = "c" * 32
"""Any value will do: cookie and header must be equal."""


class Lost(Exception):
    """No answer came: it may or may not have been done. The message says what broke."""


@dataclass(frozen=True)
class Reply:
    """An answer. `words`: its text."""

    status: int
    words: str

    def json(self) -> dict[str, Any]:
        """What stands in it. Raises ValueError if it is no JSON."""
        found: dict[str, Any] = json.loads(self.words)
        return found


async def call(
    address: str, session: str, path: str, fields: Mapping[str, str] | None = None, *, key: str = "", hears: bool = False,
    patience: float = 15,
) -> Reply:  # fmt: skip
    """GET, or POST of a form with `key` as its idempotency key, by a page that says whether its own socket is open (`hears`).

    Raises Lost when the connection breaks or nobody answers.
    """
    try:
        return await asyncio.wait_for(_call(address, session, path, fields, _of_a_press(key, hears=hears)), patience)
    except TimeoutError as late:
        raise Lost("no answer") from late
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as broken:
        raise Lost(type(broken).__name__) from broken


async def _call(address: str, session: str, path: str, fields: Mapping[str, str] | None, press: list[str]) -> Reply:
    place = urlsplit(address)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    try:
        writer.write(_request(place.netloc, session, path, fields, press))
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        body = await _body(reader, head)
    finally:
        writer.close()
    return Reply(int(head.split(" ", 2)[1]), body.decode(errors="replace"))


def _of_a_press(key: str, *, hears: bool) -> list[str]:
    return [f"X-Press-Key: {key}", *(["X-Hears: 1"] if hears else [])]


def _request(host: str, session: str, path: str, fields: Mapping[str, str] | None, press: list[str]) -> bytes:
    lines = [
        f"{'GET' if fields is None else 'POST'} {path} HTTP/1.1",
        f"Host: {host}",
        f"Cookie: sessionid={session}; csrftoken={TOKEN}",
        "Connection: close",
        "X-Autosave: 1",
    ]
    body = urlencode(fields or {})
    if fields is not None:
        lines += [
            f"Origin: http://{host}",
            f"X-CSRFToken: {TOKEN}",
            *press,
            "HX-Request: true",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
        ]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


async def _body(reader: asyncio.StreamReader, head: str) -> bytes:
    headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    if headers.get("transfer-encoding") != "chunked":
        return await reader.read()
    whole = b""
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        whole += await reader.readexactly(size)
        await reader.readexactly(2)
    return whole
