"""A real page in a real browser among the people, for what only a page can show: words."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import BrowserContext, Locator, Page, async_playwright, expect
from playwright.async_api import TimeoutError as Late

from tests.e2e.people import PANELS
from tests.live import QUIET_CHROMIUM
from tests.resilience.people import Crowd

PATIENCE = 60_000
"""Milliseconds: the machine may be doing a lot else."""


@asynccontextmanager
async def page_of(crowd: Crowd, who: str) -> AsyncIterator[Page]:
    """Somebody's board in Chromium, connected."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET_CHROMIUM)
        context = await browser.new_context(base_url=crowd.site.address)
        context.set_default_timeout(PATIENCE)
        await context.add_cookies([{"name": "sessionid", "value": crowd.session(who), "url": crowd.site.address}])
        yield await open_board(context, crowd)
        await browser.close()


async def open_board(context: BrowserContext, crowd: Crowd) -> Page:
    """One more page with the board."""
    page = await context.new_page()
    await page.goto(f"/conferences/{crowd.site.conference}/board/")
    await connected(page)
    return page


async def connected(page: Page) -> None:
    """The page's socket is open."""
    await expect(page.locator("html[data-connected=yes]")).to_be_attached(timeout=PATIENCE)


async def says(page: Page, *words: str) -> None:
    """The page shows one of these sentences. Raises AssertionError with those that it shows instead."""
    try:
        await expect(_visible(page, *words)).to_have_count(1, timeout=PATIENCE)
    except AssertionError as missing:
        shown = await page.locator(".banner").locator("visible=true").all_inner_texts()
        raise AssertionError(f"{words!r} is not shown, but {shown}") from missing


async def says_no_more(page: Page, *words: str) -> None:
    """The page shows none of these sentences any longer, by itself."""
    await expect(_visible(page, *words)).to_have_count(0, timeout=PATIENCE)


def _visible(page: Page, *words: str) -> Locator:
    # the same banner stands in the dialog too, hidden
    return page.get_by_text(re.compile("|".join(map(re.escape, words)))).locator("visible=true")


async def equals_a_fresh_load(page: Page, crowd: Crowd) -> None:
    """What stands in the page is what a page shows that is loaded now. Nobody presses meanwhile."""
    fresh = await open_board(page.context, crowd)
    panels = await fresh.evaluate(PANELS)
    try:
        await page.wait_for_function(f"(panels) => JSON.stringify(({PANELS})()) === JSON.stringify(panels)", arg=panels)
    except Late as late:
        shown = await page.evaluate(PANELS)
        stale = {name: (shown.get(name), html) for name, html in panels.items() if shown.get(name) != html}
        raise AssertionError(f"stale (shown, fresh): {stale}") from late
    await fresh.close()
