"""A second key provider, to show that the vault's door opens for something else than the settings."""

import hmac

from django.conf import settings

from hub.core.aead import VaultError, decrypt, encrypt


class DirectoryKeys:
    """One file a version in `settings.DATA_DIR`, and one for the blind index; no key is ever kept in memory."""

    def versions(self) -> list[int]:
        return sorted(int(file.stem) for file in settings.DATA_DIR.glob("[0-9]*.key"))

    def newest(self) -> int:
        if not self.versions():
            raise VaultError("There is no key in the directory.")
        return self.versions()[-1]

    def wrap(self, data_key: bytes, *, version: int, binding: bytes) -> bytes:
        return encrypt(data_key, key=self._key(str(version)), bound_to=binding)

    def unwrap(self, wrapped: bytes, *, version: int, binding: bytes) -> bytes:
        return decrypt(wrapped, key=self._key(str(version)), bound_to=binding)

    def index_key(self, binding: bytes) -> bytes:
        return hmac.digest(self._key("index"), binding, "sha256")

    def _key(self, name: str) -> bytes:
        file = settings.DATA_DIR / f"{name}.key"
        if not file.exists():
            raise VaultError(f"Master key {name} is not in the directory.")
        key: bytes = file.read_bytes()
        return key
