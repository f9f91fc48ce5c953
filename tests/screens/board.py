"""The conference of the day, from its opening to its minutes, in all three faces."""

import re

from playwright.sync_api import Page

from tests.cast import SAID, given_for
from tests.screens.camera import Person, Studio
from tests.screens.setting import Setting

WALL = {"screen": (1920, 1080)}
SETTLED = 700
"""Milliseconds after which a push has come and the mark of what is new has faded."""
CONNECTED = "html[data-connected=yes]"


def take(studio: Studio, place: Setting) -> None:
    """Run a short conference; everything is done through the pages' own addresses."""
    Meeting(studio, place).run()


class Meeting:
    """Facilitator, one seat that is watched, and the screen on the wall."""

    def __init__(self, studio: Studio, place: Setting) -> None:
        self.studio, self.place = studio, place
        self.chair = studio.person("facilitator")
        self.seat = studio.person("cbhc")
        self.base = f"/conferences/{place.conference}"
        self.wall: Page = self.chair.context.new_page()

    def run(self) -> None:
        self._open()
        self._follow_up()
        items = self._items()
        self._filter2(items)
        self._filter3(items[1])
        self._close()

    def steer(self, what: str, **fields: str) -> None:
        self.chair.post(f"{self.base}/steer/{what}/", **fields)

    def act(self, by: Person, item: str, action: str, **fields: str) -> None:
        by.post(f"{self.base}/items/{item}/{action}/", **fields)

    def shoot(self, name: str, *, wall: bool = True) -> None:
        """The moment in all faces; the wall in light, and in dark too."""
        for person, face in ((self.chair, "facilitator"), (self.seat, "seat")):
            person.page.wait_for_timeout(SETTLED)
            self.studio.shoot(person.page, f"board-{name}-{face}", whole=False)
        if wall:
            for scheme in ("light", "dark"):
                self.wall.emulate_media(color_scheme=scheme)
                self.studio.shoot(self.wall, f"board-{name}-wall-{scheme}", whole=False, sizes=WALL)

    def dialog(self, name: str, key: str) -> None:
        """A form in the board's dialog, opened by its key and put away."""
        self.chair.page.wait_for_timeout(SETTLED)
        self.chair.page.keyboard.press(key)
        self.chair.page.wait_for_selector("#board-dialog[open] h2")
        self.studio.shoot(self.chair.page, f"board-dialog-{name}", whole=False)
        self.chair.page.keyboard.press("Escape")

    def _open(self) -> None:
        self.seat.page.goto(f"{self.base}/board/")
        self.studio.shoot(self.seat.page, "board-not-open-seat", whole=False)
        self.chair.post(f"{self.base}/open/")
        self.chair.page.goto(f"{self.base}/board/")
        self.seat.page.goto(f"{self.base}/board/")
        self.wall.goto(f"{self.base}/projector/")
        for page in (self.chair.page, self.seat.page, self.wall):
            page.wait_for_selector(CONNECTED)
        self.shoot("opened")
        self.dialog("roll", "w")
        self.steer("pledge", member=str(self.place.members["facilitator"]))
        for key in self.place.agencies:
            self.steer("arrive", member=str(self.place.members[key]), aloud="1")
        self.steer("projector", blank="0")
        self.shoot("everyone-here")

    def _items(self) -> list[str]:
        """The ids of the new situations, read off the facilitator's agenda."""
        found: list[str] = self.chair.page.eval_on_selector_all(
            "#panel-agenda [hx-vals]", "all => all.map(one => String(JSON.parse(one.getAttribute('hx-vals')).item))"
        )
        return found[self.follow_ups :]

    @property
    def follow_ups(self) -> int:
        return self.chair.page.locator("#panel-agenda ol, #panel-agenda ul").first.locator("[hx-vals]").count()

    def _follow_up(self) -> None:
        first = self.chair.page.locator("#panel-agenda [hx-vals]").first.get_attribute("hx-vals") or ""
        item = "".join(one for one in first if one.isdigit())
        self.steer("take-in-hand", item=item)
        self.shoot("follow-up")
        lead = self.studio.person(self.place.follow_up_lead)
        self.act(lead, item, "report-back", line="Two visits, the door opened at the second.", still_aer="1", **SAID)
        self.shoot("follow-up-reported", wall=False)
        self.dialog("conclude", "d")
        self.act(self.chair, item, "continue")

    def _filter2(self, items: list[str]) -> None:
        self.steer("take-in-hand", item=items[0])
        self.shoot("filter2")
        for key in ("police", "schools", "dmh", "dcf"):
            self.act(self.studio.person(key), items[0], "agree")
        self.act(self.studio.person("housing"), items[0], "dissent", reason="One agency can address it.")
        self.shoot("filter2-dissent")
        self.dialog("reject", "r")
        self.act(self.chair, items[0], "reject", reason="single_agency", because="Housing takes it on.")
        self.shoot("rejected")
        self.steer("projector", blank="1")
        self.studio.shoot(self.wall, "board-blank-wall", whole=False, sizes=WALL)
        self.steer("projector", blank="0")
        self.steer("take-in-hand", item=items[1])
        for key in ("police", "schools", "dmh"):
            self.act(self.studio.person(key), items[1], "agree")
        self.dialog("agree-all", "a")

    def _filter3(self, item: str) -> None:
        self.act(self.chair, item, "agree-all")
        self.shoot("filter3-sealed")
        presenter, basis = self._presenter(item)
        self.act(presenter, item, "open-identity", **given_for(basis))
        self.shoot("filter3-open")
        for key in ("cbhc", "family", "police"):
            self.act(self.studio.person(key), item, "answer", kind="can_help", offer="A visit this week.")
        self.seat.page.locator("button[hx-target='#identity']").click()
        self.seat.page.wait_for_selector(".identity.open")
        self.shoot("filter3-answered")
        self._assign(item)
        self.shoot("filter3-assigned")
        self.dialog("assign", "o")
        for key in ("cbhc", "family"):
            self.act(self.studio.person(key), item, "accept")
        self.act(self.chair, item, "start-filter-4")
        self.shoot("filter4")
        self.dialog("take-back", "u")

    def _assign(self, item: str) -> None:
        for key, role in (("cbhc", "lead"), ("family", "assisting")):
            self.act(self.chair, item, "assign", agency=str(self.place.agencies[key]), role=role)

    def _presenter(self, item: str) -> tuple[Person, str]:
        """Whoever brought it, the only seat whose board offers to open the envelope, and the first basis offered there."""
        for key in self.place.agencies:
            person = self.studio.person(key)
            page = person.context.request.get(f"{self.base}/board/").text()
            form = page.partition(f"items/{item}/open-identity/")[2]
            if form:
                return person, re.findall(r'<option value="(\w+)"', form)[0]
        raise LookupError(f"nobody presents {item}")

    def _close(self) -> None:
        self.dialog("issue", "i")
        self.dialog("close", "e")
        self.steer("close")
        self.shoot("closed")
        self.studio.person("facilitator").shoot("minutes-today", f"{self.base}/minutes/")
