"""What a family's coming leaves behind: a real server behind a real Caddy, and every byte of files, databases, Redis and logs.

The address, the browser, the query, the words and the code are marked, so that each can be looked for. On SQLite, and on
PostgreSQL where the tests have one.
"""

import json
import re
import sqlite3
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from signal import SIGTERM
from typing import Any

import psycopg
import pytest
from redis import Redis

from situations.models import Referral, ReferralMessage
from tests import live
from tests.hub.test_proxy import CADDYFILE, LISTED, environment
from tests.security.family import MESSAGE, WORDS, Family
from tests.security.test_at_rest import _cluster, _dumped, _files, overheard, spellings, words_in
from tests.servers import free_port, process, redis_server, wait_until

ADDRESS, BROWSER, QUERY = "203.0.113.77", "Zmarkedbrowser", "Zmarkedquery"
SEATED = """
import json
from tests.cast import assemble
from tests.intake import intake
found = intake(assemble())
print(json.dumps({agency: one.pk for agency, one in found.desks.items()}))
"""


@dataclass
class Left:
    """What is left when everything has stopped, and what could be read while it ran."""

    family: Family
    files: dict[str, bytes]
    while_running: dict[str, bytes]
    dump: bytes
    redis: bytes
    kept_in_redis: dict[bytes, int]  # and when it ends
    proxy: bytes
    figures: str
    headers: list[dict[str, str]]
    began: float
    ended: float
    tables: dict[str, int]
    cluster: dict[str, bytes] = field(default_factory=dict)

    def everything(self) -> dict[str, bytes]:
        return {
            **self.files, **{f"{name} while running": one for name, one in self.while_running.items()}, **self.cluster,
            "dump": self.dump, "redis": self.redis, "proxy": self.proxy, "figures": self.figures.encode(),
        }  # fmt: skip


@dataclass
class Line:
    """A browser that says who it is, behind a proxy that believes where it is."""

    address: str
    headers: list[dict[str, str]] = field(default_factory=list)

    def ask(self, path: str, form: dict[str, str]) -> str:
        body = urllib.parse.urlencode(form).encode()
        said = {"User-Agent": f"{BROWSER}/9.9", "X-Forwarded-For": ADDRESS, "X-Forwarded-Proto": "https", "Referer": QUERY}
        request = urllib.request.Request(f"{self.address}{path}?q={QUERY}", data=body, headers=said)
        with urllib.request.urlopen(request, timeout=60) as answer:
            self.headers.append(dict(answer.headers))
            return str(answer.read().decode())


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Left]:
    with ExitStack() as stack:
        home = tmp_path_factory.mktemp("door")
        data, port, layer = home / "var", free_port(), stack.enter_context(redis_server())
        extra = {"REDIS_URL": layer.url, "HUBTABLE_LOGS": "json", "HUBTABLE_METRICS_PORT": str(port)}
        settings = stack.enter_context(live.installation(data, extra=extra))
        url = extra["DATABASE_URL"] = settings["DATABASE_OWNER_URL"]
        desks = json.loads(live.manage(settings, "shell", "--no-imports", "-c", SEATED).splitlines()[-1])
        hub = stack.enter_context(live.live_hub(prepared=data, demo=False, extra=extra))
        with overheard(layer.url) as heard, caddy(home, hub.address) as (proxy, log):
            line = Line(proxy)
            family, began = Family(line.ask), time.time()
            family.bring(desks["recovery"])
            family.write()
            wrong = "1234 5678 9012 3456 7890"
            line.ask("/help/code/", {"ticket": family.hidden("ticket"), "go": "look"})
            with pytest.raises(urllib.error.HTTPError):
                line.ask("/help/code/", {"code": wrong})
            ended, figures = time.time(), _read(f"http://127.0.0.1:{port}/metrics")
            with closing(_redis(layer.url)) as store:
                kept = {one: int(store.expiretime(one)) for one in store.scan_iter()}
            while_running = _files(hub.data)
        hub.child.terminate()
        hub.child.wait(20)
        yield Left(
            family, _files(hub.data), while_running, _dumped(hub.data, url), bytes(heard), kept, log.read_bytes(), figures,
            line.headers, began, ended, _counted(hub.data, url), _cluster(url) if url else {},
        )  # fmt: skip


@pytest.fixture
def marks(left: Left) -> tuple[str, ...]:
    plain = left.family.code.replace(" ", "")
    return (*WORDS, ADDRESS, BROWSER, QUERY, left.family.code, plain)


@contextmanager
def caddy(home: Path, upstream: str) -> Iterator[tuple[str, Path]]:
    """The product's own configuration, which believes this machine where a request came from; with its log."""
    port, log = free_port(), home / "caddy.log"
    address = f"http://127.0.0.1:{port}"
    variables = environment(**LISTED | {
        "HUBTABLE_SITE": address, "HUBTABLE_UPSTREAMS": upstream.removeprefix("http://"),
        "HUBTABLE_TRUSTED_PROXIES": "127.0.0.1/32", "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home),
    })  # fmt: skip
    command = ["caddy", "run", "--config", str(CADDYFILE), "--adapter", "caddyfile"]
    with process(command, log, SIGTERM, env=variables) as child:
        wait_until(lambda: _answers(f"{address}/healthz"), child, log)
        yield address, log


def _answers(address: str) -> bool:
    try:
        return bool(_read(address))
    except OSError:
        return False


def _read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return str(answer.read().decode())


def _redis(url: str) -> Any:
    return Redis.from_url(url)


def _counted(data: Path, url: str) -> dict[str, int]:
    """Rows of tables in which a coming could leave a time."""
    names = (
        "django_session", "usersessions_usersession", "pressing_press", "agencies_signin", "situations_ledgerentry",
        "situations_notice", "situations_referral", "situations_referralmessage",
    )  # fmt: skip
    with closing(_open(data, url)) as database:
        return {one: int(database.execute(f"SELECT count(*) FROM {one}").fetchone()[0]) for one in names}  # noqa: S608


def _open(data: Path, url: str) -> Any:
    return psycopg.connect(url, user="postgres") if url else sqlite3.connect(data / "hubtable.sqlite3")


def test_story_was_told_and_the_scan_reads_the_right_things(left: Left) -> None:
    """Negative control: it was brought, the message went through, and marks are found where they are."""
    assert left.tables["situations_referral"] == left.tables["situations_referralmessage"] == 1
    assert MESSAGE in left.family.page
    assert words_in("\n".join(left.family.pages).encode(), ("Qpersonage", "Qwherewithal")) == {"Qpersonage", "Qwherewithal"}
    assert "hubtable.sqlite3" in left.files or left.cluster
    assert b"situations_referral" in left.dump
    assert b"healthz" in left.figures.encode() or "hubtable_requests" in left.figures


def test_nothing_holds_a_word_the_code_the_address_or_the_browser(left: Left, marks: tuple[str, ...]) -> None:
    looked = {one: spellings(one) for one in marks}
    found = {
        (name, mark)
        for name, content in ((name, content.lower()) for name, content in left.everything().items())
        for mark, spelled in looked.items()
        if any(one in content for one in spelled)
    }
    assert found == set()


def test_coming_leaves_no_row_but_the_referral_and_its_message(left: Left) -> None:
    rows = {name: count for name, count in left.tables.items() if "referral" not in name and name != "situations_ledgerentry"}
    assert rows == dict.fromkeys(rows, 0)


def test_device_is_given_nothing_to_keep(left: Left) -> None:
    assert len(left.headers) > 8
    for one in left.headers:
        assert "Set-Cookie" not in one
        assert one["Cache-Control"] == "no-store, private"


def test_no_log_says_when(left: Left) -> None:
    """Neither the server's nor the proxy's has a line from between the first page and the last."""
    log = left.files["server.log"] + left.proxy
    stamps = [float(one) for one in re.findall(rb'"ts":(\d+\.\d+)', left.proxy)]
    assert not [one for one in stamps if left.began < one < left.ended]
    assert b"/help" not in log
    assert b"referral" not in log.lower()
    written = [json.loads(line) for line in left.files["server.log"].splitlines() if line.startswith(b"{")]
    assert not [one for one in written if left.began < datetime.fromisoformat(one["at"]).timestamp() < left.ended]


def test_no_figure_counts_it(left: Left) -> None:
    assert "referral" not in left.figures
    assert "bring" not in left.figures


def test_what_redis_keeps_of_it_ends_with_the_day(left: Left) -> None:
    """Keyed digests of addresses and of words, and counts: none without an end, and none that a name of ours explains."""
    counted = {one: ends for one, ends in left.kept_in_redis.items() if b"counted:" in one or b"help:" in one}
    assert counted
    assert all(left.ended < ends < left.ended + 2 * 24 * 60 * 60 for ends in counted.values())
    # at round times only (and what the call to Redis took): an expiry counted from the sending would tell its second
    assert [ends % 600 for ends in counted.values() if ends % 600 > 5] == []
    assert not [one for one in counted if ADDRESS.encode() in one]


def test_record_holds_the_day_and_no_time(left: Left) -> None:
    """No column of either table can hold a time of day."""
    kinds = {field.get_internal_type() for model in (Referral, ReferralMessage) for field in model._meta.concrete_fields}
    assert not kinds & {"DateTimeField", "TimeField", "GenericIPAddressField"}
