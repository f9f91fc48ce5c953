"""A page that nobody touches, in a real browser: covered in every tab, nothing of it to see or hear, nothing typed lost."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.cast import PASSWORD
from tests.e2e.conftest import MakeRoom, Room
from tests.e2e.people import Person

pytestmark = [pytest.mark.e2e, pytest.mark.pairless]
OVER, LESS = 15 * 60_000 + 5000, 14 * 60_000
FORM = "/account/password/change/"
FIELD = "[name=oldpassword]"
OPEN = "#idle[open]"
LOCK = "/account/lock/"


@pytest.fixture(scope="module")
def room(make_room: MakeRoom) -> Iterator[Room]:
    with make_room("open") as made:
        yield made


def somebody(room: Room, name: str) -> Person:
    person = Person.at(room.browser, room.hub.address)
    person.context.clock.install()
    return person.sign_in(name)


def typed(page: Page) -> Page:
    page.goto(FORM)
    page.locator(FIELD).fill("half a word")
    return page


def wait(page: Page, milliseconds: int) -> None:
    page.clock.run_for(2000)
    page.clock.fast_forward(milliseconds)
    page.clock.run_for(2000)


def unlock(page: Page, password: str = PASSWORD) -> None:
    page.locator("#idle-password").fill(password)
    page.locator("#idle-password").press("Enter")


def test_covers_itself_and_keeps_what_was_typed(room: Room) -> None:
    page = typed(somebody(room, "police").page)
    wait(page, LESS)
    expect(page.locator(OPEN)).to_have_count(0)
    page.keyboard.press("Shift")
    wait(page, LESS)
    expect(page.locator(OPEN)).to_have_count(0)
    wait(page, OVER)
    expect(page.locator(OPEN)).to_be_visible()
    expect(page.locator("main")).to_be_hidden()
    assert page.title() == "Locked - HubTable"
    heard = page.locator("body").aria_snapshot()
    assert "Locked" in heard
    assert not any(word in heard for word in ("Main", "Police", "Change"))
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator(OPEN)).to_be_visible()
    unlock(page, "not the password")
    expect(page.locator("#idle-said")).to_contain_text("not right")
    expect(page.locator("main")).to_be_hidden()
    unlock(page)
    expect(page.locator(OPEN)).to_have_count(0)
    expect(page.locator(FIELD)).to_have_value("half a word")
    expect(page.locator(FIELD)).to_be_focused()


def test_tabs_lock_and_open_together_and_a_reload_shows_nothing(room: Room) -> None:
    first = somebody(room, "schools")
    typed(first.page)
    second = first.another_window()
    second.page.goto("/situations/")
    # whichever tab locks first tells the server, which has to know it before a page is asked for again
    with first.context.expect_event("requestfinished", lambda sent: sent.url.endswith(LOCK)):
        wait(first.page, OVER)
    expect(first.page.locator(OPEN)).to_be_visible()
    expect(second.page.locator(OPEN)).to_be_visible()
    second.page.reload()
    expect(second.page.get_by_role("heading", name="Locked")).to_be_visible()
    expect(second.page.locator("main")).not_to_contain_text("Situations")
    unlock(first.page)
    expect(first.page.locator(OPEN)).to_have_count(0)
    second.page.goto("/situations/")
    expect(second.page.locator("main")).to_be_visible()


def test_signed_in_again_in_another_tab_the_page_goes_on(room: Room) -> None:
    person = somebody(room, "clinic")
    typed(person.page)
    wait(person.page, OVER)
    expect(person.page.locator(OPEN)).to_be_visible()
    person.context.clear_cookies()
    unlock(person.page)
    expect(person.page.locator("[data-idle=ended]")).to_be_visible()
    other = person.another_window()
    other.sign_in("clinic")
    expect(person.page.locator(OPEN)).to_have_count(0)
    expect(person.page.locator(FIELD)).to_have_value("half a word")


def test_another_person_does_not_get_the_page(room: Room) -> None:
    person = somebody(room, "police")
    typed(person.page)
    wait(person.page, OVER)
    person.context.clear_cookies()
    person.another_window().sign_in("schools")
    expect(person.page.locator(FIELD)).to_have_value("")
    expect(person.page.locator("header")).to_contain_text("Schools")


def test_the_board_of_who_presides_stays_and_a_seat_s_locks_and_comes_back(room: Room) -> None:
    chair, seat = somebody(room, "facilitator"), somebody(room, "schools")
    for one in (chair, seat):
        one.open_board(room.conference)
        wait(one.page, OVER)
    expect(seat.page.locator(OPEN)).to_be_visible()
    expect(seat.page.locator("#panel-rail")).to_be_hidden()
    expect(chair.page.locator(OPEN)).to_have_count(0)
    expect(chair.page.locator("#panel-rail")).to_be_visible()
    unlock(seat.page)
    expect(seat.page.locator("#panel-rail")).to_be_visible()
    seat.wait_until_connected()
