"""A file of services, chosen in a browser and taken in: what the page's own script sends holds the file."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.conftest import MakeRoom, Room
from tests.e2e.people import Person

pytestmark = pytest.mark.e2e

NO_PATIENCE = "AbortSignal.timeout = () => AbortSignal.abort();"
"""Whatever is given up after a while is given up at once: a slow line without the time it takes."""
ONE_ANSWER_LOST = """
window.tries = 0;
const real = window.fetch;
window.fetch = async (...given) => {
  const answer = await real(...given);
  window.tries += 1;
  if (window.tries === 1) throw new TypeError("lost");
  return answer;
};
"""


@pytest.fixture(scope="module")
def room(make_room: MakeRoom) -> Iterator[Room]:
    with make_room("open") as made:
        yield made


def choosing(room: Room, name: str, script: str = "") -> Person:
    """The administrator, with a file of one service chosen."""
    person = room.person("administrator")
    person.page.add_init_script(script)
    _send(person, name)
    return person


def _send(person: Person, name: str) -> None:
    person.page.goto("/directory/imports/")
    content = json.dumps([{"id": name, "name": "Pier Counseling", "service_areas": [{"name": "Harborview"}]}]).encode()
    person.page.locator("[name=file]").set_input_files({"name": name, "mimeType": "application/json", "buffer": content})
    person.button("Import the file").click()


def test_file_that_was_chosen_is_taken_in(room: Room) -> None:
    person = choosing(room, "region.json")
    expect(person.page.locator("h1")).to_have_text("region.json")
    person.sees("1 services added, 0 changed, 0 ended.")


def test_a_file_is_waited_for_however_long_it_takes(room: Room) -> None:
    person = choosing(room, "slow.json", NO_PATIENCE)
    expect(person.page.locator("h1")).to_have_text("slow.json")
    person.sees("1 services added, 0 changed, 0 ended.")


def test_a_file_whose_answer_was_lost_is_not_sent_again_unasked_and_is_taken_once(room: Room) -> None:
    person = choosing(room, "lost.json", ONE_ANSWER_LOST)
    expect(person.page.locator("main [data-sending=unsent], [data-sending=unsent]").first).to_be_visible()
    assert person.page.evaluate("window.tries") == 1
    person.button("Send again").click()
    expect(person.page.locator("h1")).to_have_text("lost.json")
    person.sees("1 services added, 0 changed, 0 ended.")
    person.page.goto("/directory/imports/")
    expect(person.page.get_by_role("link", name="lost.json")).to_have_count(1)


@pytest.mark.parametrize(("status", "said"), [
    (413, "It is too large for this page, or you are signed out"), (400, "That did not go through."),
])  # fmt: skip
def test_a_bare_refusal_of_the_proxy_is_said_and_the_file_stays_chosen(room: Room, status: int, said: str) -> None:
    person = room.person("administrator")
    person.page.route("**/directory/imports/", lambda route: _refuse(route, status))
    _send(person, "large.json")
    shown = person.page.locator("[data-sending]:not([hidden])")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text(said)
    assert person.page.locator("[name=file]").evaluate("(one) => one.files.length") == 1


def _refuse(route: Route, status: int) -> None:
    if route.request.method == "POST":
        route.fulfill(status=status, body=str(status), content_type="text/plain")
    else:
        route.continue_()
