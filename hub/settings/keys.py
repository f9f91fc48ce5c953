"""The two secrets of an installation: Django's signing key, and the vault's versioned master keys.

They come from the environment. An embedded installation (no DATABASE_URL) makes them once and keeps them in
`var/secrets/`, readable by its own user only; with a database server nothing is made up, because two processes with
different keys could not read each other's data.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from hub.core import master_keys


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
    """A fresh first master key."""
    return master_keys.new_entry(1)


def vault_keys(file: Path, *, may_make: bool) -> Mapping[int, bytes]:
    """The master keys of HUBTABLE_VAULT_KEYS, else those in `file`, else none; ImproperlyConfigured if they do not read."""
    value = secret("HUBTABLE_VAULT_KEYS", file, new_vault_keys, may_make=may_make)
    given = master_keys.parse(value)
    return given if os.environ.get("HUBTABLE_VAULT_KEYS", "").strip() or not given else master_keys.KeyFile(file)
