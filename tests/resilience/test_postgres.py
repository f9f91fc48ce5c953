"""PostgreSQL goes away, has no connection left, or no room on its disk: what was answered for stands, the rest says so."""

import asyncio
import signal

import pytest

from tests.resilience import limits
from tests.resilience.conftest import Report
from tests.resilience.drill import SIZE, run
from tests.resilience.people import Crowd
from tests.resilience.record import now
from tests.resilience.topology import Site
from tests.servers import _owner

pytestmark = pytest.mark.pairless


@pytest.mark.parametrize(("by", "how"), [(signal.SIGINT, "fast shutdown"), (signal.SIGQUIT, "crash")])
def test_restarted(site: Site, report: Report, by: signal.Signals, how: str) -> None:
    server = site.parts["postgres"]

    async def fault(crowd: Crowd) -> float:
        await asyncio.to_thread(server.end, by)
        await asyncio.sleep(SIZE.pause / 3)
        await asyncio.to_thread(server.start)
        return now()

    report(run(site, fault, name=f"PostgreSQL restarted ({how})", done=f"{SIZE.pause / 3:.0f} s without it"))


def test_out_of_connections(site: Site, report: Report) -> None:
    async def fault(crowd: Crowd) -> float:
        def hoard() -> limits.Hoard:
            return limits.Hoard.of(site.database)

        taken = await asyncio.to_thread(hoard)
        await asyncio.sleep(SIZE.pause)
        taken.release()
        return now()

    done = f"another client takes all connections for {SIZE.pause:.0f} s, HubTable's too"
    outcome = run(site, fault, name="PostgreSQL out of connections", done=done)
    report(outcome)
    assert outcome.words, "nobody noticed"


def test_disk_full(site: Site, report: Report) -> None:
    server = site.parts["postgres"]

    async def fault(crowd: Crowd) -> float:
        limits.no_room(server.pid, 8192, **_owner())
        await asyncio.sleep(SIZE.pause)
        if server.runs():
            limits.room_again(server.pid, **_owner())
        if not server.runs() or not server.ready():
            # without room for its log it stops; the container is started again
            await asyncio.to_thread(server.end, signal.SIGQUIT)
            await asyncio.to_thread(server.start)
        return now()

    done = f"no file of PostgreSQL may grow for {SIZE.pause:.0f} s, its log of changes neither"
    outcome = run(site, fault, name="PostgreSQL's disk full", done=done)
    report(outcome)
    assert outcome.words, "nobody noticed"
