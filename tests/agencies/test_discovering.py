"""What is wrong with a provider, in words for the administrator; each kind of provider really runs."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest
from pytest_django.fixtures import Settings

from agencies import discovering
from tests.servers import free_port

pytestmark = pytest.mark.pairless


class Answers(BaseHTTPRequestHandler):
    """Answers every path out of `pages`: (status, body)."""

    pages: ClassVar[dict[str, tuple[int, bytes]]] = {}

    def do_GET(self) -> None:
        status, body = self.pages.get(self.path, (404, b""))
        self.send_response(status)
        if status in range(300, 400):
            self.send_header("Location", body.decode())
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Says nothing."""


@contextmanager
def serving() -> Iterator[str]:
    """The address of a server with the pages that were set."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    settings.SINGLE_SIGN_ON_PLAIN_LOOPBACK = True
    Answers.pages = {}
    with serving() as found:
        yield found


def describe(address: str, status: int = 200, keys: Any = None, **instead: Any) -> None:
    """The provider describes itself rightly, but for what is said `instead` (None: left out)."""
    document = {
        "issuer": address,
        "authorization_endpoint": f"{address}/authorize",
        "token_endpoint": f"{address}/token",
        "jwks_uri": f"{address}/keys",
        "response_types_supported": ["code"],
        "id_token_signing_alg_values_supported": ["RS256"],
        **instead,
    }
    body = json.dumps({name: value for name, value in document.items() if value is not None}).encode()
    Answers.pages[discovering.PATH] = (status, body)
    Answers.pages["/keys"] = (200, json.dumps(keys or {"keys": [{"kty": "RSA"}]}).encode())


def wrong(address: str) -> list[str]:
    return [one.text for one in discovering.examine(address) if not one.good]


def test_provider_that_is_ready(address: str) -> None:
    describe(address)
    assert wrong(address) == []
    assert discovering.discover(address)["issuer"] == address
    assert f"calls itself {address}" in discovering.examine(address)[0].text


@pytest.mark.parametrize(
    ("instead", "words"),
    [
        ({"issuer": "https://other.example"}, 'It calls itself "https://other.example"'),
        ({"issuer": None}, 'It calls itself "None"'),
        ({"token_endpoint": None}, "no token_endpoint"),
        ({"jwks_uri": "http://elsewhere.example/keys"}, "no jwks_uri"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "no authorization_endpoint"),
        ({"authorization_endpoint": "https://[abc"}, "no authorization_endpoint"),
        ({"authorization_endpoint": 7}, "no authorization_endpoint"),
        ({"authorization_endpoint": "https://a@evil.example/"}, "no authorization_endpoint"),
        ({"response_types_supported": ["id_token"]}, "does not offer the code flow"),
        ({"id_token_signing_alg_values_supported": ["HS256", "none"]}, "does not offer signing with a private key"),
        ({"code_challenge_methods_supported": ["plain"]}, "does not offer PKCE"),
    ],
)
def test_description_that_is_not_right(address: str, instead: dict[str, Any], words: str) -> None:
    describe(address, **instead)
    assert [words in one for one in wrong(address)] == [True]
    with pytest.raises(discovering.ProviderTrouble):
        discovering.discover(address)


@pytest.mark.parametrize("issuer", ["https://[abc", "https://[::1", "https://]"])
def test_issuer_that_is_no_address(issuer: str) -> None:
    assert not discovering.is_safe(issuer)
    assert "does not begin with https://" in discovering.examine(issuer)[0].text


def test_slash_at_the_end_counts(address: str) -> None:
    describe(address)
    assert "a slash at the end too" in wrong(f"{address}/")[0]


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ((404, b""), "answers 404 and not 200"),
        ((500, b"{}"), "answers 500 and not 200"),
        ((200, b"<html>"), "something else than its description"),
        ((200, b"[]"), "something else than its description"),
        ((200, b"\xff\xfe"), "something else than its description"),
        ((200, b"x" * (discovering.LARGEST + 1)), "far more than a description"),
        ((302, b"https://elsewhere.example/"), "leads elsewhere"),
    ],
)
def test_answer_that_is_no_description(address: str, page: tuple[int, bytes], words: str) -> None:
    Answers.pages[discovering.PATH] = page
    assert [words in one for one in wrong(address)] == [True]


def test_provider_without_keys(address: str) -> None:
    describe(address, keys={"keys": []})
    assert wrong(address) == ["It shows no signing keys at its jwks_uri."]


def test_nobody_there(address: str) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    assert "cannot be reached" in wrong(nobody)[0]
    with pytest.raises(discovering.ProviderTrouble) as away:
        discovering.discover(nobody)
    assert away.value.away


def test_certificate_that_is_not_valid(address: str) -> None:
    assert "cannot be reached" in wrong(f"https://127.0.0.1:{free_port()}")[0]
    # a server that speaks no TLS at all has no valid certificate either
    assert "certificate" in wrong(address.replace("http:", "https:"))[0]


@pytest.mark.parametrize(
    "given", ["http://provider.example", "ftp://provider.example", "provider.example", "", "https://", "https://a:b@c.example"]
)
def test_address_that_is_not_https_is_never_asked(address: str, given: str) -> None:
    assert not discovering.is_safe(given)
    assert "does not begin with https://" in wrong(given)[0]


def test_loopback_needs_https_too_where_hubtable_does(address: str, settings: Settings) -> None:
    describe(address)
    settings.SINGLE_SIGN_ON_PLAIN_LOOPBACK = False
    assert "does not begin with https://" in wrong(address)[0]
