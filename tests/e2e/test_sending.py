"""Answers that get lost: the page says so, sends the same press again by itself, and it was carried out once."""

import os
import signal
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Route, expect

from tests.e2e import scene
from tests.e2e.conftest import MakeRoom, Room
from tests.e2e.people import Person

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def room(make_room: MakeRoom) -> Iterator[Room]:
    with make_room("open") as made:
        yield made


@pytest.fixture(scope="module")
def facilitator(room: Room) -> Person:
    return room.board_of("facilitator")


def losing(answers: int, keys: list[str], *, reached: bool = True) -> Callable[[Route], None]:
    """Loses so many answers, of requests that reached the hub or did not; notes the key of every try."""

    def handle(route: Route) -> None:
        typed = route.request.post_data or ""
        keys.append(route.request.headers.get("x-press-key") or typed.partition("press_key=")[2].partition("&")[0])
        if len(keys) > answers:
            route.continue_()
            return
        if reached:
            route.fetch()
        route.abort()

    return handle


def entries(room: Room, kind: str) -> int:
    record = scene.play(room.hub.environment, "record")
    return sum(line[0] == kind for one in record.values() for line in one["ledger"])


def test_a_decision_whose_answer_was_lost_twice_is_made_once_and_the_board_goes_on(room: Room, facilitator: Person):
    keys: list[str] = []
    before = entries(room, "criterion")
    facilitator.page.route("**/criterion/", losing(2, keys))
    facilitator.press("3")
    expect(facilitator.page.locator("main [data-sending=waiting], .board > [data-sending=waiting]").first).to_be_visible()
    facilitator.sees("3 of 4 affirmed").sees_no_banner()
    assert (len(keys), len(set(keys))) == (3, 1)
    assert entries(room, "criterion") == before + 1
    facilitator.page.unroute("**/criterion/")
    facilitator.press("3").sees("4 of 4 affirmed")
    assert entries(room, "criterion") == before + 2


def test_who_is_sent_again_is_not_taken_to_hear_the_board_any_more(facilitator: Person):
    heard: list[str | None] = []

    def first_lost(route: Route) -> None:
        heard.append(route.request.headers.get("x-hears"))
        if len(heard) > 1:
            route.continue_()
        else:
            route.abort()

    facilitator.page.route("**/criterion/", first_lost)
    facilitator.press("3").sees("3 of 4 affirmed").sees_no_banner()
    facilitator.page.unroute("**/criterion/")
    facilitator.press("3").sees("4 of 4 affirmed")
    assert heard == ["1", None]


def test_a_form_of_a_page_whose_answer_was_lost_goes_where_the_first_answer_led(room: Room):
    keys: list[str] = []
    writer = room.person("schools")
    writer.page.goto("/situations/")
    writer.page.route("**/situations/new/", losing(2, keys))
    writer.page.locator("form[action='/situations/new/'] button").click()
    expect(writer.page.locator("[data-sending=waiting]")).to_be_visible()
    writer.page.wait_for_url("**/write/")
    first = writer.page.url
    assert (len(keys), len(set(keys))) == (3, 1)
    writer.page.goto("/situations/")
    writer.page.unroute("**/situations/new/")
    writer.page.locator("form[action='/situations/new/'] button").dblclick(no_wait_after=True)
    writer.page.wait_for_url("**/write/")
    numbers = [int(url.rstrip("/").split("/")[-2]) for url in (first, writer.page.url)]
    assert numbers[1] == numbers[0] + 1


def test_after_half_a_minute_without_an_answer_the_page_says_so_and_sends_again_when_told(room: Room, facilitator: Person):
    keys: list[str] = []
    facilitator.page.route("**/criterion/", losing(1000, keys, reached=False))
    facilitator.page.clock.install()
    facilitator.press("3")
    unsent = facilitator.page.locator(".board > [data-sending=unsent], main [data-sending=unsent]").first
    for _turn in range(60):
        facilitator.page.clock.run_for(1000)
        if unsent.is_visible():
            break
    expect(unsent).to_be_visible()
    facilitator.page.unroute("**/criterion/")
    facilitator.page.route("**/criterion/", losing(0, keys))
    unsent.get_by_role("button").click()
    facilitator.page.clock.resume()
    facilitator.sees("3 of 4 affirmed").sees_no_banner()
    assert len(set(keys)) == 1
    facilitator.page.unroute("**/criterion/")
    facilitator.press("3").sees("4 of 4 affirmed")


def test_a_press_that_a_hanging_server_leaves_unanswered_is_spoken_of_at_once(room: Room, facilitator: Person):
    waiting = facilitator.page.locator(".board > [data-sending=waiting], main [data-sending=waiting]").first
    facilitator.page.clock.install()
    os.kill(room.hub.child.pid, signal.SIGSTOP)
    try:
        facilitator.press("3")
        facilitator.page.clock.run_for(4000)
        assert waiting.is_visible()
    finally:
        os.kill(room.hub.child.pid, signal.SIGCONT)
    facilitator.page.clock.resume()
    facilitator.sees("3 of 4 affirmed").sees_no_banner()
    facilitator.press("3").sees("4 of 4 affirmed")


def test_a_refusal_is_said_and_not_sent_again(room: Room, facilitator: Person):
    keys: list[str] = []
    facilitator.page.route("**/timer/", losing(0, keys))
    facilitator.page.evaluate("() => htmx.ajax('POST', location.pathname.replace('board', 'steer/nothing'), {swap: 'none'})")
    facilitator.sees("The board has no such action.").sees_no_banner()
