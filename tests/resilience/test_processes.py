"""Web processes that die in the middle of something, or are exchanged for newer ones."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.live import manage
from tests.resilience.conftest import Report
from tests.resilience.drill import LONG, SIZE, Size, run
from tests.resilience.people import Crowd
from tests.resilience.record import now
from tests.resilience.topology import Site, serving

pytestmark = pytest.mark.pairless

SEEN_WITHIN_SECONDS = 3
"""The proxy asks each second who is ready; the next process leaves when it has seen the one before come back."""
NEWER = "tests.resilience.widened.settings"


async def killed(crowd: Crowd, moment: Callable[[], Awaitable[Any]]) -> float:
    """Each web process in turn is killed at such a moment, and started again."""
    for number in range(2 * SIZE.rounds):
        web = crowd.site.web[number % len(crowd.site.web)]
        await moment()
        web.kill()
        web.launch()
        await asyncio.to_thread(web.wait)
    return now()


def test_killed_in_the_middle_of_changes(site: Site, report: Report) -> None:
    async def fault(crowd: Crowd) -> float:
        return await killed(crowd, crowd.amid_presses)

    report(run(site, fault, name="web process killed in a change", done="each in turn: kill -9, started again"))


def test_killed_in_the_middle_of_a_broadcast(site: Site, report: Report) -> None:
    async def fault(crowd: Crowd) -> float:
        async def first_frame() -> None:
            came = asyncio.Event()
            for one in crowd.screens:
                one.on_frame = lambda message: came.set() if message.get("panels") else None
            await asyncio.wait_for(came.wait(), 30)

        return await killed(crowd, first_frame)

    done = "each in turn: kill -9 when the first screen has the change, started again"
    report(run(site, fault, name="web process killed in a broadcast", done=done))


def test_two_facilitators_at_once(site: Site, report: Report) -> None:
    async def fault(crowd: Crowd) -> float:
        for _round in range(4 * SIZE.rounds):
            first, second = await asyncio.gather(
                crowd.press("facilitator", "consent", address=f"http://127.0.0.1:{site.port_of(0)}"),
                crowd.press("facilitator", "consent", address=f"http://127.0.0.1:{site.port_of(1)}"),
            )
            assert sorted([first.status, second.status], key=str) == [200, 409]
        return now()

    done = "one revision answered by two devices at once, through both processes: 200 and 409"
    report(run(site, fault, name="two facilitators", done=done, size=Size(facilitates=False)))


def test_a_rolling_deploy_with_a_schema_change(site: Site, report: Report) -> None:
    newer = {**site.environment, "DJANGO_SETTINGS_MODULE": NEWER}

    async def fault(crowd: Crowd) -> float:
        await asyncio.to_thread(manage, newer, "migrate", "--no-input")
        for web in site.web:
            await asyncio.sleep(1)
            await asyncio.to_thread(web.end)
            web.environment = serving(newer)
            await asyncio.to_thread(web.start)
            await asyncio.sleep(SEEN_WITHIN_SECONDS)
        return now()

    done = "a column is added, then both processes are exchanged one after the other"
    size = Size(screens=50 if LONG else 20)
    outcome = run(site, fault, name="rolling deploy with a schema change", done=done, size=size)
    report(outcome)
    # nobody notices, unless the machine is so busy that the proxy takes the one that stays for dead
    assert not (LONG and outcome.words)
