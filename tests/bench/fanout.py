"""`board_fanout`: from a POST to the last of 50, 200 and 1,000 sockets that shows it, commit and rendering included."""

from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from django.urls import reverse

from agencies.models import Member
from conferences.models import AgendaItem
from situations.choices import Criterion
from tests.bench.crowd import Plan, Post, Taken
from tests.bench.figures import Figure, in_milliseconds, percentile
from tests.bench.hall import Hall, free_item, session_of
from tests.bench.house import House, bare, send, serving, way

WARM_UP = 9
"""The first takes the item in hand; the others fill caches that a serving process has long filled."""
SEATS = 10
RATIO = 3
"""How many times the yardstick's p99 the board's may be, at 50 and 200 sockets."""
MICROSECONDS = 100
"""Processor time of the server for one delivered update."""


def fanout(hall: Hall, data: Path, sizes: tuple[int, ...], posts: int) -> Iterator[Figure]:
    """For each number of sockets p50 and p99 beside the yardstick, what was lost, and processor time of a delivery."""
    sessions = {one.pk: session_of(one) for one in {hall.chair, *hall.voices}}
    for size in sizes:
        item = free_item(hall)
        with serving(data) as house:
            taken = send(_plan(hall, house, item, sessions, size=size, count=posts), data)
        with bare(taken.texts, data) as port:
            least = send(_least(port, len(taken.texts), size), data)
        yield from _read(f"board_fanout_{way()}_{size}", taken, least, size)


def _plan(hall: Hall, house: House, item: AgendaItem, sessions: dict[int, str], *, size: int, count: int) -> Plan:
    people, ports, conference = list(sessions), house.ports, hall.conference.pk
    path = f"/ws/conferences/{conference}/board/"
    sockets = [(0, ports[n // len(people) % len(ports)], path, sessions[people[n % len(people)]]) for n in range(size)]
    take = reverse("board_steer", args=[conference, "take-in-hand"])
    begin: Post = (0, ports[0], take, sessions[hall.chair.pk], {"item": str(item.pk)}, None)
    acts = islice(_acts(hall, item), WARM_UP - 1 + count)
    posts: list[Post] = [
        (0, port, reverse("board_act", args=[conference, item.pk, action]), sessions[by.pk], fields, None)
        for port, (by, action, fields) in zip(cycle(ports), acts, strict=False)
    ]
    return Plan(sockets, [begin, *posts], house.pids, warm_up=WARM_UP, texts=True)


def _acts(hall: Hall, item: AgendaItem) -> Iterator[tuple[Member, str, dict[str, str]]]:
    """The facilitator withdraws and affirms criteria, while seats agree and disagree in turn: what everyone sees change."""
    seats, kinds = cycle(hall.voices[:SEATS]), cycle(["agree"] * SEATS + ["dissent"] * SEATS)
    for turn, criterion in enumerate(cycle(Criterion.values)):
        yield hall.chair, "criterion", {"criterion": criterion, "holds": "false" if turn // 4 % 2 == 0 else "true"}
        kind = next(kinds)
        yield next(seats), kind, {"reason": "Not yet enough is known."} if kind == "dissent" else {}


def _least(port: int, count: int, size: int) -> Plan:
    return Plan(
        [(0, port, "/", "") for _number in range(size)], [(0, port, "", "", {"say": str(n)}, None) for n in range(count)], []
    )


def _read(name: str, taken: Taken, least: Taken, size: int) -> Iterator[Figure]:
    bounded = RATIO if size <= 200 else None
    yield from in_milliseconds(name, taken.shown, least.shown, bounded)
    yield from in_milliseconds(f"{name}_answer", taken.answered)
    yield Figure(f"{name}_lost", taken.lost + taken.refused, "updates", limit=0)
    deliveries = len(taken.shown) * size
    yield Figure(f"{name}_cpu", sum(taken.cpu) / deliveries * 1_000_000, "us a delivery", limit=MICROSECONDS)
    yield Figure(f"{name}_bytes", percentile([len(one.encode()) for one in taken.texts], 50), "bytes")
