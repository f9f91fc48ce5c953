"""Who has a board open, in this process and in the others. Told when it changes and, in whole, now and then; not at each beat.

Every process knows of every conference, because a page is answered by any of them. Processes send one pulse each every few
seconds: one that is unheard of is gone with its people. While the channel layer is away nothing is forgotten: what was last
known stays, and when one's own pulse is heard again everybody tells everything anew.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import uuid4

from hub.core.realtime import LAYER, Ears, Message

GRACE = 4.0
"""Seconds before a closed socket counts as disconnected: a reload is no departure."""
GONE = 10.0
"""Seconds after which a process that is unheard of is dead."""
TOPIC = "presence"
PROCESS = f"{os.getpid()}-{uuid4().hex[:8]}"

Rooms = dict[int, frozenset[int]]
NOBODY: frozenset[int] = frozenset()


@dataclass
class Elsewhere:
    """Another process, when it was last heard, and who has a board open there."""

    heard: float
    rooms: Rooms = field(default_factory=dict)


class Presence:
    """Use the one instance, `PRESENCE`. `changed(conference)` is called on the loop when a conference shows it differently."""

    def __init__(self) -> None:
        self.changed: Callable[[int], None] = lambda _conference: None
        self.own: Rooms = {}
        self.others: dict[str, Elsewhere] = {}
        self.leaving: dict[tuple[int, int], float] = {}
        self._heard_myself = 0.0

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
        _tell({"type": "connected", "process": PROCESS, "rooms": [[conference, sorted(members)]]})

    def tell_all(self) -> None:
        """Everything that this process knows of itself."""
        rooms = [[conference, sorted(members)] for conference, members in self.own.items()]
        _tell({"type": "present", "process": PROCESS, "rooms": rooms})

    def hear(self, message: Message) -> None:
        """What a process said of itself: `pulse`, `connected` (some conferences) or `present` (all of them)."""
        process, now = message["process"], time.monotonic()
        if process == PROCESS:
            self._hear_myself(now)
            return
        if process not in self.others:
            self.others[process] = Elsewhere(now)
            self.tell_all()
        other = self.others[process]
        other.heard = now
        if message["type"] != "pulse":
            said = {conference: frozenset(members) for conference, members in message["rooms"]}
            unsaid: Rooms = dict.fromkeys(other.rooms, NOBODY) if message["type"] == "present" else {}
            self._learn(other, unsaid | said)

    def beat(self) -> None:
        """Every few seconds: give a pulse, and bury who gave none, unless nobody can be heard at the moment."""
        _tell({"type": "pulse", "process": PROCESS})
        now = time.monotonic()
        if self._deaf(now):
            return
        for process, other in [pair for pair in self.others.items() if pair[1].heard < now - GONE]:
            del self.others[process]
            for conference, members in other.rooms.items():
                self._miss(conference, members)

    def _deaf(self, now: float) -> bool:
        return now - self._heard_myself > GONE

    def _hear_myself(self, now: float) -> None:
        was_deaf, self._heard_myself = self._deaf(now), now
        if was_deaf:
            LAYER.end()
            for other in self.others.values():
                other.heard = now  # they have been unheard because nobody was
            self.tell_all()

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


def _tell(message: Message) -> None:
    ears = Ears.of_this_process
    if ears is not None:
        ears.tell(TOPIC, message)


PRESENCE = Presence()
