"""Whose turn it is to write to a file: first come, first served, among the connections of this process.

The queue decides the order and nothing else; that only one writes at a time, SQLite itself sees to. So it never does harm to
give a turn away early, and a turn whose holder is gone is given away.
"""

import os
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread, current_thread
from time import monotonic
from weakref import ReferenceType, WeakValueDictionary, ref

LOOK_AGAIN = 0.5
"""Seconds after which whoever waits looks whether the one in front still lives."""


class TooManyWriters(Exception):
    """A turn did not come in time; nothing was begun."""


@dataclass(eq=False)
class Turn:
    """One wish to write. It counts as given up when its thread or its connection (`owner`) has ended."""

    owner: ReferenceType[object]
    thread: Thread = field(default_factory=current_thread)
    come: Event = field(default_factory=Event)

    @property
    def abandoned(self) -> bool:
        return self.owner() is None or not self.thread.is_alive()


class Turns:
    """The queue before one file."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._queue: deque[Turn] = deque()  # the first one writes

    def take(self, owner: object, seconds: float) -> Turn:
        """Returns when it is the owner's turn, which lasts until `give_back`. Raises TooManyWriters after `seconds`."""
        turn = Turn(ref(owner))
        with self._lock:
            self._queue.append(turn)
            self._call()
        try:
            self._wait(turn, monotonic() + seconds)
        except BaseException:  # an interrupt too must not leave a place in the queue that nobody will use
            self.give_back(turn)
            raise
        return turn

    def _wait(self, turn: Turn, deadline: float) -> None:
        while not turn.come.wait(max(0, min(LOOK_AGAIN, deadline - monotonic()))):
            with self._lock:
                self._call()
                if not turn.come.is_set() and monotonic() >= deadline:
                    raise TooManyWriters

    def give_back(self, turn: Turn) -> None:
        """The next one's turn. Giving back twice does nothing."""
        with self._lock:
            if turn in self._queue:
                self._queue.remove(turn)
                self._call()

    def waiting(self) -> int:
        """How many stand behind the one who writes."""
        with self._lock:
            return max(0, len(self._queue) - 1)

    def _call(self) -> None:
        while self._queue and self._queue[0].abandoned:
            self._queue.popleft()
        if self._queue:
            self._queue[0].come.set()


_lock = Lock()
_files: WeakValueDictionary[str, Turns] = WeakValueDictionary()


def turns_of(file: str) -> Turns:
    """The one queue of this process before a file, however its path is written."""
    with _lock:
        return _files.setdefault(str(Path(file).resolve()), Turns())


# a child has a copy of the queue without the threads that stand in it
os.register_at_fork(after_in_child=_files.clear)
