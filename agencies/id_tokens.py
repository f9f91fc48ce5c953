"""What an OpenID provider says about a person, believed only as OpenID Connect Core 1.0 (3.1.3.7) allows.

The library under us skips the signature of a token that came over TLS. Here it is always checked: a proxy that breaks
TLS open, as many agencies run one, must not be able to say who somebody is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import jwt

from agencies.sign_on_refusals import SignOnRefused

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a private key only: with HS256 the shared secret could be made to look like one."""
LEEWAY_SECONDS = 60
LONGEST_SUBJECT = 191  # the column of allauth's SocialAccount
# RFC 8176: several factors were checked, or one that is a device of the person's own with its own check
STRONG_METHODS = frozenset({"mfa", "hwk", "sc"})
ONE_TIME, KNOWN = "otp", frozenset({"pwd", "pin"})
STRONG_CONTEXTS = frozenset({"phr", "phrh", "http://schemas.openid.net/pape/policies/2007/06/multi-factor"})
ENTRA = frozenset({"login.microsoftonline.com", "login.microsoftonline.us"})

Claims = Mapping[str, Any]
_REASONS = (
    (jwt.InvalidIssuerError, "issuer"),
    (jwt.InvalidAudienceError, "audience"),
    (jwt.ExpiredSignatureError, "expired"),
    (jwt.ImmatureSignatureError, "expired"),
    (jwt.InvalidSignatureError, "signature"),
)


@dataclass(frozen=True)
class Proved:
    """Who came from the provider, in its words: all of it was signed by it, for us, just now."""

    subject: str
    email: str
    email_verified: bool
    multi_factor: bool


def verified(token: str, *, keys: Claims, issuer: str, client_id: str, nonce: str) -> Claims:
    """The claims of an ID token. Raises SignOnRefused unless signature, issuer, audience, time and nonce are right."""
    try:
        header = jwt.get_unverified_header(token)
        claims: Claims = jwt.decode(
            token,
            key=_key(keys, header.get("kid")),
            algorithms=ALGORITHMS,
            issuer=issuer,
            audience=client_id,
            leeway=LEEWAY_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except (jwt.PyJWTError, TypeError, ValueError) as error:
        raise SignOnRefused(next((code for kind, code in _REASONS if isinstance(error, kind)), "malformed")) from None
    _require(claims, client_id, nonce)
    return claims


def _key(keys: Claims, kid: Any) -> jwt.PyJWK:
    """The key that the token names; a provider with a single key need not name it."""
    signing = [one for one in jwt.PyJWKSet.from_dict(dict(keys)).keys if one.public_key_use in {None, "sig"}]
    named = [one for one in signing if one.key_id == kid] if kid else signing
    if len(named) != 1:
        raise SignOnRefused("signature")
    return named[0]


def _require(claims: Claims, client_id: str, nonce: str) -> None:
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else client_id) != client_id:
        raise SignOnRefused("audience")
    if not nonce or claims.get("nonce") != nonce:
        raise SignOnRefused("nonce")
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise SignOnRefused("malformed")


def require_shown_since(claims: Claims, began: float) -> None:
    """Raise SignOnRefused unless the person signed in there since then (`auth_time`): an open session proves nothing."""
    at = claims.get("auth_time")
    if isinstance(at, bool) or not isinstance(at, int | float):
        raise SignOnRefused("no_time")
    if at < began - LEEWAY_SECONDS:
        raise SignOnRefused("not_again")


def proved(claims: Claims) -> Proved:
    """What matters of verified claims; nothing else of them is looked at or kept."""
    email = claims.get("email")
    return Proved(
        subject=claims["sub"],
        email=email.strip().lower() if isinstance(email, str) else "",
        email_verified=_verified_email(claims),
        multi_factor=_multi_factor(claims),
    )


def _verified_email(claims: Claims) -> bool:
    # Entra ID has no email_verified; its xms_edov says that the tenant owns the domain, and is 1, "1" or true
    if urlsplit(str(claims.get("iss"))).hostname in ENTRA:
        return claims.get("xms_edov") in (True, 1, "1", "true")
    return claims.get("email_verified") is True


def _multi_factor(claims: Claims) -> bool:
    found = claims.get("amr")
    methods = {one for one in found if isinstance(one, str)} if isinstance(found, list) else set()
    two_apart = ONE_TIME in methods and bool(KNOWN & methods)
    return bool(STRONG_METHODS & methods) or two_apart or str(claims.get("acr")) in STRONG_CONTEXTS
