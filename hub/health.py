"""Whether this process lives (`/healthz`), and whether it should be given work (`/readyz`).

Both are answered before any other middleware, to whoever asks under whatever name: probes come from inside, by address and
without a certificate. They say which part does not answer and nothing else.
"""

import logging
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from threading import Event, Lock, Thread
from time import monotonic

import redis
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import load_backend
from django.http import HttpRequest, HttpResponse

from hub import keystore
from hub.core.access import public
from hub.draining import doors

log = logging.getLogger(__name__)

ANSWER_WITHIN = 2.0
"""Seconds in which each part must have answered."""


@dataclass
class Part:
    """Something that this process depends on. One question at a time: one that hangs is not asked again until it has ended."""

    name: str
    ask: Callable[[], object]
    needed: bool = True
    """Without it nothing works. Without Redis, boards hear of each other's changes by asking, and limits count per process."""
    _asking: "Question | None" = None
    _lock: Lock = field(default_factory=Lock)
    _told: str = "ok"

    def answers(self, until: float) -> bool:
        """Whether it does before `until`."""
        with self._lock:
            if self._asking is None or self._asking.ended.is_set():
                self._asking = Question(self.ask)
            question = self._asking
        in_time = question.ended.wait(max(0.0, until - monotonic()))
        self._tell(question.found if in_time else "no answer in time")
        return in_time and question.found == "ok"

    def _tell(self, found: str) -> None:
        """Once when it goes away and once when it is back, however often it is asked in between."""
        if found != self._told:
            self._told = found
            log.warning("%s: %s", self.name, found)


class Question:
    """Asked in a thread of its own, because what hangs cannot be told to stop."""

    def __init__(self, ask: Callable[[], object]) -> None:
        self.ended, self.found = Event(), "ok"
        self._ask = ask
        Thread(target=self._run, name="probe", daemon=True).start()

    def _run(self) -> None:
        try:
            self._ask()
        except Exception as failed:
            self.found = type(failed).__name__
        finally:
            self.ended.set()


def ask_database(alias: str) -> None:
    """One question on a connection of its own: those of the pool may all be at work, which is no reason to be given none."""
    apart = deepcopy(connections[alias].settings_dict)
    apart["OPTIONS"].pop("pool", None)
    connection = load_backend(apart["ENGINE"]).DatabaseWrapper(apart, alias)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()


def ask_redis() -> None:
    """Every one of them, because groups are spread over all."""
    for url in settings.REDIS_URL.split(","):
        with redis.Redis.from_url(url.strip(), socket_timeout=ANSWER_WITHIN, socket_connect_timeout=ANSWER_WITHIN) as client:
            client.ping()


def parts() -> tuple[Part, ...]:
    """What this installation consists of besides this process."""
    data, keys = Part("data", partial(ask_database, DEFAULT_DB_ALIAS)), Part("keys", partial(ask_database, keystore.DATABASE))
    return (data, keys, Part("redis", ask_redis, needed=False)) if settings.REDIS_URL else (data, keys)


PARTS = parts()


@public("GET")
def healthz(request: HttpRequest) -> HttpResponse:
    """200: this process lives and answers. It asks nobody else: restarting it would mend nothing elsewhere."""
    return _plain("ok\n", 200)


@public("GET")
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when what is needed answers within two seconds; 503 when it does not, and while this process is leaving."""
    until = monotonic() + ANSWER_WITHIN
    found = [(part, part.answers(until)) for part in PARTS]
    lines = [f"{part.name}: {'ok' if well else 'does not answer'}" for part, well in found]
    if doors.closing:
        lines.append("process: leaving")
    ready = not doors.closing and all(well for part, well in found if part.needed)
    return _plain("".join(f"{line}\n" for line in lines), 200 if ready else 503)


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(
        text,
        status=status,
        content_type="text/plain",
        headers={
            "Cache-Control": "no-store, private",
            "Content-Length": str(len(text)),
            "X-Content-Type-Options": "nosniff",
        },
    )


PROBES = {"/healthz": healthz, "/readyz": readyz}


class ProbesMiddleware:
    """Answers probes before anything that looks at host names, certificates, sessions or databases."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path)
        return self.get_response(request) if probe is None else probe(request)
