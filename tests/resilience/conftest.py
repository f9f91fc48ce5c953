"""Installations for the drills, and the list of what they found."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from tests.resilience.drill import EQUAL_WITHIN_SECONDS, LONG, Outcome
from tests.resilience.topology import Prepared, Site, embedded, grown, prepared_embedded, prepared_grown

Report = Callable[[Outcome], None]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    """The cluster of this worker."""
    with prepared_grown(tmp_path_factory.mktemp("grown") / "var") as made:
        yield made


@pytest.fixture(scope="session")
def prepared_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The same conference on SQLite."""
    home = tmp_path_factory.mktemp("embedded") / "var"
    return home, prepared_embedded(home)


@pytest.fixture(scope="module")
def site(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An installation on servers; the drills of a module follow one another on it, as faults do."""
    with grown(prepared, tmp_path_factory.mktemp("site") / "var") as running:
        yield running


@pytest.fixture(scope="module")
def small(prepared_file: tuple[Path, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An installation in one process."""
    with embedded(*prepared_file, tmp_path_factory.mktemp("small") / "var") as running:
        yield running


@pytest.fixture
def report() -> Report:
    """Takes down a drill's outcome for the table (`python -m tests.resilience`), and then raises if anything is wrong.

    In the long form it holds the limit, too.
    """
    file = os.environ.get("HUBTABLE_RESILIENCE_LINES")

    def write(outcome: Outcome) -> None:
        if file:
            with Path(file).open("a", encoding="utf-8") as lines:
                lines.write(json.dumps({**asdict(outcome), "logs": ""}) + "\n")
        assert not outcome.findings, "\n".join([outcome.fault, *map(str, outcome.findings), outcome.logs])
        assert outcome.acknowledged, f"{outcome.fault}: nothing was acknowledged"
        late = f"{outcome.fault}: screens were equal after {outcome.seconds:.1f} s only"
        assert not LONG or outcome.seconds <= EQUAL_WITHIN_SECONDS, late

    return write
