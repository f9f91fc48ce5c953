"""The table of figures in docs/performance.md, between two marks; what a run did not take stays as it was."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- figures of make bench -->", "<!-- end of figures -->"
HEAD = "| figure | value | unit | yardstick | ratio | limit | taken |\n|---|---|---|---|---|---|---|"


def machine() -> str:
    """What it was taken on: cores and load before it began, no name."""
    load = os.getloadavg()[0]
    return f"{datetime.now(UTC):%d %b %Y}, {os.cpu_count()} cores, load {load:.1f} before, Python {platform.python_version()}"


def write(file: Path, figures: Sequence[dict[str, Any]], taken: str) -> None:
    """Replaces the rows of these figures. Raises ValueError if the marks are missing."""
    text = file.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    old, after = rest.split(END)
    rows = {line.split("|")[1].strip(): line for line in old.splitlines() if line.startswith("| ")}
    rows.pop("figure", None)
    rows |= {one["name"]: _row(one, taken) for one in figures}
    file.write_text("\n".join([before + BEGIN, HEAD, *rows.values(), END]) + after, encoding="utf-8")


def _row(one: dict[str, Any], taken: str) -> str:
    limit = one.get("limit", "")
    measured = one.get("ratio", one["value"])
    if limit != "":
        limit = f"{limit} {'kept' if measured <= limit else 'missed'}"
    shown = [one["name"], one["value"], one["unit"], one.get("yardstick", ""), one.get("ratio", ""), limit, taken]
    return "| " + " | ".join(str(part) for part in shown) + " |"
