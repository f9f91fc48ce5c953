"""What people read while something is away: a plain sentence, and never a page that only stands still."""

import asyncio
import signal

import pytest

from tests.resilience.conftest import Report
from tests.resilience.drill import Size, equal, run
from tests.resilience.people import Crowd, until
from tests.resilience.record import now
from tests.resilience.topology import Site
from tests.resilience.watching import connected, equals_a_fresh_load, page_of, says, says_no_more

pytestmark = [pytest.mark.pairless, pytest.mark.e2e]

FEW = Size(screens=3, pace=2.0)
# the board says that it cannot read; on a machine that is very busy its heartbeat comes so late that the page says it itself
RECONNECTING, CANNOT_READ, NO_ANSWER = "Reconnecting.", "The server cannot read its data", "No answer yet."


def test_both_web_processes_are_away_while_somebody_presses(site: Site, report: Report) -> None:
    async def fault(crowd: Crowd) -> float:
        async with page_of(crowd, "clinic_deputy") as page:
            for web in site.web:
                web.kill()
            await says(page, RECONNECTING)
            await page.get_by_role("button", name="We agree").click()
            await says(page, NO_ANSWER)
            for web in site.web:
                web.launch()
            for web in site.web:
                await asyncio.to_thread(web.wait)
            crowd.stopped.set()
            ended = now()
            await says_no_more(page, RECONNECTING)
            await says_no_more(page, NO_ANSWER)
            await quiet(crowd)
            await equals_a_fresh_load(page, crowd)
            return ended

    done = "kill -9 of both; a browser presses meanwhile"
    report(run(site, fault, name="no web process at all", done=done, size=FEW))


def test_the_database_is_away(site: Site, report: Report) -> None:
    server = site.parts["postgres"]

    async def fault(crowd: Crowd) -> float:
        async with page_of(crowd, "clinic_deputy") as page:
            await asyncio.to_thread(server.end, signal.SIGINT)
            await says(page, CANNOT_READ, RECONNECTING)
            await asyncio.to_thread(server.start)
            crowd.stopped.set()
            ended = now()
            await says_no_more(page, CANNOT_READ, RECONNECTING)
            await quiet(crowd)
            await equals_a_fresh_load(page, crowd)
            return ended

    report(run(site, fault, name="PostgreSQL away, seen in a browser", done="until the page says so", size=FEW))


def test_a_laptop_asleep_for_an_hour(site: Site, report: Report) -> None:
    async def fault(crowd: Crowd) -> float:
        async with page_of(crowd, "clinic_deputy") as page:
            await page.clock.install()
            await page.reload()
            await connected(page)
            await page.context.set_offline(True)
            before = len(crowd.record.calls)
            await until(lambda: len(crowd.record.calls) >= before + 4, 60, "the table goes on meanwhile")
            await page.clock.fast_forward("01:00:00")
            await page.context.set_offline(False)
            crowd.stopped.set()
            ended = now()
            await connected(page)
            await says_no_more(page, RECONNECTING)
            await quiet(crowd)
            await equals_a_fresh_load(page, crowd)
            return ended

    report(run(site, fault, name="a laptop asleep for an hour", done="Chromium, its clock ahead by an hour", size=FEW))


async def quiet(crowd: Crowd) -> None:
    """Nobody presses any more, and every screen shows how it stands."""
    crowd.stopped.set()
    await until(lambda: all(one.status for one in crowd.record.calls), 60, "every call is answered")
    await equal(crowd)
