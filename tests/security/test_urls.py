"""The URL table, walked: every view declares who may use it, and nobody is let in by accident."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from agencies.models import Member
from hub.core import access

PUBLIC = {"healthz", "readyz", "gallery", "public_tables", "public_tables_town", "table_sign_by_link", "table_signed"} | {
    "referral_start",
    "referral_desk",
    "referral_code",
}
SAMPLES = {"int": "1", "str": "x", "slug": "x", "path": "x", "uuid": "00000000-0000-0000-0000-000000000000"}


def views(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from views(one.url_patterns, route)
        else:
            yield route, one


EVERY = list(views(get_resolver().url_patterns))
OURS = [(route, one) for route, one in EVERY if not route.startswith("account/")]


def address(route: str, one: URLPattern) -> str:
    """The route with a sample in place of each parameter."""
    for name, converter in one.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        for written in (f"<{kind}:{name}>", f"<{name}>"):
            route = route.replace(written, SAMPLES[kind])
    return "/" + route.replace("\\Z", "")


@pytest.mark.pairless
def test_every_view_is_declared():
    assert [route for route, one in EVERY if access.rule_of(one.callback) is None] == []


@pytest.mark.pairless
def test_only_the_named_views_of_ours_are_public():
    assert {one.name for _route, one in OURS if access.rule_of(one.callback) is access._anyone} <= PUBLIC


@pytest.mark.django_db
@pytest.mark.parametrize(("route", "one"), OURS, ids=[route or "start" for route, _one in OURS])
def test_anonymous_visitor_gets_no_page(route, one):
    if one.name in PUBLIC:
        return
    client = Client()
    where = address(route, one)
    assert client.get(where).status_code in {302, 401, 405}
    assert client.post(where).status_code in {401, 405}


@pytest.mark.django_db
def test_nobody_makes_an_account_for_themselves():
    answer = Client().post("/account/signup/", {"email": "a@b.example", "password1": "x" * 14, "password2": "x" * 14})
    assert answer.status_code in {200, 302}
    assert not Member.objects.exists()
