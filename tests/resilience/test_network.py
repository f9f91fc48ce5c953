"""What happens between the server and a laptop: frames that get lost, readers that do not read, lids that are shut."""

import asyncio
import json
import resource
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from tests.resilience.conftest import Report
from tests.resilience.drill import SIZE, run
from tests.resilience.people import Crowd
from tests.resilience.record import now
from tests.resilience.topology import Site

pytestmark = pytest.mark.pairless

SHARE = 0.2
RESUMES = 400
MEGABYTE = 1 << 20


def test_one_frame_in_five_is_lost(site: Site, report: Report) -> None:
    async def fault(crowd: Crowd) -> float:
        crowd.network.share = SHARE
        await asyncio.sleep(SIZE.pause * 2)
        crowd.network.share = 0.0
        assert crowd.network.dropped
        return now()

    report(run(site, fault, name="20 % of frames dropped", done=f"for {SIZE.pause * 2:.0f} s, on the way to the screens"))


def test_laptops_asleep(site: Site, report: Report) -> None:
    async def fault(crowd: Crowd) -> float:
        asleep = crowd.screens[::3]
        for one in asleep:
            one.sleep()
        await asyncio.sleep(SIZE.pause * 2)
        for one in asleep:
            one.wake()
        return now()

    report(run(site, fault, name="laptops asleep", done=f"every third screen reads nothing for {SIZE.pause * 2:.0f} s"))


def test_a_socket_that_reads_nothing(site: Site, report: Report) -> None:
    """It asks for everything again and again, and takes nothing: nobody waits for it, and what it may cost is bounded."""
    web = site.web[0]

    async def fault(crowd: Crowd) -> float:
        before = memory(web.pid)
        deaf = asyncio.create_task(ask_and_never_read(crowd, site.port_of(0)))
        await asyncio.sleep(SIZE.pause)
        grown = memory(web.pid) - before
        deaf.cancel()
        assert grown < 64 * MEGABYTE, f"{grown / MEGABYTE:.0f} MB for one socket"
        return now()

    report(run(site, fault, name="a socket that reads nothing", done=f"{RESUMES} times everything, none of it taken"))


async def ask_and_never_read(crowd: Crowd, port: int) -> None:
    url = f"ws://127.0.0.1:{port}/ws/conferences/{crowd.site.conference}/board/"
    headers = {"Cookie": f"sessionid={crowd.session('police')}", "Origin": crowd.site.address}
    async with connect(url, additional_headers=headers, ping_interval=None, close_timeout=0.1) as socket:
        socket.transport.pause_reading()
        for _number in range(RESUMES):
            await socket.send(json.dumps({"resume": 0}))
            await asyncio.sleep(0.01)
        await asyncio.Event().wait()


def memory(pid: int) -> int:
    """Bytes that a process holds in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
