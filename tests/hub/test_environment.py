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
