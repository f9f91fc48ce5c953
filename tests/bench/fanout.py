"""`board_fanout`: from a POST to the last of 50 sockets that shows it, through the real daphne."""

import asyncio
import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connections
from django.urls import reverse
from websockets.asyncio.client import ClientConnection, connect

from agencies.models import Member
from conferences.models import AgendaItem
from situations.choices import Criterion
from tests.bench.figures import Figure, cpu_seconds, in_milliseconds, percentile
from tests.bench.hall import Hall, session_of
from tests.bench.line import Line
from tests.live import ROOT, LiveHub, live_hub
from tests.servers import free_port, process, wait_until

SOCKETS = 50
ROUNDS = 3
SEATS = 10
HEARTBEAT = '"panels": {}}'
"""How a message ends that changes nothing."""


@dataclass
class Gallery:
    """Open sockets, and what each was last sent since `clear`."""

    sockets: list[ClientConnection] = field(default_factory=list)
    last: dict[int, tuple[float, str]] = field(default_factory=dict)
    full: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self, place: int) -> None:
        async for text in self.sockets[place]:
            if str(text).endswith(HEARTBEAT):
                continue
            self.last[place] = (time.perf_counter(), str(text))
            if len(self.last) == len(self.sockets):
                self.full.set()

    def clear(self) -> None:
        self.last.clear()
        self.full.clear()

    async def shown(self, start: float) -> float:
        """Seconds from `start` to the last socket. Raises TimeoutError when one of them hears nothing."""
        await asyncio.wait_for(self.full.wait(), 10)
        return max(at for at, _text in self.last.values()) - start

    def usual(self) -> str:
        """The text of median length that was sent."""
        return sorted((text for _at, text in self.last.values()), key=len)[len(self.last) // 2]


@dataclass
class Taken:
    """Times of all posts, and one text of each."""

    toggles: list[float] = field(default_factory=list)
    stances: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    cpu: float = 0.0

    @property
    def all(self) -> list[float]:
        return self.toggles + self.stances


def fanout(hall: Hall, data: Path) -> Iterator[Figure]:
    """p50 and p99 beside a bare broadcast of the same bytes, apart for both kinds of posts, and processor time."""
    sessions = {member.pk: session_of(member) for member in {hall.chair, *hall.voices}}
    connections.close_all()  # the last one out writes everything into the one file that is copied
    with live_hub(prepared=data) as hub:
        taken = asyncio.run(_take(hall, hub, sessions))
    bare = _bare(taken.texts, data)
    yield from in_milliseconds("board_fanout", taken.all, bare)
    yield from in_milliseconds("board_fanout_criterion", taken.toggles, bare)
    yield from in_milliseconds("board_fanout_agree", taken.stances, bare)
    yield from in_milliseconds("board_fanout_answer", taken.answers)
    yield Figure("board_fanout_cpu", taken.cpu / (len(taken.all) * SOCKETS) * 1_000_000, "us a delivery")
    yield Figure("board_fanout_bytes", percentile([len(one.encode()) for one in taken.texts], 50), "bytes")


@dataclass
class Bench:
    """Everything one run holds on to."""

    hall: Hall
    hub: LiveHub
    sessions: dict[int, str]
    line: Line
    gallery: Gallery = field(default_factory=Gallery)
    taken: Taken = field(default_factory=Taken)

    async def post(self, by: Member, path: str, **fields: str) -> float:
        """Seconds until the last socket shows what this post did; the answer is awaited after that."""
        self.gallery.clear()
        start = time.perf_counter()
        self.line.send(self.sessions[by.pk], path, fields)
        revision = json.loads(await self.line.answer())["revision"]
        answered = time.perf_counter()
        last = await self.gallery.shown(start)
        stale = [text for _at, text in self.gallery.last.values() if json.loads(text)["revision"] != revision]
        if stale:
            raise RuntimeError(f"{len(stale)} sockets show another revision than {revision}")
        self.taken.answers.append(answered - start)
        return last


async def _take(hall: Hall, hub: LiveHub, sessions: dict[int, str]) -> Taken:
    people = [hall.chair, *(one for one in hall.voices if one != hall.chair)]
    async with AsyncExitStack() as stack:
        bench = Bench(hall, hub, sessions, await Line.open(hub.address))
        stack.callback(bench.line.close)
        for place in range(SOCKETS):
            socket = await _join(hub, hall.conference.pk, sessions[people[place % len(people)].pk])
            stack.push_async_callback(socket.close)
            bench.gallery.sockets.append(socket)
        listeners = [asyncio.create_task(bench.gallery.listen(place)) for place in range(SOCKETS)]
        await bench.gallery.shown(time.perf_counter())
        for item in hall.items[:ROUNDS]:
            await _round(bench, item)
        for one in listeners:
            one.cancel()
    return bench.taken


async def _join(hub: LiveHub, conference: int, session: str) -> ClientConnection:
    url = f"{hub.socket_address}/ws/conferences/{conference}/board/"
    headers = {"Cookie": f"sessionid={session}", "Origin": hub.address}
    return await connect(url, additional_headers=headers, compression=None, max_size=None)


async def _round(bench: Bench, item: AgendaItem) -> None:
    """One situation: the facilitator withdraws and affirms a criterion while one seat after the other agrees."""
    hall, taken = bench.hall, bench.taken
    chair, conference = hall.chair, hall.conference.pk
    await bench.post(chair, reverse("board_steer", args=[conference, "take-in-hand"]), item=str(item.pk))
    spent = cpu_seconds(bench.hub.child.pid)
    for place, seat in enumerate(hall.voices[:SEATS]):
        fields = {"criterion": Criterion.values[place % 4], "holds": "true" if place % 8 >= 4 else "false"}
        taken.toggles.append(await bench.post(chair, reverse("board_act", args=[conference, item.pk, "criterion"]), **fields))
        taken.texts.append(bench.gallery.usual())
        taken.stances.append(await bench.post(seat, reverse("board_act", args=[conference, item.pk, "agree"])))
        taken.texts.append(bench.gallery.usual())
    taken.cpu += cpu_seconds(bench.hub.child.pid) - spent


def _bare(texts: list[str], data: Path) -> list[float]:
    """Seconds of a bare broadcast of each text, to as many clients in the same way."""
    file, port = data / "texts.json", free_port()
    file.write_text(json.dumps(texts), encoding="utf-8")
    command = [sys.executable, "-m", "tests.bench.bare", str(port), str(file)]
    log = data / "bare.log"
    with process(command, log, signal.SIGTERM, cwd=ROOT) as child:
        wait_until(lambda: "ready" in log.read_text(encoding="utf-8"), child, log)
        return asyncio.run(_broadcasts(f"ws://127.0.0.1:{port}/", len(texts)))


async def _broadcasts(url: str, count: int) -> list[float]:
    gallery, times = Gallery(), []
    async with AsyncExitStack() as stack:
        trigger = await stack.enter_async_context(connect(url, compression=None))
        for _place in range(SOCKETS):
            gallery.sockets.append(await stack.enter_async_context(connect(url, compression=None, max_size=None)))
        listeners = [asyncio.create_task(gallery.listen(place)) for place in range(SOCKETS)]
        for number in range(count):
            gallery.clear()
            start = time.perf_counter()
            await trigger.send(str(number))
            times.append(await gallery.shown(start))
        for one in listeners:
            one.cancel()
    return times
