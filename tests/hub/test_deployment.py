"""docker-compose.yml and Dockerfile cannot be run here; what can be held against the code is."""

import re
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from tests.live import ROOT

pytestmark = pytest.mark.pairless

SETTINGS = "".join(path.read_text() for path in (ROOT / "hub" / "settings").glob("*.py"))
OWN_SERVICES = ("migrate", "web", "clerk", "backup")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def copied() -> set[str]:
    """What the Dockerfile copies out of the project."""
    return set(re.findall(r"^COPY (\S+) ", (ROOT / "Dockerfile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("service", OWN_SERVICES)
def test_every_variable_is_read_by_settings(compose: dict[str, Any], service: str) -> None:
    unread = [name for name in compose["services"][service]["environment"] if f'"{name}"' not in SETTINGS]
    assert unread == []


@pytest.mark.parametrize("service", OWN_SERVICES)
def test_every_command_exists(compose: dict[str, Any], service: str) -> None:
    python, script, command, *_ = compose["services"][service]["command"]
    assert (python, script) == ("python", "manage.py")
    assert command in get_commands()


def test_web_runs_what_the_image_runs(compose: dict[str, Any]) -> None:
    words = ", ".join(f'"{word}"' for word in compose["services"]["web"]["command"])
    assert f"CMD [{words}]" in (ROOT / "Dockerfile").read_text()


def test_services_wait_for_services_that_exist(compose: dict[str, Any]) -> None:
    services = compose["services"]
    awaited = {name for service in services.values() for name in service.get("depends_on", {})}
    assert awaited <= services.keys()
    assert awaited == {"db", "keys", "redis", "migrate"}


def test_keys_lie_on_a_server_of_their_own_with_the_clients_to_back_it_up(compose: dict[str, Any]) -> None:
    environment = compose["services"]["web"]["environment"]
    assert "@db:" in environment["DATABASE_URL"]
    assert "@keys:" in environment["KEYS_DATABASE_URL"]
    db, keys = compose["services"]["db"], compose["services"]["keys"]
    assert not set(db["volumes"]) & set(keys["volumes"])
    assert db["environment"]["POSTGRES_PASSWORD"] != keys["environment"]["POSTGRES_PASSWORD"]
    version = db["image"].partition(":")[2]
    assert keys["image"] == db["image"]
    assert f"postgresql-client-{version} " in (ROOT / "Dockerfile").read_text()


def test_no_secret_has_a_default(compose: dict[str, Any]) -> None:
    environment = compose["services"]["web"]["environment"]
    assert environment["HUBTABLE_SECRET_KEY"] == "${HUBTABLE_SECRET_KEY:?}"
    assert environment["HUBTABLE_VAULT_KEYS"] == "${HUBTABLE_VAULT_KEYS:?}"
    assert environment["HUBTABLE_LEDGER_KEY"] == "${HUBTABLE_LEDGER_KEY:?}"
    assert "HUBTABLE_DEMO" not in environment


def test_image_copies_what_exists_and_what_is_let_in() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied() == let_in
    assert [name for name in copied() if not (ROOT / name).exists()] == []


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
