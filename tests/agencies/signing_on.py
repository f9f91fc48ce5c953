"""Signing in at an agency's OpenID provider, step by step, as a browser does it."""

import re
from html import unescape
from typing import Any

from django.test import Client

from agencies import single_sign_on
from agencies.models import Member, SingleSignOn
from hub.core.audit import acting
from tests.agencies.oidc_provider.running import CLIENT_ID, CLIENT_SECRET, OpenIDProvider
from tests.cast import PASSWORD, Cast

PEOPLE = {
    "marisol": "police@harborview.example",
    "deputy": "police_deputy@harborview.example",
    "nurse": "clinic@harborview.example",
    "stranger": "stranger@harborview.example",
    "outside": "police@elsewhere.example",
    "namesake": "police@harborview.example",
}
BACK = "/account/agency/from/police/"
START = "/account/agency/"
FIRST = "/account/agency/first/"
AGAIN = "/account/agency/again/"


def set_up(people: Cast, agency: str, provider: OpenIDProvider, **instead: Any) -> SingleSignOn:
    fields: dict[str, Any] = {
        "name": f"Sign-in of {agency}", "issuer": provider.issuer, "client_id": CLIENT_ID, "secret": CLIENT_SECRET,
        "domains": ["harborview.example"], "trusts_its_mfa": False, "is_active": True, **instead,
    }  # fmt: skip
    return single_sign_on.set_up(by=None, agency=people.agencies[agency], **fields)


def begun(client: Client, email: str = "police@harborview.example", provider_key: str = "", **more: str) -> str:
    """The address at the provider to which the sign-in page leads."""
    answer = client.post(START, {"email": email, "provider": provider_key, **more})
    assert answer.status_code == 303, answer.content.decode()
    page = client.get(answer.headers["Location"]).content.decode()
    return unescape(re.findall(r'content="0; url=([^"]+)"', page)[0])


def returned(client: Client, provider: OpenIDProvider, name: str = "marisol", **more: str) -> str:
    """Where the provider sends a person back to after the whole way there."""
    return provider.sign_in(begun(client, **more), name).removeprefix("http://testserver")


def come_back(client: Client, provider: OpenIDProvider, name: str = "marisol", **more: str) -> Any:
    return client.get(returned(client, provider, name, **more))


def come_in(client: Client, provider: OpenIDProvider, name: str = "marisol", **more: str) -> Any:
    """As somebody whose first time from there is behind them: who is not bound yet signs in with the password once."""
    answer = come_back(client, provider, name, **more)
    if answer.headers.get("Location") != FIRST:
        return answer
    page = client.get(FIRST)
    return client.post(unescape(page.context["sign_in"]), {"login": "police@harborview.example", "password": PASSWORD})


def code_of(answer: Any) -> str:
    """Why nobody was signed in, as the page says it."""
    page = answer.content.decode()
    assert (answer.status_code, "You are not signed in" in page) == (403, True)
    return str(re.findall(r'data-refusal="(\w+)"', page)[0])


def signed_in(client: Client) -> int | None:
    found = client.session.get("_auth_user_id")
    return int(found) if found else None


def change(member: Member, **fields: Any) -> None:
    with acting(None, "test"):
        for name, value in fields.items():
            setattr(member, name, value)
        member.save(update_fields=list(fields))


def first_time(client: Client, provider: OpenIDProvider) -> None:
    assert come_back(client, provider).headers["Location"] == FIRST


def link_in(letter: Any) -> str:
    return str(re.findall(r"https?://testserver(\S+)", letter.body)[0])


def asked_again(client: Client, **more: str) -> str:
    """The address at the provider to which somebody who is signed in is sent to show it once more."""
    answer = client.post(AGAIN, more)
    assert answer.status_code == 303, answer.content.decode()
    page = client.get(answer.headers["Location"]).content.decode()
    return unescape(re.findall(r'content="0; url=([^"]+)"', page)[0])


def shown_again(client: Client, provider: OpenIDProvider, name: str = "marisol", **more: str) -> Any:
    return client.get(provider.sign_in(asked_again(client, **more), name).removeprefix("http://testserver"))
