"""Which figure is taken by what: `python -m tests.bench.run NAME ...` in the environment of an empty installation.

The figures that change the hall come last.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import django

from tests.bench.figures import Figure


def numbers(name: str, default: str) -> tuple[int, ...]:
    """Whole numbers that the caller may change by environment, so that a short form takes the same way."""
    return tuple(int(one) for one in os.environ.get(name, default).split(","))


def way() -> str:
    """How the installation runs, as figures name it."""
    from django.conf import settings

    return "embedded" if settings.EMBEDDED else "grown"


def figures(data: Path, names: Sequence[str]) -> Iterator[Figure]:
    """The named figures, from one hall, which is built when the first of them needs it."""
    # models can be imported only once Django is set up
    from tests.bench import (
        crowded,
        fanout,
        guarding,
        hall,
        identity,
        ledger,
        memory,
        queries,
        rates,
        services,
        starting,
        writers,
    )

    (weeks,) = numbers("BENCH_WEEKS", "2")
    place = cache(lambda: hall.build(weeks))
    sizes = numbers("BENCH_SOCKETS", "50,200,1000")
    (posts,), (requests,) = numbers("BENCH_POSTS", "200"), numbers("BENCH_REQUESTS", "10000")
    (seconds,), (count,) = numbers("BENCH_SECONDS", "60"), numbers("BENCH_TABLES", "300")
    takers: dict[str, Callable[[], Iterator[Figure]]] = {
        "ledger_verify": lambda: ledger.verifying(place()),
        "page_decrypt_1000": lambda: identity.listing(place()),
        "page_queries": lambda: queries.pages(place()),
        "board_fanout": lambda: fanout.fanout(place(), data, sizes, posts),
        "identity_open": lambda: identity.opening(place(), data),
        "guard": guarding.detecting,
        "start": lambda: starting.again(data),
        "memory": lambda: memory.growth(place(), data, requests),
        "board_render": lambda: rates.renderings(place()),
        "directory_search": lambda: services.searching(way(), *numbers("BENCH_SERVICES", "20000,100")),
        "verb_queries": lambda: rates.verbs(place()),
        "verbs": lambda: writers.verbs(place(), data, seconds // 10),
        "tables_300": lambda: crowded.tables(place(), data, count, seconds),
    }
    for name, take in takers.items():
        if name in names:
            yield from take()


if __name__ == "__main__":
    django.setup()
    from django.conf import settings

    for one in figures(settings.DATA_DIR, sys.argv[1:]):
        print(one.line(), flush=True)
