"""Data of a hub with a conference in session, for tests that start the real server."""

from pathlib import Path

import pytest

from tests import live
from tests.conferences.relay_scene import Meeting, play


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Meeting]:
    """Made once per worker, and copied by every hub that is started on it."""
    data = tmp_path_factory.mktemp("meeting") / "var"
    live.prepare(data, demo=False)
    return data, play(live.environment_of(data, demo=False))
