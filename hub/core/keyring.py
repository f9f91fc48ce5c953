"""The door to the master keys. `settings.VAULT_PROVIDER` names the class behind it; the vault asks it for everything.

A key management service goes in here: a class with these five methods, which may hold no key itself. It must go on
opening what earlier versions wrapped; one that takes over from the settings inherits from :class:`SettingsKeys` and
answers for its own, higher versions.
"""

from collections.abc import Mapping
from functools import cache
from typing import Protocol

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.module_loading import import_string

from hub.core.aead import KEY_BYTES, VaultError, decrypt, encrypt

INDEX_VERSION = 1
"""The version that the blind index is made with. It must stay: equal people would no longer look equal under another."""


class KeyProvider(Protocol):
    """Versioned master keys. Versions are positive and only grow; all methods raise VaultError for one they do not hold."""

    def versions(self) -> list[int]:
        """Every version that can be unwrapped now."""

    def newest(self) -> int:
        """The version that wraps new data keys, and to which rotation brings the others."""

    def wrap(self, data_key: bytes, *, version: int, binding: bytes) -> bytes:
        """Encrypt a data key so that it opens only with the same version and binding."""

    def unwrap(self, wrapped: bytes, *, version: int, binding: bytes) -> bytes:
        """Return the data key; raise VaultError if version, binding or a single bit is another one."""

    def index_key(self, binding: bytes) -> bytes:
        """Return 32 secret bytes that depend on `binding` alone and stay the same through every rotation."""


def provider() -> KeyProvider:
    """The provider that the settings name, one object a process, because a service's client is worth keeping."""
    return _made(settings.VAULT_PROVIDER)


@cache
def _made(path: str) -> KeyProvider:
    made: KeyProvider = import_string(path)()
    return made


class SettingsKeys:
    """Master keys from file or environment: `settings.VAULT_KEYS`, asked anew each time because the file may have grown."""

    def versions(self) -> list[int]:
        return sorted(self.keys())

    def newest(self) -> int:
        version: int = settings.VAULT_NEWEST or max(self.keys(), default=0)
        self._key(version)
        return version

    def wrap(self, data_key: bytes, *, version: int, binding: bytes) -> bytes:
        return encrypt(data_key, key=self._key(version), bound_to=binding)

    def unwrap(self, wrapped: bytes, *, version: int, binding: bytes) -> bytes:
        key = self._key(version)
        try:
            return decrypt(wrapped, key=key, bound_to=binding)
        except VaultError:
            raise VaultError(
                f"It does not open under master key version {version}: another key stands under that number, or it was altered."
            ) from None

    def index_key(self, binding: bytes) -> bytes:
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=binding).derive(self._key(INDEX_VERSION))

    def keys(self) -> Mapping[int, bytes]:
        """The ring as it is now."""
        ring: Mapping[int, bytes] = settings.VAULT_KEYS
        return ring

    def _key(self, version: int) -> bytes:
        key = self.keys().get(version)
        if key is None:
            raise VaultError(f"Master key version {version} is not available. Put it back among the vault's keys.")
        if len(key) != KEY_BYTES:
            raise VaultError(f"Master key version {version} does not have 32 bytes.")
        return key
