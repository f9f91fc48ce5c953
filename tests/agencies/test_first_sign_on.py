"""The first time through an agency's provider: nothing opens until the owner of the account agrees."""

import time
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from agencies.models import Member, SingleSignOn
from hub.core import clock
from tests.agencies.oidc_provider.running import OpenIDProvider
from tests.agencies.signing_on import (
    FIRST,
    change,
    come_back,
    come_in,
    first_time,
    link_in,
    signed_in,
)
from tests.cast import PASSWORD, Cast, assemble

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("row")]


@pytest.fixture
def people() -> Cast:
    return assemble()


def test_first_time_opens_nothing_until_the_owner_agrees(client: Client, people: Cast, provider: OpenIDProvider) -> None:
    first_time(client, provider)
    page = client.get(FIRST)
    assert (page.status_code, signed_in(client), SocialAccount.objects.count()) == (200, None, 0)
    first_time(Client(), provider)  # a second attempt elsewhere is asked as well


def test_owner_agrees_by_signing_in_as_before_and_is_told(
    client: Client, people: Cast, provider: OpenIDProvider, mailoutbox: list[Any]
) -> None:
    come_in(client, provider)
    assert (signed_in(client), SocialAccount.objects.get().user_id) == (people["police"].pk,) * 2
    (letter,) = mailoutbox
    assert letter.to == ["police@harborview.example"]
    assert "opens your HubTable account" in letter.body
    assert client.get(FIRST).status_code == 410


def test_somebody_else_who_signs_in_there_binds_nothing(client: Client, people: Cast, provider: OpenIDProvider) -> None:
    first_time(client, provider)
    client.post(reverse("account_login"), {"login": "police_deputy@harborview.example", "password": PASSWORD})
    assert signed_in(client) == people["police_deputy"].pk
    client.logout()
    client.post(reverse("account_login"), {"login": "police@harborview.example", "password": PASSWORD})
    assert not SocialAccount.objects.exists()


def test_wrong_password_at_the_first_time_counts_and_binds_nothing(
    client: Client, people: Cast, provider: OpenIDProvider
) -> None:
    first_time(client, provider)
    for _ in range(5):
        client.post(reverse("account_login"), {"login": "police@harborview.example", "password": "not it"})
    assert Member.objects.get(pk=people["police"].pk).locked_at is not None
    assert (signed_in(client), SocialAccount.objects.count()) == (None, 0)


def test_owner_agrees_by_the_mailed_link(client: Client, people: Cast, provider: OpenIDProvider, mailoutbox: list[Any]) -> None:
    assert come_back(client, provider, next="/conferences/").headers["Location"] == FIRST
    client.post(FIRST)
    link = link_in(mailoutbox[0])
    assert mailoutbox[0].to == ["police@harborview.example"]
    assert (client.get(link).status_code, SocialAccount.objects.count()) == (200, 0)  # looking at it changes nothing
    answer = client.post(link)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/conferences/")
    assert (signed_in(client), SocialAccount.objects.get().user_id) == (people["police"].pk,) * 2
    assert client.post(link).status_code == 410


def test_link_opens_nothing_in_another_browser(client: Client, provider: OpenIDProvider, mailoutbox: list[Any]) -> None:
    first_time(client, provider)
    client.post(FIRST)
    other = Client()
    assert [other.get(link_in(mailoutbox[0])).status_code, other.post(link_in(mailoutbox[0])).status_code] == [410, 410]
    first_time(other, provider)
    assert other.post(link_in(mailoutbox[0])).status_code == 410
    assert not SocialAccount.objects.exists()


def test_newer_link_ends_the_one_before_and_there_are_three(
    client: Client, provider: OpenIDProvider, mailoutbox: list[Any]
) -> None:
    first_time(client, provider)
    assert [client.post(FIRST).status_code for _ in range(4)] == [303, 303, 303, 422]
    assert [client.get(link_in(one)).status_code for one in mailoutbox] == [410, 410, 200]


@pytest.mark.parametrize("change_to", [{"is_active": False}, {"issuer": "https://elsewhere.example"}, {"client_id": "other"}])
def test_link_ends_with_the_provider_it_is_for(
    client: Client, provider: OpenIDProvider, mailoutbox: list[Any], change_to: dict[str, Any]
) -> None:
    first_time(client, provider)
    client.post(FIRST)
    SingleSignOn.objects.update(**change_to)
    assert client.post(link_in(mailoutbox[0])).status_code == 410


def test_link_ends_after_half_an_hour(client: Client, provider: OpenIDProvider, mailoutbox: list[Any]) -> None:
    first_time(client, provider)
    client.post(FIRST)
    session = client.session
    session["first_sign_on"] = session["first_sign_on"] | {"until": time.time()}
    session.save()
    assert client.post(link_in(mailoutbox[0])).status_code == 410


def test_link_of_a_locked_account_signs_nobody_in(
    client: Client, people: Cast, provider: OpenIDProvider, mailoutbox: list[Any]
) -> None:
    first_time(client, provider)
    client.post(FIRST)
    change(people["police"], locked_at=clock.now())
    client.post(link_in(mailoutbox[0]))
    assert (signed_in(client), SocialAccount.objects.count()) == (None, 0)


def test_owner_with_an_app_is_asked_for_its_code_after_the_link(
    client: Client, people: Cast, provider: OpenIDProvider, mailoutbox: list[Any]
) -> None:
    TOTP.activate(people["police"], generate_totp_secret())
    first_time(client, provider)
    client.post(FIRST)
    assert client.post(link_in(mailoutbox[0])).headers["Location"] == reverse("mfa_authenticate")
    assert (signed_in(client), SocialAccount.objects.count()) == (None, 0)
