"""The receipt code: twenty digits that open status and messages of one referral. Its plain form is stored nowhere.

Stored is a slow hash of it (scrypt, peppered with a key of this installation), the same for the same code, so that a code finds
its referral without anybody's list. A code that never was and one whose referral is deleted are told apart by nothing.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from threading import BoundedSemaphore

from django.utils.translation import gettext as _

from hub.core import second_wall, vault
from hub.core.errors import RuleRefused
from situations.models import Referral

DIGITS, GROUP = 20, 4
COST = 2**14
"""Of scrypt: 16 MiB and some hundredths of a second each."""
AT_ONCE, WAIT_SECONDS = 2, 8
_turns = BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A code, and what is stored of it, where both are worked out before a transaction begins."""

    code: str
    stored: str


def new_code() -> str:
    """A new code, in groups as it is shown."""
    return _grouped(secrets.randbelow(10**DIGITS))


def code_of(token: bytes) -> str:
    """The code of one sending: always the same for its token, and nothing to whoever lacks this installation's key."""
    made = hmac.new(vault.standing_key("receipt codes"), token, hashlib.sha512).digest()
    return _grouped(int.from_bytes(made) % 10**DIGITS)


def digits(typed: str) -> str:
    """The digits of what was typed, however it is spaced; empty if it cannot be a code."""
    found = re.sub(r"[\s.-]", "", typed)
    return found if len(found) == DIGITS and found.isascii() and found.isdigit() else ""


def digest(code: str) -> str:
    """What is stored of a code. Raises RuleRefused if too many are being looked up, and if it is no code."""
    plain = digits(code)
    if not plain:
        raise RuleRefused(_("A code has %(digits)s digits.") % {"digits": DIGITS}, field="code")
    peppered = hmac.new(vault.standing_key("receipts"), plain.encode(), hashlib.sha256).digest()
    # a flood of wrong codes must take neither all memory nor all threads
    if not _turns.acquire(timeout=WAIT_SECONDS):
        raise RuleRefused(_("Too many codes are being looked up right now. Please try again in a minute."), field="code")
    try:
        return hashlib.scrypt(
            peppered, salt=b"hubtable receipt", n=COST, r=8, p=1, maxmem=2**20 + 2 * 128 * 8 * COST, dklen=32
        ).hex()
    finally:
        _turns.release()


def find(code: str) -> Referral | None:
    """The referral that this code opens, or None, after as much work. Raises RuleRefused as `digest` does."""
    stored = digest(code)
    with second_wall.holding(stored):
        return Referral.objects.select_related("desk__table", "desk__agency", "agency").filter(receipt=stored).first()


def _grouped(number: int) -> str:
    plain = f"{number:0{DIGITS}}"
    return " ".join(plain[at : at + GROUP] for at in range(0, DIGITS, GROUP))
