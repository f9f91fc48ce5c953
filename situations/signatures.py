"""The installation's own signature under its ledger: Ed25519 with `settings.LEDGER_SIGNING_KEY`, a seed of 32 bytes.

A signature counts when its public key is this installation's, or one that its operator names as a former one: the key that
stands beside a signature proves nothing, because whoever forges the one writes the other.
"""

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Signature:
    """A signature and who made it, all in hex. `key` is the short name of the public key, as the minutes print it."""

    signature: str
    key: str
    public_key: str


def sign(text: str) -> Signature:
    """Sign an ASCII text. Raises ImproperlyConfigured without a key of 32 bytes."""
    private = _private_key()
    public = private.public_key().public_bytes_raw()
    return Signature(private.sign(text.encode("ascii")).hex(), key_id(public), public.hex())


def fault(text: str, signed: Signature) -> str:
    """Why a signature under a text does not count; empty when it does."""
    if signed.public_key not in trusted():
        return "it is signed with a key that is not this installation's"
    public = bytes.fromhex(signed.public_key)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(signed.signature), text.encode("ascii"))
    except (InvalidSignature, ValueError):
        return "its signature does not hold"
    return "" if signed.key == key_id(public) else "its key id is not that of its key"


def key_id(public: bytes) -> str:
    """The first eight hex digits of the SHA-256 of a public key: a name to look for on paper, not a proof."""
    return hashlib.sha256(public).hexdigest()[:8]


def trusted() -> frozenset[str]:
    """The public keys (hex) whose signatures count."""
    return frozenset({_private_key().public_key().public_bytes_raw().hex(), *settings.LEDGER_FORMER_KEYS})


def _private_key() -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(settings.LEDGER_SIGNING_KEY)
    except ValueError:
        raise ImproperlyConfigured("HUBTABLE_LEDGER_KEY is not set: checkpoints of the ledger cannot be signed.") from None
