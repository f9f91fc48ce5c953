"""The measurements themselves, in their shortest form: each can be taken and nothing is lost. No time is judged."""

import json

import pytest

from tests.bench.__main__ import EMBEDDED, GROWN, installation, taken

pytestmark = pytest.mark.pairless

SHORT = {"SOCKETS": "24", "POSTS": "6", "SECONDS": "10", "TABLES": "3", "REQUESTS": "60", "WEEKS": "1"}
NAMES = {EMBEDDED: ["board_fanout", "start", "verbs", "memory"], GROWN: ["board_fanout", "tables_300", "verbs"]}


@pytest.mark.parametrize("way", [EMBEDDED, GROWN])
def test_figures_are_taken_and_nothing_is_lost(way: str) -> None:
    with installation(way) as environment:
        lines, failed = taken(
            ["tests.bench.run", *NAMES[way]], environment | {f"BENCH_{name}": value for name, value in SHORT.items()}
        )
    figures = {one["name"]: one["value"] for one in map(json.loads, lines)}
    assert not failed
    lost = {name: value for name, value in figures.items() if name.endswith("_lost")}
    assert len(lost) == (2 if way == GROWN else 1)
    assert set(lost.values()) == {0}
    assert figures[f"board_fanout_{way}_24_p99"] > 0
    assert figures[f"verbs_{way}_8"] > 0
