"""One person at one device, and everything that ever came over that device's sockets."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page, WebSocket, expect

from tests.cast import IDENTITY, PASSWORD

PATIENCE = 20_000
"""Milliseconds that a condition may take on a loaded machine; none of them takes a tenth of it otherwise."""
LAPTOP, PHONE, SCREEN = (1280, 768), (390, 844), (1920, 1080)

expect.set_options(timeout=PATIENCE)

PANELS = """() => Object.fromEntries([...document.querySelectorAll("[id^=panel-]")].map((one) => {
  const copy = one.cloneNode(true);
  copy.querySelectorAll("[data-timer]").forEach((timer) => timer.replaceChildren());
  copy.querySelectorAll("[data-timer]").forEach((timer) => timer.removeAttribute("class"));
  return [one.id, copy.innerHTML.replace(/\\s+/g, " ").replace(/> </g, "><").trim()];
}))"""
"""Every panel of the page, without white space between elements and without what the running timer writes by itself."""

OUTSIDE_ENVELOPE = """() => {
  const copy = document.documentElement.cloneNode(true);
  copy.querySelectorAll("#identity").forEach((one) => one.remove());
  return copy.outerHTML + " " + [...document.querySelectorAll("input, textarea")].map((one) => one.value).join(" ");
}"""


@dataclass
class Person:
    """Somebody at a device. A second window or tab of the same device is another `Person` of the same context."""

    address: str
    context: BrowserContext
    page: Page
    sockets: list[WebSocket] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)

    @classmethod
    def at(cls, browser: Browser, address: str, size: tuple[int, int] = LAPTOP) -> "Person":
        """Somebody at a device of their own."""
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, base_url=address)
        context.set_default_timeout(PATIENCE)
        return cls._with_page(address, context)

    @classmethod
    def _with_page(cls, address: str, context: BrowserContext) -> "Person":
        person = cls(address, context, context.new_page())
        person.page.on("websocket", person._listen)
        return person

    def another_window(self, size: tuple[int, int] = LAPTOP) -> "Person":
        """A second window of the same device, signed in like the first."""
        other = self._with_page(self.address, self.context)
        other.page.set_viewport_size({"width": size[0], "height": size[1]})
        return other

    def _listen(self, socket: WebSocket) -> None:
        self.sockets.append(socket)
        socket.on("framereceived", lambda payload: self.frames.append(str(payload)))

    def sign_in(self, name: str) -> "Person":
        """As a person sits down at a laptop in the morning."""
        self.page.goto("/account/login/")
        return self.sign_in_here(name)

    def sign_in_here(self, name: str) -> "Person":
        """On the sign-in page that stands there already."""
        self.page.locator("[name=login]").fill(f"{name}@harborview.example")
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.locator("[name=password]").press("Enter")
        self.page.wait_for_url(lambda url: not urlsplit(url).path.startswith("/account/"))
        return self

    def open_board(self, conference: int) -> "Person":
        self.page.goto(f"/conferences/{conference}/board/")
        return self.wait_until_connected()

    def open_projector(self, conference: int) -> "Person":
        """The room's screen, driven by this person."""
        wall = self.another_window(SCREEN)
        wall.page.goto(f"/conferences/{conference}/projector/")
        return wall.wait_until_connected()

    def wait_until_connected(self) -> "Person":
        expect(self.page.locator("html[data-connected=yes]")).to_be_attached()
        return self

    def press(self, *keys: str) -> "Person":
        """Keys as the facilitator presses them: one after the other, on the page as it is."""
        for key in keys:
            # nobody presses the next key before the page has taken in the answer to the one before
            self.page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")
            self.page.keyboard.press(key)
        return self

    def ask(self, key: str) -> Locator:
        """The dialog that a key fetches, open and ready to be typed into."""
        self.press(key)
        dialog = self.page.locator("#board-dialog[open]")
        expect(dialog).to_be_visible()
        return dialog

    def done(self) -> "Person":
        """The dialog is closed: what was typed in it went through."""
        expect(self.page.locator("dialog[open]")).to_have_count(0)
        return self

    def sees(self, *texts: str, within: str = "body") -> "Person":
        for text in texts:
            expect(self.page.locator(within)).to_contain_text(text)
        return self

    def sees_banner(self, name: str) -> "Person":
        """One of the page's own banners (lost, ended), which always stand in the page, hidden."""
        expect(self.page.locator(f"#{name}")).to_be_visible()
        return self

    def sees_no_banner(self) -> "Person":
        expect(self.page.locator("#lost:not([hidden]), [data-sending]:not([hidden]), #ended:not([hidden])")).to_have_count(0)
        return self

    def sees_not(self, *texts: str, within: str = "body") -> "Person":
        for text in texts:
            expect(self.page.locator(within)).not_to_contain_text(text)
        return self

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)

    def choose(self, label: str, within: str = "#panel-reply") -> "Person":
        """One of several answers that stand beside each other."""
        self.page.locator(within).get_by_label(label).check()
        return self

    def affirm(self, form: str) -> "Person":
        """Tick every condition of the chosen basis, and write down what it asks for: nothing stands there before."""
        shown = self.page.locator(f"#{form}-conditions")
        expect(shown.get_by_role("checkbox").first).to_be_visible()
        for box in shown.get_by_role("checkbox").all():
            expect(box).not_to_be_checked()
            box.check()
        for line in shown.locator("textarea, input:not([type=checkbox], [type=date])").all():
            expect(line).to_have_value("")
            line.fill("He told his teacher and us.")
        for day in shown.locator("input[type=date]").all():
            day.fill(day.get_attribute("min") or "")
        return self

    def panels(self) -> dict[str, str]:
        """What stands in each panel now, as every device of this person must show it."""
        found: dict[str, str] = self.page.evaluate(PANELS)
        return found

    def comes_to_show(self, panels: dict[str, str]) -> "Person":
        """Exactly these panels, as soon as the last push is there."""
        self.page.wait_for_function(f"(panels) => JSON.stringify(({PANELS})()) === JSON.stringify(panels)", arg=panels)
        return self

    def lose_connection(self) -> "Person":
        """The room's network is gone for this device."""
        self.context.set_offline(True)
        expect(self.page.locator("html[data-connected=yes]")).not_to_be_attached()
        return self

    def find_connection(self) -> "Person":
        self.context.set_offline(False)
        return self.wait_until_connected()


def names_in(text: str) -> list[str]:
    """Which of the sealed words stand in a text."""
    return [word for word in IDENTITY.values() if word in text]


def no_name_outside_the_envelope(people: Iterable[Person]) -> None:
    """No identity value stands in any page but inside #identity of a device that opened it, and none came over a socket."""
    for person in people:
        assert names_in(person.page.evaluate(OUTSIDE_ENVELOPE)) == []
        assert [word for frame in person.frames for word in names_in(frame)] == []
