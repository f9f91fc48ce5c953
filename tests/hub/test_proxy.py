"""The proxy's own configuration, run by a real Caddy on loopback in front of upstreams that say what reached them."""

import json
import os
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from signal import SIGTERM
from threading import Thread
from time import monotonic

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.http11 import Request, Response
from websockets.sync.client import connect
from websockets.sync.server import ServerConnection, serve

from agencies import hsds_import
from tests.live import ROOT
from tests.servers import free_port, process, wait_until

pytestmark = pytest.mark.pairless

CADDYFILE = ROOT / "hub" / "deploy" / "Caddyfile"
CANARY = "/situations/2026-0014/identity"
LISTED = {
    "HUBTABLE_SITE": "http://127.0.0.1:1",
    "HUBTABLE_BIND": "127.0.0.1",
    "HUBTABLE_FIND": "listed",
    "HUBTABLE_UPSTREAMS": "127.0.0.1:2 127.0.0.1:3",
}
HASHED, PLAIN = "css/base.0123456789ab.css", "css/base.css"


@dataclass
class Upstream:
    """A web process as the proxy sees one."""

    ready: int = 200
    breaks: bool = False
    reached: list[tuple[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    port: int = field(default_factory=free_port)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Listens until left."""
        mine = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/readyz":
                    self.answer(mine.ready)
                    return
                mine.reached.append((self.command, self.path))
                mine.headers.append({name.lower(): value for name, value in self.headers.items()})
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if mine.breaks:
                    self.close_connection = True
                    return
                self.answer(200)

            do_POST = do_GET  # noqa: N815  the handler's own naming

            def answer(self, status: int) -> None:
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                """Nothing on the screen."""

        server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()


@dataclass
class Proxy:
    """Caddy in front of two upstreams, the first of which is not there unless a test starts it."""

    address: str
    first: Upstream
    second: Upstream
    log: Path

    def ask(
        self, path: str, data: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], str]:
        request = urllib.request.Request(f"{self.address}{path}", data=data, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, dict(refused.headers), refused.read().decode()


def environment(**variables: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HUBTABLE_")}
    return inherited | variables


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Proxy]:
    with proxied(tmp_path) as found:
        yield found


@pytest.fixture
def together(tmp_path: Path) -> Iterator[Proxy]:
    with proxied(tmp_path, HUBTABLE_BALANCE="header X-Conference") as found:
        yield found


@contextmanager
def proxied(tmp_path: Path, **more: str) -> Iterator[Proxy]:
    """Caddy with this configuration, in front of two upstreams."""
    for name in (HASHED, PLAIN, "staticfiles.json"):
        file = tmp_path / "static" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("body {}")
    first, second, port = Upstream(), Upstream(), free_port()
    variables = environment(
        **LISTED
        | {
            "HUBTABLE_SITE": f"http://127.0.0.1:{port}",
            "HUBTABLE_STATIC": str(tmp_path / "static"),
            "HUBTABLE_UPSTREAMS": f"127.0.0.1:{first.port} 127.0.0.1:{second.port}",
            "XDG_CONFIG_HOME": str(tmp_path),
            "XDG_DATA_HOME": str(tmp_path),
        }
        | more
    )
    log = tmp_path / "caddy.log"
    command = ["caddy", "run", "--config", str(CADDYFILE), "--adapter", "caddyfile"]
    with ExitStack() as stack:
        stack.enter_context(second.running())
        child = stack.enter_context(process(command, log, SIGTERM, env=variables))
        found = Proxy(f"http://127.0.0.1:{port}", first, second, log)
        wait_until(lambda: answers(found), child, log)
        yield found


def answers(proxy: Proxy) -> bool:
    try:
        return proxy.ask(f"/static/{PLAIN}")[0] == 200
    except urllib.error.URLError:
        return False


def adapted(**variables: str) -> str:
    """The configuration as Caddy reads it, after it has checked it."""
    for verb in ("validate", "adapt"):
        command = ["caddy", verb, "--config", str(CADDYFILE), "--adapter", "caddyfile"]
        done = subprocess.run(command, env=environment(**variables), check=True, capture_output=True, text=True)
    return done.stdout


@pytest.mark.parametrize(
    ("variables", "found", "listens"),
    [
        ({"HUBTABLE_SITE": "hub.example"}, '"dynamic_upstreams": {', ":443"),
        (LISTED, '"uri":"/readyz"', "127.0.0.1:1"),
    ],
)
def test_both_ways_of_finding_web_processes_are_valid(variables: dict[str, str], found: str, listens: str) -> None:
    text = adapted(**variables)
    server = json.loads(text)["apps"]["http"]["servers"]["srv0"]
    assert found.replace(" ", "") in text.replace(" ", "")
    assert server["listen"] == [listens]
    assert "logs" not in server  # none of them: no access log
    assert json.loads(text)["admin"] == {"disabled": True}
    assert json.loads(text)["logging"]["logs"]["default"]["encoder"]["fields"] == {"request": {"filter": "delete"}}


def test_configuration_is_as_caddy_formats_it() -> None:
    formatted = subprocess.run(["caddy", "fmt", str(CADDYFILE)], check=True, capture_output=True, text=True)
    assert formatted.stdout == CADDYFILE.read_text()


def test_a_post_that_was_never_sent_goes_to_another_process(proxy: Proxy) -> None:
    for number in range(6):
        assert proxy.ask(f"/press/{number}", data=b"x")[0] == 200
    assert [one[1] for one in proxy.second.reached] == [f"/press/{number}" for number in range(6)]


def test_a_post_that_may_have_been_heard_is_not_sent_twice(proxy: Proxy) -> None:
    proxy.second.breaks = True
    assert proxy.ask("/press", data=b"x")[0] == 503
    assert proxy.second.reached == [("POST", "/press")]


def test_a_process_that_says_it_is_not_ready_gets_nothing(proxy: Proxy) -> None:
    with proxy.first.running():
        proxy.second.ready = 503
        wait_until_asked(proxy)
        proxy.second.reached.clear()
        for number in range(6):
            assert proxy.ask(f"/{number}")[0] == 200
        assert proxy.second.reached == []


PATIENCE = 20
"""Seconds in which a proxy must have asked every process whether it is ready; it does each second or two."""


def wait_until_asked(proxy: Proxy) -> None:
    """Until the first upstream is taken and the second left, as seen from outside."""
    until = monotonic() + PATIENCE
    while monotonic() < until:
        before = len(proxy.second.reached)
        if all(proxy.ask("/probe")[0] == 200 for _ in range(4)) and len(proxy.second.reached) == before:
            return
    raise AssertionError("the proxy goes on asking a process that is not ready")


def test_everybody_at_one_conference_meets_in_one_process(together: Proxy) -> None:
    pages = ("/conferences/{}/board/", "/ws/conferences/{}/board/", "/conferences/{}/minutes/?from=2")
    with together.first.running():
        while not together.first.reached:  # found to be there at the next look, a second later at most
            together.ask("/")
        for number in range(1, 21):
            for page in pages:
                # a header from outside chooses nothing
                assert together.ask(page.format(number), headers={"X-Conference": page})[0] == 200
    met = [{path for _verb, path in one.reached} for one in (together.first, together.second)]
    homes = [{number for number in range(1, 21) for page in pages if page.format(number) in one} for one in met]
    assert homes[0] & homes[1] == set()
    assert all(homes)


def test_forwarded_headers_and_request_ids_are_the_proxys_own(proxy: Proxy) -> None:
    forged = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Request-Id": "forged"}
    proxy.ask("/", headers=forged)
    seen = proxy.second.headers[-1]
    assert (seen["x-forwarded-for"], seen["x-forwarded-proto"]) == ("127.0.0.1", "http")
    assert len(seen["x-request-id"]) == 36


def test_static_files_are_kept_for_long_only_under_hashed_names(proxy: Proxy) -> None:
    status, headers, body = proxy.ask(f"/static/{HASHED}")
    assert (status, body) == (200, "body {}")
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Server" not in headers
    assert proxy.ask(f"/static/{PLAIN}")[1]["Cache-Control"] == "no-cache"
    assert proxy.ask("/static/staticfiles.json")[0] == 404
    assert proxy.second.reached == []
    for outside in ("/static/../caddy.log", "/static/..%2fcaddy.log", "/static/%2e%2e/caddy.log"):
        assert "caddyfile" not in proxy.ask(outside)[2]


SIGNED_IN = {"Cookie": f"csrftoken=x; sessionid={'a1' * 16}"}


@pytest.mark.parametrize(
    ("method", "path", "headers", "length"),
    [
        ("POST", "/press", SIGNED_IN, 3_000_000),
        ("POST", "/directory/imports/", SIGNED_IN, 22_000_001),
        ("POST", "/directory/imports/", {}, 3_000_000),
        ("POST", "/directory/imports/", {"Cookie": "sessionid=a"}, 3_000_000),
        ("POST", "/DIRECTORY/IMPORTS/", SIGNED_IN, 3_000_000),
        ("POST", "/directory/imports/1/", SIGNED_IN, 3_000_000),
        ("PUT", "/directory/imports/", SIGNED_IN, 3_000_000),
    ],
)
def test_a_body_that_is_too_large_is_refused(
    proxy: Proxy, method: str, path: str, headers: dict[str, str], length: int
) -> None:
    connection = HTTPConnection(proxy.address.removeprefix("http://"), timeout=20)
    connection.putrequest(method, path)
    for name, value in {**headers, "Content-Length": str(length)}.items():
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()
    assert proxy.second.reached == []


def test_a_directory_as_large_as_its_page_takes_comes_through(proxy: Proxy) -> None:
    # the rest of the form takes a kilobyte
    assert proxy.ask("/directory/imports/", data=b"x" * (hsds_import.BY_PAGE + 1024), headers=SIGNED_IN)[0] == 200
    assert len(proxy.second.reached) == 1


def test_nobody_there_is_said_plainly_and_no_log_says_who_asked(proxy: Proxy) -> None:
    proxy.second.breaks = True
    status, headers, body = proxy.ask(CANARY, data=b"x", headers={"Cookie": "sessionid=canary", "User-Agent": "canary"})
    assert status == 503
    assert headers["Retry-After"] == "5"
    assert "HubTable is away for a moment" in body
    written = proxy.log.read_text()
    assert [word for word in (CANARY, "canary", "remote_ip", "User-Agent") if word in written] == []


def test_sockets_pass_and_end_with_the_code_that_the_process_gave(proxy: Proxy) -> None:
    def ready(connection: ServerConnection, request: Request) -> Response | None:
        return connection.respond(200, "") if request.path == "/readyz" else None

    def board(socket: ServerConnection) -> None:
        socket.send(f"{socket.request and socket.request.headers['Host']}")
        socket.close(4408)

    proxy.second.ready = 503
    with serve(board, "127.0.0.1", proxy.first.port, process_request=ready) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        said, code = "", 0
        while not said:  # until the proxy has seen that one process is there, and the other is not ready
            with suppress(InvalidStatus), connect(f"{proxy.address.replace('http', 'ws')}/ws/conferences/1/board/") as client:
                said = str(client.recv())
                with suppress(ConnectionClosed):
                    client.recv()
                code = client.close_code or 0
    assert (said, code) == (proxy.address.removeprefix("http://"), 4408)
