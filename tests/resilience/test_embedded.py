"""The same faults where everything is one process on SQLite."""

import asyncio

import pytest

from tests.resilience import limits
from tests.resilience.conftest import Report
from tests.resilience.drill import SIZE, Size, run
from tests.resilience.people import Crowd
from tests.resilience.record import now
from tests.resilience.topology import Site

pytestmark = pytest.mark.pairless


def test_killed_in_the_middle_of_changes(small: Site, report: Report) -> None:
    async def fault(crowd: Crowd) -> float:
        web = small.web[0]
        for _round in range(2 * SIZE.rounds):
            await crowd.amid_presses()
            web.kill()
            web.launch()
            await asyncio.to_thread(web.wait)
        return now()

    report(run(small, fault, name="embedded: process killed in a change", done="kill -9, started again"))


def test_disk_full(small: Site, report: Report) -> None:
    web = small.web[0]

    async def fault(crowd: Crowd) -> float:
        limits.no_room(web.pid, 4096)
        await asyncio.sleep(SIZE.pause)
        limits.room_again(web.pid)
        return now()

    outcome = run(small, fault, name="embedded: disk full", done=f"no file may grow for {SIZE.pause:.0f} s")
    report(outcome)
    assert outcome.words


def test_two_facilitators_at_once(small: Site, report: Report) -> None:
    async def fault(crowd: Crowd) -> float:
        for _round in range(4 * SIZE.rounds):
            both = await asyncio.gather(*(crowd.press("facilitator", "consent") for _device in range(2)))
            assert sorted(one.status or 0 for one in both) == [200, 409]
        return now()

    done = "one revision answered by two devices at once: 200 and 409"
    report(run(small, fault, name="embedded: two facilitators", done=done, size=Size(facilitates=False)))


def test_laptops_asleep_and_frames_lost(small: Site, report: Report) -> None:
    async def fault(crowd: Crowd) -> float:
        asleep = crowd.screens[::3]
        crowd.network.share = 0.2
        for one in asleep:
            one.sleep()
        await asyncio.sleep(SIZE.pause)
        crowd.network.share = 0.0
        for one in asleep:
            one.wake()
        return now()

    done = f"every third screen reads nothing for {SIZE.pause:.0f} s, the others lose 20 % of frames"
    report(run(small, fault, name="embedded: laptops asleep, frames dropped", done=done))
