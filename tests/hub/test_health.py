from collections.abc import Callable, Iterator
from threading import Event
from time import monotonic

import pytest
from django.conf import settings
from django.db import OperationalError, connections
from django.test import Client
from pytest_django.fixtures import Settings

from hub import health
from hub.draining import doors
from hub.health import Part
from tests.servers import free_port, redis_server


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets what the process depends on."""
    return lambda *given: monkeypatch.setattr(health, "PARTS", given)


@pytest.fixture
def hanging() -> Iterator[Event]:
    """What a part waits for that never answers, until the test is over."""
    event = Event()
    yield event
    event.set()


def away() -> None:
    raise OperationalError("secret host name, secret row")


@pytest.mark.pairless
def test_healthz_asks_nobody(client: Client, parts: Callable[..., None]) -> None:
    parts(Part("data", away))
    answer = client.get("/healthz")  # without the mark for databases: a question to one would fail
    assert (answer.status_code, answer.content, answer.headers["Cache-Control"]) == (200, b"ok\n", "no-store, private")


@pytest.mark.django_db(databases=["default", "keys"])
def test_readyz_names_every_part_that_answers(client: Client) -> None:
    answer = client.get("/readyz")
    expected = ["data: ok", "keys: ok", *(["redis: ok"] if settings.REDIS_URL else [])]
    assert (answer.status_code, answer.content.decode().splitlines()) == (200, expected)


@pytest.mark.pairless
def test_readyz_says_which_part_is_away_and_nothing_of_why(client: Client, parts: Callable[..., None]) -> None:
    parts(Part("data", lambda: None), Part("keys", away))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"data: ok\nkeys: does not answer\n")


@pytest.mark.pairless
def test_without_redis_a_process_is_still_given_work(client: Client, parts: Callable[..., None], settings: Settings) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}"
    parts(Part("data", lambda: None), Part("redis", health.ask_redis, needed=False))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"data: ok\nredis: does not answer\n")


@pytest.mark.pairless
def test_a_part_that_hangs_is_asked_once_and_does_not_hold_the_answer(hanging: Event) -> None:
    asked = []

    def hang() -> None:
        asked.append(1)
        hanging.wait()

    part = Part("data", hang)
    assert not part.answers(monotonic() + 0.05)
    assert not part.answers(monotonic() + 0.05)
    assert asked == [1]
    hanging.set()
    assert part.answers(monotonic() + 20)


@pytest.mark.pairless
def test_going_away_and_coming_back_are_each_told_once(caplog: pytest.LogCaptureFixture) -> None:
    well = [False]
    part = Part("keys", lambda: None if well[0] else away())
    for well[0] in (False, False, True, True):
        part.answers(monotonic() + 20)
    assert [one.getMessage() for one in caplog.records] == ["keys: OperationalError", "keys: ok"]


@pytest.mark.pairless
def test_every_redis_is_asked(settings: Settings) -> None:
    with redis_server() as one, redis_server() as other:
        settings.REDIS_URL = f"{one.url}, {other.url}"
        health.ask_redis()
        settings.REDIS_URL = f"{one.url}, redis://127.0.0.1:{free_port()}"
        assert not Part("redis", health.ask_redis).answers(monotonic() + 20)


@pytest.mark.django_db
def test_a_database_is_asked_on_a_connection_of_its_own() -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("this connection is at work")

    with connections["default"].execute_wrapper(refuse):
        health.ask_database("default")


@pytest.mark.pairless
def test_a_process_that_leaves_is_given_no_more_work(
    client: Client, parts: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    parts(Part("data", lambda: None))
    monkeypatch.setattr(doors, "closing", True)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"data: ok\nprocess: leaving\n")
    assert client.get("/healthz").status_code == 200


@pytest.mark.pairless
@pytest.mark.parametrize("probe", ["/healthz", "/readyz"])
def test_probes_are_answered_under_any_name_without_certificate(
    client: Client, parts: Callable[..., None], settings: Settings, probe: str
) -> None:
    parts()
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(probe, headers={"host": "10.1.2.3:8000"}).status_code == 200
    assert client.post(probe).status_code == 405
