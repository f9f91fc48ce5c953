"""`memory`: what one process holds after a thousand and after ten thousand requests."""

import asyncio
import itertools
import json
from collections.abc import Iterator
from pathlib import Path

from django.urls import reverse

from conferences import chairing
from situations.choices import Criterion
from tests.bench.figures import Figure, resident
from tests.bench.hall import Hall, free_item, session_of
from tests.bench.house import serving
from tests.bench.line import Line

EARLY = 10
"""The share of all requests, one in so many, after which it is looked at first."""
GROWTH = 1.1
"""How many times what it held early a process may hold late."""
AT_ONCE = 2
Request = tuple[str, str, dict[str, str] | None]


def growth(hall: Hall, data: Path, count: int) -> Iterator[Figure]:
    """Pages of several people and posts at the board, two at a time, in turn; the early figure is the yardstick."""
    requests = _requests(hall)
    with serving(data) as house:
        (pid,) = house.pids
        asyncio.run(_send(house.webs[0].address, itertools.islice(requests, count // EARLY)))
        early = resident(pid)
        asyncio.run(_send(house.webs[0].address, itertools.islice(requests, count - count // EARLY)))
        yield Figure("memory", resident(pid) / 2**20, f"MB after {count} requests", early / 2**20, GROWTH)


def _requests(hall: Hall) -> Iterator[Request]:
    # all that is asked of the database is asked here: before it is copied, and outside of any event loop
    item, conference = free_item(hall), hall.conference.pk
    chairing.take_in_hand(by=hall.chair, conference=hall.conference, item=item)
    chair, seats = session_of(hall.chair), [session_of(one) for one in hall.voices[:4]]
    act = reverse("board_act", args=[conference, item.pk, "criterion"])
    pages = [reverse("today"), reverse("situation_list"), reverse("board", args=[conference]), reverse("conference_list")]
    return _in_turn((chair, act), seats, pages)


def _in_turn(decision: tuple[str, str], seats: list[str], pages: list[str]) -> Iterator[Request]:
    for turn in itertools.count():
        yield *decision, {"criterion": Criterion.values[0], "holds": "true" if turn % 2 else "false"}
        for page in pages:
            yield seats[turn % len(seats)], page, None


async def _send(address: str, requests: Iterator[Request]) -> None:
    async def work() -> None:
        line = await Line.open(address)
        for session, path, fields in requests:
            if fields is None:
                line.get(session, path)
            else:
                line.send(session, path, fields)
            answer = await line.answer()
            if fields is not None and "revision" not in json.loads(answer):
                raise RuntimeError(answer[:500])
        line.close()

    await asyncio.gather(*(work() for _number in range(AT_ONCE)))
