"""Sealing of identities: AES-256-GCM under data keys, which are wrapped by versioned master keys.

Each situation has a data key per contributing agency. Deleting the wrapped key makes everything that was sealed under
it unreadable for good (crypto-shredding). The master keys are ``settings.VAULT_KEYS: dict[int, bytes]``; new data keys
are wrapped by the newest version, older ones stay readable as long as their version is listed.

A ``context`` binds a value to the row and field that it belongs to. It must be made of things that never change.
"""

import hmac
import os
from collections.abc import Sequence
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from hub.core.text import folded

_KEY_BYTES = 32
_NONCE_BYTES = 12
_FORMAT = b"\x01"
_STEP = 64
_END = b"\x80"
_INDEX_VERSION = 1


class VaultError(Exception):
    """A key, context or sealed value does not fit. The message names neither keys nor values."""


def new_data_key() -> bytes:
    """Return 32 random bytes."""
    return AESGCM.generate_key(bit_length=8 * _KEY_BYTES)


def wrap(data_key: bytes, *, context: str) -> tuple[int, bytes]:
    """Encrypt a data key under the newest master key; return that key's version and the wrapped bytes."""
    if len(data_key) != _KEY_BYTES:
        raise VaultError("A data key must have 32 bytes.")
    version = max(_master_keys(), default=0)
    return version, _encrypt(data_key, key=_master_key(version), bound_to=_wrap_binding(version, context))


def unwrap(wrapped: bytes, *, version: int, context: str) -> bytes:
    """Return the data key; raise :class:`VaultError` if version, context or a single bit is another one."""
    return _decrypt(wrapped, key=_master_key(version), bound_to=_wrap_binding(version, context))


def seal(value: str, *, key: bytes, context: str) -> bytes:
    """Encrypt ``value``; its length shows only to the next 64 bytes, and equal values never look equal."""
    try:
        text = value.encode()
    except UnicodeEncodeError:
        # The original exception carries the value into every traceback.
        raise VaultError("The value is not well-formed text.") from None
    padded = text + _END
    padded += bytes(-len(padded) % _STEP)
    return _FORMAT + _encrypt(padded, key=key, bound_to=_seal_binding(context))


def unseal(sealed: bytes, *, key: bytes, context: str) -> str:
    """Return what was sealed; raise :class:`VaultError` on a wrong key, a wrong context or tampering."""
    if sealed[:1] != _FORMAT:
        raise VaultError("The sealed value has an unknown format.")
    padded = _decrypt(sealed[1:], key=key, bound_to=_seal_binding(context)).rstrip(b"\x00")
    return padded.removesuffix(_END).decode()


def blind_index(parts: Sequence[str], *, context: str) -> str:
    """Return a keyed digest by which equal identities can be found without being read.

    Case, accents, spaces and punctuation do not count; the order of ``parts`` does. The key follows from master key 1
    (so that it outlives rotation) and the context, for example ``"table:3"``, so that tables cannot be compared.
    Raises :class:`VaultError` if a part holds no letter or digit: ask :func:`can_index` first.
    """
    if not can_index(parts):
        raise VaultError("A blind index needs a letter or digit in each of its parts.")
    derive = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=b"hubtable blind index\x00" + context.encode())
    message = "\x1f".join(map(_normalised, parts)).encode()
    return hmac.new(derive.derive(_master_key(_INDEX_VERSION)), message, sha256).hexdigest()


def can_index(parts: Sequence[str]) -> bool:
    """Say whether every part says something: blanks would match the blanks of every other person."""
    return bool(parts) and all(map(_normalised, parts))


def _normalised(part: str) -> str:
    return "".join(filter(str.isalnum, folded(part)))


def _master_keys() -> dict[int, bytes]:
    keys: dict[int, bytes] = settings.VAULT_KEYS
    return keys


def _master_key(version: int) -> bytes:
    key = _master_keys().get(version)
    if key is None or len(key) != _KEY_BYTES:
        raise VaultError("This version of the master key is not available.")
    return key


def _wrap_binding(version: int, context: str) -> bytes:
    return b"hubtable data key\x00%d\x00" % version + context.encode()


def _seal_binding(context: str) -> bytes:
    return b"hubtable value\x00" + _FORMAT + b"\x00" + context.encode()


def _encrypt(plain: bytes, *, key: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(key).encrypt(nonce, plain, bound_to)


def _decrypt(token: bytes, *, key: bytes, bound_to: bytes) -> bytes:
    nonce, sealed = token[:_NONCE_BYTES], token[_NONCE_BYTES:]
    try:
        return _cipher(key).decrypt(nonce, sealed, bound_to)
    except (InvalidTag, ValueError):
        raise VaultError("The value does not open: another key, another place, or altered.") from None


def _cipher(key: bytes) -> AESGCM:
    # AES-128 and AES-192 keys would be accepted by the library.
    if len(key) != _KEY_BYTES:
        raise VaultError("A key must have 32 bytes.")
    return AESGCM(key)
