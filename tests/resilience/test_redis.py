"""Redis goes away, comes back empty, or stops answering: hints are lost, decisions are not."""

import asyncio

import pytest

from tests.resilience.conftest import Report
from tests.resilience.drill import SIZE, run
from tests.resilience.people import Crowd
from tests.resilience.record import now
from tests.resilience.topology import Site

pytestmark = pytest.mark.pairless


def test_stopped_and_started_again(site: Site, report: Report) -> None:
    redis = site.parts["redis"]

    async def fault(crowd: Crowd) -> float:
        redis.kill()
        await asyncio.sleep(SIZE.pause)
        redis.start()
        return now()

    report(run(site, fault, name="Redis stopped", done=f"kill -9, {SIZE.pause:.0f} s without it, started again empty"))


def test_restarted(site: Site, report: Report) -> None:
    redis = site.parts["redis"]

    async def fault(crowd: Crowd) -> float:
        for _round in range(SIZE.rounds):
            redis.end()
            redis.start()
            await asyncio.sleep(1)
        return now()

    report(run(site, fault, name="Redis restarted", done="at once, again and again"))


def test_held(site: Site, report: Report) -> None:
    redis = site.parts["redis"]

    async def fault(crowd: Crowd) -> float:
        redis.hold()
        await asyncio.sleep(SIZE.pause)
        redis.let_go()
        return now()

    report(run(site, fault, name="Redis paused", done=f"SIGSTOP for {SIZE.pause:.0f} s: connections stay open, nobody answers"))
