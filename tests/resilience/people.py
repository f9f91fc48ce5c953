"""The people of a conference that is hit by a fault: who presses, who only looks, and what they all were told."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from tests.resilience.calling import Lost, Reply, call
from tests.resilience.dropping import Dropping
from tests.resilience.record import DONE, STALE, Call, Record, Sight, new_mark, now
from tests.resilience.screen import Screen
from tests.resilience.setting import IN_THE_ROOM
from tests.resilience.topology import Site

GIVES_UP_SECONDS = 90
"""After so long somebody stops pressing the same button; what became of it is then unknown."""
AGAIN_SECONDS = 0.5
AMID_SECONDS = 0.02
"""Within so long of being sent a press is about to be written, on a quick machine."""
AWAY = range(500, 600)


@dataclass
class Crowd:
    """Everybody at one installation, and the record of the run. `network`: what stands between their sockets and the proxy."""

    site: Site
    network: Dropping
    record: Record = field(default_factory=Record)
    screens: list[Screen] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    beside: list[asyncio.Task[Call]] = field(default_factory=list)
    """Presses that a fault was to meet; they are finished with all others."""
    seen: int = 0
    behind: bool = False
    """Whether the facilitator's page has yet to ask which revision it shows."""

    @property
    def lost(self) -> int:
        """Attempts without an answer, so far."""
        return sum(one.startswith("lost") for call_ in self.record.calls for one in call_.attempts)

    def session(self, who: str) -> str:
        """The session key of somebody."""
        found: str = self.site.made["sessions"][who]
        return found

    def path(self, kind: str) -> str:
        """Where a kind of call goes."""
        board = f"/conferences/{self.site.conference}/"
        item = self.site.made["items"][0]
        return f"{board}steer/issue/" if kind == "issue" else f"{board}items/{item}/{kind}/"

    async def get(self, who: str, path: str) -> Reply:
        """A page. Raises Lost."""
        return await call(self.site.address, self.session(who), path)

    async def press(self, who: str, kind: str, *, address: str = "", gives_up: float = GIVES_UP_SECONDS) -> Call:
        """Does one thing, again and again with the same key until somebody answers for it."""
        made = Call(who, kind, new_mark(), uuid4().hex, now())
        self.record.calls.append(made)
        fields = self._fields(made)
        while made.status is None and now() - made.sent < gives_up:
            await self._attempt(made, fields, address or self.site.address)
            if made.status is None:
                await asyncio.sleep(AGAIN_SECONDS)
        if who == "facilitator" and self.behind:
            await self._look()
        return made

    async def amid_presses(self) -> None:
        """Returns while three seats' presses are under way, at any point of their way: by themselves they seldom are."""
        self.beside += [asyncio.create_task(self.press(who, "issue")) for who in IN_THE_ROOM[:3]]
        await asyncio.sleep(random.uniform(0, AMID_SECONDS))  # noqa: S311 - a moment, not a secret

    async def _attempt(self, made: Call, fields: dict[str, str], address: str) -> None:
        try:
            own = self._own(made.who)
            hears = own is not None and own.hears
            reply = await call(address, self.session(made.who), self.path(made.kind), fields, key=made.key, hears=hears)
        except Lost as lost:
            made.attempts.append(f"lost: {lost}")
            return
        made.attempts.append(str(reply.status))
        if reply.status in AWAY:
            self.pages.append(reply.words)
            return
        made.status, made.answered = reply.status, now()
        if reply.status == DONE:
            self._take(made.who, reply)
        elif reply.status == STALE and made.who == "facilitator":
            self.behind = True

    def _take(self, who: str, reply: Reply) -> None:
        message = reply.json()
        # one's own page swaps in the answer to one's own press
        screen = self._own(who)
        if screen is not None:
            screen.answer(message)
        if who == "facilitator":
            # a server that is behind answers without panels, and then the page does not know what it shows either
            self.behind = message["seen"] is None
            self.seen = self.seen if self.behind else message["seen"]

    def _own(self, who: str) -> Screen | None:
        return next((one for one in self.screens if one.sight.name.startswith(f"{who} ")), None)

    async def _look(self) -> None:
        """As the page asks for everything after a refusal; who is not answered asks again after the next press."""
        with suppress(Lost):
            self.seen, self.behind = (await self.fresh("facilitator"))["seen"], False

    async def fresh(self, who: str) -> dict[str, Any]:
        """What a board would show that is loaded now. Raises Lost."""
        reply = await self.get(who, f"/conferences/{self.site.conference}/panels/")
        if reply.status != DONE:
            raise Lost(str(reply.status))
        return reply.json()

    def _fields(self, made: Call) -> dict[str, str]:
        words = f"It looks otherwise to us, {made.mark}."
        if made.kind == "issue":
            return {"title": words}
        if made.kind == "consent":
            return {"consent_status": "verbal", "consent_reason": words, "revision": str(self.seen)}
        return {"reason": words}

    async def keep_pressing(self, who: str, kinds: Iterable[str], pace: float) -> None:
        """One thing after the other until `stopped`; what is under way then is finished."""
        for kind in cycle(kinds):
            if self.stopped.is_set():
                return
            await self.press(who, kind)
            await asyncio.sleep(pace)

    def open_screen(self, who: str, number: int) -> Screen:
        """One more open board of somebody."""
        wall = who == "projector"
        url = f"ws://127.0.0.1:{self.network.near}/ws/conferences/{self.site.conference}/{'projector' if wall else 'board'}/"
        session = self.session("facilitator" if wall else who)
        headers = {"Cookie": f"sessionid={session}", "Origin": self.site.address}
        sight = Sight(f"{who} at screen {number}")
        self.record.sights.append(sight)
        self.screens.append(Screen(url, headers, sight))
        return self.screens[-1]


@asynccontextmanager
async def gathered(site: Site, screens: int) -> AsyncIterator[Crowd]:
    """Everybody connected, each at one screen or more."""
    crowd = Crowd(site, Dropping(urlsplit(site.address).port or 0))
    names = islice(cycle(("facilitator", *IN_THE_ROOM, "projector")), screens)
    server = await asyncio.start_server(crowd.network.serve, "127.0.0.1", 0)
    crowd.network.near = server.sockets[0].getsockname()[1]
    tasks = [asyncio.create_task(crowd.open_screen(who, number).run()) for number, who in enumerate(names)]
    try:
        await until(lambda: all(one.panels for one in crowd.screens), 60, "everybody sees the board")
        yield crowd
    finally:
        crowd.stopped.set()
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        server.close()
        await crowd.network.end()


async def until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    """Returns once `holds`. Raises TimeoutError saying what did not come."""
    deadline = now() + seconds
    while not holds():
        if now() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s, and not: {what}")
        await asyncio.sleep(0.05)
