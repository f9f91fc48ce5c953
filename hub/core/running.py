"""Who works on an installation at the moment, for the one who must be alone to restore it.

On SQLite a lock in `HUBTABLE_DATA`, which the system takes back when a process ends, however it ends. Who works on a database
server is seen by the connections to it (`dumping.others_connected`).
"""

import fcntl
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from django.conf import settings
from django.db import connections

FILE = "running.lock"


class Busy(RuntimeError):
    """Somebody else works on this installation."""


@contextmanager
def at_work() -> Iterator[None]:
    """Any number at once. Raises Busy while somebody restores."""
    with _locked(fcntl.LOCK_SH):
        yield


@contextmanager
def alone() -> Iterator[None]:
    """Nobody else. Raises Busy while anybody is at work."""
    with _locked(fcntl.LOCK_EX):
        yield


def stopped_by_signal() -> Event:
    """Set by SIGTERM and SIGINT, so that a loop ends after what it has in hand. Call in the main thread."""
    stop = Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: stop.set())
    return stop


@contextmanager
def _locked(kind: int) -> Iterator[None]:
    if connections["default"].vendor != "sqlite":  # seen by its connections, and its directory may be read-only
        yield
        return
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    with Path(settings.DATA_DIR, FILE).open("a") as file:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise Busy("Somebody else works on this installation: stop every process of HubTable first.") from held
        yield
