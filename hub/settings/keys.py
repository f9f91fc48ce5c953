"""The two secrets of an installation: Django's signing key, and the vault's versioned master keys.

They come from the environment. An embedded installation (no DATABASE_URL) makes them once and keeps them in
`var/secrets/`, readable by its own user only; with a database server nothing is made up, because two processes with
different keys could not read each other's data.
"""

import base64
import binascii
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32


def secret(name: str, file: Path, make: Callable[[], str], *, may_make: bool) -> str:
    """The value of `name` from the environment or from `file`, made there once if allowed, else empty."""
    if value := os.environ.get(name, "").strip():
        return value
    if not file.exists() and may_make:
        _write_once(file, make())
    return file.read_text(encoding="ascii").strip() if file.exists() else ""


def _write_once(file: Path, value: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(value + "\n")
    with suppress(FileExistsError):  # another process was first: its key is the key
        os.link(draft, file)
    draft.unlink()


def new_signing_key() -> str:
    """A fresh key for cookies and tokens."""
    return secrets.token_urlsafe(50)


def new_vault_keys() -> str:
    """A fresh first master key, in the notation that `parse_vault_keys` reads."""
    return f"1:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def parse_vault_keys(value: str) -> dict[int, bytes]:
    """Master keys by version from "1:base64,2:base64". Raises ImproperlyConfigured, never quoting a key."""
    keys: dict[int, bytes] = {}
    for part in filter(None, (piece.strip() for piece in value.split(","))):
        version, _, encoded = part.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not version.isdecimal() or len(key) != KEY_BYTES or int(version) in keys:
            entry = f"HUBTABLE_VAULT_KEYS, entry {len(keys) + 1}"
            raise ImproperlyConfigured(f'{entry}: not "version:base64 of {KEY_BYTES} bytes", or its version repeats.')
        keys[int(version)] = key
    return keys
