"""Figures for whoever runs it: on a port of their own, and about nobody."""

import re
import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from hub import metrics
from hub.metrics import Pools
from tests.live import live_hub, prepare
from tests.servers import free_port

pytestmark = pytest.mark.pairless

CANARY = "Marisol-Quintero-Vane"


def read(address: str, **headers: str) -> str:
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as refused:
        return str(refused.read().decode())


def test_a_real_process_counts_requests_apart_from_its_pages_and_names_nobody(tmp_path: Path) -> None:
    port = free_port()
    extra = {"HUBTABLE_METRICS_PORT": str(port), "HUBTABLE_LOGS": "json"}
    with live_hub(prepared=prepare(tmp_path / "var", demo=False), demo=False, extra=extra) as hub:
        https = {"X-Forwarded-Proto": "https", "User-Agent": CANARY, "X-Request-Id": "0f8fad5b-d9cb-469f"}
        for path in ("/account/login/", f"/situations/{CANARY}/", f"/?name={CANARY}", "/metrics"):
            page = read(hub.address + path, **https)
            assert "hubtable_requests" not in page
        figures, log = read(f"http://127.0.0.1:{port}/metrics"), hub.log.read_text()
    assert 'hubtable_requests_total{status="2xx",view="account_login"}' in figures
    assert 'hubtable_requests_total{status="4xx",view="none"} 2.0' in figures
    assert not re.search(CANARY, figures + log, re.IGNORECASE)
    answered = [line for line in log.splitlines() if '"hub.requests"' in line]
    assert [line for line in answered if '"0f8fad5b-d9cb-469f"' not in line] == []
    assert len(answered) >= 4
    assert not re.search(r"127\.0\.0\.1|/situations", "".join(answered))


def test_no_port_means_no_metrics_and_a_taken_one_is_said(settings: Settings) -> None:
    settings.METRICS_PORT = 0
    metrics.serve()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings.METRICS_PORT = taken.getsockname()[1]
        with pytest.raises(ImproperlyConfigured, match=r"HUBTABLE_METRICS_PORT: \d+ is taken"):
            metrics.serve()


def test_pools_are_told_by_database_and_figure() -> None:
    (family,) = Pools().collect()
    assert {tuple(sample.labels) for sample in family.samples} <= {("database", "figure")}
