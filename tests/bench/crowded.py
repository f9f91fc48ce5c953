"""`tables_300`: three hundred conferences at once with thirty sockets each, and a change every ten seconds in each of them."""

import os
import random
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse

from agencies.models import Member
from hub.core import clock
from situations.choices import Criterion
from situations.models import AerCriterion
from tests.bench.crowd import Plan, Post, Taken
from tests.bench.figures import Figure, in_milliseconds
from tests.bench.hall import Hall, contents_of_session
from tests.bench.house import House, send, serving
from tests.bench.tables import Place, spread
from tests.servers import at_rest

SOCKETS = 30
EVERY = 10
"""Seconds between two changes at one table."""
MILLISECONDS, KILOBYTES = 250, 60


def tables(hall: Hall, data: Path, count: int, seconds: int) -> Iterator[Figure]:
    """p50 and p99 of a change, what was lost, and what a socket and a change take.

    The first change at each table is told apart (`_first`): thousands have just come, and processes open connections for what
    now comes at once. Each table's people sit on one process, as the compose file's proxy sends them; BENCH_TOGETHER=0 spreads
    them over both.
    """
    places = spread(hall, count)
    sessions = _sessions(places)
    at_rest(os.environ["DATABASE_OWNER_URL"])
    with serving(data) as house:
        taken = send(_plan(places, sessions, house, seconds), data)
    yield from _read(f"tables_{count}", taken, count * SOCKETS)


def _sessions(places: list[Place]) -> dict[int, str]:
    """Everybody signed in, without a question to the database for each."""
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    people = [one for place in places for one in {place.chair, *place.voices}]
    ends = clock.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    rows = [
        Session(session_key=f"bench{one.pk:027d}", session_data=store.encode(contents_of_session(one)), expire_date=ends)
        for one in people
    ]
    Session.objects.bulk_create(rows, batch_size=1000)
    return {one.pk: row.session_key for one, row in zip(people, rows, strict=True)}


def _plan(places: list[Place], sessions: dict[int, str], house: House, seconds: int) -> Plan:
    together = os.environ.get("BENCH_TOGETHER") != "0"
    sockets = []
    for number, place in enumerate(places):
        path = f"/ws/conferences/{place.conference.pk}/board/"
        people: list[Member] = [place.chair, *(one for one in place.voices if one != place.chair)]
        for turn, one in enumerate(islice(cycle(people), SOCKETS)):
            port = house.ports[(number if together else turn) % len(house.ports)]
            sockets.append((number, port, path, sessions[one.pk]))
    return Plan(sockets, sorted(_posts(places, sessions, house, seconds), key=lambda one: one[5] or 0), house.pids)


def _posts(places: list[Place], sessions: dict[int, str], house: House, seconds: int) -> Iterator[Post]:
    criterion = Criterion.values[0]
    # what is decided must be news: withdrawing what was withdrawn before reaches nobody
    withdrawn = set(AerCriterion.objects.filter(criterion=criterion, holds=False).values_list("situation_id", flat=True))
    chance = random.Random(1)  # noqa: S311 - the same times in every run
    for number, place in enumerate(places):
        port = house.ports[number % len(house.ports)]
        path = reverse("board_act", args=[place.conference.pk, place.item.pk, "criterion"])
        first = chance.uniform(0, EVERY)
        for turn in range(1 + seconds // EVERY):
            affirm = (turn % 2 == 1) != (place.item.situation_id in withdrawn)
            fields = {"criterion": criterion, "holds": "true" if affirm else "false"}
            yield number, port, path, sessions[place.chair.pk], fields, first + turn * EVERY


def _read(name: str, taken: Taken, sockets: int) -> Iterator[Figure]:
    times = list(zip(taken.begun, taken.shown, strict=True))
    yield from in_milliseconds(name, [shown for begun, shown in times if begun >= EVERY], limit=MILLISECONDS)
    yield from in_milliseconds(f"{name}_first", [shown for begun, shown in times if begun < EVERY], limit=MILLISECONDS)
    yield from in_milliseconds(f"{name}_answer", taken.answered)
    lost = taken.lost + taken.refused + sum(count for code, count in taken.closed.items() if code != "0")
    yield Figure(f"{name}_lost", lost, "updates", limit=0)
    grown = sum(taken.after) - sum(taken.before)
    yield Figure(f"{name}_memory", grown / sockets / 1024, "KB a socket", limit=KILOBYTES)
    deliveries = len(taken.shown) * SOCKETS
    yield Figure(f"{name}_cpu", sum(taken.cpu) / deliveries * 1_000_000, "us a delivery, server")
    yield Figure(f"{name}_change", sum(taken.cpu) / len(taken.shown) * 1000, "ms of processor a change, server")
    yield Figure(f"{name}_open", taken.opened_in, "s until every board is shown")
    yield Figure(f"{name}_late", taken.late, "posts that the crowd sent late")
