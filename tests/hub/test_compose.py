"""docker-compose.yml cannot be run here; what can be held against the code and against its own rules is."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import load_command_class
from django.test import Client
from django.urls import resolve

from hub.health import PROBES
from tests.hub.composed import (
    CADDY,
    HAS_PASSWORD,
    OPERATING,
    OWN,
    READ,
    arguments_with_secrets,
    asked_for,
    compose,
    interpolated,
    is_secret,
    services,
    strings,
)
from tests.live import ROOT
from tests.servers import postgres

pytestmark = pytest.mark.pairless

ONCE = {"migrate", "assets"}
SERVERS = {"db", "keys", "redis"}
PROBE = re.compile(r"http://127\.0\.0\.1:(\d+)([^']*)'")
ALL = sorted(services())


@pytest.mark.parametrize("name", OWN)
def test_every_variable_is_read_by_settings(name: str) -> None:
    assert set(services()[name]["environment"]) - READ == set()


def test_every_variable_of_the_proxy_is_read_by_its_configuration() -> None:
    assert set(services()["proxy"]["environment"]) <= CADDY


def test_every_setting_is_documented_and_nothing_else_is() -> None:
    documented = set(re.findall(r"^\| `([A-Z_]+)`", OPERATING, re.MULTILINE))
    derived = {
        name for name in READ if name.endswith("_FILE") or (name.endswith("_PASSWORD") and name != "HUBTABLE_SMTP_PASSWORD")
    }
    assert documented == (READ - derived) | CADDY | set(asked_for())


@pytest.mark.parametrize("name", OWN)
def test_every_command_parses(name: str) -> None:
    python, script, command, *arguments = interpolated(dict(enumerate(services()[name]["command"]))).values()  # type: ignore[arg-type]
    assert (python, script) == ("python", "manage.py")
    apps = {"migrate": "hub.keystore", "assets": "django.contrib.staticfiles", "web": "hub.core"}
    parser = load_command_class(apps.get(name, "situations"), command).create_parser("manage.py", command)
    parser.parse_args(arguments)


@pytest.mark.parametrize("name", ALL)
def test_every_service_is_shut_in(name: str) -> None:
    service = services()[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service["user"].startswith(("0", "root"))
    assert not service.get("privileged")
    assert {"cpus", "memory", "pids"} <= set(service["deploy"]["resources"]["limits"])


@pytest.mark.parametrize("name", sorted(set(ALL) - ONCE))
def test_every_service_that_stays_is_looked_after(name: str) -> None:
    service = services()[name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


def test_only_the_proxy_is_reached_from_outside_and_only_on_two_ports() -> None:
    published = {name: service["ports"] for name, service in services().items() if "ports" in service}
    assert published == {"proxy": ["80:8080", "443:8443"]}
    proxy = services()["proxy"]["environment"]
    assert (proxy["HUBTABLE_HTTP_PORT"], proxy["HUBTABLE_HTTPS_PORT"]) == ("8080", "8443")
    assert [name for name in ALL if services()[name].get("network_mode") not in {None, "none"}] == []


def test_databases_and_redis_are_met_by_nobody_but_who_works_with_them() -> None:
    networks: dict[str, Any] = {name: settings or {} for name, settings in compose()["networks"].items()}
    members = {one: {name for name in ALL if one in services()[name].get("networks", [])} for one in networks}
    assert {name for name, settings in networks.items() if not settings.get("internal")} == {"edge", "out"}
    assert members["data"] == {"db", "keys", "migrate", "web", "clerk", "backup"}
    assert members["hints"] == {"redis", "web", "clerk"}
    assert members["inside"] == {"web", "proxy"}
    assert members["edge"] == {"proxy"}
    for server in SERVERS:
        assert len(services()[server]["networks"]) == 1


def test_secrets_are_files_that_only_those_who_need_them_get() -> None:
    declared = compose()["secrets"]
    given: dict[str, set[str]] = {name: set() for name in declared}
    for name, service in services().items():
        for secret in service.get("secrets", []):
            given[secret if isinstance(secret, str) else secret["source"]].add(name)
    assert all(set(one) == {"file"} for one in declared.values())
    assert given["owner_password"] == {"db", "migrate", "backup"}
    assert given["admin_password"] == {"db"}
    assert given["redis_password"] == {"redis", "web", "clerk"}
    assert given["vault_keys"] == set(OWN)
    assert not given.keys() - {name for name, who in given.items() if who}


@pytest.mark.parametrize("name", ALL)
def test_no_secret_is_in_an_environment_or_a_command(name: str) -> None:
    service = services()[name]
    environment = service.get("environment", {})
    assert [one for one in environment if is_secret(one)] == []
    named = {value.removeprefix("/run/secrets/") for one, value in environment.items() if one.endswith("_FILE")}
    mounted = {one if isinstance(one, str) else one["target"] for one in service.get("secrets", [])}
    assert named <= mounted
    said = [*strings(service.get("command", [])), *strings(service.get("healthcheck", {}).get("test", []))]
    assert [one for one in [*map(str, environment.values()), *said] if HAS_PASSWORD.search(one)] == []
    assert [one for one in said if arguments_with_secrets(one)] == []
    assert set(re.findall(r"/run/secrets/(\w+)", " ".join(said))) <= mounted


@pytest.mark.parametrize("said", [
    "redis-server --requirepass ${REDIS_PASSWORD}",
    'redis-server --requirepass "$$(cat /run/secrets/redis_password)"',
    'printf x | redis-cli -a "$$(cat /run/secrets/redis_password)" ping',
    "A=1 redis-cli -a $$REDIS_PASSWORD ping",
    "redis-cli -u redis://:$$(cat /run/secrets/redis_password)@redis ping",
])  # fmt: skip
def test_secret_among_arguments_would_be_found(said: str) -> None:
    assert arguments_with_secrets(said)


def test_every_secret_is_made_by_the_script() -> None:
    from hub.deploy import new_secrets

    made = {*new_secrets.PASSWORDS, "secret_key", "vault_keys", "ledger_key", "smtp_password"}
    assert made == set(compose()["secrets"])


def test_every_path_exists_and_every_volume_is_declared() -> None:
    for service in services().values():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            if source.startswith("./"):
                assert (ROOT / source).exists(), source
            elif not source.startswith("$"):
                assert source in compose()["volumes"]
    for name in ("clerk", "backup"):
        script, metric = services()[name]["healthcheck"]["test"][2:4]
        assert (ROOT / script).exists()
        assert f'"{metric}"' in (ROOT / "hub" / "core" / "measures.py").read_text()


@pytest.mark.django_db(databases=["default", "keys"])
def test_every_probe_asks_for_what_is_answered(client: Client) -> None:
    image = next(line for line in (ROOT / "Dockerfile").read_text().splitlines() if "http://" in line)
    checks = {name: " ".join(service.get("healthcheck", {}).get("test", [])) for name, service in services().items()}
    asked = {name: PROBE.findall(said) for name, said in {**checks, "image": image}.items() if "http" in said}
    assert asked == {"web": [("8000", "/readyz")], "image": [("8000", "/healthz")]}
    assert services()["web"]["command"][-2:] == ["--port", "8000"]
    uris = re.findall(r"health_uri (\S+)", (ROOT / "hub" / "deploy" / "Caddyfile").read_text())
    assert uris == ["/readyz"]
    for path in {path for found in asked.values() for _port, path in found} | set(uris):
        assert resolve(path).func is PROBES[path]
        assert client.get(path).status_code == 200


def test_probe_of_the_proxy_knocks_where_it_listens() -> None:
    proxy = services()["proxy"]
    assert proxy["healthcheck"]["test"] == ["CMD", "nc", "-z", "127.0.0.1", proxy["environment"]["HUBTABLE_HTTPS_PORT"]]


def test_services_wait_for_services_that_exist() -> None:
    found = services()
    for service in found.values():
        for name, wanted in service.get("depends_on", {}).items():
            expected = "service_completed_successfully" if name in ONCE else "service_healthy"
            assert wanted == {"condition": expected}
            assert "healthcheck" in found[name] or name in ONCE


def test_owners_password_is_with_nobody_whom_anybody_outside_talks_to() -> None:
    for name in ("web", "clerk", "proxy", "assets"):
        assert not {"DATABASE_OWNER_URL", "KEYS_DATABASE_OWNER_URL"} & set(services()[name]["environment"])


def test_keys_lie_on_a_server_of_their_own() -> None:
    db, keys, web = (services()[name] for name in ("db", "keys", "web"))
    assert "@db:" in web["environment"]["DATABASE_URL"]
    assert "@keys:" in web["environment"]["KEYS_DATABASE_URL"]
    shared = {one.partition(":")[0] for one in db["volumes"]} & {one.partition(":")[0] for one in keys["volumes"]}
    assert shared == {"./hub/deploy/roles.sh"}
    assert keys["image"] == db["image"]


def test_roles_are_made_as_the_addresses_name_them(tmp_path: Path) -> None:
    for name in ("owner_password", "app_password"):
        (tmp_path / name).write_text('it\'s; a "word"\n')
    with postgres(bare=True) as server:
        parts = psycopg.conninfo.conninfo_to_dict(server.url)
        environment = os.environ | {
            "PGHOST": str(parts["host"]), "PGPORT": str(parts["port"]),
            "HUBTABLE_DATABASE": "hubtable_made", "HUBTABLE_SECRETS_DIR": str(tmp_path),
        }  # fmt: skip
        with psycopg.connect(f"host={parts['host']} port={parts['port']} dbname=postgres user=postgres") as admin:
            admin.execute("DROP ROLE IF EXISTS hubtable_app")  # the tests' own
        subprocess.run([ROOT / "hub" / "deploy" / "roles.sh"], env=environment, check=True)
        base = f"host={parts['host']} port={parts['port']} dbname=hubtable_made"
        with psycopg.connect(f"{base} user=hubtable_owner") as owner:
            owner.execute("CREATE TABLE thing (id int)")
        with psycopg.connect(f"{base} user=hubtable_app", autocommit=True) as app:
            for refused in ("SELECT * FROM thing", "CREATE TABLE other (id int)", "SET ROLE hubtable_owner"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    app.execute(refused)
            attributes = (
                "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
            )
            assert app.execute(attributes).fetchone() == (False,)
    roles = {re.sub(r".*//(\w+)@.*", r"\1", value) for value in services()["migrate"]["environment"].values() if "@" in value}
    assert roles == {"hubtable_owner", "hubtable_app"}


def test_health_of_who_should_have_done_something_is_when_it_did(tmp_path: Path) -> None:
    script = """
import sys, time
from prometheus_client import Gauge, start_http_server
server, _ = start_http_server(0, "127.0.0.1")
Gauge("done", "x").set(time.time() - float(sys.argv[1]))
print(server.server_port, flush=True); sys.stdin.read()
"""
    for ago, expected in (("5", 0), ("500", 1)):
        child = subprocess.Popen([sys.executable, "-c", script, ago], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert child.stdout
        environment = os.environ | {"HUBTABLE_METRICS_PORT": child.stdout.readline().strip()}
        command = [sys.executable, str(ROOT / "hub" / "deploy" / "last_done.py"), "done", "60"]
        assert subprocess.run(command, env=environment, check=False).returncode == expected
        child.communicate()
