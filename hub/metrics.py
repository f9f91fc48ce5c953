"""Where the figures of `hub.core.measures` are read: a port of its own, never the one that the proxy knows.

A port and not a page with a token: the proxy passes on whatever path it is asked for, and a token is one more secret that a
monitoring system keeps in plain text. Who can reach the port is decided where networks are (docker-compose.yml: `monitoring`).
"""

import logging
from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from prometheus_client import REGISTRY, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

log = logging.getLogger(__name__)

POOL_FIGURES = ("pool_size", "pool_available", "requests_waiting", "requests_errors")


class Pools(Collector):
    """How much of each connection pool is in use."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        family = GaugeMetricFamily("hubtable_pool", "Connections of this process to a database", labels=["database", "figure"])
        for alias in connections:
            pool = getattr(connections[alias], "pool", None)
            for figure, value in (pool.get_stats() if pool else {}).items():
                if figure in POOL_FIGURES:
                    family.add_metric([alias, figure], value)
        yield family


def serve() -> None:
    """Answer on HUBTABLE_METRICS_PORT from a thread of its own, if one is set. Raises ImproperlyConfigured for a taken port."""
    if not settings.METRICS_PORT:
        return
    try:
        start_http_server(settings.METRICS_PORT, settings.METRICS_HOST)
    except OSError as failed:
        raise ImproperlyConfigured(f"HUBTABLE_METRICS_PORT: {settings.METRICS_PORT} is taken, or not ours.") from failed
    REGISTRY.register(Pools())
    log.info("Metrics are on port %s", settings.METRICS_PORT)
