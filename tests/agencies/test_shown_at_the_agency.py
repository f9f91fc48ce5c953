"""Who it is, shown once more at the agency's own provider: for stepping up, and to unlock."""

import re
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tests.agencies.oidc_provider.running import OpenIDProvider
from tests.agencies.signing_on import (
    AGAIN,
    asked_again,
    change,
    code_of,
    come_back,
    come_in,
    shown_again,
    signed_in,
)
from tests.cast import Cast, assemble

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("row")]


@pytest.fixture
def people() -> Cast:
    return assemble()


@pytest.fixture
def from_there(people: Cast, provider: OpenIDProvider) -> Client:
    """Signed in at the agency two hours ago: neither password nor passkey here."""
    come_in(Client(), provider)
    change(people["police"], password="!")
    client = Client()
    assert come_back(client, provider).status_code == 302
    session = client.session
    session["account_authentication_methods"] = [
        one | {"at": time.time() - 7200} for one in session["account_authentication_methods"]
    ]
    session.save()
    return client


def test_agency_is_asked_to_ask_again(from_there: Client) -> None:
    asked = parse_qs(urlsplit(asked_again(from_there)).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])


def test_who_it_is_is_shown_at_the_agency(from_there: Client, provider: OpenIDProvider, settings: Settings) -> None:
    settings.DEMANDS_STEP_UP = True
    page = from_there.get("/account/reauthenticate/?next=/conferences/").content.decode()
    assert "Show it at your agency" in page
    answer = shown_again(from_there, provider, next="/conferences/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/conferences/")
    records = from_there.session["account_authentication_methods"]
    assert (records[-1]["method"], records[-1]["reauthenticated"], records[-1]["at"] > time.time() - 60) == (
        "socialaccount", True, True,
    )  # fmt: skip


def test_session_that_was_left_alone_is_unlocked_at_the_agency(from_there: Client, provider: OpenIDProvider) -> None:
    assert "in another tab" in from_there.get("/conferences/").content.decode()
    from_there.post("/account/lock/")
    assert "Show it at your agency" in from_there.get("/account/unlock/").content.decode()
    assert from_there.get("/conferences/").status_code == 302
    assert shown_again(from_there, provider).headers["Location"] == reverse("account_reauthenticated")
    assert from_there.get("/conferences/").status_code == 200


@pytest.mark.parametrize(
    ("whims", "why"),
    [
        ({"claims": {"auth_time": None}}, "no_time"),
        ({"claims": {"auth_time": True}}, "no_time"),
        ({"claims": {"auth_time": int(time.time()) - 3600}}, "not_again"),
        ({"key": True}, "signature"),
    ],
)
def test_answer_that_does_not_show_it_anew_unlocks_nothing(
    from_there: Client, provider: OpenIDProvider, whims: dict[str, Any], why: str
) -> None:
    from_there.post("/account/lock/")
    provider.behave(**whims)
    answer = shown_again(from_there, provider)
    assert (answer.status_code, re.findall(r'data-refusal="(\w+)"', answer.content.decode())) == (403, [why])
    assert from_there.get("/conferences/").status_code == 302


def test_somebody_else_at_the_agency_unlocks_nothing(from_there: Client, people: Cast, provider: OpenIDProvider) -> None:
    from_there.post("/account/lock/")
    answer = shown_again(from_there, provider, "deputy")
    assert re.findall(r'data-refusal="(\w+)"', answer.content.decode()) == ["somebody_else"]
    assert signed_in(from_there) == people["police"].pk
    assert from_there.get("/conferences/").status_code == 302
    assert SocialAccount.objects.count() == 1


def test_answer_for_one_who_signed_out_meanwhile_signs_nobody_in(from_there: Client, provider: OpenIDProvider) -> None:
    address = provider.sign_in(asked_again(from_there), "marisol").removeprefix("http://testserver")
    from_there.post("/account/logout/")
    assert code_of(from_there.get(address)) == "unfinished"


def test_who_is_not_bound_there_cannot_show_it_there(client: Client, people: Cast) -> None:
    assert client.post(AGAIN).status_code == 401
    client.force_login(people["clinic"])
    assert client.post(AGAIN).status_code == 404
    assert "At your agency" not in client.get("/account/reauthenticate/").content.decode()
