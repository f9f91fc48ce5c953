"""A process that is told to end: nobody is cut off, and nobody is let in any more."""

import asyncio
import signal
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from hub.draining import COME_BACK, Doors
from tests.live import live_hub, prepare

pytestmark = pytest.mark.pairless


class Room:
    """An application that answers or stays when it is told to, and what was sent through it."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.go = asyncio.Event()
        self.begun = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.begun.set()
        await self.go.wait()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x", b"y")]})

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)
        if message["type"] == "websocket.close":
            self.go.set()


async def nobody_in() -> None:
    """What stops the listening."""


async def entered(application: Any, room: Room) -> asyncio.Task[None]:
    task: asyncio.Task[None] = asyncio.ensure_future(application({}, None, room.send))
    await room.begun.wait()
    return task


def test_sockets_are_asked_to_come_back_and_requests_are_answered() -> None:
    async def scene() -> tuple[Doors, list[Room], bool]:
        doors, rooms = Doors(), [Room(), Room(), Room()]
        tasks = [await entered(doors.websocket(room), room) for room in rooms[:2]]
        tasks.append(await entered(doors.http(rooms[2]), rooms[2]))
        emptying = asyncio.ensure_future(doors.empty(notice=0, spread=0, let_nobody_in=nobody_in))
        await asyncio.gather(*tasks[:2])
        waited = not emptying.done()
        rooms[2].go.set()
        await asyncio.gather(emptying, *tasks)
        return doors, rooms, waited

    doors, rooms, waited = asyncio.run(scene())
    assert waited
    assert (doors.inside, doors.sockets) == (0, {})
    assert [room.sent[0] for room in rooms[:2]] == [{"type": "websocket.close", "code": COME_BACK}] * 2
    assert rooms[2].sent[0]["headers"] == [(b"x", b"y"), (b"connection", b"close")]


def test_an_answer_before_the_end_keeps_its_connection() -> None:
    async def scene() -> Room:
        doors, room = Doors(), Room()
        room.go.set()
        application: Any = doors.http(room)
        await application({}, None, room.send)
        return room

    assert asyncio.run(scene()).sent[0]["headers"] == [(b"x", b"y")]


def test_nobody_is_let_in_before_the_first_socket_is_closed() -> None:
    async def scene() -> list[str]:
        doors, room, order = Doors(), Room(), []

        async def shut() -> None:
            order.append(f"shut with {len(room.sent)} closed, leaving {doors.closing}")

        task = await entered(doors.websocket(room), room)
        await doors.empty(notice=0, spread=0, let_nobody_in=shut)
        await task
        return order

    assert asyncio.run(scene()) == ["shut with 0 closed, leaving True"]


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except (urllib.error.URLError, ConnectionError):
        return 0  # who knocks in the very moment in which the door is shut is turned away by the kernel, without an answer


def test_a_real_process_says_that_it_leaves_stops_listening_and_ends(tmp_path: Path) -> None:
    prepared = prepare(tmp_path / "var", demo=False)
    with live_hub(prepared=prepared, demo=False, extra={"HUBTABLE_DRAIN_SECONDS": "8"}) as hub:
        seen = [status(hub.address)]
        hub.child.send_signal(signal.SIGTERM)
        while seen[-1]:
            seen.append(status(hub.address))
        assert hub.child.wait(60) == 0
        assert sorted(set(seen), key=seen.index) == [200, 503, 0]
        assert "letting everybody out" in hub.log.read_text()
