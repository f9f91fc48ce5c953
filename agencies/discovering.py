"""What an OpenID provider says about itself (OpenID Connect Discovery 1.0), fetched when somebody signs in or tries it.

Every sentence here is for the administrator who set the provider up.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.utils.translation import gettext as _

from agencies.id_tokens import ALGORITHMS
from hub.core.errors import RuleRefused

SECONDS = 5
LARGEST = 256 * 1024
PATH = "/.well-known/openid-configuration"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")

Document = Mapping[str, Any]


class ProviderTrouble(RuleRefused):
    """The provider does not answer (`away`), or not as it must. The message says what is wrong and what to do."""

    def __init__(self, message: str, *, away: bool = False) -> None:
        super().__init__(message, field="issuer")
        self.away = away


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    good: bool
    text: str


def session() -> requests.Session:
    """How every request goes out: it waits five seconds at most, and follows no redirect to somewhere else."""
    opened = requests.Session()
    opened.max_redirects = 0
    opened.request = partial(opened.request, timeout=SECONDS)  # type: ignore[method-assign]
    return opened


def is_safe(address: object) -> bool:
    """Whether an address is https; a loopback one may be http where the installation itself speaks plain HTTP."""
    try:
        parts = urlsplit(address) if isinstance(address, str) else urlsplit("")
    except ValueError:
        return False
    plain = settings.SINGLE_SIGN_ON_PLAIN_LOOPBACK and parts.scheme == "http" and parts.hostname in LOOPBACK
    return bool(parts.hostname) and "@" not in parts.netloc and (parts.scheme == "https" or plain)


def discover(issuer: str) -> Document:
    """The provider's own description. Raises ProviderTrouble if anything in it is not as a sign-in needs it."""
    document = fetch(issuer.rstrip("/") + PATH)
    for finding in _looked_at(issuer, document):
        if not finding.good:
            raise ProviderTrouble(finding.text)
    return document


def examine(issuer: str) -> list[Finding]:
    """Everything that a trial shows, good and bad. Raises nothing."""
    found: list[Finding] = []
    try:
        document = fetch(issuer.rstrip("/") + PATH)
        found += _looked_at(issuer, document)
        if all(one.good for one in found):
            found.append(_keys_found(document))
    except ProviderTrouble as trouble:
        found.append(Finding(good=False, text=trouble.message))
    return found


def fetch(address: str) -> Document:
    """A JSON object from an address of the provider's. Raises ProviderTrouble, in words that name the address."""
    if not is_safe(address):
        raise ProviderTrouble(_("%(address)s does not begin with https://.") % {"address": address})
    try:
        with session() as opened, opened.get(address, stream=True) as answer:
            return _object(address, answer)
    except requests.RequestException as error:
        raise ProviderTrouble(_why(error) % {"address": address}, away=True) from None


def _object(address: str, answer: requests.Response) -> Document:
    given = {"address": address, "status": answer.status_code}
    if answer.status_code != requests.codes.ok:
        raise ProviderTrouble(_("%(address)s answers %(status)s and not 200. Is the issuer complete?") % given)
    body = b""
    for chunk in answer.iter_content(LARGEST):
        body += chunk
        if len(body) > LARGEST:
            raise ProviderTrouble(_("%(address)s sends far more than a description.") % given)
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ProviderTrouble(_("%(address)s answers with something else than its description.") % given)
    return found


def _why(error: requests.RequestException) -> str:
    """The kinds stand in their order of inheritance: what is wrong with TLS is also a failed connection."""
    kinds: tuple[tuple[type[Exception], Callable[[], str]], ...] = (
        (requests.exceptions.SSLError, lambda: _("%(address)s shows a certificate that is not valid.")),
        (requests.exceptions.Timeout, lambda: _("%(address)s does not answer within five seconds.")),
        (requests.exceptions.TooManyRedirects, lambda: _("%(address)s leads elsewhere. Give the address it leads to.")),
        (requests.exceptions.ConnectionError, lambda: _("%(address)s cannot be reached: no such host, or it does not answer.")),
    )
    return next((words() for kind, words in kinds if isinstance(error, kind)), _("%(address)s cannot be asked."))


def _looked_at(issuer: str, document: Document) -> Iterator[Finding]:
    yield _own_name(issuer, document.get("issuer"))
    for name in ADDRESSES:
        good = is_safe(document.get(name))
        words = _("%(name)s: %(address)s") if good else _("Its description has no %(name)s that begins with https://.")
        yield Finding(good=good, text=words % {"name": name, "address": document.get(name)})
    yield _offered(document, "response_types_supported", ["code"], _("the code flow (response type code)"))
    yield _offered(
        document, "id_token_signing_alg_values_supported", ALGORITHMS, _("signing with a private key (RS256 or better)")
    )
    # Entra ID says nothing about PKCE and knows it
    yield _offered(
        {"code_challenge_methods_supported": ["S256"], **document},
        "code_challenge_methods_supported",
        ["S256"],
        _("PKCE (S256)"),
    )


def _own_name(issuer: str, named: object) -> Finding:
    if named == issuer:
        return Finding(good=True, text=_("It answers, and calls itself %(issuer)s.") % {"issuer": issuer})
    words = _(
        'It calls itself "%(named)s", but the issuer given here is "%(issuer)s". Copy it exactly, a slash at the end too.'
    )
    return Finding(good=False, text=words % {"named": str(named)[:200], "issuer": issuer})


def _offered(document: Document, name: str, wanted: Any, what: str) -> Finding:
    listed = document.get(name)
    good = isinstance(listed, list) and any(one in listed for one in wanted)
    return Finding(good=good, text=(_("It offers %(what)s.") if good else _("It does not offer %(what)s.")) % {"what": what})


def _keys_found(document: Document) -> Finding:
    good = bool(fetch(document["jwks_uri"]).get("keys"))
    return Finding(
        good=good, text=_("Its signing keys can be read.") if good else _("It shows no signing keys at its jwks_uri.")
    )
