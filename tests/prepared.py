"""An empty installation, migrated and with its static files: made once for each state of the source, copied by who needs one.

Nothing in it is secret or random: an installation makes its keys when it first starts, so each copy makes its own.
"""

import fcntl
import hashlib
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".pytest_cache" / "prepared"
SOURCES = ("hub", "agencies", "situations", "conferences", "static")
FORGOTTEN_AFTER = 60 * 60
"""Seconds after which what an older state of the source left behind is taken away; until then another run may be copying it."""
FILES = {"default": "hubtable.sqlite3", "keys": "keys.sqlite3"}


def copy_to(data: Path, make: Callable[[Path], object]) -> Path:
    """Fills `data`. `make` is called with an empty directory if this state of the source has not been prepared yet."""
    shutil.copytree(_made(make), data, dirs_exist_ok=True)
    return data


@contextmanager
def in_memory(make: Callable[[Path], object]) -> Iterator[None]:
    """Inside, Django's databases in memory hold what a migrated installation holds, so that migrating them is a look."""
    place, kept = _made(make), []
    for alias, name in FILES.items():
        memory = sqlite3.connect(f"file:memorydb_{alias}?mode=memory&cache=shared", uri=True)
        with closing(sqlite3.connect(place / name)) as file:
            file.backup(memory)
        kept.append(memory)
    yield
    for one in kept:
        one.close()


@cache
def _made(make: Callable[[Path], object]) -> Path:
    KEPT.mkdir(parents=True, exist_ok=True)
    place = KEPT / _state()
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the workers of one run come here at the same moment
        if not place.exists():
            _forget()
            draft = KEPT / "draft"
            shutil.rmtree(draft, ignore_errors=True)
            make(draft)
            shutil.rmtree(draft / "secrets")
            draft.rename(place)
    return place


def _state() -> str:
    """What is prepared depends on the code, its data files and the static files, and on nothing else."""
    digest = hashlib.sha256()
    for folder in SOURCES:
        for file in sorted((ROOT / folder).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{file.relative_to(ROOT)}\n".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:20]


def _forget() -> None:
    for one in KEPT.iterdir():
        if one.is_dir() and one.stat().st_mtime < time.time() - FORGOTTEN_AFTER:
            shutil.rmtree(one, ignore_errors=True)
