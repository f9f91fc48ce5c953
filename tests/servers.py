"""Throwaway PostgreSQL and Redis for one run, on loopback ports of their own, stopped by process.

`python -m tests.servers COMMAND ...` runs a command with DATABASE_URL and REDIS_URL pointing at a fresh pair.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis
from psycopg import sql

from hub.settings.keys import new_ledger_key, new_signing_key, new_vault_keys
from tests import prepared

READY_WITHIN_SECONDS = 90
"""Of a machine that does a lot else meanwhile; how fast a process starts is a figure of `make bench`."""
ROLE = "hubtable"
"""Owns the tables. What serves has another role, which may only work in them."""
SERVES = "hubtable_app"
KEYS = "_keys"
"""The name of the keys' database is that of the data's and this."""
MIGRATED = "migrated"
"""A database with all tables and no row of anybody's, to which nobody connects: PostgreSQL copies it."""


@dataclass(frozen=True)
class Running:
    """A server that this process started."""

    url: str
    process: subprocess.Popen[bytes]


def free_port() -> int:
    """A loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    """Returns once `ready` holds. Raises RuntimeError with the server's own words if it ends or takes too long."""
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args!r} did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.05)


@contextmanager
def process(command: list[str], log: Path, stop: signal.Signals, **options: object) -> Iterator[subprocess.Popen[bytes]]:
    """A child with its output in `log`, stopped by `stop` and, if it will not listen, killed."""
    with log.open("ab") as output:
        child = subprocess.Popen(command, stdout=output, stderr=output, **options)  # type: ignore[call-overload]
    try:
        yield child
    finally:
        child.send_signal(stop)
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _owner() -> dict[str, object]:
    """PostgreSQL refuses to run as root: as root, its Debian user (or nobody) runs it."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    account = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        raise RuntimeError("PostgreSQL's server is not installed: apt-get install postgresql")
    return found[-1].parent


@contextmanager
def postgres(*, durable: bool = False, bare: bool = False) -> Iterator[Running]:
    """A PostgreSQL cluster with a role that may make databases but is no superuser; a commit reaches the disk if `durable`.

    Its databases are migrated, and MIGRATED is there to be copied; if `bare`, they are empty and nothing else is there.
    """
    with _home() as home:
        prepared.copy_to(home / "cluster", bare_cluster if bare else migrated_cluster)
        with _serving(home, durable=durable) as running:
            yield running


def bare_cluster(place: Path) -> None:
    """Makes one with both roles and their databases, stopped."""
    with _home() as home:
        subprocess.run(
            [_binaries() / "initdb", "-D", home / "cluster", "-U", "postgres", "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, cwd=home, **_owner(),  # type: ignore[call-overload]
        )  # fmt: skip
        with _serving(home) as running, _administrator(running.url) as server:
            server.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(ROLE)))
            server.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(SERVES)))
            for name in (ROLE, ROLE + KEYS):
                _create(server, name)
        shutil.copytree(home / "cluster", place)


def migrated_cluster(place: Path) -> None:
    """Makes one whose databases are migrated, with MIGRATED and its keys' beside them, stopped."""
    from tests import live  # which stands on this module

    keys = {
        "HUBTABLE_SECRET_KEY": new_signing_key(),
        "HUBTABLE_VAULT_KEYS": new_vault_keys(),
        "HUBTABLE_LEDGER_KEY": new_ledger_key(),
    }
    with _home() as home:
        prepared.copy_to(home / "cluster", bare_cluster)
        with _serving(home) as running:
            environment = live.environment_of(home, demo=False, extra={"DATABASE_URL": running.url, **keys})
            live.manage(environment, "migrate", "--verbosity", "0")
            with _administrator(running.url) as server:
                for end in ("", KEYS):
                    _create(server, MIGRATED + end, template=ROLE + end)
        shutil.copytree(home / "cluster", place)


@contextmanager
def _home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hubtable-pg-") as directory:
        _give(Path(directory))
        yield Path(directory)


def _give(place: Path) -> None:
    """To whom the server runs as."""
    if owner := _owner():
        for one in (place, *place.rglob("*")):
            shutil.chown(one, owner["user"], owner["group"])  # type: ignore[call-overload]


@contextmanager
def _serving(home: Path, *, durable: bool = False) -> Iterator[Running]:
    """The cluster that lies there, on a port of its own."""
    _give(home)
    port, log = free_port(), home / "log"
    settings = {
        "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": home,
        **dict.fromkeys(["fsync", "synchronous_commit", "full_page_writes"], "on" if durable else "off"),
        "max_connections": 200,
    }  # fmt: skip
    command = [str(_binaries() / "postgres"), "-D", str(home / "cluster")]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with process(command, log, signal.SIGINT, cwd=home, **_owner()) as child:
        running = Running(f"postgresql://{ROLE}@127.0.0.1:{port}/{ROLE}", child)
        wait_until(lambda: _answers(_administrators(running.url)), child, log)
        yield running


def _administrators(url: str) -> str:
    return url.replace(f"//{ROLE}@", "//postgres@").rpartition("/")[0] + "/postgres"


def _administrator(url: str) -> psycopg.Connection:
    return psycopg.connect(_administrators(url), autocommit=True)


def at_rest(url: str) -> None:
    """Brings everything that was written to the disk, so that nothing of it is written during a measurement."""
    with _administrator(url) as server:
        server.execute("CHECKPOINT")
    os.sync()


def _create(server: psycopg.Connection, name: str, *, template: str = "template1") -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}")
    server.execute(statement.format(*map(sql.Identifier, (name, template, ROLE))))


def owners(url: str) -> str:
    """The address by which the owner of the tables comes to a throwaway database."""
    return url.replace(f"//{SERVES}@", f"//{ROLE}@")


def two_roles(url: str, keys: str = "") -> dict[str, str]:
    """The variables of an installation on a throwaway database and its keys': by whom it serves, and who owns the tables."""
    keys = keys or f"{url}{KEYS}"
    serving = {"DATABASE_URL": url, "KEYS_DATABASE_URL": keys}
    return {
        **{name: owners(one).replace(f"//{ROLE}@", f"//{SERVES}@") for name, one in serving.items()},
        "DATABASE_OWNER_URL": owners(url),
        "KEYS_DATABASE_OWNER_URL": owners(keys),
    }


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def redis_server(port: int | None = None) -> Iterator[Running]:
    """A Redis that keeps nothing on disk. A given port lets a test bring it back where it was."""
    port = port or free_port()
    with tempfile.TemporaryDirectory(prefix="hubtable-redis-") as directory:
        log = Path(directory) / "log"
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                   "--dir", directory]  # fmt: skip
        with process(command, log, signal.SIGTERM) as child:
            url = f"redis://127.0.0.1:{port}"
            wait_until(lambda: _pongs(url), child, log)
            yield Running(url, child)


def _pongs(url: str) -> bool:
    with redis.Redis.from_url(url) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False


@contextmanager
def fresh_database(url: str, *, migrated: bool = False) -> Iterator[str]:
    """An empty or a migrated database, and one for its keys, beside those at `url`, dropped afterwards whoever is connected.

    Yields the owner's address; `two_roles` makes an installation's of it.
    """
    url, name = owners(url), f"live_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as connection:
        for end in ("", KEYS):
            _create(connection, name + end, template=MIGRATED + end if migrated else "template1")
        try:
            yield f"{url.rpartition('/')[0]}/{name}"
        finally:
            for end in ("", KEYS):
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name + end)))


def run(command: list[str]) -> int:
    """Runs a command on a fresh pair and returns its exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # unwinds, so that both servers are stopped
    with ExitStack() as stack:
        database, layer = stack.enter_context(postgres()), stack.enter_context(redis_server())
        environment = {**os.environ, **two_roles(database.url), "REDIS_URL": layer.url}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
