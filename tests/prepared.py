"""What takes long to make and is always the same: made once for each state of the source, copied by who needs one.

That is an empty installation, migrated and with its static files, and a database server with the same tables. Nothing in them
is secret or random: an installation makes its keys when it first starts, so each copy makes its own.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".pytest_cache" / "prepared"
SOURCES = ("hub", "agencies", "situations", "conferences", "static", "requirements.txt", "tests/live.py", "tests/servers.py")
FORGOTTEN_AFTER = 60 * 60
"""Seconds after which what an older state of the source left behind is taken away; until then another run may be copying it."""
FILES = {"default": "hubtable.sqlite3", "keys": "keys.sqlite3"}


Make = Callable[[Path], object]
"""Makes it in a directory that does not exist yet; its name is that under which it is kept."""


def copy_to(place: Path, make: Make) -> Path:
    """Fills `place`. `make` is called if it was not made yet of this state of the source."""
    shutil.copytree(_made(make), place, dirs_exist_ok=True)
    return place


@contextmanager
def in_memory(make: Make) -> Iterator[None]:
    """Inside, Django's databases in memory hold what a migrated installation holds, so that migrating them is a look."""
    place, kept = _made(make), []
    for alias, name in FILES.items():
        memory = sqlite3.connect(f"file:memorydb_{alias}?mode=memory&cache=shared", uri=True)
        # immutable: an ordinary reader makes files of its own beside it, which vanish while others copy the directory
        with closing(sqlite3.connect(f"{(place / name).as_uri()}?immutable=1", uri=True)) as file:
            file.backup(memory)
        kept.append(memory)
    yield
    for one in kept:
        one.close()


def _made(make: Make) -> Path:
    place = KEPT / _state() / make.__name__
    place.parent.mkdir(parents=True, exist_ok=True)
    os.utime(place.parent)  # another run must not take away what this one is about to copy
    if not place.exists():
        _make_at(place, make)
    return place


def _make_at(place: Path, make: Make) -> None:
    with (KEPT / f"{make.__name__}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the workers of one run come here at the same moment
        if not place.exists():
            _forget()
            draft = place.with_name(f"{make.__name__}.draft")
            shutil.rmtree(draft, ignore_errors=True)
            make(draft)
            draft.rename(place)


@cache
def _state() -> str:
    """What is prepared depends on the code, its data files, the static files, the packages, the server, and nothing else."""
    digest = hashlib.sha256(f"{sorted(Path('/usr/lib/postgresql').glob('*'))}\n".encode())
    for source in SOURCES:
        for file in sorted([ROOT / source, *(ROOT / source).rglob("*")]):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{file.relative_to(ROOT)}\n".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:20]


def _forget() -> None:
    for one in KEPT.iterdir():
        if one.is_dir() and one.stat().st_mtime < time.time() - FORGOTTEN_AFTER:
            shutil.rmtree(one, ignore_errors=True)
