from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from hub.core import keyring, vault
from hub.core.aead import VaultError

OLD = bytes(range(32))
NEW = bytes(range(32, 64))
NAME = "Altagracia Peña-Ferreira"
PLACE = "identity:7:last_name"


@pytest.fixture(autouse=True)
def master_keys() -> Iterator[None]:
    with override_settings(VAULT_KEYS={1: OLD, 2: NEW}):
        yield


def test_wrap_uses_newest_master_key() -> None:
    key = vault.new_data_key()
    version, wrapped = vault.wrap(key, context="situation:7")
    assert version == 2
    assert key not in wrapped
    assert vault.unwrap(wrapped, version=2, context="situation:7") == key


def test_unwrap_after_rotation_opens_older_version() -> None:
    key = vault.new_data_key()
    with override_settings(VAULT_KEYS={1: OLD}):
        version, wrapped = vault.wrap(key, context="situation:7")
    assert version == 1
    assert vault.unwrap(wrapped, version=version, context="situation:7") == key


def test_unwrap_says_which_key_is_wrong_or_missing() -> None:
    version, wrapped = vault.wrap(vault.new_data_key(), context="situation:7")
    with override_settings(VAULT_KEYS={1: OLD, 2: OLD}), pytest.raises(VaultError, match="under master key version 2"):
        vault.unwrap(wrapped, version=version, context="situation:7")
    with override_settings(VAULT_KEYS={1: OLD}), pytest.raises(VaultError, match="version 2 is not available"):
        vault.unwrap(wrapped, version=version, context="situation:7")


def test_rewrap_brings_the_same_key_under_the_newest() -> None:
    key = vault.new_data_key()
    with override_settings(VAULT_KEYS={1: OLD}):
        version, wrapped = vault.wrap(key, context="situation:7")
    version, renewed = vault.rewrap(wrapped, version=version, context="situation:7")
    assert (version, renewed != wrapped) == (2, True)
    with override_settings(VAULT_KEYS={2: NEW}):
        assert vault.unwrap(renewed, version=2, context="situation:7") == key


def test_rewrap_in_another_place_is_refused() -> None:
    version, wrapped = vault.wrap(vault.new_data_key(), context="situation:7")
    with pytest.raises(VaultError):
        vault.rewrap(wrapped, version=version, context="situation:8")


class ForgetfulKeys(keyring.SettingsKeys):
    """A service that answers to everything and keeps nothing."""

    def wrap(self, data_key: bytes, *, version: int, binding: bytes) -> bytes:
        return super().wrap(bytes(32), version=version, binding=binding)


def test_rewrap_is_refused_if_the_provider_wraps_something_else() -> None:
    version, wrapped = vault.wrap(vault.new_data_key(), context="situation:7")
    forgetful = override_settings(VAULT_PROVIDER="tests.hub.test_vault.ForgetfulKeys")
    with forgetful, pytest.raises(VaultError, match="does not open again"):
        vault.rewrap(wrapped, version=version, context="situation:7")


def test_newest_key_waits_while_the_settings_hold_it_back() -> None:
    with override_settings(VAULT_NEWEST=1):
        assert vault.wrap(vault.new_data_key(), context="situation:7")[0] == 1
    with override_settings(VAULT_NEWEST=3), pytest.raises(VaultError, match="version 3 is not available"):
        vault.wrap(vault.new_data_key(), context="situation:7")


def test_another_provider_serves_the_whole_vault(tmp_path: Path) -> None:
    (tmp_path / "4.key").write_bytes(NEW)
    (tmp_path / "index.key").write_bytes(OLD)
    here = vault.blind_index(["Nunez", "1991"], context="table:3")
    with override_settings(VAULT_PROVIDER="tests.key_directory.DirectoryKeys", DATA_DIR=tmp_path, VAULT_KEYS={}):
        key = vault.new_data_key()
        version, wrapped = vault.wrap(key, context="situation:7")
        assert (version, vault.unwrap(wrapped, version=4, context="situation:7")) == (4, key)
        assert vault.blind_index(["Nunez", "1991"], context="table:3") not in ("", here)
        with pytest.raises(VaultError):
            vault.unwrap(wrapped, version=1, context="situation:7")


@pytest.mark.parametrize(("version", "context"), [(1, "situation:7"), (3, "situation:7"), (2, "situation:8")])
def test_unwrap_with_other_version_or_context_is_refused(version: int, context: str) -> None:
    _, wrapped = vault.wrap(vault.new_data_key(), context="situation:7")
    with pytest.raises(VaultError):
        vault.unwrap(wrapped, version=version, context=context)


@override_settings(VAULT_KEYS={})
def test_wrap_without_master_key_is_refused() -> None:
    with pytest.raises(VaultError):
        vault.wrap(vault.new_data_key(), context="situation:7")


@override_settings(VAULT_KEYS={1: OLD[:16]})
def test_wrap_under_short_master_key_is_refused() -> None:
    with pytest.raises(VaultError):
        vault.wrap(vault.new_data_key(), context="situation:7")


def test_wrap_of_something_else_than_a_key_is_refused() -> None:
    with pytest.raises(VaultError):
        vault.wrap(b"short", context="situation:7")


def test_new_data_key_is_random() -> None:
    first, second = vault.new_data_key(), vault.new_data_key()
    assert len(first) == len(second) == 32
    assert first != second


@pytest.mark.parametrize("value", ["", NAME, "a" * 63, "a" * 64, "a" * 65, "\x00\x00", "Đặng Thị", "line\nline", "\x80"])
def test_unseal_returns_what_was_sealed(value: str) -> None:
    key = vault.new_data_key()
    assert vault.unseal(vault.seal(value, key=key, context=PLACE), key=key, context=PLACE) == value


def test_seal_hides_length_and_equality() -> None:
    key = vault.new_data_key()
    sealed = [vault.seal(value, key=key, context=PLACE) for value in ("Ana", "Ana", NAME)]
    assert len({len(each) for each in sealed}) == 1
    assert len(set(sealed)) == 3


def test_seal_under_short_key_is_refused() -> None:
    with pytest.raises(VaultError):
        vault.seal(NAME, key=OLD[:16], context=PLACE)


def test_seal_of_malformed_text_is_refused_without_naming_it() -> None:
    with pytest.raises(VaultError) as refused:
        vault.seal("Peña\ud800", key=OLD, context=PLACE)
    assert "Pe" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_unseal_with_wrong_key_is_refused() -> None:
    sealed = vault.seal(NAME, key=OLD, context=PLACE)
    with pytest.raises(VaultError):
        vault.unseal(sealed, key=NEW, context=PLACE)


def test_unseal_in_another_row_or_field_is_refused() -> None:
    sealed = vault.seal(NAME, key=OLD, context=PLACE)
    for elsewhere in ("identity:8:last_name", "identity:7:first_name", ""):
        with pytest.raises(VaultError):
            vault.unseal(sealed, key=OLD, context=elsewhere)


def test_unseal_of_any_altered_byte_is_refused() -> None:
    sealed = vault.seal("Ana", key=OLD, context=PLACE)
    for position in range(len(sealed)):
        altered = bytearray(sealed)
        altered[position] ^= 1
        with pytest.raises(VaultError):
            vault.unseal(bytes(altered), key=OLD, context=PLACE)


@pytest.mark.parametrize("length", [0, 1, 5, 13, 28, 60])
def test_unseal_of_truncated_value_is_refused(length: int) -> None:
    sealed = vault.seal("Ana", key=OLD, context=PLACE)
    with pytest.raises(VaultError):
        vault.unseal(sealed[:length], key=OLD, context=PLACE)


def test_wrapped_key_does_not_open_as_sealed_value() -> None:
    version, wrapped = vault.wrap(vault.new_data_key(), context=PLACE)
    assert version == 2
    with pytest.raises(VaultError):
        vault.unseal(b"\x01" + wrapped, key=NEW, context=PLACE)


def test_vault_error_names_nothing_secret() -> None:
    sealed = vault.seal(NAME, key=OLD, context=PLACE)
    with pytest.raises(VaultError) as refused:
        vault.unseal(sealed, key=NEW, context=PLACE)
    message = repr(refused.value)
    assert "Altagracia" not in message
    assert PLACE not in message
    assert OLD.hex() not in message


@pytest.mark.parametrize(
    "typed",
    [("NUNEZ", "1991-05-08"), ("núñez", "1991 05 08"), ("Nún\u0303ez", "1991/05/08"), (" Nuñez. ", "19910508")],
)
def test_blind_index_ignores_case_accents_spaces_and_punctuation(typed: tuple[str, str]) -> None:
    assert vault.blind_index(typed, context="table:3") == vault.blind_index(("Nuñez", "1991-05-08"), context="table:3")


@pytest.mark.parametrize(("one", "other"), [("O'Brien", "OBrien"), ("Saint-Fleur", "saint fleur"), ("Đặng", "Dang")])
def test_blind_index_joins_spellings_of_one_name(one: str, other: str) -> None:
    assert vault.blind_index([one, "2001"], context="t") == vault.blind_index([other, "2001"], context="t")


def test_blind_index_keeps_people_tables_and_parts_apart() -> None:
    seen = {
        vault.blind_index(("Nunez", "1991-05-08"), context="table:3"),
        vault.blind_index(("Nunes", "1991-05-08"), context="table:3"),
        vault.blind_index(("Nunez", "1991-05-09"), context="table:3"),
        vault.blind_index(("Nunez", "1991-05-08"), context="table:4"),
        vault.blind_index(("1991-05-08", "Nunez"), context="table:3"),
        vault.blind_index(("Nune", "z1991-05-08"), context="table:3"),
    }
    assert len(seen) == 6


def test_blind_index_outlives_rotation_but_needs_its_key() -> None:
    before = vault.blind_index(("Nunez", "1991"), context="table:3")
    with override_settings(VAULT_KEYS={1: OLD}):
        assert vault.blind_index(("Nunez", "1991"), context="table:3") == before
    with override_settings(VAULT_KEYS={2: NEW}), pytest.raises(VaultError):
        vault.blind_index(("Nunez", "1991"), context="table:3")


@pytest.mark.parametrize("parts", [[], [""], ["Nunez", ""], [" - ", "1991"]])
def test_blind_index_of_a_blank_is_refused(parts: list[str]) -> None:
    assert not vault.can_index(parts)
    with pytest.raises(VaultError):
        vault.blind_index(parts, context="table:3")
