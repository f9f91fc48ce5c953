"""The rules that all other tests rely on, held against small runs of their own."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis
from playwright.sync_api import Browser

from tests.live import ROOT, live_hub
from tests.servers import fresh_database, postgres, redis_server

pytestmark = pytest.mark.pairless

SKIPPED = "import pytest\n\n\ndef test_left_out():\n    pytest.skip('no reason')\n"
RENDERS = "from django.template import Context, Template\n\n\ndef test_page():\n    Template({source!r}).render(Context())\n"
WARNS = "import warnings\n\n\ndef test_warning():\n    warnings.warn('old', DeprecationWarning)\n"


def run(directory: Path, source: str, *options: str, ci: str = "") -> int:
    """The exit code of pytest, under this project's configuration, on one file."""
    file = directory / "test_sample.py"
    file.write_text(source)
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "-p", "tests.conftest", *options]
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [*command, str(file)], cwd=ROOT, env={**outside, "CI": ci}, check=False, capture_output=True, text=True
    )
    return done.returncode


@pytest.mark.parametrize("options", [(), ("-n", "1")])
def test_skipped_test_fails_the_run_under_ci_only(tmp_path: Path, options: tuple[str, ...]) -> None:
    assert run(tmp_path, SKIPPED, *options, ci="true") == pytest.ExitCode.TESTS_FAILED
    assert run(tmp_path, SKIPPED, *options) == pytest.ExitCode.OK


def test_undefined_template_variable_fails(tmp_path: Path) -> None:
    assert run(tmp_path, RENDERS.format(source="{{ missing }}")) == pytest.ExitCode.TESTS_FAILED
    assert run(tmp_path, RENDERS.format(source="{% if missing %}x{% endif %}")) == pytest.ExitCode.OK


def test_warning_fails(tmp_path: Path) -> None:
    assert run(tmp_path, WARNS) == pytest.ExitCode.TESTS_FAILED


def test_servers_are_fresh_and_stopped() -> None:
    with postgres() as database, redis_server() as layer:
        with fresh_database(database.url) as url, psycopg.connect(url) as connection:
            row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        assert row == (False,)
        with redis.Redis.from_url(layer.url) as client:
            assert client.dbsize() == 0
    assert database.process.poll() is not None
    assert layer.process.poll() is not None


@pytest.mark.e2e
def test_browser_reaches_the_server(chromium: Browser) -> None:
    with live_hub(demo=False) as hub:
        page = chromium.new_page()
        answer = page.goto(f"{hub.address}/healthz")
        assert answer is not None
        assert answer.ok
        assert page.inner_text("body").strip() == "ok"
    assert hub.child.poll() is not None
