"""What every test may use, and the rule that CI skips nothing."""

import functools
import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from channels.layers import get_channel_layer
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from playwright.sync_api import Browser

from tests import live, prepared, servers
from tests.heard import Heard

LONG_FIRST = (
    "tests/resilience/", "tests/security/test_canary.py", "tests/bench/", "tests/conferences/test_demo.py",
    "tests/security/test_at_rest.py", "tests/security/test_oracle.py", "tests/security/test_random_walk.py", "tests/e2e/",
)  # fmt: skip
"""What takes minutes begins first: otherwise one worker ends with it alone while the other has nothing to do."""
STARTERS = {"tests.live", "tests.servers"}
NEED_DATABASES = {"db", "transactional_db", "live_server"}


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None, object, object]:
    """Who may use a database may use both: wrapped keys lie in one of their own. Long files come first."""
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark or NEED_DATABASES & set(getattr(item, "fixturenames", ())):
            given = {"databases": "__all__", **(mark.kwargs if mark else {})}
            item.add_marker(pytest.mark.django_db(**given), append=False)
    done = yield
    items.sort(key=_turn)  # after pytest-django, whose order of tests holds within each group
    return done


def _turn(item: pytest.Item) -> int:
    after = len(LONG_FIRST)
    known = next((number for number, start in enumerate(LONG_FIRST) if item.nodeid.startswith(start)), after)
    file = item.getparent(pytest.Module)
    return known if known < after or (file and _starts_processes(file.obj)) else after + 1


@functools.cache
def _starts_processes(module: ModuleType) -> bool:
    """Who has something of these has servers and commands to wait for; nobody needs to keep a list of them."""
    return any(getattr(one, "__module__", getattr(one, "__name__", "")) in STARTERS for one in vars(module).values())


@pytest.fixture(scope="session")
def _owner() -> Iterator[None]:
    """Tests make databases and tamper with tables, as only their owner can; the wall holds the owner too.

    What runs in processes of its own serves as the other role (`live.environment_of`).
    """
    from hub.core import ownership  # not above: this file is also loaded as a plug-in, before Django is set up

    with ownership.owning():
        yield


@pytest.fixture(scope="session")
def _migrated() -> Iterator[None]:
    """Migrating takes longer than most test files: the tests' databases begin as copies of what every worker shares."""
    if settings.EMBEDDED:
        with prepared.in_memory(live.make):
            yield
        return
    for alias, end in (("default", ""), ("keys", servers.KEYS)):
        connections[alias].settings_dict["TEST"]["TEMPLATE"] = servers.MIGRATED + end
    yield


@pytest.fixture(scope="session")
def django_db_setup(_owner: None, _migrated: None, django_db_setup: None) -> None:
    """pytest-django's, by the owner."""


@pytest.fixture(scope="session", autouse=True)
def _looks_behind_the_wall() -> Iterator[None]:
    """What tests, and what is made once for many, read and write themselves; verbs and pages name their own agencies."""
    from hub.core import second_wall

    with second_wall.passing(second_wall.Reason.MOVING):
        yield


@pytest.fixture(autouse=True)
def _no_left_over_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """A browser; one context of it is one person's laptop."""
    with live.browser() as opened:
        yield opened


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Under CI a skipped or expected-to-fail test fails the run: a check that does not run is no check."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") != "true" or reporter is None:
        return
    missed = [report.nodeid for kind in ("skipped", "xfailed") for report in reporter.stats.get(kind, [])]
    if missed:
        reporter.write_line(f"Not run under CI: {', '.join(missed)}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def lose_word_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """From the call on the guard on names cannot look: its word lists are not there."""
    from situations import deidentify_lexicon  # not above, as in `_owner`

    def lose() -> None:
        monkeypatch.setattr(deidentify_lexicon, "FILE", tmp_path / "gone.gz")
        deidentify_lexicon._lexicon.cache_clear()

    yield lose
    deidentify_lexicon._lexicon.cache_clear()


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    """What goes out to the channel layer: topic and message."""
    messages: Heard = []
    layer = get_channel_layer()
    assert layer is not None
    send = layer.group_send

    async def listen(topic: str, message: dict[str, object]) -> None:
        messages.append((topic, message))
        await send(topic, message)

    monkeypatch.setattr(layer, "group_send", listen)
    return messages
