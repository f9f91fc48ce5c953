import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from hub.core import checks
from tests.live import ROOT, environment_of

pytestmark = pytest.mark.pairless


def check_deploy(data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT, env=environment_of(data, demo=False, extra=environment),
        check=False, capture_output=True, text=True,
    )  # fmt: skip


def test_demo_mode_is_refused_for_deployment(tmp_path: Path) -> None:
    done = check_deploy(tmp_path, HUBTABLE_DEMO="1")
    assert done.returncode != 0
    assert "hub.E001" in done.stderr


def test_embedded_installation_without_demo_passes_deployment_checks(tmp_path: Path) -> None:
    done = check_deploy(tmp_path, HUBTABLE_HOSTS="hub.example", HUBTABLE_SMTP_HOST="mail.example")
    assert done.returncode == 0, done.stderr


def test_servers_without_a_vault_key_are_refused(tmp_path: Path) -> None:
    done = check_deploy(tmp_path, DATABASE_URL="postgresql://hub@127.0.0.1:1/hub", HUBTABLE_SECRET_KEY="x" * 60)
    assert "hub.E003" in done.stderr
    assert "hub.E004" in done.stderr
    assert not (tmp_path / "secrets").exists()


def test_kept_connections_are_refused(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "CONN_MAX_AGE", 60)
    assert [error.id for error in checks.connections_are_not_kept(None)] == ["hub.E002"]


@pytest.mark.parametrize(("keys", "newest", "why"), [({}, 0, "has no master key"), ({1: bytes(32)}, 2, "version 2"),
                                                    ({1: bytes(3)}, 0, "32 bytes")])  # fmt: skip
def test_vault_that_cannot_seal_is_refused(settings: Settings, keys: dict[int, bytes], newest: int, why: str) -> None:
    settings.VAULT_KEYS, settings.VAULT_NEWEST = keys, newest
    (error,) = checks.vault_has_a_key(None)
    assert error.id == "hub.E003"
    assert why in str(error.msg)


def test_right_settings_have_nothing_to_report(settings: Settings) -> None:
    settings.VAULT_KEYS = {1: bytes(32)}
    assert checks.connections_are_not_kept(None) == checks.vault_has_a_key(None) == checks.demo_mode_is_off(None) == []
