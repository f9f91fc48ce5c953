"""Single sign-on against a real OpenID provider in a process of its own: the way in, and everything that bars it."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from agencies import single_sign_on
from agencies.models import SingleSignOn
from tests.agencies.oidc_provider import running
from tests.agencies.oidc_provider.running import CLIENT_ID, CLIENT_SECRET, OpenIDProvider
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db
PEOPLE = {
    "marisol": "police@harborview.example",
    "deputy": "police_deputy@harborview.example",
    "nurse": "clinic@harborview.example",
    "stranger": "stranger@harborview.example",
    "outside": "police@elsewhere.example",
    "namesake": "police@harborview.example",
}
BACK = "/account/agency/from/police/"


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIDProvider]:
    with running.provider(PEOPLE, redirect_uris=[f"http://testserver{BACK}"]) as found:
        yield found


@pytest.fixture
def people() -> Cast:
    return assemble()


@pytest.fixture(autouse=True)
def set_up(people: Cast, provider: OpenIDProvider, settings: Settings) -> SingleSignOn:
    settings.SINGLE_SIGN_ON_PLAIN_LOOPBACK = True
    provider.behave()
    return single_sign_on.set_up(by=None, agency=people.agencies["police"], **fields(provider))


def fields(provider: OpenIDProvider, **instead: Any) -> dict[str, Any]:
    return {
        "name": "City sign-in", "issuer": provider.issuer, "client_id": CLIENT_ID, "secret": CLIENT_SECRET,
        "domains": ["harborview.example"], "trusts_its_mfa": False, "is_active": True, **instead,
    }  # fmt: skip


def begun(client: Client, email: str = "police@harborview.example", **more: str) -> str:
    """The address at the provider to which the sign-in page leads."""
    answer = client.post(reverse("single_sign_on"), {"email": email, **more})
    assert answer.status_code == 303, answer.content.decode()
    page = client.get(answer.headers["Location"]).content.decode()
    return unescape(re.findall(r'content="0; url=([^"]+)"', page)[0])


def come_back(client: Client, provider: OpenIDProvider, name: str = "marisol", **more: str) -> Any:
    """The whole way of a person, up to our answer to their return."""
    returned = provider.sign_in(begun(client, **more), name)
    return client.get(returned.removeprefix("http://testserver"))


def code_of(answer: Any) -> str:
    assert answer.status_code == 403
    return str(re.findall(r'data-refusal="(\w+)"', answer.content.decode())[0])


def signed_in(client: Client) -> int | None:
    found = client.session.get("_auth_user_id")
    return int(found) if found else None


def test_member_signs_in_at_the_agencys_provider(client: Client, people: Cast, provider: OpenIDProvider) -> None:
    answer = come_back(client, provider)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert signed_in(client) == people["police"].pk
    bound = SocialAccount.objects.get()
    assert (bound.user_id, bound.provider, bound.extra_data) == (people["police"].pk, "police", {"sub": bound.uid})
    assert not SocialToken.objects.exists()
    assert not SocialApp.objects.exists()
