"""The measurements themselves, in their shortest form: each can be taken and nothing is lost. No time is judged."""

import json
import os

import pytest

from tests.bench.__main__ import EMBEDDED, FIGURES, GROWN, installation, taken

pytestmark = pytest.mark.pairless

SHORT = {
    "SOCKETS": "24", "POSTS": "6", "SECONDS": "10", "TABLES": "3", "REQUESTS": "60", "WEEKS": "1", "SERVICES": "60,2",
}  # fmt: skip
NAMES = {way: [name for name, ways in FIGURES.items() if way in ways] for way in (EMBEDDED, GROWN)}
PAGES = {"HUBTABLE_BENCH_SITUATIONS": "40,320", "HUBTABLE_BENCH_ROUNDS": "1", "HUBTABLE_BENCH_TABLES": "2"}


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


def test_pages_are_opened_at_every_size_and_ask_no_more_at_the_larger() -> None:
    lines, failed = taken(["tests.bench.pages"], os.environ | PAGES)
    figures = {one["name"]: one for one in map(json.loads, lines)}
    assert not failed
    asked = [one for name, one in figures.items() if name.endswith("_queries")]
    assert len(asked) == 37
    assert not [one for one in asked if one["value"] > one["yardstick"] + 1]
    weighed = [one for name, one in figures.items() if name.endswith("_first_view")]
    assert len(weighed) == 37
    assert not [one for one in weighed if one["value"] > one["limit"]]
