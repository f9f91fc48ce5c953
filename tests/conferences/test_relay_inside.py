"""The relay inside one process: what several hints cost, what a conference costs the layer, and that nobody stays for a day."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import pytest
import redis
from channels.layers import get_channel_layer
from django.test import override_settings
from prometheus_client import REGISTRY

from conferences.board import pulse
from conferences.board.line import Line, Viewer
from conferences.board.presence import TOGETHER
from conferences.board.relay import RECONNECT, RELAYS, Relay, _renderer, relay_for
from conferences.consumers import DAY, SPREAD, leaves_at
from hub.core.realtime import Ears
from hub.settings import stores
from tests.cast import assemble
from tests.conferences.relay_scene import until

# rendered in a thread of its own, which reads what is committed
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pairless]
PREFIX = "inside"


@dataclass
class Reader:
    """A client that reads everything at once."""

    frames: list[str] = field(default_factory=list)
    closed: int = 0
    stuck: bool = False

    def stuck_for(self) -> float:
        return 0.0

    def prepare(self, text: str) -> str:
        return text

    def send(self, frame: Any) -> None:
        self.frames.append(frame)

    def close(self, code: int) -> None:
        self.closed = code


class Process:
    """What serves one conference: its relay, its ears on a real layer, and sockets of the police and the schools."""

    def __init__(self, conference: int, members: dict[str, int], layer: redis.Redis) -> None:
        self.conference, self.members, self.layer = conference, members, layer

    @property
    def relay(self) -> Relay:
        return relay_for(self.conference)

    def open(self, name: str, since: float = 0.0) -> tuple[Line, Reader]:
        """A socket that has been open for so many seconds."""
        reader = Reader()
        line = Line(Viewer(self.members[name], wall=False), "session", leaves_at(time.monotonic() - since), reader)
        self.relay.join(line)
        return line, reader

    async def rested(self) -> None:
        """Nothing is rendered any more, whoever asked for it."""
        await until(lambda: self.relay._work is None)
        await asyncio.get_running_loop().run_in_executor(_renderer, int)

    async def settled(self) -> None:
        """The layer has been asked for all that is to be heard."""
        assert Ears.of_this_process
        await Ears.of_this_process.renew()

    def listens(self) -> int:
        """How many connections of the layer hear of this conference."""
        [(_group, number)] = self.layer.pubsub_numsub(f"{PREFIX}__group__board.{self.conference}")
        return int(number)

    def asked(self) -> int:
        """How often the layer was asked for a subscription."""
        return int(self.layer.info("commandstats")["cmdstat_subscribe"]["calls"])


@pytest.fixture
def process(layer: str) -> Iterator[Process]:
    people = assemble()
    conference = people.conference("police", "schools")
    members = {name: people[name].pk for name in ("police", "schools")}
    settings = override_settings(CHANNEL_LAYERS={"default": stores.channel_layer(layer, PREFIX)})
    with settings, redis.Redis.from_url(layer, decode_responses=True) as client:
        yield Process(conference.pk, members, client)


def played(process: Process, story: Callable[[], Awaitable[None]]) -> None:
    """Plays a story on a loop of its own and closes every socket."""

    async def play() -> None:
        Ears.of_this_process = Ears(pulse.hear, set())
        try:
            await story()
        finally:
            for line in list(process.relay.every_line()):
                process.relay.leave(line)
            await asyncio.sleep(2 * TOGETHER)
            await process.rested()
            Ears.of_this_process = None
            RELAYS.pop(process.conference, None)
            await get_channel_layer().flush()

    asyncio.run(play())


@contextmanager
def held() -> Iterator[None]:
    """Whatever is rendered is not ready before the end."""
    over = Event()
    _renderer.submit(over.wait)
    try:
        yield
    finally:
        over.set()


def renderings() -> int:
    return int(REGISTRY.get_sample_value("hubtable_renderings_total") or 0)


def test_hints_that_come_during_a_rendering_are_one_more_rendering(process: Process) -> None:
    async def story() -> None:
        process.open("police")
        await process.settled()
        await process.rested()
        relay, before = process.relay, renderings()
        with held():
            relay.wake()
            await until(lambda: not relay._stale)
            for revision in range(100, 106):
                hint = {"type": "hint", "topic": relay.topic, "revision": revision}
                await get_channel_layer().group_send(relay.topic, hint)
                await until(lambda: relay._heard == revision)  # noqa: B023 - awaited at once
        await process.rested()
        assert renderings() - before == 2

    played(process, story)


def test_second_socket_of_a_conference_asks_the_layer_for_nothing_and_the_last_one_ends_it(process: Process) -> None:
    async def story() -> None:
        first, _reader = process.open("police")
        await process.settled()
        asked = process.asked()
        assert process.listens() == 1
        second, _other = process.open("schools")
        await process.settled()
        assert (process.listens(), process.asked()) == (1, asked)
        process.relay.leave(first)
        await process.settled()
        assert process.listens() == 1
        process.relay.leave(second)
        await process.settled()
        assert process.listens() == 0
        assert process.conference not in RELAYS

    played(process, story)


def test_who_was_here_for_a_day_is_asked_to_come_again_and_nobody_else(process: Process) -> None:
    async def story() -> None:
        _old, longest = process.open("police", since=DAY + SPREAD)
        _new, newest = process.open("schools", since=DAY - 60)
        await process.rested()
        process.relay.beat()
        assert (longest.closed, newest.closed) == (RECONNECT, 0)
        assert '"beat"' in newest.frames[-1]

    played(process, story)
