"""People at their devices, and pictures of what they see."""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

SIZES = {"desktop": (1440, 900), "tablet": (820, 1180), "phone": (390, 844)}
TOKEN = "s" * 32
"""Any value will do: the cookie and the header must be equal."""


@dataclass
class Studio:
    """Opens devices, and numbers the pictures in the order in which they are taken."""

    chromium: Browser
    address: str
    sessions: Mapping[str, str]
    target: Path
    people: dict[str, "Person"] = field(default_factory=dict)
    taken: int = 0

    @property
    def headers(self) -> dict[str, str]:
        """What a page of ours sends with a post."""
        return {"X-CSRFToken": TOKEN, "Origin": self.address, "Referer": f"{self.address}/"}

    def person(self, name: str) -> "Person":
        """Somebody signed in at a device of their own; '' is a visitor without an account."""
        if name not in self.people:
            context = self.chromium.new_context(base_url=self.address, color_scheme="light")
            cookies = {"csrftoken": TOKEN} | ({"sessionid": self.sessions[name]} if name else {})
            context.add_cookies([{"name": key, "value": value, "url": self.address} for key, value in cookies.items()])
            self.people[name] = Person(self, context, context.new_page())
        return self.people[name]

    def shoot(self, page: Page, name: str, *, whole: bool = True, sizes: Mapping[str, tuple[int, int]] = SIZES) -> None:
        """One picture a size; `whole` shows the page below the fold too."""
        self.taken += 1
        for size, (width, height) in sizes.items():
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=self.target / f"{self.taken:02d}-{name}-{size}.png", full_page=whole, animations="disabled")


@dataclass
class Person:
    """Somebody at a device."""

    studio: Studio
    context: BrowserContext
    page: Page

    def shoot(self, name: str, path: str, *, wait: str = "") -> "Person":
        """Open a page and take it."""
        self.page.goto(path)
        if wait:
            self.page.wait_for_selector(wait)
        self.studio.shoot(self.page, name)
        return self

    def post(self, path: str, **fields: str) -> str:
        """Do something without a picture. Raises RuntimeError unless it is accepted; returns where it led."""
        answer = self.context.request.post(path, form={**fields}, headers=self.studio.headers)
        if not answer.ok:
            raise RuntimeError(f"{path} answers {answer.status}: {answer.text()[-800:]}")
        return answer.url

    def submit(self, path: str, **fields: str) -> None:
        """Send a form as a page does, to see the page that answers."""
        self.page.evaluate(
            """([path, fields]) => {
                const form = document.createElement("form");
                Object.assign(form, {method: "post", action: path});
                for (const [name, value] of Object.entries(fields)) {
                    form.append(Object.assign(document.createElement("input"), {name, value, type: "hidden"}));
                }
                document.body.append(form);
                form.submit();
            }""",
            [path, {"csrfmiddlewaretoken": TOKEN, **fields}],
        )
        self.page.wait_for_load_state()

    def print(self, name: str, path: str) -> None:
        """A page as paper: a PDF, and a picture of each sheet where poppler is installed."""
        self.page.goto(path)
        self.studio.taken += 1
        file = self.studio.target / f"{self.studio.taken:02d}-{name}-paper.pdf"
        self.page.pdf(path=file, format="Letter")
        if shutil.which("pdftoppm"):
            subprocess.run(["pdftoppm", "-png", "-r", "70", file, file.with_suffix("")], check=True)
