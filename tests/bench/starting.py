"""`second_start`: from `serve` on an installation that is there already until `/healthz` answers."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from django.db import connections

from tests.bench.figures import Figure
from tests.live import ROOT, environment_of, live_hub, prepare

ROUNDS = 3


def again(data: Path) -> Iterator[Figure]:
    """Preparing (migrations, static files) and serving, as two processes; beside a process that only loads Django."""
    connections.close_all()
    prepare(data, demo=False)
    taken, bare = [], []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        prepare(data, demo=False)
        with live_hub(prepared=data, demo=False):
            taken.append(time.perf_counter() - start)
        start = time.perf_counter()
        subprocess.run([sys.executable, "manage.py", "version"], cwd=ROOT, env=environment_of(data, demo=False), check=True,
                       capture_output=True)  # fmt: skip
        bare.append(time.perf_counter() - start)
    yield Figure("second_start", min(taken), "s", min(bare))
