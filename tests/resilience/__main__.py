"""`make resilience`: every drill in its long form, and the table of docs/resilience.md made from what they found."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.live import ROOT
from tests.resilience.drill import BROKEN_OFF

DOCUMENT = ROOT / "docs" / "resilience.md"
DISORDER = ("back", "reordered", "torn", "overtaken")
BEGIN, END = "<!-- drills: begin -->", "<!-- drills: end -->"
HEAD = (
    "| fault | what was done | acknowledged calls | attempts without an answer | lost | doubled | out of order | "
    "seconds until all screens were equal | ledger | anything else |\n|---|---|---|---|---|---|---|---|---|---|"
)


def main(arguments: list[str]) -> int:
    """Runs the drills (all, or the pytest arguments given) and returns pytest's exit code."""
    with tempfile.TemporaryDirectory(prefix="hubtable-resilience-") as directory:
        lines = Path(directory) / "lines"
        environment = {**os.environ, "HUBTABLE_RESILIENCE": "long", "HUBTABLE_RESILIENCE_LINES": str(lines)}
        command = [sys.executable, "-m", "pytest", "-q", *(arguments or ["tests/resilience"])]
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        found = [json.loads(one) for one in lines.read_text(encoding="utf-8").splitlines()] if lines.exists() else []
    table = "\n".join([HEAD, *map(row, found)])
    sys.stdout.write(table + "\n")
    if found and not arguments:
        write(table)
    return code


def row(found: dict[str, Any]) -> str:
    """One drill as a line of the table."""
    kinds = [one["kind"] for one in found["findings"]]
    cells = [found["fault"], found["done"], found["acknowledged"], found["unanswered"], *_checked(found["seconds"], kinds)]
    return f"| {' | '.join(map(str, cells))} |"


def _checked(seconds: float, kinds: list[str]) -> list[object]:
    """What the checker says; of a drill that broke off it says nothing."""
    if BROKEN_OFF in kinds:
        return [*["not known"] * 5, BROKEN_OFF]
    others = sorted({one for one in kinds if one not in {"lost", "doubled", "ledger", *DISORDER}})
    return [
        kinds.count("lost"), kinds.count("doubled"), sum(one in DISORDER for one in kinds), f"{seconds:.1f}",
        "broken" if "ledger" in kinds else "verifies", ", ".join(others) or "nothing",
    ]  # fmt: skip


def write(table: str) -> None:
    """Puts the table between its marks."""
    before, _begin, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    DOCUMENT.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
