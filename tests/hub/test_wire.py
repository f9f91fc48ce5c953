"""What serves the sockets: daphne on uvloop, chosen before anything else can choose another loop."""

import subprocess
import sys

import pytest

from tests.live import ROOT

pytestmark = pytest.mark.pairless

REACTOR = """
import hub.core.management.commands.serve
from twisted.internet import reactor
print(type(reactor).__name__, type(reactor._asyncioEventloop).__module__)
"""


def test_server_runs_on_uvloop() -> None:
    code = f"import django; django.setup()\n{REACTOR}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["AsyncioSelectorReactor", "uvloop"]
