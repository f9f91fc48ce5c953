"""One open board: whose it is, what it was last sent, and how many messages that took."""

import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol
from zlib import crc32

Frame = Any
"""What `Carrier.prepare` makes of a text."""


class Viewer(NamedTuple):
    """Who looks: equal viewers are sent the same."""

    member_id: int
    wall: bool


class Carrier(Protocol):
    """What carries a line (`hub.core.wire.Wire`)."""

    @property
    def stuck(self) -> bool: ...

    def stuck_for(self) -> float: ...

    def prepare(self, text: str) -> Frame: ...

    def send(self, frame: Frame) -> None: ...

    def close(self, code: int) -> None: ...


class Shown:
    """All panels of one face. Compared by identity: the relay makes one for all viewers who see the same."""

    __slots__ = ("_mark", "html")

    def __init__(self, html: dict[str, str]) -> None:
        self.html = html
        self._mark: int | None = None

    @property
    def mark(self) -> int:
        """The same for the same panels: a change is said to lead from one mark to another, so that none is put on another's."""
        if self._mark is None:
            self._mark = crc32("\0".join(self.html.values()).encode())
        return self._mark


@dataclass(eq=False, slots=True)
class Line:
    """One socket of one board. `session` and `until` say how long it may stay."""

    viewer: Viewer
    session: str
    until: float
    wire: Carrier
    shown: Shown | None = field(default=None)
    sent: int = 0


def text_between(revision: int, now: int, old: Shown | None, new: Shown) -> str:
    """What turns one sight into another: panels that differ, all of them for somebody who has seen none; "" for nothing.

    Who missed the sight that a change leads `from` would show two moments at once; the page asks for everything instead.
    """
    if old is None:
        return json.dumps({"revision": revision, "now": now, "whole": True, "to": new.mark, "panels": new.html})
    changed = {name: html for name, html in new.html.items() if old.html.get(name) != html}
    step = {"revision": revision, "now": now, "from": old.mark, "to": new.mark, "panels": changed}
    return json.dumps(step) if changed else ""


def heartbeat(sent: int, revision: int, *, waiting: bool) -> str:
    """How many messages the socket should have had, and the newest revision: a page that lost some asks to resume."""
    beat = {"beat": sent, "revision": revision}
    return json.dumps(beat | {"waiting": 1} if waiting else beat, separators=(",", ":"))
