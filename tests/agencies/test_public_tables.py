"""Is there a table in my area? Anybody may ask; nothing but the public lines is told, and not to whoever copies the list."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies import membership
from agencies.cadence import Cadence
from agencies.models import Table
from agencies.typed import town_key
from agencies.views import public
from hub.core import clock
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db
SECRET = "Nightingale"
"""Stands in everything of a table that is not public."""


@pytest.fixture
def people() -> Cast:
    made = assemble()
    Table.objects.filter(pk=made.table.pk).update(
        is_public=True, towns=["Saint-Étienne", "Harborview"], public_name="Intake desk", public_phone="978-555-0150",
        public_email="desk@hub.example", bringing_a_case="Call the desk.\nSay what worries you.",
        recurrence=Cadence("weekly", "TH").rule, region=f"{SECRET} region", place=f"{SECRET} room",
        mission=f"{SECRET} mission", coordinator=made["facilitator"],
    )  # fmt: skip
    membership.found_table(by=None, slug="hidden", name=f"{SECRET} table", towns=["Harborview", f"{SECRET} Falls"])
    return made


def page(client: Client, town: str) -> str:
    return client.get(reverse("public_tables"), {"town": town}).content.decode()


@pytest.mark.parametrize(
    "town", ["Harborview", "harborview", " HARBORVIEW, MA ", "Town of Harborview", "St. Etienne", "saint-étienne", "St Étienne"]
)
def test_town_is_found_however_it_is_spelled(client: Client, people: Cast, town: str) -> None:
    shown = page(client, town)
    for line in (
        "Harborview Hub",
        "Weekly, Thursday 9:00",
        "Intake desk",
        "978-555-0150",
        "desk@hub.example",
        "Call the desk.",
    ):
        assert line in shown, line


def test_each_town_has_an_address_of_its_own(client: Client, people: Cast) -> None:
    start = client.get(reverse("public_tables")).content.decode()
    assert reverse("public_tables_town", args=["saint-etienne"]) in start
    assert "Call the desk." in client.get(reverse("public_tables_town", args=["saint-etienne"])).content.decode()


def test_leads_to_the_desk_where_help_is_asked_for_in_the_same_language(client: Client, people: Cast) -> None:
    way = reverse("referral_start")
    assert f'href="{way}"' in page(client, "Harborview")
    assert f'href="{way}?lang=es"' in client.get(reverse("public_tables"), {"lang": "es"}).content.decode()


def test_town_without_a_table_says_so_and_is_no_way_to_markup(client: Client, people: Cast) -> None:
    shown = page(client, "<script>alert(1)</script>")
    assert "No table is known for" in shown
    assert "<script>alert" not in shown
    assert client.get(reverse("public_tables_town", args=["---"])).status_code == 404
    assert client.get(reverse("public_tables_town", args=["x" * 61])).status_code == 404


@pytest.mark.parametrize("town", ["", "Harborview", "Saint-Étienne", f"{SECRET} Falls"])
def test_nothing_else_is_public(client: Client, people: Cast, town: str) -> None:
    people.conference("police", "schools", "clinic", "recovery")
    shown = page(client, town) if town else client.get(reverse("public_tables")).content.decode()
    # the page says back what was typed, also in its links to other languages
    told = re.sub(f"{SECRET}[ +]Falls", "", shown) if SECRET in town else shown
    told = told.replace("Police may be one of them.", "")  # said of tables in general
    planted = [
        SECRET, *(one.name for one in people.members.values()), *(one.name for one in people.agencies.values()),
        *(one.email for one in people.members.values()), "quorum", "180", "48 h", "/situations/", "/conferences/",
    ]  # fmt: skip
    assert [one for one in planted if one.lower() in told.lower()] == []


def test_crisis_numbers_stand_on_every_page(client: Client, people: Cast) -> None:
    for town in ("Harborview", "Nowhere"):
        shown = page(client, town)
        assert 'href="tel:988"' in shown
        assert 'href="tel:911"' in shown


def test_town_of_letters_that_grow_is_only_not_found(client: Client, people: Cast) -> None:
    town = "\u0958" * 60
    assert "No table is known for" in page(client, town)
    client.force_login(people["police"])
    assert client.get(reverse("directory"), {"town": town}).status_code == 200


def test_who_asks_too_often_waits(client: Client, people: Cast) -> None:
    with clock.at(clock.now()):
        answers = [client.get(reverse("public_tables"), {"town": "x"}).status_code for _ in range(public.A_MINUTE + 1)]
        assert answers == [200] * public.A_MINUTE + [429]
        assert client.get(reverse("public_tables_town", args=["x"])).status_code == 429
        other = Client(REMOTE_ADDR="10.1.2.3")
        assert other.get(reverse("public_tables")).status_code == 200


def test_nothing_is_posted_here(client: Client, people: Cast) -> None:
    assert client.post(reverse("public_tables")).status_code == 405


def test_reading_costs_the_same_whatever_the_number(client: Client, people: Cast) -> None:
    with CaptureQueriesContext(connection) as few:
        page(client, "Harborview")
    assert len(few) <= 5
    for number in range(3):
        membership.found_table(
            by=None, slug=f"t{number}", name=f"Table {number}", towns=["Harborview"], is_public=True, public_phone="1"
        )
    with CaptureQueriesContext(connection) as many:
        page(client, "Harborview")
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("one", "other"), [("St. Mary's", "saint marys"), ("Mt Holly", "Mount Holly"), ("N. Quay", "North Quay"), ("Łódź", "lodz")]
)
def test_two_spellings_are_one_town(one: str, other: str) -> None:
    assert town_key(one) == town_key(other)
