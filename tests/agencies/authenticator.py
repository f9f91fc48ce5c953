"""An authenticator app of the tests, and people who sign in as people do: with their password, through the page."""

import base64
import hmac
import struct
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.test import Client

from agencies.models import Member
from tests.cast import PASSWORD

SECRET = base64.b32encode(b"twenty bytes of test").decode()
TOTP_SECONDS = 30


def code(secret: str = SECRET) -> str:
    """What the app shows now (RFC 6238, written anew); accepted once more although it was used a moment ago."""
    cache.clear()
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // TOTP_SECONDS), "sha1").digest()
    start = digest[-1] & 0xF
    return f"{(int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF) % 10**6:06d}"


def with_app(member: Member) -> Member:
    """The member has the app, and recovery codes."""
    TOTP.activate(member, SECRET)
    RecoveryCodes.activate(member)
    return member


def recovery_codes(member: Member) -> list[str]:
    """The member's unused ones."""
    row = Authenticator.objects.get(user=member, type=Authenticator.Type.RECOVERY_CODES)
    codes: list[str] = row.wrap().get_unused_codes()
    return codes


def signed_in(member: Member, client: Client | None = None, **more: str) -> Client:
    """Somebody who wrote the password, and the code where one is asked for."""
    browser = client or Client()
    answer = browser.post("/account/login/", {"login": member.email, "password": PASSWORD, **more})
    if answer.status_code == 302 and "/2fa/authenticate/" in answer.headers["Location"]:
        browser.post("/account/2fa/authenticate/", {"code": code()})
    return browser
