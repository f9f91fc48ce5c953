"""`pages`: every page at several sizes of the database, side by side: `python -m tests.bench.pages`.

A process for each size opens the same page in turn, so that a machine that is busy meanwhile is busy for all of them.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

import psycopg
from psycopg import sql

from tests.bench.figures import Figure, percentile
from tests.live import ROOT
from tests.servers import KEYS, postgres

ROUNDS = int(os.environ.get("HUBTABLE_BENCH_ROUNDS", "20"))
TABLES, SITUATIONS_A_TABLE = 300, 1000
"""A state's tables, there at every size; situations are at as many of them as fill the pages of every list with so many."""
RATIO, SHOWN, SEARCHED = 1.3, 150, 200
"""How many times the smallest size's p50 a page may take, and milliseconds for p95 of a page and of a search."""
BOARD, PAGE = 60_000, 100_000
"""Packed bytes of what comes at the first opening, style sheets and scripts included."""
SIZES = os.environ.get("HUBTABLE_BENCH_SITUATIONS", "1000,100000")


@dataclass
class Side:
    """One size: its process, and what each page took."""

    situations: int
    child: subprocess.Popen[str]
    names: list[str] = field(default_factory=list)
    taken: dict[str, list[dict[str, float]]] = field(default_factory=dict)

    def ask(self, place: int) -> None:
        """Let it open one page. Raises RuntimeError when it has ended instead."""
        _pipe(self.child.stdin).write(f"{place}\n")
        _pipe(self.child.stdin).flush()
        self.taken.setdefault(self.names[place], []).append(self.heard())

    def heard(self) -> Any:
        line = _pipe(self.child.stdout).readline()
        if not line:
            raise RuntimeError(f"the visits at {self.situations} situations ended before their time")
        return json.loads(line)

    def times(self, name: str, share: int) -> float:
        return percentile([one["seconds"] for one in self.taken[name]], share) * 1000


def figures() -> Iterator[Figure]:
    """p50 and p95 of each page at each size, the smallest size being the yardstick; queries; packed bytes, alone and with what
    the page loads.
    """
    with ExitStack() as stack:
        server = stack.enter_context(postgres())
        os.environ |= {"DATABASE_URL": server.url, "KEYS_DATABASE_URL": f"{server.url}{KEYS}"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "hub.settings.test"
        sides = [stack.enter_context(_side(url, count)) for url, count in _filled(server.url)]
        for place, _name in enumerate(sides[0].names):
            for _round in range(ROUNDS):
                for side in sides:
                    side.ask(place)
        yield from _told(sides)


def _filled(url: str) -> list[tuple[str, int]]:
    """A database of each size, copied from one that was lived."""
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    from tests.bench import scale, scale_seed  # models can be imported only from here on

    ended, sealed = scale_seed.build()
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's: a database that is copied has no connection
    made, base = [], url.rpartition("/")[0]
    for count in (int(one) for one in SIZES.split(",")):
        name = f"pages_{count}"
        with psycopg.connect(f"{base}/postgres", autocommit=True) as server:
            copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            server.execute(copy.format(sql.Identifier(name), sql.Identifier(url.rpartition("/")[2])))
        used = int(os.environ.get("HUBTABLE_BENCH_TABLES", "0")) or min(TABLES, max(1, count // SITUATIONS_A_TABLE))
        scale.fill(f"{base}/{name}", scale.Size(count, used, TABLES), ended=ended, sealed=sealed)
        made.append((f"{base}/{name}", count))
    return made


@contextmanager
def _side(url: str, count: int) -> Iterator[Side]:
    environment = {**os.environ, "DATABASE_URL": url}
    command = [sys.executable, "-m", "tests.bench.visiting"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        side = Side(count, child)
        side.names = side.heard()
        yield side
        _pipe(child.stdin).close()


def _told(sides: list[Side]) -> Iterator[Figure]:
    first = sides[0]
    for name in first.names:
        for side in sides:
            yardstick = first.times(name, 50) if side is not first else None
            yield Figure(
                f"page_{name}_{side.situations}_p50", side.times(name, 50), "ms", yardstick, RATIO if yardstick else None
            )
            slowest = SEARCHED if name.startswith("search") else SHOWN
            yield Figure(f"page_{name}_{side.situations}_p95", side.times(name, 95), "ms", limit=slowest)
        yield Figure(f"page_{name}_queries", sides[-1].taken[name][-1]["queries"], "queries", first.taken[name][-1]["queries"])
        # 1.0 where every size shows as many rows
        yield Figure(f"page_{name}_packed", sides[-1].taken[name][-1]["packed"], "bytes", first.taken[name][-1]["packed"])
        first_view = max(side.taken[name][-1]["first"] for side in sides)
        yield Figure(f"page_{name}_first_view", first_view, "bytes", limit=BOARD if name.startswith("board") else PAGE)


def _pipe(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise RuntimeError("the process was started without pipes")
    return pipe


if __name__ == "__main__":
    for figure in figures():
        print(figure.line(), flush=True)
