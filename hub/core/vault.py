"""Sealing of identities: AES-256-GCM under data keys, which are wrapped by versioned master keys.

Each situation has a data key per contributing agency. Deleting the wrapped key makes everything that was sealed under
it unreadable for good (crypto-shredding). The master keys stand behind :mod:`hub.core.keyring`; new data keys are wrapped
by the newest version, older ones stay readable as long as their version is there, and :func:`rewrap` brings them on.

A ``context`` binds a value to the row and field that it belongs to. It must be made of things that never change.
"""

import hmac
from collections.abc import Sequence
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.core.aead import KEY_BYTES, VaultError, decrypt, encrypt
from hub.core.keyring import provider
from hub.core.text import folded

_FORMAT = b"\x01"
_STEP = 64
_END = b"\x80"


def new_data_key() -> bytes:
    """Return 32 random bytes."""
    return AESGCM.generate_key(bit_length=8 * KEY_BYTES)


def wrap(data_key: bytes, *, context: str) -> tuple[int, bytes]:
    """Encrypt a data key under the newest master key; return that key's version and the wrapped bytes."""
    if len(data_key) != KEY_BYTES:
        raise VaultError("A data key must have 32 bytes.")
    version = provider().newest()
    return version, provider().wrap(data_key, version=version, binding=_wrap_binding(version, context))


def unwrap(wrapped: bytes, *, version: int, context: str) -> bytes:
    """Return the data key; raise :class:`VaultError` if version, context or a single bit is another one."""
    return provider().unwrap(wrapped, version=version, binding=_wrap_binding(version, context))


def rewrap(wrapped: bytes, *, version: int, context: str) -> tuple[int, bytes]:
    """Bring a data key under the newest master key, itself unchanged; return that version and the wrapped bytes.

    Raises :class:`VaultError` as :func:`unwrap` does, and if what was wrapped anew does not open again.
    """
    data_key = unwrap(wrapped, version=version, context=context)
    newest, renewed = wrap(data_key, context=context)
    # the caller throws the old bytes away: a service that answered wrongly would shred by mistake
    if not hmac.compare_digest(unwrap(renewed, version=newest, context=context), data_key):
        raise VaultError(f"What master key version {newest} wrapped does not open again.")
    return newest, renewed


def seal(value: str, *, key: bytes, context: str) -> bytes:
    """Encrypt ``value``; its length shows only to the next 64 bytes, and equal values never look equal."""
    try:
        text = value.encode()
    except UnicodeEncodeError:
        # The original exception carries the value into every traceback.
        raise VaultError("The value is not well-formed text.") from None
    padded = text + _END
    padded += bytes(-len(padded) % _STEP)
    return _FORMAT + encrypt(padded, key=key, bound_to=_seal_binding(context))


def unseal(sealed: bytes, *, key: bytes, context: str) -> str:
    """Return what was sealed; raise :class:`VaultError` on a wrong key, a wrong context or tampering."""
    if sealed[:1] != _FORMAT:
        raise VaultError("The sealed value has an unknown format.")
    padded = decrypt(sealed[1:], key=key, bound_to=_seal_binding(context)).rstrip(b"\x00")
    return padded.removesuffix(_END).decode()


def standing_key(purpose: str) -> bytes:
    """Return the key of a purpose that belongs to no situation; as the blind index's, rotation leaves it as it is."""
    return provider().index_key(b"hubtable standing key\x00" + purpose.encode())


def blind_index(parts: Sequence[str], *, context: str) -> str:
    """Return a keyed digest by which equal identities can be found without being read.

    Case, accents, spaces and punctuation do not count; the order of ``parts`` does. The key follows from master key 1
    (so that it outlives rotation) and the context, for example ``"table:3"``, so that tables cannot be compared.
    Raises :class:`VaultError` if a part holds no letter or digit: ask :func:`can_index` first.
    """
    if not can_index(parts):
        raise VaultError("A blind index needs a letter or digit in each of its parts.")
    key = provider().index_key(b"hubtable blind index\x00" + context.encode())
    message = "\x1f".join(map(_normalised, parts)).encode()
    return hmac.new(key, message, sha256).hexdigest()


def can_index(parts: Sequence[str]) -> bool:
    """Say whether every part says something: blanks would match the blanks of every other person."""
    return bool(parts) and all(map(_normalised, parts))


def _normalised(part: str) -> str:
    return "".join(filter(str.isalnum, folded(part)))


def _wrap_binding(version: int, context: str) -> bytes:
    return b"hubtable data key\x00%d\x00" % version + context.encode()


def _seal_binding(context: str) -> bytes:
    return b"hubtable value\x00" + _FORMAT + b"\x00" + context.encode()
