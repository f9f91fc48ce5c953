"""Whoever writes a setting that docs/operating.md names into `.env` must find it in the container that reads it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hub.settings.keys import new_ledger_key, new_signing_key, new_vault_keys
from tests.hub.composed import CADDY, OPERATING, OWN, READ, asked_for, interpolated, services
from tests.live import ROOT

pytestmark = pytest.mark.pairless

INSIDE = {
    "HUBTABLE_DATA", "HUBTABLE_STATIC", "HUBTABLE_METRICS_PORT", "HUBTABLE_METRICS_HOST", "HUBTABLE_LOGS",
    "HUBTABLE_FIND", "HUBTABLE_WEB", "HUBTABLE_UPSTREAMS", "HUBTABLE_BIND", "HUBTABLE_HTTP_PORT", "HUBTABLE_HTTPS_PORT",
    "HUBTABLE_HOSTS",
}  # fmt: skip
"""How containers find each other, what they write to and where; HUBTABLE_HOSTS is HUBTABLE_SITE."""
SERVERS = {"DATABASE_URL", "KEYS_DATABASE_URL", "DATABASE_OWNER_URL", "KEYS_DATABASE_OWNER_URL", "REDIS_URL"}
SECRET = {"HUBTABLE_SECRET_KEY", "HUBTABLE_VAULT_KEYS", "HUBTABLE_LEDGER_KEY", "HUBTABLE_SMTP_PASSWORD"}
NEVER = {"HUBTABLE_DEMO", "HUBTABLE_DEBUG"}
"""A grown installation is neither."""
ELSEWHERE = {
    "HUBTABLE_VERSION", "HUBTABLE_SECRETS", "HUBTABLE_BACKUPS", "HUBTABLE_BACKUP_AT", "HUBTABLE_BACKUPS_KEPT",
    "POSTGRES_CONNECTIONS",
}  # fmt: skip
"""Of compose's file only: images, volumes and commands."""
EVERYWHERE = {
    "HUBTABLE_BEHIND_PROXY", "HUBTABLE_TIME_ZONE", "HUBTABLE_KEY_BACKUP_DAYS", "HUBTABLE_VAULT_NEWEST",
    "HUBTABLE_VAULT_PROVIDER", "HUBTABLE_LEDGER_FORMER_KEYS", "HUBTABLE_POOL_MIN", "HUBTABLE_POOL_MAX", "HUBTABLE_POOL_WAIT",
    "HUBTABLE_PREPARE",
}  # fmt: skip
"""Whoever opens databases, keys or the ledger reads it: migrations and backups do too."""
DOCUMENTED = set(re.findall(r"^\| `([A-Z_]+)`", OPERATING, re.MULTILINE))
UPGRADING = (ROOT / "docs" / "upgrading.md").read_text()
SIZING = (ROOT / "docs" / "sizing.md").read_text()
PASSED_ON = DOCUMENTED - INSIDE - SERVERS - SECRET - NEVER - ELSEWHERE


def readers(name: str) -> set[str]:
    """The services that act on a setting."""
    if name not in READ:
        return {"proxy"}
    if name in EVERYWHERE:
        return set(OWN)
    if name == "HUBTABLE_LOCK_SECONDS":
        return {"migrate", "backup"}
    return {"web"} if name == "HUBTABLE_DRAIN_SECONDS" else {"web", "clerk"}


@pytest.mark.parametrize("name", sorted(PASSED_ON))
def test_setting_that_is_written_into_env_reaches_who_reads_it(name: str) -> None:
    given = {"HUBTABLE_SITE": "hub.example", name: "as given"}
    for service in readers(name):
        environment = interpolated(services()[service]["environment"], **given)
        assert environment.get(name) == "as given", service


def test_lists_name_nothing_that_there_is_not() -> None:
    assert INSIDE | SERVERS | SECRET | NEVER | ELSEWHERE | EVERYWHERE <= DOCUMENTED
    assert set(asked_for()) >= ELSEWHERE
    assert (INSIDE | SERVERS | NEVER) & set(asked_for()) == set()


@pytest.mark.parametrize("name", sorted(SERVERS | SECRET))
def test_server_and_secret_reach_who_serves(name: str) -> None:
    given = services()["migrate" if "OWNER" in name else "web"]["environment"]
    assert {name, f"{name}_FILE"} & set(given)


def stated(data: Path, given: dict[str, str]) -> dict[str, object]:
    """All settings as a process has them that is given these variables."""
    code = (
        "import json; from hub.settings import base; found = vars(base).items();"
        "print(json.dumps({name: value for name, value in found if name.isupper()}, default=lambda it: str(type(it))))"
    )
    environment = {"PATH": os.environ["PATH"], "HUBTABLE_DATA": str(data), **given}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_what_is_passed_on_empty_has_its_default(tmp_path: Path) -> None:
    base = {
        "DATABASE_URL": "postgresql://app@db/hub", "KEYS_DATABASE_URL": "postgresql://app@keys/hub",
        "HUBTABLE_SECRET_KEY": new_signing_key(), "HUBTABLE_VAULT_KEYS": new_vault_keys(),
        "HUBTABLE_LEDGER_KEY": new_ledger_key(),
    }  # fmt: skip
    passed = interpolated(services()["web"]["environment"] | services()["migrate"]["environment"], HUBTABLE_SITE="hub.example")
    empty = {name: value for name, value in passed.items() if not value}
    assert len(empty) > len(EVERYWHERE)
    assert stated(tmp_path, base | empty) == stated(tmp_path, base)


def test_what_the_proxy_is_passed_on_is_never_empty() -> None:
    # Caddy's default is for a variable that is not there
    passed = interpolated(services()["proxy"]["environment"], HUBTABLE_SITE="hub.example")
    assert all(passed.values())
    said = (ROOT / "hub" / "deploy" / "Caddyfile").read_text()
    assert f"{{$HUBTABLE_TRUSTED_PROXIES:{passed['HUBTABLE_TRUSTED_PROXIES']}}}" in said
    assert set(passed) <= CADDY


def test_web_process_is_left_alone_for_as_long_as_it_takes_to_leave() -> None:
    seconds = {"grace": services()["web"]["stop_grace_period"], "stop": re.findall(r"docker stop --time (\d+)", UPGRADING)[0]}
    at_most = re.search(r"`HUBTABLE_DRAIN_SECONDS`.*at most (\d+) in compose", OPERATING)
    assert at_most
    assert {int(one.removesuffix("s")) for one in seconds.values()} == {int(at_most[1]) + 30}


def connections_for(web: int, pool: int) -> int:
    """What the rule of both documents asks for."""
    rule = r"\(2 x web processes \+ 3\) x `HUBTABLE_POOL_MAX` \+ (\d+), or more"
    [(operating,), (sizing,)] = [re.findall(rule, text) for text in (OPERATING, SIZING)]
    assert operating == sizing
    return (2 * web + 3) * pool + int(sizing)


def test_servers_allow_the_connections_of_as_many_processes_as_the_instructions_start() -> None:
    web = [int(one) for one in re.findall(r"--scale web=(\d+)", OPERATING + (ROOT / "docker-compose.yml").read_text())]
    said, pool = asked_for()["POSTGRES_CONNECTIONS"], asked_for()["HUBTABLE_POOL_MAX"]
    assert said
    assert pool
    assert web
    assert int(said) >= connections_for(max(web), int(pool))
    assert re.findall(r"^\| `POSTGRES_CONNECTIONS`.*\| (\d+) \|$", OPERATING, re.MULTILINE) == [said]
    assert f"enough for {max(web)} web processes" in SIZING
    # who else has a pool: one each of whatever is neither a web process nor without databases
    others = [name for name in OWN if name != "web" and services()[name].get("network_mode") != "none"]
    assert len(others) == 3
    assert all("${POSTGRES_CONNECTIONS:-" in " ".join(services()[name]["command"]) for name in ("db", "keys"))
