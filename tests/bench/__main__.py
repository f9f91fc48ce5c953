"""Takes the figures: all of them, or the one named. Needs nothing but the checkout; leaves nothing behind."""

import os
import sys
import tempfile
from pathlib import Path

from tests.live import environment_of

NAMES = (
    "board_fanout", "board_render", "identity_open", "ledger_verify", "page_decrypt_1000", "page_queries", "second_start",
    "verb_rate",
)  # fmt: skip


def main(only: str) -> int:
    """Prints one JSON object a line. Returns 2 for a name that nobody knows."""
    if only and only not in NAMES:
        print(f"There is no figure {only}; choose one of: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="hubtable-bench-") as directory:
        data = Path(directory) / "var"
        data.mkdir()
        os.environ.update(environment_of(data, demo=True))
        prepare()
        from tests.bench import run  # models can be imported only from here on

        for figure in run.figures(data, [only] if only else NAMES):
            print(figure.line(), flush=True)
    return 0


def prepare() -> None:
    """An empty database and collected files, where the environment says."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
