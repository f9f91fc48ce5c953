"""The partners' door and the desk behind it on a phone, in real Chromium: with scripts and without, axe-core on each page."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.e2e.conftest import MakeRoom, Room
from tests.e2e.people import PATIENCE, PHONE, Person

pytestmark = pytest.mark.e2e
AXE = Axe()
STORY = "He has not slept for days, and will not open the door."


@pytest.fixture(scope="module")
def room(make_room: MakeRoom) -> Iterator[Room]:
    with make_room("door") as made:
        yield made


def somebody(room: Room, name: str, *, scripts: bool) -> Page:
    context = room.browser.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]}, is_mobile=True, has_touch=True, java_script_enabled=scripts,
        base_url=room.hub.address,
    )  # fmt: skip
    context.set_default_timeout(PATIENCE)
    return Person(room.hub.address, context, context.new_page()).sign_in(name).page


def check(page: Page, *, scripts: bool) -> None:
    """No violation, one heading of the first rank, no sideways scrolling."""
    if scripts:  # axe is one; the page is the same without
        found = AXE.run(page)
        assert found.violations_count == 0, found.generate_report()
    assert page.locator("h1").count() == 1
    page.wait_for_load_state()
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def affirm(page: Page) -> None:
    """Everything that the chosen basis asks for."""
    for box in page.locator(".conditions [type=checkbox]").all():
        box.check()
    for words in page.locator(".conditions textarea").all():
        words.fill("The agreement of June.")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
def test_partner_brings_a_case_and_the_desk_reads_it(room: Room, scripts: bool) -> None:
    page = somebody(room, "schools", scripts=scripts)
    page.goto("/partner/")
    check(page, scripts=scripts)
    page.get_by_role("link", name="Bring a case").first.click()
    page.locator("[name=desk]").select_option(index=1)
    page.locator("[name=basis]").select_option("table_agreement")
    page.locator("[name=happening]").fill(STORY)
    page.locator("[name=danger][value=soon]").check()
    page.locator("[name=knows][value=no]").check()
    if not scripts:
        # what the basis asks for comes with the answer: nothing that was typed is lost on the way
        page.get_by_role("button", name="Give it to the desk").click()
    expect(page.locator(".conditions [type=checkbox]").first).to_be_visible()
    check(page, scripts=scripts)
    affirm(page)
    assert page.locator("[name=happening]").input_value() == STORY
    page.get_by_role("button", name="Give it to the desk").click()
    expect(page.locator("h1")).to_have_text("Receipt of delivery")
    check(page, scripts=scripts)
    number = page.locator("#delivered-title").inner_text()
    assert len(page.locator(".digits").inner_text().replace(" ", "")) == 20
    page.get_by_role("link", name="It is printed: back to the list").click()
    expect(page.locator("table")).to_contain_text(number)
    _read_at_the_desk(room, number, scripts=scripts)


def _read_at_the_desk(room: Room, number: str, *, scripts: bool) -> None:
    page = somebody(room, "clinic", scripts=scripts)
    page.goto("/desk/")
    check(page, scripts=scripts)
    page.get_by_role("link", name=number).click()
    check(page, scripts=scripts)
    assert STORY not in page.content()
    page.get_by_role("button", name="Open and read it").click()
    expect(page.locator(".identity.open")).to_contain_text(STORY)
    check(page, scripts=scripts)
    page.get_by_role("button", name="Claim it").click()
    expect(page.locator("#reply")).to_be_visible()
    expect(page.locator(".identity.open")).to_contain_text(STORY)
    check(page, scripts=scripts)
