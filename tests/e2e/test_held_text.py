"""The guard at the board, in real browsers: marked while it is typed, stopped, let through by a second person."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import MakeRoom, Room

pytestmark = pytest.mark.e2e
STOPPED = "Call her on 617-555-0134 first."


@pytest.fixture(scope="module")
def room(make_room: MakeRoom) -> Iterator[Room]:
    with make_room("guarded") as made:
        yield made


def test_a_stopped_reason_is_held_and_a_second_person_lets_it_through(room: Room):
    writer, second = room.board_of("police"), room.board_of("police_deputy")
    schools = room.board_of("schools")
    writer.sees("is it acutely elevated risk?").press("d")
    form = writer.page.locator("#dissent-form")
    form.locator("#dissent-reason").press_sequentially(STOPPED, delay=2)
    # marked while it is typed; nothing was sent by that
    expect(form.locator("[data-found] mark")).to_have_text("617-555-0134")
    expect(form.locator("[data-guard-second]")).to_be_hidden()
    writer.button("Give this disagreement").click()
    writer.sees("Nothing was sent", within="#notice")
    expect(form.locator("[data-guard-answer]")).to_be_hidden()
    form.get_by_label("Have a second person look at it").check()
    writer.button("Give this disagreement").click()
    writer.sees("A second person looks at it", within="#notice")
    expect(form.locator("#dissent-reason")).to_have_value(STOPPED)
    schools.sees_not("A text waits for you", "617-555-0134")

    with second.context.expect_page() as opened:
        second.page.get_by_role("link", name="A text waits for you").click()
    look = opened.value
    look.get_by_role("link", name="Look at it").click()
    look.get_by_role("button", name="Show what it says").click()
    expect(look.locator("mark")).to_have_text("617-555-0134")
    look.get_by_label("Why it can go as it is").select_option("needed")
    look.get_by_role("button", name="Let it through").click()
    expect(look.locator("main")).to_contain_text("Let through.")
    second.sees_not("A text waits for you")

    writer.button("Give this disagreement").click()
    writer.sees("given: disagrees")


def test_what_is_asked_about_is_answered_where_it_stands(room: Room):
    writer = room.board_of("clinic")
    writer.sees("is it acutely elevated risk?").press("d")
    form = writer.page.locator("#dissent-form")
    form.locator("#dissent-reason").fill("A call to Quorvath was made.")
    writer.button("Give this disagreement").click()
    writer.sees("This could point to a person", within="#notice")
    form.get_by_label("Why it points to nobody").select_option("staff")
    form.get_by_label("yes").check()
    writer.button("Give this disagreement").click()
    writer.sees("Then change the text", within="#notice")
    form.get_by_label("no", exact=True).check()
    writer.button("Give this disagreement").click()
    writer.sees("given: disagrees")


def test_words_of_a_listing_are_marked_and_its_name_is_not(room: Room):
    page = room.person("clinic").page
    page.goto("/directory/new/")
    page.get_by_label("Name", exact=True).press_sequentially("Mr. Alder Quimby", delay=2)
    page.get_by_label("What it does").press_sequentially("Ask for Mr. Alder Quimby.", delay=2)
    expect(page.locator("[data-found] mark")).to_have_text("Mr. Alder Quimby")
    page.get_by_role("button", name="Save the service").click()
    expect(page.locator("main")).to_contain_text("This points to a person")
    page.get_by_label("Have a second person look at it").check()
    page.get_by_role("button", name="Save the service").click()
    expect(page.locator("main")).to_contain_text("A second person looks at it.")
