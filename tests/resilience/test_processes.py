"""Web processes that die in the middle of something."""

import asyncio

import pytest

from tests.resilience.conftest import Report
from tests.resilience.drill import SIZE, run
from tests.resilience.people import Crowd, until
from tests.resilience.record import now
from tests.resilience.topology import Site

pytestmark = pytest.mark.pairless


async def killed_while_posts_are_under_way(crowd: Crowd) -> float:
    for number in range(2 * SIZE.rounds):
        web = crowd.site.web[number % len(crowd.site.web)]
        await until(lambda: sum(one.status is None for one in crowd.record.calls) >= 3, 30, "posts under way")
        web.kill()
        web.launch()
        await asyncio.to_thread(web.wait)
    return now()


def test_killed_while_posts_are_under_way(site: Site, report: Report) -> None:
    report(run(site, killed_while_posts_are_under_way, name="web process killed in a change", done="kill -9, started again"))
