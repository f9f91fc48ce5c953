"""Two writers of one draft: what one takes over from the other was read by nobody, so the tick that vouches for it goes."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import MakeRoom, Room

pytestmark = pytest.mark.e2e

TYPE_AND_TICK = """() => {
  const line = document.getElementById("id_tried");
  line.value = "Two visits.";
  line.dispatchEvent(new Event("input", { bubbles: true }));
  document.getElementById("recognisable").checked = true;
}"""
"""Ticked before the page sends what was typed, and so before it hears of the other writer's words."""


@pytest.fixture(scope="module")
def room(make_room: MakeRoom) -> Iterator[Room]:
    with make_room("open") as made:
        yield made


def test_words_of_the_other_writer_take_the_tick_away(room: Room):
    writer = room.person("schools")
    writer.page.goto("/situations/")
    writer.page.locator("form[action='/situations/new/'] button").click()
    writer.page.wait_for_url("**/write/")
    other = writer.another_window()
    other.page.goto(writer.page.url)
    with other.page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        other.page.locator("#id_note").fill("Stays away since spring.")
        other.page.locator("#id_tried").focus()
    writer.page.bring_to_front()
    writer.page.evaluate(TYPE_AND_TICK)
    expect(writer.page.locator("#id_note")).to_have_value("Stays away since spring.")
    expect(writer.page.locator("#recognisable")).not_to_be_checked()
    expect(writer.page.locator("#id_tried")).to_have_value("Two visits.")
