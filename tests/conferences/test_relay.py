"""The relay through the real server: what sockets are sent, when they are closed, and what heals what is lost."""

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from conferences.consumers import DAY, SPREAD, leaves_at
from tests import live
from tests.bench.ear import upgrade
from tests.bench.figures import resident
from tests.conferences.relay_scene import Hall, Meeting, until, with_hall
from tests.live import LiveHub

pytestmark = pytest.mark.pairless

RESUMES = 3000
"""So many boards do not fit between a client that reads nothing and a server that holds nothing for it."""


@pytest.fixture(scope="module")
def meeting(place: tuple[Path, Meeting]) -> Meeting:
    return place[1]


@pytest.fixture(scope="module")
def hub(place: tuple[Path, Meeting]) -> Iterator[LiveHub]:
    with live.live_hub(prepared=place[0], demo=True) as running:
        yield running


def test_everything_comes_first_and_then_only_what_changes(hub: LiveHub, meeting: Meeting) -> None:
    async def story(hall: Hall) -> None:
        seat, chair = await hall.seated(hub.address, "police", "facilitator")
        assert seat.messages[0]["whole"] is True
        assert {"know", "reply", "head"} <= set(seat.messages[0]["panels"])
        await until(lambda: len(chair.beats) > 0)
        for screen in (seat, chair):
            screen.frames.clear()
        revision = await hall.toggle(hub.address, holds=False)
        await until(lambda: seat.revision == chair.revision == revision)
        assert "whole" not in seat.messages[-1]
        assert "know" in seat.messages[-1]["panels"]
        assert len(seat.messages[-1]["panels"]) < len(seat.messages[0]["panels"])
        await hall.toggle(hub.address, holds=True)

    with_hall(meeting, story)


def test_who_sees_the_same_is_sent_the_same_bytes(hub: LiveHub, meeting: Meeting) -> None:
    async def story(hall: Hall) -> None:
        screens = await hall.seated(hub.address, "police", "police", "police_2")
        await asyncio.gather(*(until(lambda one=one: bool(one.beats)) for one in screens))  # type: ignore[misc]
        for screen in screens:
            screen.frames.clear()
        for holds in (False, True):
            revision = await hall.toggle(hub.address, holds=holds)
            await until(lambda: all(one.revision == revision for one in screens))  # noqa: B023 - awaited at once
        assert screens[0].frames
        assert screens[0].frames == screens[1].frames == screens[2].frames

    with_hall(meeting, story)


def criterion(meeting: Meeting) -> str:
    return f"/conferences/{meeting.conference}/items/{meeting.first}/criterion/"


def test_answer_to_a_press_is_what_the_own_socket_was_sent(hub: LiveHub, meeting: Meeting) -> None:
    async def story(hall: Hall) -> None:
        chair, seat = await hall.seated(hub.address, "facilitator", "police")
        whole = 0
        for holds in ("false", "true") * 10:
            given = await hall.press(hub.address, "facilitator", criterion(meeting), criterion="probable_harm", holds=holds)
            answer = json.loads(given)
            await until(lambda: chair.revision == seat.revision == answer["revision"])  # noqa: B023 - awaited at once
            # on a busy machine the board may come later than an answer waits for it: then it brings the panels alone
            assert (answer["seen"], answer["panels"]) == (None, {}) or answer["panels"] == chair.panels != seat.panels
            whole += isinstance(answer["seen"], int)
            if whole >= 2 and holds == "true":
                return
        raise AssertionError("no answer carried the board")

    with_hall(meeting, story)


def test_who_presses_without_a_socket_is_answered_with_the_same(hub: LiveHub, meeting: Meeting) -> None:
    async def story(hall: Hall) -> None:
        (seat,) = await hall.seated(hub.address, "police")
        for holds in ("false", "true"):
            given = await hall.press(hub.address, "facilitator", criterion(meeting), criterion="probable_harm", holds=holds)
            await until(lambda: seat.revision == json.loads(given)["revision"])  # noqa: B023 - awaited at once
        (chair,) = await hall.seated(hub.address, "facilitator")
        assert json.loads(given)["panels"] == chair.panels

    with_hall(meeting, story)


def test_heartbeat_says_how_many_messages_there_were_and_is_tiny(hub: LiveHub, meeting: Meeting) -> None:
    async def story(hall: Hall) -> None:
        (seat,) = await hall.seated(hub.address, "police")
        # one may come while the first board is still being made, and says that there was none yet
        await until(lambda: bool(seat.beats) and seat.beats[-1]["beat"] > 0)
        assert seat.beats[-1] == {"beat": len(seat.messages), "revision": seat.revision}
        assert len(json.dumps(seat.beats[-1])) < 60

    with_hall(meeting, story)


def test_resume_brings_everything_again(hub: LiveHub, meeting: Meeting) -> None:
    async def story(hall: Hall) -> None:
        (seat,) = await hall.seated(hub.address, "police")
        await until(lambda: bool(seat.beats))
        before = len(seat.messages)
        await seat.socket.send('{"resume": 1}')
        await until(lambda: len(seat.messages) > before)
        assert seat.messages[-1]["whole"] is True
        assert seat.messages[-1]["panels"] == seat.panels

    with_hall(meeting, story)


@pytest.mark.parametrize(
    ("name", "face", "code"), [("nobody", "board", 4401), ("outsider", "board", 4403), ("police", "projector", 4403)]
)
def test_who_has_no_right_is_told_so_and_sent_nothing(hub: LiveHub, meeting: Meeting, name: str, face: str, code: int) -> None:
    async def story(hall: Hall) -> None:
        screen = await hall.open(hub.address, name, face)
        await until(lambda: screen.closed != 0)
        assert (screen.closed, screen.messages) == (code, [])

    with_hall(meeting, story)


def test_conference_that_does_not_exist_is_no_different(hub: LiveHub, meeting: Meeting) -> None:
    elsewhere = Meeting(999_999, 0, meeting.sessions, meeting.members)

    async def story(hall: Hall) -> None:
        screen = await hall.open(hub.address, "police")
        await until(lambda: screen.closed != 0)
        assert (screen.closed, screen.messages) == (4403, [])

    with_hall(elsewhere, story)


@pytest.mark.parametrize("frame", ["", "agree", '{"resume": "1"}', '{"resume": 1, "post": "agree"}', b'{"resume": 1}'])
def test_anything_but_resume_closes(hub: LiveHub, meeting: Meeting, frame: str | bytes) -> None:
    async def story(hall: Hall) -> None:
        (seat,) = await hall.seated(hub.address, "police")
        await seat.socket.send(frame)
        await until(lambda: seat.closed != 0)
        assert seat.closed == 4400

    with_hall(meeting, story)


def test_signing_out_closes_at_once_and_keeps_others(hub: LiveHub, meeting: Meeting) -> None:
    async def story(hall: Hall) -> None:
        clinic, police = await hall.seated(hub.address, "clinic", "police")
        ended = hub.manage("shell", "-c", ending(meeting, "clinic"))
        assert "ended" in ended
        await until(lambda: clinic.closed != 0)
        again = await hall.open(hub.address, "clinic")
        await until(lambda: again.closed != 0)
        assert (clinic.closed, again.closed, police.closed) == (4408, 4401, 0)

    with_hall(meeting, story)


def ending(meeting: Meeting, name: str) -> str:
    """Ends a session where no announcement of it can reach the server: in another process, without a layer between them."""
    return (
        "from django.contrib.sessions.models import Session; "
        f"Session.objects.filter(pk='{meeting.sessions[name]}').delete(); print('ended')"
    )


def test_signing_out_reaches_every_laptop_at_once_and_ends_one_of_them(hub: LiveHub, meeting: Meeting) -> None:
    async def story(hall: Hall) -> None:
        here, elsewhere, chair = await hall.seated(hub.address, "police_2", "police", "facilitator")
        await hall.press(hub.address, "police_2", "/account/logout/")
        await until(lambda: here.closed == elsewhere.closed == 4408)
        again = await hall.open(hub.address, "police_2")
        await until(lambda: again.closed == 4401)
        await hall.seated(hub.address, "police")
        assert chair.closed == 0

    with_hall(meeting, story)


def test_change_by_another_process_is_found_without_a_layer(hub: LiveHub, meeting: Meeting) -> None:
    async def story(hall: Hall) -> None:
        (seat,) = await hall.seated(hub.address, "police")
        code = "from conferences.models import Conference; Conference.objects.filter(pk=%s).update(revision=10**6)"
        code %= meeting.conference
        await until(lambda: bool(seat.beats))
        hub.manage("shell", "-c", code)
        await until(lambda: seat.beats[-1]["revision"] == 10**6)

    with_hall(meeting, story)


def test_nobody_stays_for_a_day_and_nobody_leaves_with_all_the_others() -> None:
    leaving = [leaves_at(1000.0) - 1000.0 for _socket in range(500)]
    assert min(leaving) >= DAY
    assert max(leaving) < DAY + SPREAD < 24 * 3600
    assert max(leaving) - min(leaving) > SPREAD / 2


def test_database_that_is_away_is_said_by_the_heartbeat_and_closes_nobody(hub: LiveHub, meeting: Meeting) -> None:
    async def story(hall: Hall) -> None:
        seat, chair = await hall.seated(hub.address, "police", "facilitator")
        with unreadable(hub.data / "hubtable.sqlite3"):
            await until(lambda: bool(seat.beats and seat.beats[-1].get("waiting")))
            newcomer = await hall.open(hub.address, "schools")
        await until(lambda: "waiting" not in seat.beats[-1])
        await until(lambda: bool(newcomer.panels))
        revision = await hall.toggle(hub.address, holds=False)
        await until(lambda: all(one.revision == revision for one in hall.screens))
        await hall.toggle(hub.address, holds=True)
        assert (seat.closed, chair.closed) == (0, 0)
        assert hub.log.read_text().count("the database is away") == 1

    with_hall(meeting, story)


@contextmanager
def unreadable(file: Path) -> Iterator[None]:
    """A database that cannot be opened for a while."""
    away = file.with_suffix(".away")
    file.rename(away)
    file.mkdir()
    try:
        yield
    finally:
        file.rmdir()
        away.rename(file)


def test_who_reads_nothing_is_passed_over_and_then_closed(hub: LiveHub, meeting: Meeting) -> None:
    """What it asks for does not pile up in the server, and nobody else waits for it."""

    async def story(hall: Hall) -> None:
        # somebody of the police reads: then a board is there that each of the many requests is answered with
        chair, _reads = await hall.seated(hub.address, "facilitator", "police")
        before = resident(hub.child.pid)
        with deaf(hub.address, meeting, "police") as socket:
            await asyncio.to_thread(let_in, socket)
            await asyncio.to_thread(socket.sendall, masked('{"resume": 1}') * RESUMES)
            revision = await hall.toggle(hub.address, holds=False)
            await until(lambda: chair.revision == revision)
            await hall.toggle(hub.address, holds=True)
            await until(lambda: gone(socket))
        assert chair.closed == 0
        assert resident(hub.child.pid) - before < RESUMES * len(json.dumps(chair.panels)) / 2

    with_hall(meeting, story)


def test_who_is_gone_before_the_door_opens_leaves_no_trace(hub: LiveHub, meeting: Meeting) -> None:
    async def story(hall: Hall) -> None:
        for _visit in range(40):
            deaf(hub.address, meeting, "police").close()
        await hall.seated(hub.address, "facilitator")
        assert "Exception" not in hub.log.read_text()

    with_hall(meeting, story)


def deaf(address: str, meeting: Meeting, name: str) -> socket.socket:
    """An open socket of a client that never reads, with as small a buffer as the system allows."""
    place = urlsplit(address)
    opened = socket.socket()
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    opened.connect((place.hostname, place.port))
    opened.sendall(upgrade(place.netloc, f"/ws/conferences/{meeting.conference}/board/", meeting.sessions[name]))
    return opened


def let_in(client: socket.socket) -> None:
    """Returns once the server has answered; what comes sooner belongs to no socket, and a server stops reading much of it."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += client.recv(1)


def masked(text: str) -> bytes:
    """A short text frame as a client sends it."""
    return bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text.encode()


def gone(client: socket.socket) -> bool:
    """Whether the other side has cut the line."""
    try:
        client.sendall(masked('{"resume": 1}'))
    except (ConnectionResetError, BrokenPipeError):
        return True
    return False
