"""One situation and its record: what each may see of it, with data present that could leak."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from situations.models import Situation
from tests.cast import IDENTITY, PROFILE, Cast, act, assemble, to_filter2, to_filter3, to_filter4

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return assemble()


def page_of(client: Client, people: Cast, name: str, situation: Situation) -> Any:
    client.force_login(people[name])
    return client.get(reverse("situation_detail", args=[situation.pk]))


def shown(client: Client, people: Cast, name: str, situation: Situation) -> str:
    answer = page_of(client, people, name, situation)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_anonymous_post_and_forged_key_are_refused(people: Cast, client: Client):
    situation = people.draft()
    address = reverse("situation_detail", args=[situation.pk])
    assert client.get(address).status_code == 302
    client.force_login(people["schools"])
    assert client.post(address).status_code == 405
    assert client.get(reverse("situation_detail", args=[987654])).status_code == 404


def test_inside_the_agency_nobody_else_learns_of_it(people: Cast, client: Client):
    situation = people.draft()
    for name in ("outsider", "police", "facilitator", "observer", "analyst", "privacy_officer", "administrator"):
        assert page_of(client, people, name, situation).status_code == 404


def test_tabled_one_does_not_exist_for_analyst_administrator_and_outsider(people: Cast, client: Client):
    situation = people.ready()
    to_filter2(people, people.conference(), situation)
    for name in ("outsider", "analyst", "administrator"):
        assert page_of(client, people, name, situation).status_code == 404


def test_own_agency_reads_profile_criteria_consent_screening_and_its_record(people: Cast, client: Client):
    situation = people.ready()
    page = shown(client, people, "schools", situation)
    for text in (PROFILE["note"], PROFILE["consent_reason"], "Because of severe harm.", "Two home visits.", "Passed filter 1"):
        assert text in page
    assert not [value for value in IDENTITY.values() if value in page]


def test_seat_present_reads_the_profile_and_never_the_screening(people: Cast, client: Client):
    situation = people.ready()
    to_filter2(people, people.conference(), situation)
    page = shown(client, people, "police", situation)
    assert PROFILE["note"] in page
    assert "Two home visits." not in page
    assert "entry 1" not in page


def test_seat_that_was_away_reads_the_outline_and_that_the_rest_is_not_shared(people: Cast, client: Client):
    situation = people.ready()
    situation = to_filter2(people, people.conference("schools", "police", "clinic"), situation)
    page = shown(client, people, "recovery", situation)
    assert situation.number in page
    assert "Not shared at this filter" in page
    assert "Today&#x27;s pledge is missing." not in page
    assert PROFILE["note"] not in page
    assert "Male" not in page


def test_rejected_one_shows_its_reason_and_nothing_of_its_profile(people: Cast, client: Client):
    situation = people.ready()
    conference = people.conference()
    to_filter2(people, conference, situation)
    situation = act(people["facilitator"], conference, situation, "reject", reason="single_agency", because="Schools can.")
    for name in ("police", "privacy_officer"):
        page = shown(client, people, name, situation)
        assert "One agency can address it" in page
        assert PROFILE["note"] not in page


def test_record_names_recipients_to_the_agency_whose_information_it_was(people: Cast, client: Client):
    situation = people.ready()
    situation = to_filter3(people, people.conference(), situation)
    page = shown(client, people, "schools", situation)
    assert "Identity opened to the seats" in page
    assert "Harborview Police: Police" in page
    assert page.index("record-f3") < page.index("record-f2") < page.index("record-f1")


def test_privacy_officer_reads_every_entry_and_no_content(people: Cast, client: Client):
    situation = people.ready()
    situation = to_filter4(people, people.conference(), situation)
    page = shown(client, people, "privacy_officer", situation)
    assert "All entries, no content." in page
    for text in (PROFILE["note"], "Male", "Two home visits.", *IDENTITY.values()):
        assert text not in page


def test_lead_agency_reads_it_all_but_the_screening(people: Cast, client: Client):
    situation = people.ready()
    situation = to_filter4(people, people.conference(), situation)
    page = shown(client, people, "clinic", situation)
    assert PROFILE["note"] in page
    assert "Open the identity" in page
    assert "Two home visits." not in page


@pytest.mark.parametrize("seats", [("schools", "police", "clinic"), ("schools", "police", "clinic", "recovery")])
def test_queries_do_not_grow_with_the_seats(
    people: Cast, client: Client, django_assert_num_queries: Any, seats: tuple[str, ...]
):
    situation = people.ready()
    situation = to_filter4(people, people.conference(*seats), situation)
    client.force_login(people["schools"])
    address = reverse("situation_detail", args=[situation.pk])
    client.get(address)
    with django_assert_num_queries(QUERIES):
        client.get(address)


QUERIES = 17
"""Session and member, the situation, standing and involvement, each part of the projection once, the record, the frame."""
