"""The file of master keys and the command that adds to it."""

import os
import re
import stat
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from hub.core import master_keys
from hub.core.master_keys import KeyFile
from hub.settings import keys

pytestmark = pytest.mark.pairless


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file as the first start of an embedded installation leaves it."""
    made = tmp_path / "secrets" / "vault_keys"
    keys.secret("HUBTABLE_TEST_SECRET", made, keys.new_vault_keys, may_make=True)
    return made


@pytest.fixture
def ring(file: Path) -> KeyFile:
    return KeyFile(file)


def command(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("new_master_key", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_added_key_stands_beside_the_old_ones_and_is_the_users_alone(ring: KeyFile, file: Path) -> None:
    first = ring[1]
    assert ring.add() == 2
    assert ring.add() == 3
    assert list(ring) == [1, 2, 3]
    assert ring[1] == first
    assert len(set(ring.values())) == 3
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in file.parent.iterdir()] == ["vault_keys"]


def test_running_process_takes_a_key_up_that_another_added(ring: KeyFile, file: Path) -> None:
    assert list(ring) == [1]
    KeyFile(file).add()
    assert list(ring) == [1, 2]


def test_file_is_whole_if_writing_breaks_off(ring: KeyFile, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = file.read_text()

    def full(descriptor: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        ring.add()
    assert file.read_text() == before
    assert [one.name for one in file.parent.iterdir()] == ["vault_keys"]


def test_file_that_does_not_read_is_told_and_not_overwritten(ring: KeyFile, file: Path) -> None:
    file.write_text("1:broken\n")
    with pytest.raises(ImproperlyConfigured):
        ring.add()
    assert file.read_text() == "1:broken\n"


def test_ring_shows_its_place_and_no_key(ring: KeyFile, file: Path) -> None:
    assert repr(ring) == f"KeyFile({str(file)!r})"


def test_keys_of_the_environment_win_over_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUBTABLE_VAULT_KEYS")
    assert isinstance(keys.vault_keys(file, may_make=False), KeyFile)
    monkeypatch.setenv("HUBTABLE_VAULT_KEYS", master_keys.new_entry(5))
    assert list(keys.vault_keys(file, may_make=False)) == [5]
    monkeypatch.delenv("HUBTABLE_VAULT_KEYS")
    assert keys.vault_keys(file.with_name("none"), may_make=False) == {}


def test_command_adds_to_the_file_and_prints_no_key(ring: KeyFile, file: Path, settings: Settings) -> None:
    settings.VAULT_KEYS = ring
    out, err = command()
    assert out.startswith(f"Master key version 2 is in {file}.")
    assert not any(entry.partition(":")[2] in out + err for entry in file.read_text().strip().split(","))
    with pytest.raises(CommandError, match="no need to print"):
        command("--print-key")
    assert list(ring) == [1, 2]


def test_command_says_what_the_environment_must_get(settings: Settings) -> None:
    settings.VAULT_KEYS = {1: bytes(32), 4: bytes(32)}
    out, err = command()
    assert ",5:<base64 of 32 random bytes>" in out
    assert err == ""


def test_command_prints_a_key_only_when_told_and_warns(settings: Settings) -> None:
    settings.VAULT_KEYS = {1: bytes(32)}
    out, err = command("--print-key")
    (entry,) = re.findall("^,(2:.+)$", out, re.MULTILINE)
    assert list(master_keys.parse(entry)) == [2]
    assert "Keep it out of logs" in err


def test_command_leaves_another_providers_keys_to_it(settings: Settings) -> None:
    settings.VAULT_PROVIDER = "tests.key_directory.DirectoryKeys"
    with pytest.raises(CommandError, match=r"kept by tests\.key_directory"):
        command()
