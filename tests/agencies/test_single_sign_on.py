"""Single sign-on against a real OpenID provider in a process of its own: the way in, and everything that bars it."""

import logging
import time
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from agencies import single_sign_on
from agencies.models import Member, SingleSignOn
from hub.core import clock
from tests.agencies.oidc_provider.running import CLIENT_ID, CLIENT_SECRET, OpenIDProvider
from tests.agencies.signing_on import (
    BACK,
    START,
    begun,
    change,
    code_of,
    come_back,
    come_in,
    returned,
    set_up,
    signed_in,
)
from tests.cast import PASSWORD, Cast, assemble
from tests.servers import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("row")]


@pytest.fixture
def people() -> Cast:
    return assemble()


def test_member_signs_in_at_the_agencys_provider(client: Client, people: Cast, provider: OpenIDProvider) -> None:
    answer = come_in(client, provider)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert signed_in(client) == people["police"].pk
    bound = SocialAccount.objects.get()
    assert (bound.user_id, bound.provider, bound.extra_data) == (people["police"].pk, "police", {"sub": bound.uid})
    assert not SocialToken.objects.exists()
    assert not SocialApp.objects.exists()
    assert Member.objects.get(pk=people["police"].pk).has_usable_password()


def test_second_sign_in_finds_the_same_member(client: Client, people: Cast, provider: OpenIDProvider) -> None:
    come_in(Client(), provider)
    assert come_in(client, provider).status_code == 302
    assert signed_in(client) == people["police"].pk
    assert SocialAccount.objects.count() == 1


def test_what_goes_to_the_provider(client: Client, provider: OpenIDProvider) -> None:
    asked = parse_qs(urlsplit(begun(client)).query)
    assert set(asked["scope"][0].split()) == {"openid", "email"}
    assert (asked["response_type"], asked["code_challenge_method"]) == (["code"], ["S256"])
    assert asked["redirect_uri"] == [f"http://testserver{BACK}"]
    assert len(asked["nonce"][0]) == 32
    assert CLIENT_SECRET not in str(asked)


def test_every_sign_in_has_a_state_and_a_nonce_of_its_own(client: Client) -> None:
    first, second = (parse_qs(urlsplit(begun(client)).query) for _ in range(2))
    assert {name for name in ("state", "nonce", "code_challenge") if first[name] == second[name]} == set()


def test_page_that_leads_on_does_so_once(client: Client) -> None:
    begun(client)
    assert client.get(reverse("single_sign_on_onward")).headers["Location"] == START


@pytest.mark.parametrize(
    ("asked", "led"), [("/conferences/", "/conferences/"), ("https://evil.example/", "/"), ("//evil.example", "/")]
)
def test_leads_on_to_where_one_wanted_to_but_never_elsewhere(
    client: Client, provider: OpenIDProvider, asked: str, led: str
) -> None:
    assert come_in(client, provider, next=asked).headers["Location"] == led


@pytest.mark.parametrize(("name", "why"), [("nurse", "other_agency"), ("stranger", "no_account"), ("outside", "domain")])
def test_who_is_no_member_of_that_agency_is_refused(client: Client, provider: OpenIDProvider, name: str, why: str) -> None:
    answer = come_back(client, provider, name)
    assert code_of(answer) == why
    assert signed_in(client) is None
    assert not SocialAccount.objects.exists()


def test_no_account_and_another_agencys_account_are_told_alike(provider: OpenIDProvider) -> None:
    pages = [come_back(Client(), provider, name).context["message"] for name in ("nurse", "stranger")]
    assert pages[0] == pages[1]


@pytest.mark.parametrize(("field", "why"), [("is_active", "closed"), ("locked_at", "locked"), ("disabled_at", "disabled")])
def test_account_that_is_not_open_is_refused(
    client: Client, people: Cast, provider: OpenIDProvider, field: str, why: str
) -> None:
    change(people["police"], **{field: False if field == "is_active" else clock.now()})
    assert code_of(come_back(client, provider)) == why
    assert signed_in(client) is None
    assert not SocialAccount.objects.exists()


def test_account_closed_after_it_was_bound_is_refused(client: Client, people: Cast, provider: OpenIDProvider) -> None:
    come_in(Client(), provider)
    change(people["police"], is_active=False)
    assert code_of(come_in(client, provider)) == "closed"
    assert signed_in(client) is None


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"email_verified": False}, "unverified"),
        ({"email_verified": "true"}, "unverified"),
        ({"email_verified": None}, "unverified"),
        ({"email": ""}, "unverified"),
        ({"email": ["police@harborview.example"]}, "unverified"),
        ({"email": "police@harborview.example.evil.example"}, "domain"),
        ({"email": "police@evil.example@harborview.example"}, "no_account"),
        ({"iss": "https://elsewhere.example"}, "issuer"),
        ({"aud": "another-client"}, "audience"),
        ({"aud": [CLIENT_ID, "another-client"]}, "audience"),
        ({"aud": [CLIENT_ID, "another-client"], "azp": "another-client"}, "audience"),
        ({"exp": int(time.time()) - 3600}, "expired"),
        ({"iat": int(time.time()) + 3600}, "expired"),
        ({"nonce": "of-another-sign-in"}, "nonce"),
        ({"sub": ""}, "malformed"),
        ({"sub": "x" * 192}, "malformed"),
    ],
)
def test_token_that_proves_nothing_is_refused(
    client: Client, provider: OpenIDProvider, claims: dict[str, Any], why: str
) -> None:
    provider.behave(claims=claims)
    assert code_of(come_back(client, provider)) == why
    assert signed_in(client) is None
    assert not SocialAccount.objects.exists()


def test_token_that_somebody_else_signed_is_refused(client: Client, provider: OpenIDProvider) -> None:
    provider.behave(key=True)
    assert code_of(come_back(client, provider)) == "signature"


def test_address_may_come_from_where_the_provider_tells_it(client: Client, people: Cast, provider: OpenIDProvider) -> None:
    provider.behave(without=["email", "email_verified"])
    assert come_in(client, provider).status_code == 302
    assert signed_in(client) == people["police"].pk


@pytest.mark.parametrize(("said", "why"), [({"sub": "another"}, "malformed"), ({"email_verified": False}, "unverified")])
def test_what_is_told_of_somebody_else_or_unverified_counts_nothing(
    client: Client, provider: OpenIDProvider, said: dict[str, Any], why: str
) -> None:
    provider.behave(without=["email", "email_verified"], userinfo=said)
    assert code_of(come_back(client, provider)) == why


def test_another_person_with_the_same_address_is_refused(client: Client, people: Cast, provider: OpenIDProvider) -> None:
    come_in(Client(), provider)
    assert code_of(come_in(client, provider, "namesake")) == "other_subject"
    single_sign_on.forget(by=people["administrator"], provider=SingleSignOn.objects.get(), email="Police@harborview.example")
    assert come_in(client, provider, "namesake").status_code == 302


def test_person_who_comes_with_another_members_address_is_refused(client: Client, provider: OpenIDProvider) -> None:
    come_in(Client(), provider)
    provider.behave(claims={"email": "police_deputy@harborview.example"})
    assert code_of(come_in(client, provider)) == "other_subject"
    assert signed_in(client) is None
    assert SocialAccount.objects.count() == 1


def test_return_counts_once(client: Client, provider: OpenIDProvider) -> None:
    address = returned(client, provider)
    assert client.get(address).status_code == 302
    client.logout()
    assert code_of(client.get(address)) == "unfinished"
    assert signed_in(client) is None


def test_return_into_another_browser_signs_nobody_in(client: Client, provider: OpenIDProvider) -> None:
    address = returned(Client(), provider)
    assert code_of(client.get(address)) == "unfinished"
    assert signed_in(client) is None


def test_code_of_one_sign_in_under_the_state_of_another_is_refused(client: Client, provider: OpenIDProvider) -> None:
    stolen = parse_qs(urlsplit(returned(Client(), provider)).query)["code"][0]
    state = parse_qs(urlsplit(begun(client)).query)["state"][0]
    assert code_of(client.get(f"{BACK}?{urlencode({'code': stolen, 'state': state})}")) == "exchange"
    assert signed_in(client) is None


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"error": "access_denied"}, "cancelled"),
        ({"error": "server_error"}, "provider_refused"),
        ({}, "provider_refused"),
        ({"code": "made-up"}, "exchange"),
        ({"code": "made-up", "iss": "https://elsewhere.example"}, "issuer"),
    ],
)
def test_other_answers_of_the_provider_sign_nobody_in(client: Client, answer: dict[str, str], why: str) -> None:
    state = parse_qs(urlsplit(begun(client)).query)["state"][0]
    assert code_of(client.get(f"{BACK}?{urlencode({'state': state, **answer})}")) == why
    assert signed_in(client) is None


@pytest.mark.parametrize("query", ["", "?state=", "?state=made-up&code=made-up", "?code=made-up"])
def test_return_that_nobody_began_is_refused(client: Client, query: str) -> None:
    assert code_of(client.get(BACK + query)) == "unfinished"


def test_wrong_client_secret_is_said_without_it(
    client: Client, people: Cast, provider: OpenIDProvider, caplog: pytest.LogCaptureFixture
) -> None:
    set_up(people, "police", provider, secret="an old secret")
    assert code_of(come_back(client, provider)) == "exchange"
    assert "an old secret" not in caplog.text


def test_provider_that_is_away_is_said_before_and_after(client: Client, people: Cast, provider: OpenIDProvider) -> None:
    address = returned(client, provider)
    away = f"http://127.0.0.1:{free_port()}/o"
    SingleSignOn.objects.update(issuer=away)
    assert code_of(client.get(address)) == "away"
    assert code_of(client.post(START, {"email": "police@harborview.example"})) == "away"
    assert signed_in(client) is None


def test_provider_that_is_not_as_it_is_written_down_signs_nobody_in(
    client: Client, people: Cast, provider: OpenIDProvider, caplog: pytest.LogCaptureFixture
) -> None:
    address = returned(client, provider)
    # its description is there, and calls itself otherwise
    SingleSignOn.objects.update(issuer=f"{provider.issuer}/")
    assert code_of(client.get(address)) == "misconfigured"
    assert "It calls itself" in caplog.text
    assert code_of(client.post(START, {"email": "police@harborview.example"})) == "misconfigured"
    assert signed_in(client) is None


def test_secret_that_does_not_open_is_said_as_the_installations_fault(
    client: Client, people: Cast, provider: OpenIDProvider
) -> None:
    address = returned(client, provider)
    other = set_up(people, "clinic", provider)
    SingleSignOn.objects.filter(key="police").update(secret=other.secret)
    assert code_of(client.get(address)) == "misconfigured"
    assert signed_in(client) is None


def test_refusal_is_logged_without_a_name(
    client: Client, people: Cast, provider: OpenIDProvider, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        come_back(client, provider, "nurse")
    assert "single sign-on refused: other_agency" in caplog.text
    assert "clinic@" not in caplog.text


@pytest.mark.parametrize(
    ("word", "less"),
    [({}, {"is_active": False}), ({"trusts_its_mfa": True}, {}), ({"demands_mfa": True}, {"demands_mfa": False}),
     ({}, {"client_id": "another"})],
)  # fmt: skip
def test_sessions_do_not_outlive_the_word_that_they_began_with(
    client: Client, people: Cast, provider: OpenIDProvider, word: dict[str, Any], less: dict[str, Any]
) -> None:
    set_up(people, "police", provider, **word)
    assert come_in(client, provider).status_code == 302
    here, elsewhere = Client(), Client()
    here.force_login(people["police"])
    elsewhere.force_login(people["clinic"])
    for one in (client, here, elsewhere):
        assert one.get("/situations/").status_code == 200
    set_up(people, "police", provider, **{**word, "name": "Another name"})
    assert client.get("/situations/").status_code == 200
    set_up(people, "police", provider, **less)
    assert client.get("/situations/").headers["Location"].startswith("/account/login/")
    assert [one.get("/situations/").status_code for one in (here, elsewhere)] == [200, 200]


def test_provider_that_is_switched_off_is_no_way_in(client: Client, people: Cast, provider: OpenIDProvider) -> None:
    address = returned(client, provider)
    set_up(people, "police", provider, is_active=False)
    assert client.get(address).status_code == 404
    assert client.post(START, {"email": "police@harborview.example"}).status_code == 422
    assert signed_in(client) is None


@pytest.mark.parametrize("email", ["", "not an address", "police@elsewhere.example", "police@sub.harborview.example"])
def test_address_without_a_provider_is_said_at_its_field(client: Client, email: str) -> None:
    answer = client.post(START, {"email": email})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"email"}


def test_start_tells_nobody_who_has_an_account(client: Client) -> None:
    known, unknown = (urlsplit(begun(client, f"{name}@harborview.example")) for name in ("police", "nobody"))
    assert known.path == unknown.path
    assert set(parse_qs(known.query)) == set(parse_qs(unknown.query))


def test_several_providers_of_one_ending_are_offered(client: Client, people: Cast, provider: OpenIDProvider) -> None:
    set_up(people, "clinic", provider)
    page = client.post(START, {"email": "police@harborview.example"})
    assert page.status_code == 200
    assert [one.name for one in page.context["choices"]] == ["Sign-in of clinic", "Sign-in of police"]
    assert come_in(client, provider, provider_key="police").status_code == 302
    assert signed_in(client) == people["police"].pk


def test_who_signed_in_meanwhile_as_somebody_else_is_signed_out(client: Client, people: Cast, provider: OpenIDProvider) -> None:
    come_in(Client(), provider)
    address = returned(client, provider)
    client.post(reverse("account_login"), {"login": "police_deputy@harborview.example", "password": PASSWORD})
    assert signed_in(client) == people["police_deputy"].pk
    assert client.get(address).status_code == 302
    assert signed_in(client) == people["police"].pk


def test_who_is_signed_in_needs_no_start(client: Client, people: Cast) -> None:
    client.force_login(people["police"])
    assert client.get(START).headers["Location"] == "/"


@pytest.mark.parametrize(
    ("trusts", "claims", "met"),
    [
        (True, {"amr": ["pwd", "mfa"]}, True),
        (True, {"amr": ["pwd"]}, False),
        (True, {}, False),
        (False, {"amr": ["pwd", "mfa"]}, False),
    ],
)
def test_second_factor_at_the_provider_counts_where_its_word_does(
    people: Cast, provider: OpenIDProvider, trusts: bool, claims: dict[str, Any], met: bool
) -> None:
    client = Client()
    set_up(people, "police", provider, trusts_its_mfa=trusts)
    provider.behave(claims=claims)
    come_in(client, provider)
    assert single_sign_on.had_second_factor(client.session, people["police"].pk) is met
    assert single_sign_on.had_second_factor(client.session, people["clinic"].pk) is False


@pytest.mark.parametrize(("methods", "missing"), [(["pwd", "mfa"], False), (["pwd"], True)])
def test_demand_of_a_second_factor_is_met_at_the_provider(
    people: Cast, provider: OpenIDProvider, settings: Settings, methods: list[str], missing: bool
) -> None:
    client = Client()
    settings.DEMANDS_MFA = True
    set_up(people, "police", provider, trusts_its_mfa=True)
    change(people["police"], grace_ended_at=clock.now())
    provider.behave(claims={"amr": methods})
    come_in(client, provider)
    assert signed_in(client) == people["police"].pk
    assert (reverse("mfa_index") in client.get("/conferences/").headers.get("Location", "")) is missing


def test_second_factor_counts_no_more_when_the_providers_word_does_not(
    client: Client, people: Cast, provider: OpenIDProvider
) -> None:
    set_up(people, "police", provider, trusts_its_mfa=True)
    provider.behave(claims={"amr": ["mfa"]})
    come_in(client, provider)
    set_up(people, "police", provider, trusts_its_mfa=False)
    assert single_sign_on.had_second_factor(client.session, people["police"].pk) is False


@pytest.mark.parametrize(("demands", "missing"), [(True, False), (False, True)])
def test_provider_that_says_nothing_of_factors_counts_where_it_is_known_to_demand_them(
    people: Cast, provider: OpenIDProvider, settings: Settings, demands: bool, missing: bool
) -> None:
    client = Client()
    settings.DEMANDS_MFA = True
    set_up(people, "police", provider, demands_mfa=demands)
    change(people["police"], grace_ended_at=clock.now())
    provider.behave(without=["amr"])
    come_in(client, provider)
    assert signed_in(client) == people["police"].pk
    assert (reverse("mfa_index") in client.get("/conferences/").headers.get("Location", "")) is missing
