"""Nobody waits for ever at the door of a board, whenever they come."""

import asyncio

import pytest

from conferences.board import admission
from conferences.board.admission import SIGN_IN, Caller, admit

pytestmark = pytest.mark.pairless


def test_who_comes_just_when_the_door_has_emptied_is_asked_in_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def strangers(callers: list[Caller]) -> list[int]:
        return [-SIGN_IN for _one in callers]

    async def comes_and_comes_again() -> list[int]:
        # the answer to one call wakes the next, before the loop has told anybody that the doorkeeper is done
        async with asyncio.timeout(5):
            return [await admit("", 1, wall=False) for _turn in range(3)]

    monkeypatch.setattr(admission, "answers_to", strangers)
    assert asyncio.run(comes_and_comes_again()) == [-SIGN_IN] * 3
    assert not admission._doorkeepers
