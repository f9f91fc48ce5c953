"""A hub of a module's own with its scene set, and the browser that everybody in it uses."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests import live
from tests.e2e import scene
from tests.e2e.people import LAPTOP, Person


@dataclass
class Room:
    """A running hub and a browser; `made` says what the scene made (ids by name)."""

    hub: live.LiveHub
    browser: Browser
    made: dict[str, int]

    @property
    def conference(self) -> int:
        return self.made["conference"]

    def person(self, name: str, size: tuple[int, int] = LAPTOP) -> Person:
        """Somebody who has just signed in."""
        return Person.at(self.browser, self.hub.address, size).sign_in(name)

    def board_of(self, name: str, size: tuple[int, int] = LAPTOP) -> Person:
        """Somebody at the board."""
        return self.person(name, size).open_board(self.conference)


MakeRoom = Callable[[str], AbstractContextManager[Room]]


@pytest.fixture(scope="session")
def empty_hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation without anybody in it, made once per worker."""
    return live.prepare(tmp_path_factory.mktemp("empty") / "var", demo=False)


@pytest.fixture(scope="module")
def make_room(empty_hub: Path, tmp_path_factory: pytest.TempPathFactory) -> MakeRoom:
    """Opens a hub on which one act of `scene` was played."""

    @contextmanager
    def made(act: str) -> Iterator[Room]:
        data = tmp_path_factory.mktemp(act) / "var"
        shutil.copytree(empty_hub, data)
        found = scene.play(live.environment_of(data, demo=False), act)
        # demo mode speaks plain HTTP; nothing of the demo community is loaded, because the data is prepared
        with live.live_hub(prepared=data, demo=True) as hub, live.browser() as browser:
            yield Room(hub, browser, found)

    return made
