"""The machine's clock is set: an hour ahead, and an hour back. Monotonic time goes on, as it does on a real machine."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from tests.resilience import clocked
from tests.resilience.conftest import Report
from tests.resilience.drill import SIZE, run
from tests.resilience.people import Crowd
from tests.resilience.record import now
from tests.resilience.topology import Prepared, Site, grown

pytestmark = pytest.mark.pairless

HOUR = 3600
EVENING = 20


def base() -> int:
    """Seconds that keep both jumps within the day of the tests: a pledge lasts for the day on which it was given."""
    hour = timezone.localtime().hour
    return 2 * HOUR if hour <= 1 else -3 * HOUR if hour >= EVENING else 0


def set_by(file: Path, seconds: int) -> None:
    """The clock of all processes, from now on."""
    draft = file.with_suffix(".new")
    draft.write_text(str(base() + seconds))
    draft.replace(file)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the processes take for the time, as an offset."""
    made = tmp_path_factory.mktemp("clock") / "offset"
    set_by(made, 0)
    return made


@pytest.fixture(scope="module")
def site(prepared: Prepared, file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An installation whose clock can be set."""
    extra = {"PYTHONPATH": str(Path(clocked.__file__).parent), "HUBTABLE_DRILL_CLOCK": str(file)}
    with grown(prepared, tmp_path_factory.mktemp("site") / "var", extra) as running:
        yield running


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["ahead", "back"])
def test_the_clock_is_set(site: Site, file: Path, report: Report, jump: int) -> None:
    async def fault(crowd: Crowd) -> float:
        set_by(file, jump)
        await asyncio.sleep(SIZE.pause)
        set_by(file, 0)
        await asyncio.sleep(1)
        return now()

    done = f"all processes, for {SIZE.pause:.0f} s, then to the true time again"
    report(run(site, fault, name=f"clock set an hour {'ahead' if jump > 0 else 'back'}", done=done))
