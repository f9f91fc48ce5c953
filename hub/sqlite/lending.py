"""Connections that a serving process keeps open between two requests, and the write-ahead log that they leave behind.

Opening a file reads all of its schema, and whoever closes it last writes the log into it: for a press at a board that was more
than its decision took. Only a server lends; a command or a test opens and closes, as Django does.
"""

import atexit
import logging
import sqlite3
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from threading import Event, Lock, Thread

log = logging.getLogger(__name__)

KEPT = 4
"""Connections to one file that wait for somebody; more were needed at once only for a moment."""
TENDED_EVERY = 1.0
"""Seconds between two looks at the log of a file that was used."""

Connection = sqlite3.Connection
File = tuple[int, int]
"""A file as the system knows it: one that was put in its place (a restore) is another one."""


class Shelf:
    """The idle connections to one path."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._lock = Lock()
        self._idle: list[tuple[File, Connection]] = []
        self._used = self._logged = False

    def take(self) -> Connection | None:
        """One that is open already and nobody uses, if there is one to the file that is there now."""
        while True:
            with self._lock:
                if not self._idle:
                    return None
                file, connection = self._idle.pop()
            if file == _file(self.path):
                return connection
            connection.close()

    def give(self, connection: Connection) -> bool:
        """Whether it is kept; otherwise the caller closes it. Nothing of it may be in use any more."""
        file = _file(self.path)
        with self._lock:
            self._used = True
            if file is None or len(self._idle) >= KEPT:
                return False
            self._idle.append((file, connection))
            return True

    def tend(self) -> None:
        """Writes the log into the file, beside whoever works; once nobody does, empties it, with all that it still held."""
        used, self._used = self._used, False
        if used:
            self._checkpoint("PASSIVE")
            self._logged = True
        elif self._logged:
            # 1: somebody reads, or writes; so it is tried again
            self._logged = self._checkpoint("TRUNCATE") != 0

    def close(self) -> None:
        """Closes what is idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _file_then, connection in idle:
            connection.close()

    def _checkpoint(self, how: str) -> int:
        # waits for nobody, and makes no file where none is
        with closing(sqlite3.connect(f"{Path(self.path).as_uri()}?mode=rw", uri=True, timeout=0)) as tending:
            busy: int = tending.execute(f"PRAGMA wal_checkpoint({how})").fetchone()[0]
        return busy


class _Shelves(defaultdict[str, Shelf]):
    def __missing__(self, path: str) -> Shelf:
        self[path] = Shelf(path)
        return self[path]


_shelves = _Shelves()
_tenders: list["_Tender"] = []


def begin() -> None:
    """From now on this process lends: it serves. Ends with the process at the latest."""
    tender = _Tender()
    _tenders.append(tender)
    tender.start()
    atexit.register(end)


def end() -> None:
    """Closes what is idle; the last one writes the log into its file, and takes it away."""
    while _tenders:
        _tenders.pop().end()
    for one in list(_shelves.values()):
        one.close()
    _shelves.clear()


def shelf_of(path: str) -> Shelf | None:
    """Where connections to this file wait; None in a process that does not lend."""
    return _shelves[path] if _tenders else None


class _Tender(Thread):
    def __init__(self) -> None:
        super().__init__(name="sqlite log", daemon=True)
        self._over = Event()

    def run(self) -> None:
        while not self._over.wait(TENDED_EVERY):
            for one in list(_shelves.values()):
                try:
                    one.tend()
                except sqlite3.Error:
                    # nothing is lost: the log grows, and writers empty it themselves when it is long
                    log.exception("the log of a database could not be written into it")

    def end(self) -> None:
        self._over.set()
        self.join()


def _file(path: str) -> File | None:
    try:
        found = Path(path).stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
