"""What happens to a board in the middle of a meeting: second tabs, other people, lost sessions, closed laptops, bad frames.

One conference for all tests of the module; each leaves it open with the same situation in hand at filter 2.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.e2e.conftest import MakeRoom, Room
from tests.e2e.people import PHONE, Person, no_name_outside_the_envelope

pytestmark = pytest.mark.e2e

SEND_BAD_FRAME = """(frame) => new Promise((resolve) => {
  const socket = new WebSocket(document.querySelector("#board").dataset.socket.replace(/^/, `ws://${location.host}`));
  socket.onopen = () => socket.send(frame);
  socket.onclose = (event) => resolve(event.code);
})"""


@pytest.fixture(scope="module")
def room(make_room: MakeRoom) -> Iterator[Room]:
    with make_room("open") as made:
        yield made


@pytest.fixture(scope="module")
def facilitator(room: Room) -> Person:
    return room.board_of("facilitator")


@pytest.fixture(scope="module")
def seat(room: Room) -> Person:
    return room.board_of("clinic", PHONE)


def toggle_a_criterion(facilitator: Person) -> None:
    """Something that everybody sees, done and undone by key."""
    facilitator.press("3").sees("3 of 4 affirmed").press("3").sees("4 of 4 affirmed")


def test_panels_are_the_same_after_pushes_after_a_reload_and_in_a_second_tab(room: Room, facilitator: Person, seat: Person):
    for person in (facilitator, seat):
        second = person.another_window().open_board(room.conference)
        facilitator.page.bring_to_front()
        toggle_a_criterion(facilitator)
        second.page.reload()
        loaded = second.wait_until_connected().panels()
        person.comes_to_show(loaded).page.reload()
        person.wait_until_connected().comes_to_show(loaded)
        second.page.close()


def test_typed_words_survive_pushes_and_belong_to_their_situation(room: Room, facilitator: Person, seat: Person):
    seat.button("We disagree").click()
    field = seat.page.locator("#dissent-reason")
    field.press_sequentially("Half a sen")
    before = len(seat.frames)
    toggle_a_criterion(facilitator)
    seat.page.wait_for_function("(n) => document.querySelector('#dissent-reason').value === n", arg="Half a sen")
    assert len(seat.frames) > before
    expect(field).to_be_focused()
    take(facilitator, "-0002")
    seat.sees("-0002", within="#panel-head")
    expect(field).to_have_value("")
    take(facilitator, "-0001")
    seat.sees("-0001", within="#panel-head")
    expect(field).to_have_value("Half a sen")
    seat.page.reload()
    seat.wait_until_connected()


def take(facilitator: Person, number: str) -> None:
    facilitator.page.locator("#panel-agenda button", has_text=number).press("Enter")
    facilitator.sees(number, within="#panel-hand h1")


def test_two_people_at_once_get_a_clear_answer_and_nothing_of_the_later_one_happens(room: Room, facilitator: Person):
    other = facilitator.another_window().open_board(room.conference)
    other.ask("r").get_by_label("Not AER").check()
    facilitator.page.bring_to_front()
    toggle_a_criterion(facilitator)
    other.button("Reject it").click()
    other.sees("Someone else went on first", within="#dialog-notice")
    # nothing typed is lost: the form stands there still, and only its sender may put it away
    expect(other.page.get_by_label("Not AER")).to_be_checked()
    other.press("Escape").done()
    facilitator.sees("All agree: it is AER").sees_not("Rejected")
    other.comes_to_show(facilitator.panels())
    other.page.close()


def test_an_expired_session_says_so_keeps_what_is_typed_and_goes_on_after_signing_in_elsewhere(room: Room):
    police = room.board_of("police")
    police.sees("is it acutely elevated risk?").press("d")
    police.page.locator("#dissent-reason").fill("We know of nothing severe.")
    police.context.clear_cookies(name="sessionid")
    police.button("Give this disagreement").click()
    police.sees("You were signed out", within="#notice")
    with police.context.expect_page() as opened:
        police.page.locator("#notice").get_by_role("link", name="Sign in").click()
    Person(police.address, police.context, opened.value).sign_in_here("police")
    expect(police.page.locator("#dissent-reason")).to_have_value("We know of nothing severe.")
    police.button("Give this disagreement").click()
    police.sees("given: disagrees").sees_not("You were signed out", within="#notice")
    police.button("We agree").click()
    police.sees("given: agrees")
    police.context.close()


def test_a_socket_without_a_session_is_told_to_sign_in_and_comes_back_by_itself(room: Room):
    schools = room.board_of("schools")
    schools.context.clear_cookies(name="sessionid")
    schools.lose_connection().context.set_offline(False)
    schools.sees_banner("ended")
    schools.another_window().sign_in("schools").page.close()
    schools.page.bring_to_front()
    schools.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    schools.wait_until_connected().sees_no_banner()
    schools.context.close()


@pytest.mark.parametrize("frame", ["", "agree", "[]", '{"resume": "1"}', '{"resume": 1, "post": "agree"}', '{"type": "hint"}'])
def test_a_malformed_frame_closes_its_socket_and_changes_nothing(room: Room, seat: Person, frame: str):
    before = seat.panels()
    assert seat.page.evaluate(SEND_BAD_FRAME, frame) == 4400
    assert seat.panels() == before


def test_a_seat_that_lost_its_connection_says_so_and_catches_up_by_itself(room: Room, facilitator: Person, seat: Person):
    seat.lose_connection().sees_banner("lost")
    facilitator.press("3").sees("3 of 4 affirmed")
    seat.find_connection().sees_no_banner()
    expect(seat.page.locator("#panel-know .hold .none")).to_have_count(1)
    facilitator.press("3").sees("4 of 4 affirmed")
    expect(seat.page.locator("#panel-know .hold .none")).to_have_count(0)


@dataclass
class Way:
    """What lies between a page and the server: it may lose messages, or say for the server that it waits for its data."""

    loses: bool = False
    waits: bool = False

    def lie_before(self, person: Person) -> Person:
        """From the next page on."""
        person.page.route_web_socket("**/ws/**", self._carry)
        return person

    def _carry(self, page: WebSocketRoute) -> None:
        page.connect_to_server().on_message(lambda frame: self._pass_on(page, str(frame)))

    def _pass_on(self, page: WebSocketRoute, frame: str) -> None:
        if self.waits and "beat" in frame:
            frame = frame.replace("}", ',"waiting":1}')
        if not (self.loses and "panels" in frame):
            page.send(frame)


def test_a_page_that_misses_a_frame_says_so_asks_for_it_and_is_whole_again(room: Room, facilitator: Person):
    way = Way()
    seat = way.lie_before(room.person("schools", PHONE)).open_board(room.conference)
    way.loses = True
    facilitator.press("3").sees("3 of 4 affirmed")
    seat.sees_banner("catching").sees("The board is catching up.")
    expect(seat.page.locator("#panel-know .hold .none")).to_have_count(0)
    way.loses = False
    expect(seat.page.locator("#panel-know .hold .none")).to_have_count(1)
    expect(seat.page.locator("#catching")).to_be_hidden()
    facilitator.press("3").sees("4 of 4 affirmed")
    second = seat.another_window().open_board(room.conference)
    seat.comes_to_show(second.panels())
    seat.context.close()


def test_a_server_without_its_data_is_said_and_who_presides_is_told_how_to_go_on(room: Room, facilitator: Person):
    way = Way(waits=True)
    other = way.lie_before(facilitator.another_window()).open_board(room.conference)
    other.sees_banner("busy").sees("The server cannot read its data at the moment.", "note on paper what is decided")
    expect(other.page.get_by_role("link", name="Print or save the state of the meeting").first).to_be_visible()
    way.waits = False
    expect(other.page.locator("#busy")).to_be_hidden()
    other.page.close()


def test_connected_present_and_cleared_are_three_facts(room: Room, facilitator: Person):
    deputy = room.board_of("recovery_deputy")
    row = facilitator.page.locator(".seats tbody tr", has_text="Recovery")
    for fact, yes in (("connected", True), ("present", False), ("cleared", False)):
        expect(row.get_by_label(fact if yes else f"not {fact}", exact=True)).to_be_visible()
    deputy.context.close()
    expect(row.get_by_label("not connected")).to_be_visible()


def test_the_projector_goes_dark_with_b_and_when_the_facilitator_is_gone(room: Room, facilitator: Person):
    wall = facilitator.open_projector(room.conference)
    facilitator.page.bring_to_front()
    dark = wall.page.locator("[data-blank]")
    expect(dark).to_be_attached()
    facilitator.press("b")
    wall.sees("-0001")
    facilitator.press("b")
    expect(dark).to_be_attached()
    facilitator.press("b")
    wall.sees("-0001")
    facilitator.page.goto("about:blank")
    expect(dark).to_be_attached()
    facilitator.open_board(room.conference)
    wall.sees("-0001")
    wall.lose_connection()
    expect(wall.page.locator("#panel-wall")).to_be_empty()
    wall.find_connection().sees("-0001")
    facilitator.wait_until_connected().press("b")
    no_name_outside_the_envelope([wall, facilitator])
    wall.page.close()
