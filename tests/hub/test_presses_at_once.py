"""The same press many times at the same moment, over real HTTP, on the database that this run is on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests import live
from tests.e2e import scene
from tests.security.visitor import Answer, Visitor

AT_ONCE = 6
KEY = "c" * 32


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[live.LiveHub]:
    data = tmp_path_factory.mktemp("pressing") / "var"
    with ExitStack() as stack:
        environment = stack.enter_context(live.installation(data))
        scene.play(environment, "open")
        extra = {"DATABASE_URL": environment["DATABASE_URL"]}
        yield stack.enter_context(live.live_hub(prepared=data, demo=True, extra=extra))


def at_once(visitor: Visitor, path: str, **data: str) -> list[Answer]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [one.result() for one in [pool.submit(visitor.post, path, **data) for _turn in range(AT_ONCE)]]


def test_a_draft_asked_for_at_the_same_moment_is_one_and_everybody_is_led_to_it(hub: live.LiveHub):
    answers = at_once(Visitor(hub.address, "schools").sign_in(), "/situations/new/", press_key=KEY)
    assert {one.status for one in answers} <= {302, 303}, [one.said for one in answers]
    assert len({one.location for one in answers}) == 1


def test_a_decision_pressed_at_the_same_moment_is_entered_once_and_everybody_gets_the_board(hub: live.LiveHub):
    facilitator = Visitor(hub.address, "facilitator").sign_in()
    before = scene.play(hub.environment, "record")
    data = {"criterion": "severe_harm", "holds": "false", "press_key": KEY}
    answers = at_once(facilitator, "/conferences/1/items/1/criterion/", **data)
    assert [one.status for one in answers] == [200] * AT_ONCE, [one.said for one in answers]
    after = scene.play(hub.environment, "record")
    assert sum(len(after[number]["ledger"]) - len(one["ledger"]) for number, one in before.items()) == 1


def test_what_lives_through_the_death_of_its_process_is_not_done_again(hub: live.LiveHub, tmp_path: Path):
    facilitator = Visitor(hub.address, "facilitator").sign_in()
    data = {"criterion": "severe_harm", "holds": "true", "press_key": "d" * 32}
    assert facilitator.post("/conferences/1/items/1/criterion/", **data).status == 200
    before = scene.play(hub.environment, "record")
    with live.live_hub(prepared=hub.data, demo=True, extra={"DATABASE_URL": hub.environment["DATABASE_URL"]}) as other:
        facilitator.address = other.address
        assert facilitator.post("/conferences/1/items/1/criterion/", **data).status == 200
        assert scene.play(other.environment, "record") == before
