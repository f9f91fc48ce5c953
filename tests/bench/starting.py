"""`start`: from `serve` on an installation that is there already until somebody sees its first page."""

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.db import connections

from tests.bench.figures import Figure
from tests.live import ROOT, environment_of, manage
from tests.servers import free_port, process

ROUNDS, PATIENCE = 3, 60
SECONDS = 3
"""Within which the first page is wanted."""


def again(data: Path) -> Iterator[Figure]:
    """Migrations and static files looked over, the clerk begun, the page to sign in on; beside what only loads Django."""
    connections.close_all()
    environment = environment_of(data, demo=False)
    manage(environment, "prepare")
    taken, bare = [], []
    for _round in range(ROUNDS):
        taken.append(_first_page(environment, data / "start.log"))
        start = time.perf_counter()
        subprocess.run([sys.executable, "manage.py", "version"], cwd=ROOT, env=environment, check=True, capture_output=True)
        bare.append(time.perf_counter() - start)
    yield Figure("start", min(taken), "s", limit=SECONDS)
    yield Figure("start_bare", min(bare), "s, only loading Django")


def _first_page(environment: Mapping[str, str], log: Path) -> float:
    start, port = time.perf_counter(), free_port()
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    with process(command, log, signal.SIGTERM, cwd=ROOT, env=environment):
        while not _shown(port):
            if time.perf_counter() - start > PATIENCE:
                raise RuntimeError(log.read_text(encoding="utf-8"))
            time.sleep(0.01)
        return time.perf_counter() - start


def _shown(port: int) -> bool:
    page = urllib.request.Request(f"http://127.0.0.1:{port}/account/login/", headers={"X-Forwarded-Proto": "https"})
    try:
        with urllib.request.urlopen(page, timeout=5) as answer:
            return b"csrfmiddlewaretoken" in answer.read()
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
