"""Takes all pictures, on a community and a server of their own. Needs Chromium; leaves only `var/screens/`."""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.live import ROOT, browser, environment_of, live_hub

WEEKS = 6
"""Weeks of the demo year that are lived first: every stage and a list that is worth looking at, in a fraction of the time."""
TARGET = ROOT / "var" / "screens"


def main() -> int:
    """Writes the pictures and says how many."""
    start = time.monotonic()
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="hubtable-screens-") as directory:
        data = Path(directory) / "var"
        data.mkdir()
        os.environ.update(environment_of(data, demo=True))
        prepare()
        from tests.screens import board, pages, setting  # models can be imported only from here on
        from tests.screens.camera import Studio

        place = setting.build(WEEKS)
        with live_hub(prepared=data) as hub, browser() as chromium:
            studio = Studio(chromium, hub.address, place.sessions, TARGET)
            pages.take(studio, place)
            board.take(studio, place)
    sys.stdout.write(
        f"{len(list(TARGET.iterdir()))} pictures in {TARGET.relative_to(ROOT)}, {time.monotonic() - start:.0f} s\n"
    )
    return 0


def prepare() -> None:
    """An empty database and collected files, where the environment says."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
