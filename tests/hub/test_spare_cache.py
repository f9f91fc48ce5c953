"""Attempts to sign in are counted with Redis and without it."""

from collections.abc import Iterator

import pytest
from django.core.cache import CacheHandler
from django.core.cache.backends.base import BaseCache

from hub import spare_cache
from hub.settings import stores
from tests.servers import free_port, redis_server

pytestmark = pytest.mark.pairless


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    spare_cache.absences.clear()
    yield
    spare_cache.absences.clear()


def cache_at(url: str) -> BaseCache:
    return CacheHandler({"default": stores.cache(url, "spare")})["default"]


def test_it_counts_in_redis_while_redis_answers() -> None:
    with redis_server() as layer:
        one, other = cache_at(layer.url), cache_at(f"{layer.url},redis://127.0.0.1:1")
        assert one.add("attempts", 1, 60)
        assert not other.add("attempts", 1, 60)
        assert other.incr("attempts") == 2
        assert one.get("attempts") == 2


def test_without_redis_it_counts_by_itself_and_asks_only_now_and_then(caplog: pytest.LogCaptureFixture) -> None:
    cache = cache_at(f"redis://127.0.0.1:{free_port()}")
    cache.set("attempts", [1], 60)
    cache.set_many({"a": 1, "b": 2})
    assert cache.get_many(["attempts", "a", "b"]) == {"attempts": [1], "a": 1, "b": 2}
    assert cache.incr("a") == 2
    assert cache.touch("a", 60)
    assert cache.has_key("b")
    cache.delete("attempts")
    cache.delete_many(["a"])
    assert cache.get("attempts") is None
    cache.clear()
    assert cache.get("b") is None
    assert [one.getMessage().partition(" (")[0] for one in caplog.records] == ["Redis does not answer"]


def test_when_redis_is_back_it_counts_there_again(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    cache = cache_at(f"redis://127.0.0.1:{port}")
    cache.set("attempts", 1)
    monkeypatch.setattr(spare_cache, "monotonic", lambda: float("inf"))  # the time that it is left alone is over
    with redis_server(port):
        assert cache.get("attempts") is None
