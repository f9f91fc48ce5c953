"""What is counted says nothing of who asked, and a cache that goes away meanwhile stops nobody."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.test import Client
from django.urls import reverse

from agencies.views import public
from hub.core import clock, counting

ADDRESS, NEWER = "203.0.113.77", "2001:db8:0:1::77"


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every key that the cache is asked for."""
    asked: list[str] = []
    kept = BaseCache.make_and_validate_key

    def noting(own: BaseCache, key: str, version: int | None = None) -> str:
        asked.append(key)
        return kept(own, key, version)

    monkeypatch.setattr(BaseCache, "make_and_validate_key", noting)
    return asked


@pytest.fixture
def changing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Redis comes back between a count's two questions, and knows nothing of the first."""
    counts = cache.incr

    def forgetful(place: str, *given: int) -> int:
        cache.delete(place)
        return counts(place, *given)

    monkeypatch.setattr(cache, "incr", forgetful)
    yield
    monkeypatch.undo()


def test_counts_by_kind_and_by_who_asks() -> None:
    with clock.at(clock.now()):
        assert [counting.counted("x", "one", 60) for _ in range(3)] == [1, 2, 3]
        assert (counting.counted("x", "two", 60), counting.counted("y", "one", 60)) == (1, 1)
        assert (counting.count("x", "one", 60), counting.count("x", "nobody", 60)) == (3, 0)


def test_who_asked_stands_nowhere(keys: list[str]) -> None:
    for address in (ADDRESS, NEWER):
        counting.counted("x", counting.network(address), 60)
    assert keys
    assert not any("203.0.113" in key or "2001" in key or ":77" in key for key in keys)


def test_one_network_of_the_newer_kind_is_one() -> None:
    assert counting.network(NEWER) == counting.network("2001:db8:0:1:ffff::1") != counting.network("2001:db8:0:2::77")
    assert (counting.network(ADDRESS), counting.network("no address")) == (ADDRESS, "")


def test_cache_that_comes_back_between_two_questions_is_no_error(changing: None) -> None:
    assert counting.counted("x", "one", 60) == 1


@pytest.mark.django_db
def test_page_for_anybody_keeps_no_address(keys: list[str], client: Client) -> None:
    assert client.get(reverse("public_tables"), REMOTE_ADDR=ADDRESS).status_code == 200
    assert keys
    assert not any(ADDRESS in key for key in keys)


@pytest.mark.django_db
def test_page_for_anybody_outlives_the_cache(changing: None, client: Client) -> None:
    assert client.get(reverse("public_tables")).status_code == 200


@pytest.mark.django_db
def test_page_for_anybody_counts_a_network_once(client: Client) -> None:
    with clock.at(clock.now()):
        for number in range(public.A_MINUTE):
            assert client.get(reverse("public_tables"), REMOTE_ADDR=f"2001:db8::{number:x}").status_code == 200
        assert client.get(reverse("public_tables"), REMOTE_ADDR="2001:db8::ffff").status_code == 429


def test_what_is_kept_ends_at_round_times() -> None:
    with clock.at(datetime(2026, 3, 1, 12, 0, 41, tzinfo=UTC)):
        assert (counting.left(60), counting.left(counting.DAY)) == (19, 12 * 60 * 60 - 41)
