"""Two processes on one installation, with Redis between them, and what they do when it goes away."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import live
from tests.conferences.relay_scene import Hall, Meeting, until, with_hall
from tests.live import ROOT, LiveHub
from tests.servers import free_port, process, redis_server, wait_until

pytestmark = pytest.mark.pairless


@dataclass(frozen=True)
class Pair:
    """Two processes of one installation, and where their Redis is."""

    hub: LiveHub
    second: str
    redis_port: int

    @property
    def first(self) -> str:
        return self.hub.address


@contextmanager
def pair(data: Path, redis_port: int) -> Iterator[Pair]:
    """The two, on one SQLite file."""
    port, extra = free_port(), {"REDIS_URL": f"redis://127.0.0.1:{redis_port}"}
    with live.live_hub(prepared=data, demo=True, extra=extra) as hub:
        command = [sys.executable, "manage.py", "serve", "--prepared", "--port", str(port)]
        log = hub.data / "second.log"
        with process(command, log, signal.SIGTERM, cwd=ROOT, env=dict(hub.environment)) as child:
            second = f"http://127.0.0.1:{port}"
            wait_until(lambda: live._healthy(second), child, log)
            yield Pair(hub, second, redis_port)


async def shows_everywhere(hall: Hall, two: Pair, *, holds: bool) -> None:
    """A change through the one process comes to everybody, through both."""
    revision = await hall.toggle(two.first, holds=holds)
    await until(lambda: all(one.revision == revision for one in hall.screens))


def test_other_process_hears_at_once_and_knows_who_is_there(place: tuple[Path, Meeting]) -> None:
    async def story(hall: Hall) -> None:
        (chair,) = await hall.seated(two.first, "facilitator")
        before = chair.panels["seats"]
        await hall.seated(two.second, "clinic")
        await until(lambda: chair.panels["seats"] != before)
        here = chair.panels["seats"]
        await shows_everywhere(hall, two, holds=False)
        await hall.screens[-1].socket.close()
        await until(lambda: chair.panels["seats"] == before)
        assert here != before

    with redis_server() as layer, pair(place[0], int(layer.url.rpartition(":")[2])) as two:
        with_hall(place[1], story)


def test_redis_that_goes_and_comes_back_is_noticed_by_nobody(place: tuple[Path, Meeting]) -> None:
    async def story(hall: Hall) -> None:
        chair, _police = await hall.seated(two.first, "facilitator", "police")
        alone = chair.panels["seats"]
        (clinic,) = await hall.seated(two.second, "clinic")
        with redis_server(port):
            await until(lambda: chair.panels["seats"] != alone)
            await shows_everywhere(hall, two, holds=False)
        together = chair.panels["seats"]
        # away: this process tells itself, the other one asks the database
        await shows_everywhere(hall, two, holds=True)
        await clinic.socket.close()
        with redis_server(port):
            await until(lambda: chair.panels["seats"] == alone)
            hall.screens.remove(clinic)
            await shows_everywhere(hall, two, holds=False)
        assert together != alone
        assert {one.closed for one in hall.screens} == {0}
        assert two.hub.log.read_text().count("the channel layer is away") <= 3

    port = free_port()
    with pair(place[0], port) as two:
        with_hall(place[1], story)


def test_session_that_ends_while_nobody_can_be_told_is_found(place: tuple[Path, Meeting]) -> None:
    async def story(hall: Hall) -> None:
        police, clinic = await hall.seated(two.second, "police", "clinic")
        await hall.press(two.first, "police", "/account/logout/")
        await until(lambda: police.closed == 4408, 60)
        assert clinic.closed == 0

    with pair(place[0], free_port()) as two:
        with_hall(place[1], story)
