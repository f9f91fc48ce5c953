from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from hub.settings import environment

pytestmark = pytest.mark.pairless


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("Yes", True), ("", False), ("0", False), (" off ", False)])
def test_flag_reads_switches(monkeypatch: pytest.MonkeyPatch, value: str, expected: bool) -> None:
    monkeypatch.setenv("HUBTABLE_X", value)
    assert environment.flag("HUBTABLE_X") is expected


def test_flag_refuses_what_is_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBTABLE_X", "ture")
    with pytest.raises(ImproperlyConfigured, match="HUBTABLE_X"):
        environment.flag("HUBTABLE_X")


def test_text_takes_empty_for_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBTABLE_X", " ")
    assert environment.text("HUBTABLE_X", "default") == "default"


def test_listing_splits_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBTABLE_X", "hub.example, www.hub.example,")
    assert environment.listing("HUBTABLE_X", "localhost") == ["hub.example", "www.hub.example"]


@pytest.mark.parametrize("value", ["-1", "two", "2.5"])
def test_number_refuses_what_is_none(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("HUBTABLE_X", value)
    with pytest.raises(ImproperlyConfigured, match="HUBTABLE_X"):
        environment.number("HUBTABLE_X", 25)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A secret as compose hands it over."""
    written = tmp_path / "secret"
    written.write_text("p@ss/word:1\n")
    return written


def test_secret_comes_from_its_file(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    monkeypatch.setenv("HUBTABLE_X_FILE", str(file))
    assert environment.secret("HUBTABLE_X") == "p@ss/word:1"


def test_secret_given_twice_is_refused_and_not_quoted(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    monkeypatch.setenv("HUBTABLE_X_FILE", str(file))
    monkeypatch.setenv("HUBTABLE_X", "another")
    with pytest.raises(ImproperlyConfigured, match="HUBTABLE_X_FILE are both set") as refused:
        environment.secret("HUBTABLE_X")
    assert "another" not in str(refused.value)


def test_secret_that_cannot_be_read_stops_the_start(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    monkeypatch.setenv("HUBTABLE_X_FILE", f"{file}.missing")
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        environment.secret("HUBTABLE_X")
    file.write_bytes(b"\xff\xfe")
    monkeypatch.setenv("HUBTABLE_X_FILE", str(file))
    with pytest.raises(ImproperlyConfigured, match="UnicodeDecodeError"):
        environment.secret("HUBTABLE_X")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://app@db:5432/hubtable?sslmode=require",
            "postgresql://app:p%40ss%2Fword%3A1@db:5432/hubtable?sslmode=require",
        ),
        ("redis://one:6379, redis://two:6379", "redis://:p%40ss%2Fword%3A1@one:6379,redis://:p%40ss%2Fword%3A1@two:6379"),
        ("", ""),
    ],
)
def test_address_gets_its_password_from_apart(monkeypatch: pytest.MonkeyPatch, file: Path, url: str, expected: str) -> None:
    monkeypatch.setenv("X_URL", url)
    monkeypatch.setenv("X_PASSWORD_FILE", str(file))
    assert environment.address("X_URL") == expected


def test_address_with_two_passwords_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_URL", "redis://:one@redis")
    assert environment.address("X_URL") == "redis://:one@redis"
    monkeypatch.setenv("X_PASSWORD", "two")
    with pytest.raises(ImproperlyConfigured, match="X_URL holds a password"):
        environment.address("X_URL")
