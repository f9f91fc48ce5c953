import pytest
from django.test import Client
from pytest_django.fixtures import Settings

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "manifest-src 'self'",
}
SIGN_IN = "/account/login/"


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "status"), [(SIGN_IN, 200), ("/nowhere/", 404), ("/", 302)])
def test_every_answer_carries_the_strict_policy(client: Client, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    headers = answer.headers
    assert set(headers["Content-Security-Policy"].split("; ")) == POLICY
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(headers["Permissions-Policy"].split(", "))
    assert "no-store" in headers["Cache-Control"]


@pytest.mark.django_db
def test_a_request_behind_a_proxy_keeps_the_proxys_id_if_it_is_one(client: Client, settings: Settings) -> None:
    settings.BEHIND_PROXY = 1
    given = "0f8fad5b-d9cb-469f-a165-70867728950e"
    assert client.get(SIGN_IN, headers={"X-Request-Id": given}).headers["X-Request-Id"] == given
    for forged in ("short", "x" * 65, "a line\nand another one", "Marisol Quintero-Vane"):
        assert client.get(SIGN_IN, headers={"X-Request-Id": forged}).headers["X-Request-Id"] != forged


@pytest.mark.django_db
def test_a_request_from_anybody_gets_an_id_of_its_own(client: Client, settings: Settings) -> None:
    settings.BEHIND_PROXY = 0
    given = "0f8fad5b-d9cb-469f-a165-70867728950e"
    ids = {client.get(SIGN_IN, headers={"X-Request-Id": given}).headers["X-Request-Id"] for _ in range(2)}
    assert given not in ids
    assert len(ids) == 2
