"""A backup brings everything back but what was shredded since; and it is worth nothing without the master keys."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from hub.core import dumping, running
from hub.core.dumping import DumpFailed
from situations import backups, restoring
from tests.live import environment_of, installation, manage
from tests.servers import fresh_database

Environment = dict[str, str]
KEY = "HUBTABLE_VAULT_KEYS"


@pytest.fixture(scope="module")
def installed(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Environment]]:
    """Makes empty installations, or machines without one, on this run's kind of database, with these tests' master key."""
    with ExitStack() as stack:

        def make(*, days: int, bare: bool = False) -> Environment:
            extra = {name: os.environ[name] for name in (KEY, "HUBTABLE_SECRET_KEY", "HUBTABLE_LEDGER_KEY")}
            extra["HUBTABLE_KEY_BACKUP_DAYS"] = str(days)
            data = tmp_path_factory.mktemp("installation")
            if not bare:
                return stack.enter_context(installation(data, extra=extra))
            if connection.vendor == "postgresql":
                extra["DATABASE_URL"] = stack.enter_context(fresh_database(os.environ["DATABASE_URL"]))
            return environment_of(data, demo=False, extra=extra)

        yield make


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("backups")


def play(environment: Environment, scene: str, *arguments: object) -> dict[str, Any]:
    """A scene of the story; the last line is what it saw, numbers of situations as keys."""
    given = ", ".join(f"Path({str(one)!r})" if isinstance(one, Path) else repr(one) for one in arguments)
    code = f"from pathlib import Path; from tests.situations import backup_story; backup_story.{scene}({given})"
    seen: dict[str, Any] = json.loads(manage(environment, "shell", "--no-imports", "-c", code).splitlines()[-1])
    seen["reads"] = {int(number): opens for number, opens in seen["reads"].items()}
    return seen


def test_restored_month_old_backup_leaves_the_shredded_identity_unreadable(
    installed: Callable[..., Environment], tmp_path: Path
):
    environment, place = installed(days=60), tmp_path
    lived = play(environment, "live", place)
    first, kept, gone, later = lived["first"], lived["kept"], lived["gone"], lived["later"]
    assert lived["reads"] == {kept: True, gone: False, later: False}
    stays, passed = (str(lived["brought"][one]) for one in ("stays", "passed"))
    assert {number: opens for number, (_desk, opens) in lived["opens"].items()} == {stays: True, passed: True}

    seen = play(environment, "restore", place, "--at", first)
    assert seen["refused"].startswith("There is an installation already. Say --yes")
    if url := environment["DATABASE_URL"]:  # an idle connection is all that a server on another machine shows
        with psycopg.connect(url):
            seen = play(environment, "restore", place, "--at", first, "--yes")
        assert seen["refused"] == "The database server knows of other connections: stop every process of HubTable first."
    seen = play(environment, "restore", place, "--at", first, "--yes")

    assert seen["refused"] == ""
    assert seen["said"].startswith(f"Restored {first}.\nWhat was there before is backup ")
    assert "Identities shredded again: 1.\n" in seen["said"]
    assert "keys are those of" not in seen["said"]
    # what was deleted does not come back; what was passed on since is at the desk that had it, and not lost
    assert "Referrals deleted again: 1.\n" in seen["said"]
    assert set(seen["opens"]) == {stays, passed}
    assert seen["opens"][passed] == seen["opens"][stays] != lived["opens"][passed]
    # the situation that came later has gone with the restoration, and nobody gets its number again
    assert seen["new"] > later
    assert seen["reads"] == {kept: True, gone: False, seen["new"]: True}
    assert seen["keys"] == seen["indexes"] == seen["ciphertext"] == [kept, seen["new"]]
    assert (seen["marked"], seen["struck"]) == ([gone], [gone, later])
    assert seen["replays"] == [[gone, {"keys": 0, "replayed": True}]]
    # the newest checkpoint holds entries that the older backup cannot have: told, and no forgery
    assert "Later than this backup, and lost: " in seen["said"]
    assert seen["said"].endswith("The ledger is whole.\n")

    # the same once its keys have expired: those of the newest backup serve
    seen = play({**environment, "HUBTABLE_KEY_BACKUP_DAYS": "14"}, "restore", place, "--at", first, "--yes")
    assert "Its backup of keys has expired; the keys are those of " in seen["said"]
    assert seen["reads"] == {kept: True, gone: False, seen["new"]: True}
    assert [opens for _desk, opens in seen["opens"].values()] == [True, True]

    # and on a new machine, where no backup of keys is left: nothing opens, and that is said
    shutil.rmtree(place / "keys")
    seen = play(installed(days=60, bare=True), "restore", place, "--at", first)
    assert "the keys are those of nowhere.\nIdentities shredded again: 1.\n" in seen["said"]
    assert f"Situation {kept}: the identity is sealed under a key that is gone.\n" in seen["said"]
    assert seen["reads"] == {kept: False, gone: False, seen["new"]: True}
    assert f"Referral {stays}: its words are sealed under a key that is gone.\n" in seen["said"]
    assert [opens for _desk, opens in seen["opens"].values()] == [False, False]


# the files


@pytest.fixture(scope="module")
def kept_on(installed: Callable[..., Environment], place: Path) -> dict[str, Any]:
    """Four days of backups in `place`."""
    environment = installed(days=14)
    return play(environment, "keep_on", place)


@pytest.fixture
def copied(kept_on: dict[str, Any], place: Path, tmp_path: Path, settings: Settings) -> Path:
    """A copy of those, to be damaged, and an installation at which no other test works meanwhile."""
    settings.DATA_DIR = tmp_path / "var"
    return Path(shutil.copytree(place, tmp_path / "copy"))


def test_keys_are_apart_and_files_are_private(kept_on: dict[str, Any], place: Path, settings: Settings):
    files = [file for file in place.rglob("*") if file.is_file()]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert {file.stat().st_mode & 0o777 for file in (place / "data", place / "keys")} == {0o700}
    assert not [file for file in files for key in settings.VAULT_KEYS.values() if key in file.read_bytes()]
    assert not [file for file in (place / "data").iterdir() if _holds(file, kept_on["wrapped"])]
    assert [file.stem for file in (place / "keys").iterdir() if _holds(file, kept_on["wrapped"])] == [kept_on["last"]]


def _holds(file: Path, wrapped: str) -> bool:
    """SQLite keeps bytes as they are; of PostgreSQL's dump its own tool makes text, in which they are hexadecimal."""
    if file.suffix != ".pgdump":
        return bytes.fromhex(wrapped) in file.read_bytes()
    return wrapped in subprocess.run(["pg_restore", "--file=-", file], check=True, capture_output=True, text=True).stdout


def test_backups_of_keys_expire_and_those_of_data_do_not(kept_on: dict[str, Any], place: Path):
    assert kept_on["expired"] == 2
    assert len(list((place / "keys").iterdir())) == 2
    assert len(list(backups.manifests(place))) == 4


def test_list_of_destroyed_keys_only_grows(kept_on: dict[str, Any], place: Path):
    assert [situation for situation, _agency in backups.shredded_in(place)] == sorted(kept_on["reads"])[:3]


def test_manifest_says_what_it_is_and_what_it_takes(kept_on: dict[str, Any], place: Path):
    *_, before, newest = backups.manifests(place)
    assert (newest["stamp"], newest["installation"]) == (kept_on["last"], backups.installation())
    assert newest["master_keys_needed"] == [1]
    assert newest["ledger"]["entries"] > before["ledger"]["entries"] > 0
    assert newest["migrations"]["situations"] >= "0005_keys_apart"


# what is refused


@pytest.mark.django_db
def test_changed_file_is_refused(copied: Path):
    file = max(file for file in (copied / "data").iterdir() if file.suffix != ".json")
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    with pytest.raises(DumpFailed, match="is not what was backed up"):
        restoring.restore(copied, replace=True)


@pytest.mark.django_db
def test_unfinished_and_unknown_backups_are_refused(copied: Path):
    with pytest.raises(DumpFailed, match="no finished backup 20200101T000000Z"):
        restoring.restore(copied, stamp="20200101T000000Z")
    for manifest in (copied / "data").glob("*.json"):
        manifest.unlink()
    with pytest.raises(DumpFailed, match="no finished backup at all"):
        restoring.restore(copied)


@pytest.mark.django_db
def test_other_installations_backups_are_neither_restored_nor_mixed(copied: Path, settings: Settings):
    settings.VAULT_KEYS = {1: bytes(32)}
    with pytest.raises(DumpFailed, match="another installation's"):
        restoring.restore(copied, replace=True)
    with pytest.raises(DumpFailed, match="a directory of its own"):
        backups.make(copied)


@pytest.mark.parametrize("line", ["{}", "half of a li"])
def test_unreadable_list_of_destroyed_keys_stops_everything(copied: Path, line: str):
    with (copied / backups.SHREDDED).open("a") as file:
        file.write(line + "\n")
    with pytest.raises(DumpFailed, match="does not read"):
        backups.shredded_in(copied)


@pytest.mark.pairless
def test_nothing_is_restored_under_a_running_server(tmp_path: Path, settings: Settings):
    settings.DATA_DIR = tmp_path
    with running.at_work(), running.at_work(), pytest.raises(running.Busy):
        restoring.restore(tmp_path, replace=True)
    with running.alone(), pytest.raises(running.Busy), running.at_work():
        pass


@pytest.mark.django_db
def test_backup_inside_a_transaction_is_refused_and_leaves_nothing(tmp_path: Path):
    with pytest.raises(DumpFailed, match="transaction is open"):
        dumping.dump("default", tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.pairless
def test_missing_and_failing_client_tools_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    data = {"DATABASE_URL": "postgresql://hub:word@127.0.0.1:1/hub", "HUBTABLE_SECRET_KEY": "x" * 60}
    extra = data | {name: os.environ[name] for name in (KEY, "HUBTABLE_LEDGER_KEY")}
    environment = environment_of(tmp_path, demo=False, extra=extra)
    code = "from pathlib import Path; from hub.core import dumping; dumping.dump('default', Path('{}'))"
    call = ("shell", "--no-imports", "-c", code.format(tmp_path / "file"))
    with pytest.raises(RuntimeError, match=r"pg_dump is not on PATH"):
        manage({**environment, "PATH": str(tmp_path)}, *call)
    with pytest.raises(RuntimeError, match=r"pg_dump failed: .*refused") as failed:
        manage(environment, *call)
    assert "word" not in str(failed.value)
    assert not (tmp_path / "file").exists()
