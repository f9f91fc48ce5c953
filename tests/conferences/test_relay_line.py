"""What one socket is sent: everything, then changes that say which sight they lead from."""

import json
from typing import Any

import pytest

from conferences.board.line import Shown, text_between

pytestmark = pytest.mark.pairless

FIRST = {"know": "<p>one</p>", "head": "<h1>2026-0001</h1>"}
SECOND = {**FIRST, "know": "<p>two</p>"}


def message(old: Shown | None, new: Shown) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text_between(7, 1, old, new))
    return found


def test_changes_follow_one_another_by_their_marks() -> None:
    first, second = Shown(FIRST), Shown(SECOND)
    whole, change, back = message(None, first), message(first, second), message(second, Shown(FIRST))
    assert (whole["whole"], whole["panels"]) == (True, FIRST)
    assert change["panels"] == {"know": "<p>two</p>"}
    assert change["from"] == whole["to"]
    assert back["from"] == change["to"]
    assert back["to"] == whole["to"] != change["to"]


def test_a_sight_that_is_rendered_anew_and_is_the_same_breaks_no_chain() -> None:
    again = Shown(dict(FIRST))
    assert text_between(8, 2, Shown(FIRST), again) == ""
    assert message(again, Shown(SECOND))["from"] == message(None, Shown(FIRST))["to"]
