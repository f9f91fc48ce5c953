"""The board's socket. It accepts `{"resume": <revision>}` and nothing else, and carries panels of the de-identified board."""

import asyncio
import json
import random
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from agencies.models import Member
from agencies.standing import standing_of
from conferences.board.face import face_kind
from conferences.board.relay import relay_for
from conferences.models import Conference
from hub.core.errors import DomainError

SLOW = 5
"""Seconds a socket may take to accept a message before it is closed; it reconnects and catches up."""
LONGEST = 64
"""Characters of a frame that is read at all: deep nesting would exhaust the parser."""
DAY = 20 * 60 * 60
"""Seconds after which a socket is asked to reconnect: channel layers forget members after a day."""


class BoardConsumer(AsyncWebsocketConsumer):
    """One open board. Close codes: 4401 sign in, 4403 no right (any more), 4400 malformed frame, 4408 reconnect."""

    member_id = 0
    wall = False
    joined = False

    async def connect(self) -> None:
        """Accept whoever may see the board; everyone else gets a code that the page turns into words."""
        self.key = int(self.scope["url_route"]["kwargs"]["key"])
        self.wall = self.scope["url_route"]["kwargs"]["face"] == "projector"
        user = self.scope["user"]
        await self.accept()
        if not user.is_authenticated:
            await self.close(4401)
            return
        self.member_id = user.pk
        if not await database_sync_to_async(may_join)(user.pk, self.key, wall=self.wall):
            await self.close(4403)
            return
        self.joined = True
        await relay_for(self.key).join(self)
        # spread over an hour, so that a whole county does not come back in the same second
        delay = DAY + random.uniform(0, 3600)  # noqa: S311 - jitter, not a secret
        self.expiry = asyncio.get_running_loop().call_later(delay, lambda: asyncio.ensure_future(self.shut(4408)))

    async def disconnect(self, code: int) -> None:
        """Leave the relay."""
        if self.joined:
            self.expiry.cancel()
            await relay_for(self.key).leave(self)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """`resume` sends every panel again; anything else closes the socket and changes nothing."""
        if not self.joined or not is_resume(text_data):
            await self.close(4400)
            return
        relay_for(self.key).forget(self)

    async def deliver(self, text: str) -> None:
        """Send, but never wait for a stuck socket: it is closed and catches up when it comes back."""
        try:
            await asyncio.wait_for(self.send(text_data=text), SLOW)
        except TimeoutError:
            await self.close(4408)

    async def shut(self, code: int) -> None:
        """Close from our side."""
        await self.close(code)


def is_resume(text: str | None) -> bool:
    """Whether a frame is `{"resume": <number>}` and nothing else."""
    if text is None or len(text) > LONGEST:
        return False
    try:
        frame: Any = json.loads(text)
    except ValueError:
        return False
    return isinstance(frame, dict) and set(frame) == {"resume"} and type(frame["resume"]) is int


def may_join(member_id: int, key: int, *, wall: bool) -> bool:
    """Whether the member, as the database has it now, may open this face of the board."""
    member = Member.objects.filter(pk=member_id, is_active=True).first()
    conference = Conference.objects.select_related("table", "sitting").filter(pk=key).first()
    if member is None or conference is None:
        return False
    standing = standing_of(member, conference.table, conference.sitting if conference.is_open else None)
    try:
        face_kind(conference, standing, wall=wall)
    except DomainError:
        return False
    return standing.belongs
