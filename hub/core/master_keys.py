"""Master keys as text, "1:base64,2:base64", and the file that an installation keeps them in."""

import base64
import binascii
import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from hub.core.aead import KEY_BYTES

Stamp = tuple[int, int, int]


def new_entry(version: int) -> str:
    """A fresh master key, in the notation that `parse` reads."""
    return f"{version}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def parse(value: str) -> dict[int, bytes]:
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


class KeyFile(Mapping[int, bytes]):
    """The keys in one file, read again whenever it was replaced: a running server takes a new version up by itself.

    Raises OSError if the file is gone and ImproperlyConfigured if it does not read, at every access.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._read: tuple[Stamp, dict[int, bytes]] | None = None

    def __getitem__(self, version: int) -> bytes:
        return self._now()[version]

    def __iter__(self) -> Iterator[int]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    def __repr__(self) -> str:
        return f"KeyFile({str(self.file)!r})"

    def add(self) -> int:
        """Write one more key beside those that are there, whole or not at all, and return its version."""
        with _alone(self.file.parent):
            version = max(self, default=0) + 1
            present = self.file.read_text(encoding="ascii").strip()
            entries = [*filter(None, [present.rstrip(",")]), new_entry(version)]
            _replace(self.file, ",".join(entries) + "\n")
        return version

    def _now(self) -> dict[int, bytes]:
        state = self.file.stat()
        stamp = (state.st_ino, state.st_mtime_ns, state.st_size)
        if self._read is None or self._read[0] != stamp:
            self._read = (stamp, parse(self.file.read_text(encoding="ascii")))
        return self._read[1]


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _replace(file: Path, text: str) -> None:
    owner = file.stat()
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as handle:
            handle.write(text)
            # run by root, it must still be the server's own file
            os.fchown(handle.fileno(), owner.st_uid, owner.st_gid)
            handle.flush()
            os.fsync(handle.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
