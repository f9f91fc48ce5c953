"""`verbs`: decisions a second with ledger and history, by one and by eight writers, each at a table of its own.

Writers are threads of as many processes as the way of running has (one embedded, two grown), which take turns as theirs do.
"""

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from threading import Barrier, Lock

from django.conf import settings
from django.db import connections

from conferences import steering
from situations.choices import Criterion
from tests.bench import sharing
from tests.bench.bare import committer
from tests.bench.figures import Figure
from tests.bench.hall import Hall
from tests.bench.house import GROWN_PROCESSES, store_of, way
from tests.bench.tables import Place, spread

WRITERS = (1, 8)
Act = Callable[[int], None]


def verbs(hall: Hall, data: Path, seconds: int) -> Iterator[Figure]:
    """Rate and worst wait beside those of bare commits of one row by as many writers, in threads of this process."""
    places = spread(hall, max(WRITERS))
    for writers in WRITERS:
        taken = _decided(places[:writers], seconds)
        least = _taken(_committers(data, writers), seconds / 2)
        name = f"verbs_{way()}_{writers}"
        rate, bare = len(taken) / seconds, len(least) / (seconds / 2)
        yield Figure(name, rate, "decisions a second", bare)
        yield Figure(f"{name}_worst", max(taken) * 1000, "ms", max(least) * 1000)


def _decided(places: list[Place], seconds: int) -> list[float]:
    shares = [places] if settings.EMBEDDED else [one for n in range(GROWN_PROCESSES) if (one := places[n::GROWN_PROCESSES])]
    spawned = get_context("spawn")
    together = (spawned.Barrier(len(shares)),)
    with ProcessPoolExecutor(len(shares), mp_context=spawned, initializer=sharing.begin, initargs=together) as processes:
        return [one for times in processes.map(_decide, shares, [seconds] * len(shares)) for one in times]


def _decide(places: list[Place], seconds: int) -> list[float]:
    from hub.core import wire  # not in the process that measures: it brings an event loop with it

    sys.setswitchinterval(wire.TURN)
    acts = [_decider(one) for one in places]
    _taken(acts, 1)
    sharing.wait()
    return _taken(acts, seconds)


def _decider(place: Place) -> Act:
    def decide(turn: int) -> None:
        data = {"criterion": Criterion.values[0], "holds": "true" if turn % 2 else "false"}
        act = steering.act
        act(by=place.chair, conference=place.conference, item=place.item, action="criterion", data=data, revision=None)

    return decide


def _committers(data: Path, writers: int) -> list[Act]:
    store = store_of(data)
    made, turn = [committer(store, shared=number > 0) for number in range(writers)], Lock()

    def commit(number: int) -> None:
        if store.startswith("postgresql"):
            made[number]()
            return
        with turn:
            made[number]()

    return [lambda _turn, number=number: commit(number) for number in range(writers)]  # type: ignore[misc]


def _taken(acts: list[Act], seconds: float) -> list[float]:
    """The time of every act of all writers, each in a thread of its own."""
    start = Barrier(len(acts))

    def work(act: Act) -> list[float]:
        start.wait()
        times, turn, end = [], 0, time.perf_counter() + seconds
        while (began := time.perf_counter()) < end:
            act(turn)
            times.append(time.perf_counter() - began)
            turn += 1
        connections.close_all()
        return times

    with ThreadPoolExecutor(len(acts)) as threads:
        return [one for times in threads.map(work, acts) for one in times]
