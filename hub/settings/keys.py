"""The secrets of an installation: Django's signing key, the vault's versioned master keys, the key that signs the ledger.

They come from the environment. An embedded installation (no DATABASE_URL) makes them once and keeps them in
`var/secrets/`, readable by its own user only; with a database server nothing is made up, because two processes with
different keys could not read each other's data.
"""

import base64
import binascii
import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from hub.core import master_keys
from hub.settings import environment

LEDGER_KEY_BYTES = 32


def secret(name: str, file: Path, make: Callable[[], str], *, may_make: bool) -> str:
    """The value of `name` from the environment or from `file`, made there once if allowed, else empty."""
    if value := environment.secret(name):
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
    """A fresh first master key."""
    return master_keys.new_entry(1)


def vault_keys(file: Path, *, may_make: bool) -> Mapping[int, bytes]:
    """The master keys of HUBTABLE_VAULT_KEYS, else those in `file`, else none; ImproperlyConfigured if they do not read."""
    value = secret("HUBTABLE_VAULT_KEYS", file, new_vault_keys, may_make=may_make)
    given = master_keys.parse(value)
    return given if environment.secret("HUBTABLE_VAULT_KEYS") or not given else master_keys.KeyFile(file)


def new_ledger_key() -> str:
    """A fresh Ed25519 seed for the checkpoints of the ledger, in base64."""
    return base64.b64encode(secrets.token_bytes(LEDGER_KEY_BYTES)).decode()


def ledger_key(value: str) -> bytes:
    """The seed from its base64, nothing from nothing. Raises ImproperlyConfigured, never quoting a key."""
    try:
        key = base64.b64decode(value, validate=True)
    except binascii.Error:
        key = b"not base64"
    if key and len(key) != LEDGER_KEY_BYTES:
        raise ImproperlyConfigured(f"HUBTABLE_LEDGER_KEY is not the base64 of {LEDGER_KEY_BYTES} bytes.")
    return key
