"""How a figure is printed, and what is read off a list of times."""

import json
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Figure:
    """One measured value; `yardstick` is the same thing done with the least there is, in the same run.

    `limit` is the most that is wanted: of the ratio where there is a yardstick, otherwise of the value.
    """

    name: str
    value: float
    unit: str
    yardstick: float | None = None
    limit: float | None = None

    def line(self) -> str:
        """One JSON object; `ratio` only where there is a yardstick."""
        shown: dict[str, object] = {"name": self.name, "value": _rounded(self.value), "unit": self.unit}
        if self.yardstick:
            shown |= {"yardstick": _rounded(self.yardstick), "ratio": round(self.value / self.yardstick, 2)}
        if self.limit is not None:
            shown |= {"limit": self.limit}
        return json.dumps(shown)


def percentile(values: Sequence[float], share: int) -> float:
    """The smallest value that `share` of 100 values do not exceed."""
    return sorted(values)[math.ceil(len(values) * share / 100) - 1]


def in_milliseconds(
    name: str, seconds: Sequence[float], yardstick: Sequence[float] | None = None, limit: float | None = None
) -> list[Figure]:
    """p50 and p99 of times, beside those of the yardstick; the limit is for p99."""
    return [
        Figure(
            f"{name}_p{share}",
            percentile(seconds, share) * 1000,
            "ms",
            percentile(yardstick, share) * 1000 if yardstick else None,
            limit if share == 99 else None,
        )
        for share in (50, 99)
    ]


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used so far, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def resident(pid: int) -> int:
    """Bytes of memory that a process holds at the moment."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * PAGE


def _rounded(value: float) -> float:
    return round(value, 2) if value < 100 else round(value)
