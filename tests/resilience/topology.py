"""The two ways to run HubTable, really started on loopback: each process can be killed, held and started again.

Grown: PostgreSQL (what it has answered for must survive its death), Redis, two web processes, the clerk, and Caddy in front of
them with the product's own configuration. Embedded: one web process on SQLite.
"""

import secrets
import shutil
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import redis
from psycopg import sql

from hub.settings.keys import new_ledger_key, new_signing_key, new_vault_keys
from tests.live import ROOT, environment_of, prepare
from tests.resilience import setting
from tests.resilience.parts import Part
from tests.servers import KEYS, ROLE, Running, _owner, free_port, postgres

CADDYFILE = ROOT / "hub" / "deploy" / "Caddyfile"
DRAIN = "8"
"""Seconds, as in the compose file."""
OWNERS = ("DATABASE_OWNER_URL", "KEYS_DATABASE_OWNER_URL")
SERVE = [sys.executable, "manage.py", "serve", "--prepared", "--port"]


@dataclass
class Site:
    """A running installation. `address` is what people type; `web` are the processes that answer."""

    address: str
    data: Path
    environment: Mapping[str, str]
    made: dict[str, Any]
    web: list[Part]
    parts: dict[str, Part] = field(default_factory=dict)
    database: str = ""

    @property
    def conference(self) -> int:
        """Id of the conference that sits."""
        number: int = self.made["conference"]
        return number

    @property
    def grown(self) -> bool:
        """Whether it runs on servers."""
        return bool(self.database)

    def port_of(self, number: int) -> int:
        """Where a web process listens."""
        return int(self.web[number].command[-1])

    def mend(self) -> None:
        """Every process runs, whatever a drill left behind that broke off."""
        for one in self.parts.values():
            if one.runs():
                one.let_go()
            if not one.runs() or not one.ready():
                one.end(signal.SIGQUIT if one.name == "postgres" else signal.SIGKILL)
                one.start()

    def logs(self) -> str:
        """What all processes wrote, for the report of a test that failed."""
        return "\n".join(f"--- {one.name}\n{one.last_words()}" for one in self.parts.values())


def answers(url: str) -> bool:
    """Whether a page is there and says that all is well."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def serving(environment: Mapping[str, str]) -> dict[str, str]:
    """What a process that serves is given, as in the compose file: its own role, and not how to be the owner of the tables."""
    return {**environment, **dict.fromkeys(OWNERS, "")}


def web_part(number: int, port: int, data: Path, environment: Mapping[str, str]) -> Part:
    """One web process."""
    log, url = data / f"web{number}.log", f"http://127.0.0.1:{port}/healthz"
    return Part(f"web{number}", [*SERVE, str(port)], log, lambda: answers(url), serving(environment))


@dataclass
class Prepared:
    """A PostgreSQL with a database in which a conference sits; each installation gets a copy of it."""

    url: str
    server: Part
    data: Path
    keys: dict[str, str]
    made: dict[str, Any]

    def mend(self) -> None:
        """Whatever was done to the server, the next installation finds it running."""
        if not self.server.runs() or not self.server.ready():
            self.server.end(signal.SIGQUIT)
            self.server.start()


@contextmanager
def prepared_grown(home: Path) -> Iterator[Prepared]:
    """The cluster that all grown installations of one worker stand on."""
    keys = {
        "HUBTABLE_SECRET_KEY": new_signing_key(),
        "HUBTABLE_VAULT_KEYS": new_vault_keys(),
        "HUBTABLE_LEDGER_KEY": new_ledger_key(),
    }
    with postgres() as running:
        environment = environment_of(home, demo=False, extra={"DATABASE_URL": running.url, **keys})
        setting.prepare(environment)
        made = setting.play(environment, "open")
        server = _postgres(running)
        server.end(signal.SIGINT)
        try:
            yield Prepared(running.url, server.start(), home, keys, made)
        finally:
            server.end(signal.SIGINT)


def prepared_embedded(home: Path) -> dict[str, Any]:
    """The same conference on SQLite in `home`, to be copied."""
    environment = environment_of(prepare(home, demo=False), demo=False)
    return setting.play(environment, "open")


def _redis(data: Path, port: int) -> Part:
    command = [
        "redis-server",
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        str(data),
    ]

    def pongs() -> bool:
        with redis.Redis(port=port, socket_timeout=1) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False

    return Part("redis", command, data / "redis.log", pongs)


def _postgres(running: Running) -> Part:
    """The server that runs already, as a part that can be stopped and started again on the same files.

    From then on a commit is written before it is answered for, so that it survives the server's death. It is not forced to
    the disk, which only a power cut would ask for: that would make every drill as slow as the slowest disk.
    """

    def connects() -> bool:
        try:
            psycopg.connect(running.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    cluster = [str(one) for one in running.process.args]  # type: ignore[union-attr]
    cluster += ["-c", "synchronous_commit=on", "-c", "full_page_writes=on"]
    home = Path(cluster[cluster.index("-D") + 1]).parent
    part = Part("postgres", cluster, home / "log", connects, options={**_owner(), "cwd": home})
    part.child = running.process
    return part


def _caddy(data: Path, port: int, upstreams: list[int]) -> Part:
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(data),
        "XDG_DATA_HOME": str(data),
        "XDG_CONFIG_HOME": str(data),
        "HUBTABLE_SITE": f"http://127.0.0.1:{port}",
        "HUBTABLE_HTTP_PORT": str(port),
        "HUBTABLE_HTTPS_PORT": str(free_port()),
        "HUBTABLE_STATIC": str(data / "static"),
        "HUBTABLE_FIND": "listed",
        "HUBTABLE_UPSTREAMS": " ".join(f"127.0.0.1:{one}" for one in upstreams),
    }
    command = ["caddy", "run", "--config", str(CADDYFILE), "--adapter", "caddyfile"]
    url = f"http://127.0.0.1:{port}/healthz"
    return Part("proxy", command, data / "proxy.log", lambda: answers(url), environment)


@contextmanager
def grown(prepared: Prepared, data: Path, extra: Mapping[str, str] | None = None) -> Iterator[Site]:
    """An installation on servers, on a copy of the prepared database, ready when yielded."""
    data.mkdir(parents=True, exist_ok=True)
    shutil.copytree(prepared.data / "static", data / "static")
    with ExitStack() as stack:
        url = stack.enter_context(copy_of(prepared.url))
        stack.callback(prepared.mend)
        ports = [free_port() for _ in range(4)]
        layer = _redis(data, ports[0])
        named = {"DATABASE_URL": url, "REDIS_URL": f"redis://127.0.0.1:{ports[0]}", "HUBTABLE_DRAIN_SECONDS": DRAIN}
        named |= {**prepared.keys, **(extra or {})}
        environment = environment_of(data, demo=True, extra=named)
        web = [web_part(number, port, data, environment) for number, port in enumerate(ports[1:3])]
        clerk = Part("clerk", [sys.executable, "manage.py", "clerk"], data / "clerk.log", lambda: True, serving(environment))
        proxy = _caddy(data, ports[3], ports[1:3])
        parts = [layer, *web, clerk, proxy]
        for one in parts:
            stack.callback(one.kill)
            one.launch()
        for one in parts:
            one.wait()
        named_parts = {one.name: one for one in [prepared.server, *parts]}
        yield Site(f"http://127.0.0.1:{ports[3]}", data, environment, prepared.made, web, named_parts, url)


@contextmanager
def copy_of(url: str) -> Iterator[str]:
    """A copy of the database at `url` and of its keys' database, dropped afterwards whoever is still connected."""
    server, _slash, template = url.rpartition("/")
    name = f"site_{secrets.token_hex(6)}"
    copies = [(name, template, ROLE), (name + KEYS, template + KEYS, ROLE)]
    _both(server, "CREATE DATABASE {} TEMPLATE {} OWNER {}", copies)
    try:
        yield f"{server}/{name}"
    finally:
        _both(server, "DROP DATABASE {} WITH (FORCE)", [(name,), (name + KEYS,)])


def _both(server: str, statement: LiteralString, names: Sequence[tuple[str, ...]]) -> None:
    # a connection for each, and to another database: no drill may find one of ours, and a template must be left alone
    place = server.rpartition("@")[2]
    with psycopg.connect(f"postgresql://postgres@{place}/postgres", autocommit=True) as connection:
        for one in names:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, one)))
        # a copy's sequences would go back at a crash before the first checkpoint: their pages are copied in the midst of
        # the 32 values that PostgreSQL logs ahead, and what is taken of those afterwards is not logged
        connection.execute("CHECKPOINT")


@contextmanager
def embedded(prepared: Path, made: dict[str, Any], data: Path, extra: Mapping[str, str] | None = None) -> Iterator[Site]:
    """One process on a copy of the prepared data."""
    shutil.copytree(prepared, data)
    environment = environment_of(data, demo=True, extra=extra)
    web = web_part(0, free_port(), data, environment)
    with ExitStack() as stack:
        stack.callback(web.kill)
        web.start()
        yield Site(f"http://127.0.0.1:{web.command[-1]}", data, environment, made, [web], {web.name: web})
