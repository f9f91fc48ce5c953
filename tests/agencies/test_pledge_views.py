"""The pledge on one's own device: for whoever belongs to a table, late ones become recipients of what is in hand."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Agreement, Pledge
from conferences import chairing
from situations.models import Recipient
from tests.cast import Cast, assemble, to_filter2

pytestmark = pytest.mark.django_db
LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def people() -> Cast:
    return assemble()


@pytest.fixture
def url() -> str:
    return reverse("pledge")


def test_page_says_what_is_pledged(client: Client, people: Cast, url: str) -> None:
    client.force_login(people["police"])
    html = client.get(url, {"next": "/table/"}).content.decode()
    assert "stays here" in html
    assert 'value="/table/"' in html
    assert not Pledge.objects.exists()


def test_pledge_is_recorded_once_and_leads_on(client: Client, people: Cast, url: str) -> None:
    client.force_login(people["police"])
    for _time in range(2):
        answer = client.post(url, {"next": "/table/"})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/table/")
    assert Pledge.objects.get().member == people["police"]
    assert "You have given it today" in client.get(url).content.decode()


@pytest.mark.parametrize("way", ["", "https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_unsafe_next_leads_to_today(client: Client, people: Cast, url: str, way: str) -> None:
    client.force_login(people["police"])
    assert client.post(url, {"next": way}).headers["Location"] == reverse("today")


def test_late_pledge_makes_a_recipient_of_the_profile_in_hand(client: Client, people: Cast, url: str) -> None:
    situation = people.ready()
    conference = people.conference("schools", "clinic")
    to_filter2(people, conference, situation)
    chairing.arrive(by=people["facilitator"], conference=conference, member=people["police"])
    assert not Recipient.objects.filter(member=people["police"]).exists()
    client.force_login(people["police"])
    client.post(url)
    assert Recipient.objects.filter(member=people["police"], what="profile").exists()


def test_without_an_agreement_there_is_nothing_to_pledge_for(client: Client, people: Cast, url: str) -> None:
    Agreement.objects.filter(agency=people.agencies["police"]).update(in_force_from=LONG_AGO, in_force_until=LONG_AGO)
    for who in ("police", "outsider"):
        client.force_login(people[who])
        assert client.get(url).status_code == 403
        assert client.post(url).status_code == 403
    assert not Pledge.objects.exists()


def test_anonymous_is_sent_to_sign_in(client: Client, people: Cast, url: str) -> None:
    assert client.get(url).status_code == 302
    assert client.post(url).status_code == 401
