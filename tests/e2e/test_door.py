"""The families' door on an old phone, in real Chromium: in four languages, with scripts and without, axe-core on each page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import BrowserContext, Page, Route, ViewportSize, expect

from situations.referrals import limits
from tests.e2e import scene
from tests.e2e.conftest import MakeRoom, Room
from tests.e2e.people import PATIENCE
from tests.situations.door import ANSWERS

pytestmark = pytest.mark.e2e
SMALL: ViewportSize = {"width": 320, "height": 568}
LANGUAGES = ["en", "es", "pt", "ht"]
AXE = Axe()


@pytest.fixture(scope="module")
def room(make_room: MakeRoom) -> Iterator[Room]:
    with make_room("door") as made:
        yield made


@dataclass
class Family:
    """Somebody at the door with a phone. `seen`: the address of everything that the phone asked for."""

    page: Page
    scripts: bool = True
    seen: list[str] = field(default_factory=list)

    def press(self, go: str = "on") -> "Family":
        """Press a button of the page's form, and wait for what it shows then."""
        button = self.page.locator(f'main form button[name=go][value="{go}"]')
        if not self.scripts:
            with self.page.expect_navigation():
                button.click()
            return self
        before = self.page.locator("h1").element_handle()
        button.click()
        self.page.wait_for_function("one => !one.isConnected", arg=before)
        return self

    def check(self) -> "Family":
        """Whatever is shown: no violation, one heading of the first rank, help and the way out, and no sideways scrolling."""
        if self.scripts:  # axe is one; the page is the same without
            found = AXE.run(self.page)
            assert found.violations_count == 0, found.generate_report()
        assert self.page.locator("h1").count() == 1
        assert self.page.locator("#leave").get_attribute("rel") == "noreferrer nofollow"
        for call in ("911", "988", "8337732445", "9785550142"):
            assert self.page.locator(f'.help a[href="tel:{call}"]').count() == 1
        self.page.wait_for_load_state()  # measured before its style sheets have come, any page is wider
        wider: bool = self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wider
        return self

    def answer(self, typed: dict[str, str]) -> "Family":
        """Fill in one page and go on."""
        for name, value in typed.items():
            radio = self.page.locator(f'[type=radio][name={name}][value="{value}"]')
            if radio.count():
                radio.check()
            else:
                self.page.locator(f"[name={name}]").fill(value)
        return self.check().press()


def family(room: Room, *, scripts: bool = True, language: str = "en") -> Family:
    context: BrowserContext = room.browser.new_context(
        viewport=SMALL, device_scale_factor=2, is_mobile=True, has_touch=True, java_script_enabled=scripts, locale=language,
        base_url=room.hub.address,
    )  # fmt: skip
    context.set_default_timeout(PATIENCE)
    found = Family(context.new_page(), scripts)
    context.route(re.compile(r"^https://www\.weather\.gov/"), _weather)
    context.on("request", lambda request: found.seen.append(request.url))
    found.page.goto("/help/")
    return found


def _weather(route: Route) -> None:
    route.fulfill(body="<title>Weather</title><h1>Sunny</h1>", content_type="text/html")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_whole_way_from_the_first_page_to_a_message(room, language, scripts):
    there = family(room, scripts=scripts)
    if language != "en":
        there.page.locator(f"button[name=language][value={language}]").click()
        expect(there.page.locator("html")).to_have_attribute("lang", language)
    story = f"He has not slept for days. ({language}, {scripts})"
    for typed in ANSWERS:
        there.answer({**typed, "happening": story} if "happening" in typed else typed)
    there.check().press("send")
    if there.page.locator(".digits").count() == 0:
        # no script, and faster than a person: a pause, which nothing but time ends
        there.check()
        there.page.wait_for_timeout((limits.PAUSE_SECONDS + 1) * 1000)
        there.press("send")
    code = there.page.locator(".digits").inner_text()
    there.check().press("on").check()
    there.page.locator("[name=code]").fill(code)
    there.press("on").check()
    there.page.locator("[name=text]").fill(f"He slept. {story}")
    there.press("write").check()
    assert f"He slept. {story}" in there.page.locator(".messages").inner_text()
    assert there.page.locator("html").get_attribute("lang") == language
    assert there.page.context.cookies() == []
    assert {one.split("/")[2] for one in there.seen if not one.startswith("data:")} == {
        room.hub.address.removeprefix("http://")
    }
    arrived = scene.play(room.hub.environment, "brought")
    assert story in arrived["stories"]
    assert f"He slept. {story}" in arrived["messages"]


def test_whole_way_is_one_entry_of_the_history_and_leaving_takes_its_place(room):
    there = family(room)
    began: int = there.page.evaluate("history.length")
    for typed in ANSWERS[:4]:
        there.answer(typed)
    assert there.page.evaluate("history.length") == began
    assert there.page.evaluate("[localStorage.length, sessionStorage.length, document.cookie, history.state]") == [
        0,
        0,
        "",
        None,
    ]
    there.page.locator("#leave").click()
    expect(there.page.locator("h1")).to_have_text("Sunny")
    assert there.page.evaluate("document.referrer") == ""
    assert there.page.evaluate("history.length") == began
    there.page.go_back()
    assert "/help/" not in there.page.url


def test_escape_pressed_twice_leaves(room):
    there = family(room)
    there.page.keyboard.press("Escape")
    there.page.keyboard.press("Escape")
    expect(there.page.locator("h1")).to_have_text("Sunny")


def test_without_scripts_the_way_out_is_a_link(room):
    there = family(room, scripts=False)
    there.answer({}).page.locator("#leave").click()
    expect(there.page.locator("h1")).to_have_text("Sunny")


def test_what_was_typed_stays_where_there_is_no_connection(room):
    there = family(room)
    there.answer({}).answer({"relation": "parent"})
    there.page.locator("[name=happening]").fill("He has not come home.")
    there.page.locator("[name=danger][value=soon]").check()
    there.page.context.set_offline(True)
    there.page.locator("main form button[value=on]:visible").click()
    expect(there.page.locator("#trouble")).to_be_visible()
    assert there.page.locator("[name=happening]").input_value() == "He has not come home."
    there.page.context.set_offline(False)
    there.press()
    assert there.page.locator("[name=tried]").count() == 1


def test_danger_shows_whom_to_call_first(room):
    there = family(room)
    there.answer({}).answer({"relation": "parent"}).answer({"happening": "He has a knife.", "danger": "yes"})
    assert there.check().page.locator('main a[href="tel:911"]').count() == 1


def test_page_reads_at_twice_the_size(room):
    there = family(room)
    there.page.evaluate("document.documentElement.style.fontSize = '200%'")
    for typed in ANSWERS:
        there.answer(typed)
    there.check()


def test_proof_of_work_is_done_while_somebody_reads(room):
    there = family(room)
    for typed in ANSWERS:
        there.answer({**typed, "happening": "Worked for."} if "happening" in typed else typed)
    there.press("send")
    assert there.page.locator(".digits").count() == 1, "no pause is asked for"
