"""Which figure is taken by what. The figures that change the hall come last."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.bench import fanout, hall, identity, ledger, queries, rates, starting
from tests.bench.figures import Figure


def figures(data: Path, names: Sequence[str]) -> Iterator[Figure]:
    """The named figures, from one hall."""
    place = hall.build()
    takers: dict[str, Callable[[], Iterator[Figure]]] = {
        "ledger_verify": ledger.verifying,
        "page_decrypt_1000": lambda: identity.listing(place),
        "page_queries": lambda: queries.pages(place),
        "board_render": lambda: rates.renderings(place),
        "board_fanout": lambda: fanout.fanout(place, data),
        "identity_open": lambda: identity.opening(place, data),
        "second_start": lambda: starting.again(data),
        "verb_rate": lambda: rates.verbs(place),
    }
    for name, take in takers.items():
        if name in names:
            yield from take()
