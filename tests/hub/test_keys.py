import base64
import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from hub.core import master_keys
from hub.settings import keys

pytestmark = pytest.mark.pairless

KEY = base64.b64encode(bytes(32)).decode()
OTHER = base64.b64encode(bytes([1]) * 32).decode()


def secret(file: Path, *, may_make: bool, value: str = "made") -> str:
    return keys.secret("HUBTABLE_TEST_SECRET", file, lambda: value, may_make=may_make)


def test_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "secrets" / "key"
    assert secret(file, may_make=True, value="first") == "first"
    assert secret(file, may_make=True, value="second") == "first"


def test_secret_is_readable_by_its_user_only(tmp_path: Path) -> None:
    file = tmp_path / "secrets" / "key"
    secret(file, may_make=True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in file.parent.iterdir()] == ["key"]


def test_secret_of_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBTABLE_TEST_SECRET", "given")
    assert secret(tmp_path / "key", may_make=True) == "given"
    assert not (tmp_path / "key").exists()


def test_secret_is_not_made_where_several_processes_would_differ(tmp_path: Path) -> None:
    assert secret(tmp_path / "key", may_make=False) == ""
    assert not (tmp_path / "key").exists()


def test_vault_keys_are_read_by_version() -> None:
    assert master_keys.parse(f"1:{KEY}, 2:{OTHER}") == {1: bytes(32), 2: bytes([1]) * 32}
    assert master_keys.parse("") == {}


def test_new_vault_keys_can_be_read_and_differ() -> None:
    first, second = (master_keys.parse(keys.new_vault_keys()) for _ in range(2))
    assert first.keys() == {1}
    assert first != second


@pytest.mark.parametrize(
    "value",
    [
        KEY,
        "1:not base64",
        f"1:{base64.b64encode(bytes(16)).decode()}",
        f"one:{KEY}",
        f"1:{KEY},1:{OTHER}",
        "1:",
    ],
)
def test_malformed_vault_keys_stop_the_start_without_being_quoted(value: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        master_keys.parse(value)
    assert KEY not in str(refusal.value)


def test_ledger_key_is_read_and_new_ones_differ() -> None:
    assert keys.ledger_key(KEY) == bytes(32)
    assert keys.ledger_key("") == b""
    assert keys.ledger_key(keys.new_ledger_key()) != keys.ledger_key(keys.new_ledger_key())


@pytest.mark.parametrize("value", ["not base64", base64.b64encode(bytes(16)).decode(), f"1:{KEY}"])
def test_malformed_ledger_key_stops_the_start_without_being_quoted(value: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        keys.ledger_key(value)
    assert value not in str(refusal.value)
