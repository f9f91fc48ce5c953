"""A file of services, chosen in a browser and taken in: what the page's own script sends holds the file."""

import json

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import MakeRoom

pytestmark = pytest.mark.e2e


def test_file_that_was_chosen_is_taken_in(make_room: MakeRoom) -> None:
    content = json.dumps([{"id": "a-1", "name": "Pier Counseling", "service_areas": [{"name": "Harborview"}]}]).encode()
    with make_room("open") as room:
        person = room.person("administrator")
        person.page.goto("/directory/imports/")
        person.page.locator("[name=file]").set_input_files(
            {"name": "region.json", "mimeType": "application/json", "buffer": content}
        )
        person.button("Import the file").click()
        expect(person.page.locator("h1")).to_have_text("region.json")
        person.sees("1 services added, 0 changed, 0 ended.")
