"""The server itself, as `make run` and the image start it."""

import re
import socket
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path

import pytest

from hub.settings.keys import new_ledger_key, new_signing_key, new_vault_keys
from tests.live import ROOT, LiveHub, environment_of, live_hub, manage, prepare
from tests.servers import postgres, redis_server

pytestmark = pytest.mark.pairless


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(tmp_path_factory.mktemp("prepared") / "var", demo=False)


@pytest.fixture(scope="module")
def hub(prepared: Path) -> Iterator[LiveHub]:
    with live_hub(prepared=prepared, demo=False) as running:
        yield running


def get(hub: LiveHub, path: str) -> HTTPResponse:
    request = urllib.request.Request(hub.address + path, headers={"X-Forwarded-Proto": "https"})
    answer: HTTPResponse = urllib.request.urlopen(request, timeout=5)
    return answer


def hashed(hub: LiveHub, folder: str) -> str:
    names = sorted((hub.data / "static" / folder).glob("*.*"))
    return next(f"/static/{folder}/{file.name}" for file in names if re.search(r"\.[0-9a-f]{12}\.(css|js)$", file.name))


def test_hashed_file_may_be_kept_for_ever_and_stays_on_its_own_origin(hub: LiveHub) -> None:
    headers = get(hub, hashed(hub, "css")).headers
    assert "immutable" in headers["Cache-Control"]
    assert headers["Access-Control-Allow-Origin"] is None
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_plain_request_is_sent_to_https_but_health_is_not(hub: LiveHub) -> None:
    with socket.create_connection(("127.0.0.1", int(hub.address.rpartition(":")[2]))) as plain:
        plain.sendall(b"GET /account/login/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert b"\r\nLocation: https://localhost/account/login/\r\n" in plain.recv(4096)
    assert urllib.request.urlopen(f"{hub.address}/healthz", timeout=5).read() == b"ok\n"


def test_unknown_host_is_refused(hub: LiveHub) -> None:
    request = urllib.request.Request(f"{hub.address}/account/login/", headers={"Host": "elsewhere.example"})
    with pytest.raises(urllib.error.HTTPError, match="400"):
        urllib.request.urlopen(request, timeout=5)


def test_no_access_is_logged(hub: LiveHub) -> None:
    get(hub, "/healthz?name=Marisol")
    assert "Marisol" not in hub.log.read_text()
    assert "127.0.0.1 " not in hub.log.read_text()


def test_answers_do_not_name_the_server(hub: LiveHub) -> None:
    assert get(hub, "/healthz").headers["Server"] is None


def test_secrets_are_made_outside_the_code_and_kept(hub: LiveHub) -> None:
    files = [hub.data / "secrets" / name for name in ("secret_key", "vault_keys", "ledger_key")]
    made = [file.read_text() for file in files]
    hub.manage("check")  # another process of the same installation, which finds them
    assert [file.read_text() for file in files] == made
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_taken_port_is_said_and_fails(hub: LiveHub, prepared: Path) -> None:
    port = hub.address.rpartition(":")[2]
    done = subprocess.run(
        [sys.executable, "manage.py", "serve", "--prepared", "--port", port],
        cwd=ROOT,
        env=environment_of(prepared, demo=False),
        check=False,
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert done.returncode != 0
    assert f"Port {port} is taken" in done.stderr


def test_second_start_keeps_the_data(prepared: Path) -> None:
    """How long it takes is a figure of `make bench`: second_start."""
    before = (prepared / "hubtable.sqlite3").stat().st_ino
    prepare(prepared, demo=False)
    with live_hub(prepared=prepared, demo=False) as hub:
        assert get(hub, "/healthz").status == 200
    assert (prepared / "hubtable.sqlite3").stat().st_ino == before


def test_same_code_serves_from_postgresql_and_redis() -> None:
    with postgres() as database, redis_server() as layer:
        extra = {
            "DATABASE_URL": database.url,
            "REDIS_URL": layer.url,
            "HUBTABLE_SECRET_KEY": new_signing_key(),
            "HUBTABLE_VAULT_KEYS": new_vault_keys(),
            "HUBTABLE_LEDGER_KEY": new_ledger_key(),
        }
        with live_hub(demo=False, extra=extra) as hub:
            assert get(hub, "/healthz").status == 200
            assert not (hub.data / "hubtable.sqlite3").exists()
            assert not (hub.data / "secrets").exists()


def test_servers_without_a_signing_key_do_not_start(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="SECRET_KEY"):
        manage(environment_of(tmp_path, demo=False, extra={"DATABASE_URL": "postgresql://hub@127.0.0.1:1/hub"}), "check")
