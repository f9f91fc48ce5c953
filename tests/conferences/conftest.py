"""Data of a hub with a conference in session, for tests that start the real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import live
from tests.conferences.relay_scene import Meeting, play
from tests.servers import redis_server


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Meeting]:
    """Made once per worker, and copied by every hub that is started on it."""
    data = tmp_path_factory.mktemp("meeting") / "var"
    live.prepare(data, demo=False)
    return data, play(live.environment_of(data, demo=False))


@pytest.fixture
def layer() -> Iterator[str]:
    """Where a Redis of this test's own is.

    Here, because a file that starts servers by itself is run before those whose database its committed rows would empty.
    """
    with redis_server() as running:
        yield running.url
