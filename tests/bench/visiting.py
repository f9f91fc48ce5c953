"""Opens pages of one database when told to, in a process of its own: `python -m tests.bench.visiting`.

Prints the names of the pages, then answers the place of a page on its input with what one visit took.
"""

import gzip
import json
import posixpath
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

LEVEL = 6
"""As a proxy packs by default."""
LOADED = re.compile(r'(?:href|src)="/static/([^"?#]+\.(?:css|js))')
IMPORTED = re.compile(r"""(?:@import|from|import)\s*(?:url\()?["'](\.[^"']+\.(?:css|js))["']""")


def main() -> None:
    """One line for each line read."""
    django.setup()
    from tests.bench import visits  # models can be imported only from here on

    known = list(visits.visits())
    pages = [visits.opener(one) for one in known]
    print(json.dumps([one.name for one in known]), flush=True)
    for line in sys.stdin:
        print(json.dumps(_visited(pages[int(line)])), flush=True)


def _visited(opened: Callable[[], Any]) -> dict[str, float]:
    """Seconds by the clock, queries, and the bytes of the page as they are and packed."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    opened()  # fills what a serving process has long filled
    start = time.perf_counter()
    answer = opened()
    seconds = time.perf_counter() - start
    with CaptureQueriesContext(connection) as asked:
        opened()
    packed = _packed(answer.content)
    return {"seconds": seconds, "queries": len(asked), "packed": packed, "first": packed + _assets(answer.content.decode())}


def _assets(html: str) -> int:
    """Packed bytes of the style sheets and scripts that a page loads, with what those import."""
    from django.contrib.staticfiles import finders

    waiting, sizes = set(LOADED.findall(html)), dict[str, int]()
    while waiting:
        name = waiting.pop()
        content = Path(str(finders.find(name))).read_bytes()
        sizes[name] = _packed(content)
        beside = {posixpath.normpath(f"{posixpath.dirname(name)}/{one}") for one in IMPORTED.findall(content.decode())}
        waiting |= beside - set(sizes)
    return sum(sizes.values())


def _packed(content: bytes) -> int:
    return len(gzip.compress(content, LEVEL))


if __name__ == "__main__":
    main()
