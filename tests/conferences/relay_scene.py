"""A conference in session and a session of everybody in it, made in a hub's own data; and clients that see every byte.

Run as `python -m tests.conferences.relay_scene` in the hub's environment, because the tests' own database is another one.
"""

import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests import live

PATIENCE = 30
"""Seconds that anything may take on a loaded machine."""
TOKEN = "b" * 32


@dataclass(frozen=True)
class Meeting:
    """What the scene made: ids, and session keys by name (`police`, and `police_2` for a second laptop)."""

    conference: int
    first: int
    sessions: dict[str, str]
    members: dict[str, int]


def play(environment: Mapping[str, str]) -> Meeting:
    """Makes it. Raises RuntimeError with the scene's error output if it fails."""
    command = [sys.executable, "-m", "tests.conferences.relay_scene"]
    done = subprocess.run(command, cwd=live.ROOT, env=dict(environment), check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Meeting(**json.loads(done.stdout))


@dataclass
class Screen:
    """One open socket: every frame as it came, and what it shows."""

    socket: ClientConnection
    frames: list[str] = field(default_factory=list)
    beats: list[dict[str, int]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    panels: dict[str, str] = field(default_factory=dict)
    closed: int = 0

    async def listen(self) -> None:
        """Until it is closed."""
        try:
            async for text in self.socket:
                self.hear(str(text))
        except ConnectionClosed:
            pass
        self.closed = self.socket.close_code or 1006

    def hear(self, text: str) -> None:
        message = json.loads(text)
        if "beat" in message:
            self.beats.append(message)
            return
        self.frames.append(text)
        self.messages.append(message)
        self.panels |= message["panels"]

    @property
    def revision(self) -> int:
        return self.messages[-1]["revision"] if self.messages else -1


@dataclass
class Hall:
    """Everybody's sockets to some servers. Use inside one event loop."""

    meeting: Meeting
    screens: list[Screen] = field(default_factory=list)
    listening: list[asyncio.Task[None]] = field(default_factory=list)

    async def open(self, address: str, name: str, face: str = "board", **options: Any) -> Screen:
        """A socket of this person's."""
        url = f"{address.replace('http', 'ws', 1)}/ws/conferences/{self.meeting.conference}/{face}/"
        headers = {"Cookie": f"sessionid={self.meeting.sessions.get(name, '')}", "Origin": address}
        socket = await connect(url, additional_headers=headers, compression=None, max_size=None, close_timeout=0.5, **options)
        screen = Screen(socket)
        self.screens.append(screen)
        self.listening.append(asyncio.create_task(screen.listen()))
        return screen

    async def seated(self, address: str, *names: str) -> list[Screen]:
        """Sockets of these people, each with everything on its screen."""
        screens = [await self.open(address, name) for name in names]
        await until(lambda: all(one.panels for one in screens))
        return screens

    async def press(self, address: str, by: str, path: str, **fields: str) -> str:
        """A post, and its answer."""
        return await asyncio.to_thread(post, address, self.meeting.sessions[by], path, fields)

    async def toggle(self, address: str, *, holds: bool) -> int:
        """The facilitator affirms or withdraws a criterion, which everybody sees; the revision that follows."""
        path = f"/conferences/{self.meeting.conference}/items/{self.meeting.first}/criterion/"
        fields = {"criterion": "probable_harm", "holds": "true" if holds else "false"}
        answer = await self.press(address, "facilitator", path, **fields)
        return int(json.loads(answer)["revision"])


def post(address: str, session: str, path: str, fields: dict[str, str]) -> str:
    """A form as the board sends it."""
    headers = {"Cookie": f"sessionid={session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN, "Origin": address, "X-Hears": "1"}
    request = urllib.request.Request(f"{address}{path}", urlencode(fields).encode(), headers)
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return str(answer.read().decode())


async def until(true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Returns once it is true. Raises TimeoutError when it does not become so."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError
        await asyncio.sleep(0.02)


def with_hall(meeting: Meeting, story: Callable[[Hall], Awaitable[None]]) -> None:
    """Plays a story and closes everything."""

    async def play_it() -> None:
        hall = Hall(meeting)
        try:
            await story(hall)
        finally:
            await asyncio.gather(*(one.socket.close() for one in hall.screens))
            await asyncio.gather(*hall.listening)

    asyncio.run(play_it())


def made() -> dict[str, Any]:
    """The scene itself, in the hub's process."""
    from tests.bench.hall import session_of
    from tests.cast import assemble, item_of, to_filter2

    people = assemble()
    first = people.ready("schools")
    conference = people.conference("police", "schools", "clinic")
    to_filter2(people, conference, first)
    sessions = {name: session_of(member) for name, member in people.members.items()}
    sessions |= {"police_2": session_of(people["police"])}
    members = {name: member.pk for name, member in people.members.items()}
    return {"conference": conference.pk, "first": item_of(conference, first).pk, "sessions": sessions, "members": members}


if __name__ == "__main__":
    import django
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    django.setup()
    # nobody signs in with a password here
    PBKDF2PasswordHasher.iterations = 1
    sys.stdout.write(json.dumps(made()))
