"""What is believed of a provider's words, and tokens that no honest provider makes."""

import re
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from agencies import id_tokens
from agencies.id_tokens import proved, verified
from agencies.sign_on_refusals import WORDS, SignOnRefused
from tests.live import ROOT

pytestmark = pytest.mark.pairless
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = {"keys": [{**jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": "one", "use": "sig"}]}
ISSUER, CLIENT, NONCE = "https://id.agency.example", "hubtable", "n" * 32


def token(key: Any = KEY, algorithm: str = "RS256", headers: dict[str, Any] | None = None, **instead: Any) -> str:
    now = int(time.time())
    claims = {"iss": ISSUER, "sub": "42", "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": NONCE, **instead}
    return jwt.encode(
        {k: v for k, v in claims.items() if v is not None}, key, algorithm, {"kid": "one"} if headers is None else headers
    )


def read(given: str, keys: dict[str, Any] = PUBLIC, nonce: str = NONCE) -> id_tokens.Claims:
    return verified(given, keys=keys, issuer=ISSUER, client_id=CLIENT, nonce=nonce)


def why(given: str, keys: dict[str, Any] = PUBLIC, nonce: str = NONCE) -> str:
    with pytest.raises(SignOnRefused) as refused:
        read(given, keys, nonce)
    return refused.value.code


def test_right_token_is_read():
    assert read(token())["sub"] == "42"
    assert read(token(azp=CLIENT, aud=[CLIENT]))["sub"] == "42"


def test_provider_with_one_key_need_not_name_it():
    assert read(token(headers={}))["sub"] == "42"


def test_key_of_another_kind_is_read():
    key = ec.generate_private_key(ec.SECP256R1())
    shown = {**jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": "one", "alg": "ES256"}
    assert read(token(key, "ES256"), {"keys": [shown]})["sub"] == "42"


@pytest.mark.parametrize("missing", ["iss", "sub", "aud", "exp", "iat"])
def test_token_without_what_it_must_have_is_refused(missing):
    left_out: dict[str, Any] = {missing: None}
    assert why(token(**left_out)) == "malformed"


def test_token_without_signature_is_refused():
    assert why(token(key="", algorithm="none")) == "malformed"


def test_public_key_is_no_shared_secret():
    assert why(token(key="a shared secret that is as long as it has to be", algorithm="HS256")) == "malformed"


def test_signature_of_a_key_for_encryption_counts_nothing():
    assert why(token(), {"keys": [{**PUBLIC["keys"][0], "use": "enc"}]}) == "signature"


@pytest.mark.parametrize("headers", [{"kid": "two"}, {"kid": 7}, {"kid": ["one"]}])
def test_key_that_is_not_shown_is_refused(headers):
    assert why(token_with_header(headers)) in {"signature", "malformed"}


def token_with_header(headers: dict[str, Any]) -> str:
    try:
        return token(headers=headers)
    except jwt.PyJWTError:  # what the library would not write, somebody else's can
        head = jwt.utils.base64url_encode(str({"alg": "RS256", **headers}).replace("'", '"').encode()).decode()
        return f"{head}.{token().partition('.')[2]}"


@pytest.mark.parametrize("keys", [{}, {"keys": []}, {"keys": "x"}, {"keys": [{}]}, {"keys": [1]}])
def test_keys_that_are_none_are_refused(keys):
    assert why(token(), keys) in {"signature", "malformed"}


@pytest.mark.parametrize("given", ["", "x", "a.b.c", "e30.e30.e30", "é.é.é"])
def test_what_is_no_token_is_refused(given):
    assert why(given) == "malformed"


def test_sign_in_without_a_nonce_is_refused():
    assert why(token(nonce=None)) == "nonce"
    assert why(token(nonce=""), nonce="") == "nonce"


def test_token_that_begins_later_is_refused():
    assert why(token(nbf=int(time.time()) + 600)) == "expired"


def test_clocks_may_differ_by_a_minute():
    assert read(token(exp=int(time.time()) - 30))["sub"] == "42"


@pytest.mark.parametrize(
    ("said", "met"),
    [
        ({"amr": ["pwd", "mfa"]}, True),
        ({"amr": ["hwk"]}, True),
        ({"amr": ["sc", "pin"]}, True),
        ({"amr": ["pwd", "otp"]}, True),
        ({"acr": "phr"}, True),
        ({"amr": ["otp"]}, False),
        ({"amr": ["pwd"]}, False),
        ({"amr": "mfa"}, False),
        ({"amr": [["mfa"]]}, False),
        ({"amr": None, "acr": "1"}, False),
        ({"acr": ["phr"]}, False),
        ({}, False),
    ],
)
def test_several_factors_are_believed_only_where_they_are_named(said, met):
    assert proved({"sub": "42", **said}).multi_factor is met


@pytest.mark.parametrize(
    ("issuer", "said", "is_verified"),
    [
        (ISSUER, {"email_verified": True}, True),
        (ISSUER, {"email_verified": "true"}, False),
        (ISSUER, {"xms_edov": True}, False),
        ("https://login.microsoftonline.com/tenant/v2.0", {"xms_edov": True}, True),
        ("https://login.microsoftonline.com/tenant/v2.0", {"xms_edov": "1"}, True),
        ("https://login.microsoftonline.com/tenant/v2.0", {"xms_edov": 0}, False),
        ("https://login.microsoftonline.com/tenant/v2.0", {"email_verified": True}, False),
        ("https://login.microsoftonline.com.evil.example/", {"xms_edov": True}, False),
    ],
)
def test_address_is_verified_only_in_its_issuers_own_words(issuer, said, is_verified):
    assert proved({"sub": "42", "iss": issuer, "email": "A@b.example", **said}).email_verified is is_verified


def test_every_refusal_has_words():
    lines = [line for file in (ROOT / "agencies").rglob("*.py") for line in file.read_text().splitlines()]
    raised = {code for line in lines if "SignOnRefused(" in line for code in re.findall(r'"(\w+)"', line)}
    raised |= {code for _kind, code in id_tokens._REASONS}
    assert len(raised) > 10
    assert raised <= set(WORDS)
    quoted = {code for line in lines for code in re.findall(r'"(\w+)"', line)}
    assert set(WORDS) <= quoted
    assert all(str(words) for words in WORDS.values())
    assert SignOnRefused("away").status == 403
