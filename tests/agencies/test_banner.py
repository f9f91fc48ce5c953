"""The use banner: after each sign-in, before anything else, recorded beside the sign-in."""

from hashlib import sha256
from typing import Any

import pytest
from django.test import Client

from agencies import use_banner
from agencies.models import SignIn
from conferences.board.admission import members_by_session
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db
PAGE = "/account/conditions/"


@pytest.fixture
def people(settings: Any) -> Cast:
    settings.USE_BANNER = True
    return assemble()


def test_nothing_before_it_is_acknowledged(client: Client, people: Cast) -> None:
    client.force_login(people["police"])
    answer = client.get("/situations/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{PAGE}?next=%2Fsituations%2F")
    assert client.get("/situations/", headers={"HX-Request": "true"}).status_code == 401
    assert client.post("/situations/new/").status_code == 401


def test_no_socket_before_it_is_acknowledged(client: Client, people: Cast) -> None:
    client.force_login(people["police"])
    key = str(client.session.session_key)
    assert not members_by_session([key])
    client.post(PAGE)
    assert set(members_by_session([key])) == {key}


def test_it_says_the_four_things(client: Client, people: Cast) -> None:
    client.force_login(people["police"])
    said = client.get(PAGE).content.decode()
    assert "&lt;" not in said.split("<main")[1]
    assert all(word in said for word in ("restricted", "monitored and recorded", "penalties", "agree to this"))


def test_acknowledged_it_is_recorded_and_leads_on(client: Client, people: Cast) -> None:
    client.force_login(people["police"])
    answer = client.post(PAGE, {"next": "/situations/"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/situations/")
    assert client.get("/situations/").status_code == 200
    row = SignIn.objects.get(member=people["police"])
    assert row.acknowledged_at is not None
    assert row.banner_hash == sha256(use_banner.text().encode()).hexdigest()


def test_each_sign_in_asks_again(client: Client, people: Cast) -> None:
    client.force_login(people["police"])
    client.post(PAGE)
    client.force_login(people["police"])
    assert client.get("/").headers["Location"].startswith(PAGE)
    assert SignIn.objects.filter(member=people["police"], acknowledged_at=None).count() == 1


def test_a_session_of_before_the_banner_is_recorded_too(client: Client, people: Cast) -> None:
    client.force_login(people["police"])
    SignIn.objects.all().delete()
    client.post(PAGE)
    assert SignIn.objects.get(member=people["police"]).acknowledged_at is not None


def test_one_may_leave_instead(client: Client, people: Cast) -> None:
    client.force_login(people["police"])
    assert client.post("/account/logout/").status_code == 302
    assert SignIn.objects.get(member=people["police"]).acknowledged_at is None


@pytest.mark.parametrize("way", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_it_leads_nowhere_else(client: Client, people: Cast, way: str) -> None:
    client.force_login(people["police"])
    assert client.post(PAGE, {"next": way}).headers["Location"] == "/"


def test_anonymous_is_sent_to_sign_in(client: Client, people: Cast) -> None:
    assert client.get(PAGE).status_code == 302
    assert client.post(PAGE).status_code == 401
