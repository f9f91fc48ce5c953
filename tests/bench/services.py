"""`directory_search`: finding services among twenty thousand, by town and need; and what bringing them in takes."""

from collections.abc import Callable, Iterator
from time import perf_counter, process_time

from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies import directory_search, hsds_import
from agencies.directory_search import Wanted
from tests.agencies.hsds_samples import as_json, many
from tests.bench.figures import Figure, percentile

LIMIT = 100
"""Milliseconds that a search may take at this size."""
SEARCHES = {
    "town_need": Wanted(town="harborview", need="suicide"),
    "town_need_age": Wanted(town="north quay", need="housing", age=40, language="es"),
    "words": Wanted(words="counseling harborview"),
    "open_now": Wanted(town="saltmarsh", open_now=True),
    "all": Wanted(),
}


def searching(way: str, count: int, times: int) -> Iterator[Figure]:
    """Processor time of this process is not all: on a server the database has its own, so what is taken is the clock's."""
    yield Figure(f"directory_import_{way}", _importing(count), "s of processor time")
    for name, wanted in SEARCHES.items():
        seconds = [_seconds(lambda wanted=wanted: directory_search.found(wanted)) for _one in range(times)]  # type: ignore[misc]
        yield Figure(f"directory_search_{way}_{name}_p99", percentile(seconds, 99) * 1000, "ms", limit=LIMIT)
    with CaptureQueriesContext(connection) as asked:
        directory_search.found(SEARCHES["town_need"])
    yield Figure(f"directory_search_{way}_queries", len(asked), "queries")


def _importing(count: int) -> float:
    began = process_time()
    hsds_import.bring_in(by=None, file=as_json(list(many(count))), name="region.json")
    return process_time() - began


def _seconds(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began
