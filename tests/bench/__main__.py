"""Takes the figures: all of them, or those named. Needs nothing but the checkout; leaves only the table in the docs."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.bench import table
from tests.live import ROOT, environment_of, manage
from tests.servers import KEYS, postgres, redis_server

EMBEDDED, GROWN = "embedded", "grown"
FIGURES: Mapping[str, tuple[str, ...]] = {
    "ledger_verify": (EMBEDDED,),
    "page_decrypt_1000": (EMBEDDED,),
    "page_queries": (EMBEDDED,),
    "board_render": (EMBEDDED,),
    "board_fanout": (EMBEDDED, GROWN),
    "identity_open": (EMBEDDED,),
    "guard": (EMBEDDED,),
    "start": (EMBEDDED,),
    "memory": (EMBEDDED,),
    "directory_search": (EMBEDDED, GROWN),
    "verb_queries": (EMBEDDED,),
    "verbs": (EMBEDDED, GROWN),
    "tables_300": (GROWN,),
    "pages": (),
}
"""Every figure, and the ways of running HubTable that it is taken from; each way is prepared once for all of its figures."""


def main(chosen: list[str]) -> int:
    """Prints one JSON object a line and writes the table. Returns 2 for an unknown name, 1 if something could not run."""
    if unknown := [name for name in chosen if name not in FIGURES]:
        print(f"There is no figure {', '.join(unknown)}; choose from: {', '.join(FIGURES)}", file=sys.stderr)
        return 2
    only = set(chosen or FIGURES)
    machine, lines, failed = table.machine(), [], 0
    for way in (EMBEDDED, GROWN):
        names = [name for name, ways in FIGURES.items() if way in ways and name in only]
        if not names:
            continue
        with installation(way) as environment:
            found, code = taken(["tests.bench.run", *names], environment)
            lines += found
            failed = failed or code
    if "pages" in only:
        # with a server of its own, and a database of each size on it
        found, code = taken(["tests.bench.pages"], os.environ)
        lines += found
        failed = failed or code
    table.write(ROOT / "docs" / "performance.md", [json.loads(one) for one in lines], machine)
    return failed


def taken(module: list[str], environment: Mapping[str, str]) -> tuple[list[str], int]:
    """One way's figures as lines, printed as they come, and 1 if one could not be taken; in a process of its own settings."""
    command, lines = [sys.executable, "-m", *module], []
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as child:
        for line in child.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    return lines, 1 if child.returncode else 0


@contextmanager
def installation(way: str) -> Iterator[dict[str, str]]:
    """The environment of an empty, migrated installation, thrown away afterwards."""
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hubtable-bench-"))) / "var"
        data.mkdir()
        extra = {}
        if way == GROWN:
            # made as an embedded installation makes them: on servers nothing is made up
            manage(environment_of(data, demo=True), "version")
            database = stack.enter_context(postgres(durable=True))
            layer = stack.enter_context(redis_server())
            extra = {"DATABASE_URL": database.url, "KEYS_DATABASE_URL": database.url + KEYS, "REDIS_URL": layer.url}
        environment = environment_of(data, demo=True, extra=extra)
        manage(environment, "migrate", "--verbosity", "0")
        manage(environment, "collectstatic", "--no-input", "--verbosity", "0")
        yield environment


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # unwinds, so that every server is stopped
    sys.exit(main(sys.argv[1:]))
