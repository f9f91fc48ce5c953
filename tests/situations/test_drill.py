"""The drill, on real PostgreSQL servers: fill, back up, lose the machine, restore on another one, verify.

It says how long each step took, and holds no time against anything.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from tests.live import environment_of, manage
from tests.servers import postgres

pytestmark = pytest.mark.pairless

KEPT = ("HUBTABLE_VAULT_KEYS", "HUBTABLE_SECRET_KEY", "HUBTABLE_LEDGER_KEY")
FILL = """
from situations import checkpoints
from tests.cast import assemble
people = assemble()
for _ in range(30):
    people.draft()
checkpoints.make(by=None, table=None)
"""
LOOK = """
import json
from situations.models import Checkpoint, LedgerEntry, Situation
from tests.cast import _as_stored
from tests.situations.backup_story import _reads
reads = _reads(_as_stored())
print(json.dumps([Situation.objects.count(), Checkpoint.objects.count(), sorted(reads.values())]))
"""

Timed = Callable[..., str]


@contextmanager
def machine(directory: Path) -> Iterator[dict[str, str]]:
    """A database server with nothing on it, and the environment of an installation there. The secrets are from elsewhere."""
    directory.mkdir()
    with postgres() as server:
        secrets = {name: os.environ[name] for name in KEPT}
        yield environment_of(directory, demo=False, extra=secrets | {"DATABASE_URL": server.url})


@pytest.fixture
def timed(capfd: pytest.CaptureFixture[str], record_property: Callable[[str, object], None]) -> Iterator[Timed]:
    """Runs a management command and keeps how long it took; told at the end, and held against nothing."""
    seconds: dict[str, float] = {}

    def run(what: str, environment: dict[str, str], *arguments: str) -> str:
        began = perf_counter()
        said = manage(environment, *arguments)
        seconds[what] = perf_counter() - began
        return said

    yield run
    for what, took in seconds.items():
        record_property(f"drill_{what}_seconds", round(took, 2))
    with capfd.disabled():
        sys.stdout.write(f"\ndrill: {', '.join(f'{what} {took:.1f} s' for what, took in seconds.items())}\n")


def shell(environment: dict[str, str], code: str) -> str:
    return manage(environment, "shell", "--no-imports", "-c", code)


def test_a_lost_machine_is_brought_back_on_another_one(tmp_path: Path, timed: Timed) -> None:
    place = str(tmp_path / "backups")
    with machine(tmp_path / "first") as environment:
        timed("migrate", environment, "migrate", "--verbosity", "0")
        shell(environment, FILL)
        assert timed("backup", environment, "backup", place).startswith("Backup 2")
        before: Any = json.loads(shell(environment, LOOK))
    assert before == [30, 1, [True] * 30]
    with machine(tmp_path / "second") as environment:
        assert timed("restore", environment, "restore", place).endswith("The ledger is whole.\n")
        timed("verify", environment, "verify_ledger", "--checkpoint", f"{place}/checkpoint.json")
        assert json.loads(shell(environment, LOOK)) == before
