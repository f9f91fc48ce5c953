"""The table of the drills: one that found something stands in it like all others, and fails only then."""

import json
from pathlib import Path

import pytest

from tests.resilience.__main__ import HEAD, row
from tests.resilience.drill import BROKEN_OFF, Outcome
from tests.resilience.history import Finding

pytestmark = pytest.mark.pairless


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("lost", "1 | 0 | 0 | 1.5 | verifies | nothing"),
        ("torn", "0 | 0 | 1 | 1.5 | verifies | nothing"),
        ("ledger", "0 | 0 | 0 | 1.5 | broken | nothing"),
        ("wordless", "0 | 0 | 0 | 1.5 | verifies | wordless"),
        (BROKEN_OFF, f"{'not known | ' * 5}{BROKEN_OFF}"),
    ],
)
def test_a_drill_that_found_something_has_its_line_and_fails(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str, cells: str
) -> None:
    lines = tmp_path / "lines"
    monkeypatch.setenv("HUBTABLE_RESILIENCE_LINES", str(lines))
    outcome = Outcome("a fault", "was made", 3, 2, 1.5, [Finding(kind, "velvet")], logs="secret of a log")
    with pytest.raises(AssertionError, match="velvet"):
        request.getfixturevalue("report")(outcome)
    line = lines.read_text()
    assert row(json.loads(line)) == f"| a fault | was made | 3 | 2 | {cells} |"
    assert row(json.loads(line)).count("|") == HEAD.splitlines()[0].count("|")
    assert "secret" not in line
