"""Lock files, and the deployment checks under the environment that docker-compose.yml gives a web process."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from hub.deploy import new_secrets
from tests.hub.composed import interpolated, services
from tests.live import ROOT

pytestmark = pytest.mark.pairless


def web_environment(tmp_path: Path) -> dict[str, str]:
    """The environment of `web`, its secrets made as an operator makes them."""
    new_secrets.make(tmp_path / "secrets")
    given = interpolated(services()["web"]["environment"], HUBTABLE_SITE="hub.example")
    return {name: value.replace("/run/secrets", str(tmp_path / "secrets")) for name, value in given.items()}


def check_deploy(environment: dict[str, str], data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT, env={"PATH": "/usr/bin:/bin", "HUBTABLE_DATA": str(data), **environment},
        check=False, capture_output=True, text=True,
    )  # fmt: skip


def test_deployment_checks_are_clean_under_the_compose_files_environment(tmp_path: Path) -> None:
    done = check_deploy(web_environment(tmp_path) | {"HUBTABLE_SMTP_HOST": "mail.example"}, tmp_path / "data")
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n"), done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HUBTABLE_DEMO", "1", "hub.E001"),
        ("HUBTABLE_SMTP_HOST", "", "hub.E006"),
        ("HUBTABLE_VAULT_KEYS_FILE", "", "hub.E003"),
        ("HUBTABLE_LEDGER_KEY_FILE", "", "hub.E004"),
        ("KEYS_DATABASE_URL", "", "hub.E005"),
        ("HUBTABLE_SECRET_KEY_FILE", "", "HUBTABLE_SECRET_KEY"),
        ("HUBTABLE_SECRET_KEY_FILE", "/nowhere/secret_key", "cannot be read"),
        ("HUBTABLE_LOGS", "loud", "HUBTABLE_LOGS must be plain or json"),
    ],
)
def test_what_is_missing_or_wrong_is_said_before_anybody_is_served(tmp_path: Path, name: str, value: str, said: str) -> None:
    environment = web_environment(tmp_path) | {name: value}
    if name == "KEYS_DATABASE_URL":
        environment.pop("KEYS_DATABASE_PASSWORD_FILE")
    done = check_deploy(environment, tmp_path / "data")
    assert done.returncode != 0
    assert said in done.stderr


def test_secrets_are_made_once_and_only_their_directory_is_shut(tmp_path: Path) -> None:
    directory = tmp_path / "secrets"
    made = new_secrets.make(directory)
    kept = {name: (directory / name).read_text() for name in made}
    (directory / "redis_password").chmod(0o644)
    (directory / "redis_password").unlink()
    assert new_secrets.make(directory) == ["redis_password"]
    assert {name: (directory / name).read_text() for name in made if name != "redis_password"}.items() <= kept.items()
    assert directory.stat().st_mode & 0o777 == 0o700
    assert len(set(kept.values())) == len(kept)


def test_lock_files_name_no_index_and_hash_everything() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = (ROOT / name).read_text().splitlines()
        assert [line for line in lines if "://" in line or "@ " in line or line.startswith("-")] == []
        pins = [line for line in lines if re.match(r"^[A-Za-z0-9]", line)]
        assert [line for line in pins if not re.match(r"^[\w.-]+==\S+ \\$", line)] == []


def test_both_lock_files_agree() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[\w.-]+==\S+", (ROOT / name).read_text(), re.MULTILINE))

    assert pins("requirements.txt") < pins("requirements-dev.txt")
