"""The drill, on real PostgreSQL servers: fill, back up, lose the machine, restore on another one, verify.

It says how long each step took, and holds no time against anything.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.live import ROOT, environment_of, manage
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
    """Database servers as compose's `db` and `keys` are on empty volumes, an installation there, its secrets from elsewhere.

    Roles and databases are those of hub/deploy/roles.sh; what serves is not who owns the tables.
    """
    directory.mkdir()
    with ExitStack() as stack:
        extra = {name: os.environ[name] for name in KEPT}
        for prefix, database in (("", "hubtable"), ("KEYS_", "hubtable_keys")):
            place = conninfo_to_dict(stack.enter_context(postgres(bare=True)).url)
            _emptied(place)
            given = {"PGHOST": str(place["host"]), "PGPORT": str(place["port"]), "HUBTABLE_DATABASE": database}
            secrets = {"HUBTABLE_SECRETS_DIR": str(_passwords(directory))}
            subprocess.run([str(ROOT / "hub" / "deploy" / "roles.sh")], env=os.environ | given | secrets, check=True)
            for name, role in (("DATABASE_URL", "hubtable_app"), ("DATABASE_OWNER_URL", "hubtable_owner")):
                extra[f"{prefix}{name}"] = f"postgresql://{role}@{place['host']}:{place['port']}/{database}"
        yield environment_of(directory, demo=False) | extra


def _emptied(place: dict[str, Any]) -> None:
    """The tests' own server comes with a role and databases of the same names."""
    server = psycopg.connect(host=place["host"], port=place["port"], user="postgres", dbname="postgres", autocommit=True)
    with server:
        for one in ("DATABASE IF EXISTS hubtable", "DATABASE IF EXISTS hubtable_keys", "ROLE IF EXISTS hubtable_app"):
            server.execute(f"DROP {one}")


def _passwords(directory: Path) -> Path:
    for name in ("owner_password", "app_password"):
        (directory / name).write_text("of this drill\n")
    return directory


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
