"""The installation that a figure is taken from: the web processes on the bench's own data, and the crowd before them."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import connections

from tests.bench.crowd import Plan, Taken
from tests.live import ROOT, LiveHub, live_hub
from tests.servers import free_port, process, wait_until

GROWN_PROCESSES = 2
CROWD_WITHIN_SECONDS = 900


@dataclass
class House:
    """Web processes that are serving."""

    webs: list[LiveHub]

    @property
    def ports(self) -> list[int]:
        return [int(one.address.rpartition(":")[2]) for one in self.webs]

    @property
    def pids(self) -> list[int]:
        return [one.child.pid for one in self.webs]


def way() -> str:
    """`embedded` or `grown`, as this process was told by its environment."""
    return "embedded" if settings.EMBEDDED else "grown"


def store_of(data: Path) -> str:
    """Where the yardstick commits: beside HubTable, as whoever may make a table there."""
    return os.environ.get("DATABASE_OWNER_URL") or str(data / "bare.sqlite3")


@contextmanager
def serving(data: Path) -> Iterator[House]:
    """One process on a copy of the SQLite files, or two on the same servers as this process."""
    connections.close_all()  # the last one out writes everything into the one file that is copied
    extra = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)}
    with ExitStack() as stack:
        count = 1 if settings.EMBEDDED else GROWN_PROCESSES
        house = House([stack.enter_context(live_hub(prepared=data, extra=extra)) for _number in range(count)])
        try:
            yield house
        except RuntimeError as failure:
            for one in house.webs:
                failure.add_note(one.log.read_text(encoding="utf-8")[-2000:])
            raise


def send(plan: Plan, data: Path) -> Taken:
    """Lets a crowd carry out a plan. Raises RuntimeError with its own words if it could not."""
    script, found = data / "plan.json", data / "taken.json"
    script.write_text(json.dumps(asdict(plan)), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.crowd", str(script), str(found)],
        cwd=ROOT, check=False, capture_output=True, text=True, timeout=CROWD_WITHIN_SECONDS,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr)
    sys.stderr.write(done.stderr[:2000])
    return Taken(**json.loads(found.read_text(encoding="utf-8")))


@contextmanager
def bare(texts: list[str], data: Path) -> Iterator[int]:
    """The yardstick's server on the same kind of database; yields its port."""
    file, log, port = data / "texts.json", data / "bare.log", free_port()
    file.write_text(json.dumps(texts), encoding="utf-8")
    log.unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.bench.bare", str(port), str(file), store_of(data)]
    with process(command, log, signal.SIGTERM, cwd=ROOT) as child:
        wait_until(lambda: "ready" in log.read_text(encoding="utf-8"), child, log)
        yield port
