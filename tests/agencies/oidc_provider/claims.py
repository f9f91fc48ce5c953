"""What the provider says about a person; a file lets the tests have it say something else, signed all the same."""

import json
from datetime import datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from oauth2_provider.oauth2_validators import OAuth2Validator

from tests.agencies.oidc_provider.settings import WHIMS


def whims() -> dict[str, Any]:
    """`claims`: into the ID token; `without`: claims left out of it; `key`: sign with another key than the one shown."""
    found: dict[str, Any] = json.loads(WHIMS.read_text()) if WHIMS.exists() else {}
    return found


class Claims(OAuth2Validator):
    """E-mail addresses are verified, and one factor was checked, unless a test says otherwise."""

    oidc_claim_scope = None

    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        said = {"email": request.user.email, "email_verified": True, "amr": ["pwd"]}
        return {name: value for name, value in said.items() if name not in whims().get("without", [])}

    def get_userinfo_claims(self, request: Any) -> dict[str, Any]:
        claims: dict[str, Any] = super().get_userinfo_claims(request)
        return {**claims, "email": request.user.email, "email_verified": True, **whims().get("userinfo", {})}

    def get_id_token_dictionary(self, token: Any, token_handler: Any, request: Any) -> tuple[dict[str, Any], datetime]:
        claims, expires = super().get_id_token_dictionary(token, token_handler, request)
        return {**claims, **whims().get("claims", {})}, expires

    def finalize_id_token(self, id_token: dict[str, Any], token: Any, token_handler: Any, request: Any) -> str:
        if whims().get("key"):
            return _signed_by_another(super().finalize_id_token(id_token, token, token_handler, request))
        signed: str = super().finalize_id_token(id_token, token, token_handler, request)
        return signed


def _signed_by_another(token: str) -> str:
    """The same claims and the same name of the key, under a key that nobody is shown."""
    claims = jwt.decode(token, options={"verify_signature": False})
    another = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(claims, another, "RS256", {"kid": jwt.get_unverified_header(token)["kid"]})
