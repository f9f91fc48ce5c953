"""AES-256-GCM with a random nonce: what the vault seals values with, and what the master keys wrap data keys with."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12


class VaultError(Exception):
    """A key, context or sealed value does not fit. The message names neither keys nor values."""


def encrypt(plain: bytes, *, key: bytes, bound_to: bytes) -> bytes:
    """Return nonce and ciphertext, which open only together with `bound_to`. Raises VaultError on a key of another length."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(key).encrypt(nonce, plain, bound_to)


def decrypt(token: bytes, *, key: bytes, bound_to: bytes) -> bytes:
    """Return what was encrypted; raise VaultError if key, `bound_to` or a single bit is another one."""
    nonce, sealed = token[:_NONCE_BYTES], token[_NONCE_BYTES:]
    try:
        return _cipher(key).decrypt(nonce, sealed, bound_to)
    except (InvalidTag, ValueError):
        raise VaultError("The value does not open: another key, another place, or altered.") from None


def _cipher(key: bytes) -> AESGCM:
    # AES-128 and AES-192 keys would be accepted by the library.
    if len(key) != KEY_BYTES:
        raise VaultError("A key must have 32 bytes.")
    return AESGCM(key)
