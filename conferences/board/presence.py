"""Who has a board open, in this process and in the others. Told when it changes and, in whole, now and then; not at each beat.

Every process knows of every conference, because a page is answered by any of them. Processes send one pulse each every few
seconds: one that is unheard of is gone with its people. Each numbers what it says, so whoever misses something asks
everybody to tell everything anew. While not even one's own pulse is heard nothing is forgotten: what was last known stays.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import uuid4

from hub.core.realtime import Ears, Message

GRACE = 4.0
"""Seconds before a closed socket counts as disconnected: a reload is no departure."""
GONE = 10.0
"""Seconds after which a process that is unheard of is dead."""
TOGETHER = 0.05
"""Seconds in which whoever else comes or goes is told of with the first: a thousand come back at once after a restart, and told
of one by one they would queue before the channel layer for longer than it is waited for."""
TOPIC = "presence"
PROCESS = f"{os.getpid()}-{uuid4().hex[:8]}"

Rooms = dict[int, frozenset[int]]
NOBODY: frozenset[int] = frozenset()


@dataclass
class Elsewhere:
    """Another process, when it was last heard, and who has a board open there."""

    heard: float
    number: int
    rooms: Rooms = field(default_factory=dict)


class Presence:
    """Use the one instance, `PRESENCE`. `changed(conference)` is called on the loop when a conference shows it differently."""

    def __init__(self) -> None:
        self.changed: Callable[[int], None] = lambda _conference: None
        self.own: Rooms = {}
        self.others: dict[str, Elsewhere] = {}
        self.leaving: dict[tuple[int, int], float] = {}
        self._myself = Elsewhere(0.0, 0)
        self._said = 0
        self._untold: set[int] = set()

    def connected(self, conference: int) -> frozenset[int]:
        """Ids of members with an open board; a projector is nobody. Views ask from their own threads, so it reads copies."""
        now = time.monotonic()
        late = {member for (room, member), until in list(self.leaving.items()) if room == conference and until > now}
        elsewhere = (one.rooms.get(conference, NOBODY) for one in list(self.others.values()))
        return frozenset(late).union(self.own.get(conference, NOBODY), *elsewhere)

    def here(self, conference: int, members: frozenset[int]) -> None:
        """These members have a board of this conference open in this process now."""
        before = self.own.get(conference, NOBODY)
        if members == before:
            return
        if members:
            self.own[conference] = members
        else:
            del self.own[conference]
        self._miss(conference, before - members)
        if not self._untold:
            asyncio.get_running_loop().call_later(TOGETHER, self._tell_changed)
        self._untold.add(conference)

    def tell_all(self) -> None:
        """Everything that this process knows of itself."""
        self._say("present", [[conference, sorted(members)] for conference, members in self.own.items()])

    def hear(self, message: Message) -> None:
        """What a process said: `pulse`, `asked` (tell everything), `connected` (some conferences), `present` (all of them)."""
        process, now = message["process"], time.monotonic()
        other = self._myself if process == PROCESS else self.others.get(process)
        if other is None:
            other = self.others[process] = Elsewhere(now, 0)
        missed, other.number, other.heard = message["number"] != other.number + 1, message["number"], now
        if missed and message["type"] != "asked":
            self._say("asked")
        if message["type"] == "asked":
            self.tell_all()
        elif message["type"] != "pulse" and other is not self._myself:
            said = {conference: frozenset(members) for conference, members in message["rooms"]}
            unsaid: Rooms = dict.fromkeys(other.rooms, NOBODY) if message["type"] == "present" else {}
            self._learn(other, unsaid | said)

    def beat(self) -> None:
        """Every few seconds: give a pulse, and bury who gave none, unless nobody can be heard at the moment."""
        self._say("pulse")
        # as far as this process could hear at all, and with the patience that others have with it
        silent = min(time.monotonic(), self._myself.heard) - GONE
        for process, other in [pair for pair in self.others.items() if pair[1].heard < silent]:
            del self.others[process]
            for conference, members in other.rooms.items():
                self._miss(conference, members)

    def _tell_changed(self) -> None:
        rooms: list[list[object]] = [[one, sorted(self.own.get(one, NOBODY))] for one in sorted(self._untold)]
        self._untold.clear()
        self._say("connected", rooms)

    def _say(self, kind: str, rooms: list[list[object]] | None = None) -> None:
        ears = Ears.of_this_process
        if ears is not None:
            self._said += 1
            ears.tell(TOPIC, {"type": kind, "process": PROCESS, "number": self._said, "rooms": rooms or []})

    def _learn(self, other: Elsewhere, rooms: Rooms) -> None:
        for conference, members in rooms.items():
            before = other.rooms.pop(conference, NOBODY)
            if members:
                other.rooms[conference] = members
            self._miss(conference, before - members)
            if members - before:
                self.changed(conference)

    def _miss(self, conference: int, members: Iterable[int]) -> None:
        gone = [(conference, member) for member in members]
        if gone:
            self.leaving.update(dict.fromkeys(gone, time.monotonic() + GRACE))
            asyncio.get_running_loop().call_later(GRACE + 0.1, self._over, conference)

    def _over(self, conference: int) -> None:
        now = time.monotonic()
        for place in [place for place, until in self.leaving.items() if until <= now]:
            del self.leaving[place]
        self.changed(conference)


PRESENCE = Presence()
