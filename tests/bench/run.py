"""Which figure is taken by what. The figures that change the hall come last."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.bench import fanout, hall, queries, rates
from tests.bench.figures import Figure


def figures(data: Path, names: Sequence[str]) -> Iterator[Figure]:
    """The named figures, from one hall."""
    place = hall.build()
    takers: dict[str, Callable[[], Iterator[Figure]]] = {
        "page_queries": lambda: queries.pages(place),
        "board_render": lambda: rates.renderings(place),
        "board_fanout": lambda: fanout.fanout(place, data),
        "verb_rate": lambda: rates.verbs(place),
    }
    for name, take in takers.items():
        if name in names:
            yield from take()
