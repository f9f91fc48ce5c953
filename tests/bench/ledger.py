"""`ledger_verify`: entries a second of the whole verification, beside SHA-256 alone over the same bytes."""

import hashlib
import time
from collections.abc import Callable, Iterator

from situations import ledger
from situations.models import LedgerEntry
from tests.bench.figures import Figure
from tests.bench.hall import Hall

ROUNDS = 5


def verifying(_hall: Hall) -> Iterator[Figure]:
    """The ledger of the lived weeks. Raises RuntimeError if it is not whole."""
    texts = [
        ledger.canonical(ledger.body(one, ledger.received(one))).encode("ascii")
        for one in LedgerEntry.objects.prefetch_related("recipients")
    ]
    taken, bare = _seconds(_verify), _seconds(lambda: [hashlib.sha256(text).hexdigest() for text in texts])
    # most of it is reading rows; the hashes are the least of it, which the yardstick shows
    yield Figure("ledger_verify", len(texts) / taken, "entries a second", len(texts) / bare)
    yield Figure("ledger_verify_entries", len(texts), "entries")


def _verify() -> None:
    if broken := list(ledger.verify()):
        raise RuntimeError(f"the ledger is broken: {broken[0]}")


def _seconds(act: Callable[[], object]) -> float:
    """Of the quickest round: what else the machine does only makes it slower."""
    times = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return min(times)
