"""The wheel of a process goes on turning, whatever happens in one of its turns."""

import asyncio
import logging
from collections.abc import Iterator
from itertools import count

import pytest

from conferences.board import pulse
from conferences.board.presence import PRESENCE
from conferences.board.pulse import BEAT, HALF, RIGHTS, SLOTS
from conferences.board.relay import Relay
from hub.core.realtime import Ears

pytestmark = pytest.mark.pairless


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(pulse, "BEAT", 0.01)
    monkeypatch.setattr(pulse, "_wheels", [])
    before = PRESENCE.changed
    yield
    PRESENCE.changed, Ears.of_this_process = before, None


def test_a_turn_that_fails_ends_neither_heartbeats_nor_the_asking_of_rights(
    quick: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    beats, goes_on = count(1), asyncio.Event()

    def beat() -> None:
        if next(beats) == 1:
            raise RuntimeError("what nobody foresaw")
        goes_on.set()

    async def turned() -> None:
        pulse.begin()
        await asyncio.wait_for(goes_on.wait(), 10)
        for wheel in pulse._wheels:
            assert not wheel.done()
            wheel.cancel()

    monkeypatch.setattr(PRESENCE, "beat", beat)
    with caplog.at_level(logging.ERROR):
        asyncio.run(turned())
    assert [one.message for one in caplog.records] == ["a turn of the wheel failed"]


def test_a_board_that_was_rendered_meanwhile_is_not_rendered_for_its_rights_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    idle, busy, elsewhere = Relay(5), Relay(10), Relay(6)
    idle.number, busy.number, elsewhere.number = 0, HALF, 1
    monkeypatch.setattr(pulse, "RELAYS", {one.conference_id: one for one in (idle, busy, elsewhere)})
    monkeypatch.setattr(pulse, "_looked", {})
    idle.asked_at = busy.asked_at = 86.0
    assert not [one for at in (85.0, 85.0 + HALF * BEAT) for one in pulse._unasked(0, at)]
    busy.asked_at = 110.0
    assert pulse._unasked(0, 85.0 + 2 * HALF * BEAT) == [idle]


def test_boards_whose_numbers_all_leave_the_same_remainder_take_turns_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    alike = [Relay(100_003 + turn * SLOTS * RIGHTS) for turn in range(SLOTS)]
    monkeypatch.setattr(pulse, "RELAYS", {one.conference_id: one for one in alike})
    monkeypatch.setattr(pulse, "_looked", {})
    for part in range(HALF):
        pulse._unasked(part, 1.0)
    assert [len(pulse._unasked(part, 2.0)) for part in range(HALF)] == [SLOTS // HALF] * HALF
    assert len({one.number % SLOTS for one in alike}) == SLOTS
