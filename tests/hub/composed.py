"""docker-compose.yml as compose reads it, as far as that can be had without an engine."""

import re
from typing import Any

import yaml

from tests.live import ROOT

VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")
OWN = ("migrate", "assets", "web", "clerk", "backup")
"""Services that run the application."""


def compose() -> dict[str, Any]:
    """The whole file."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def services() -> dict[str, Any]:
    """By name."""
    found: dict[str, Any] = compose()["services"]
    return found


def asked_for() -> dict[str, str | None]:
    """What the file takes from the operator's environment, with its default; None where there is none."""
    text = (ROOT / "docker-compose.yml").read_text()
    return {name: default if kind == "-" else None for name, kind, default in VARIABLE.findall(text)}


def interpolated(environment: dict[str, str], **given: str) -> dict[str, str]:
    """Variables put in as compose does. Raises KeyError for one that is needed and not given."""

    def value(match: re.Match[str]) -> str:
        name, kind, default = match.groups()
        return given.get(name) or (default if kind == "-" else given[name])

    return {name: VARIABLE.sub(value, text) for name, text in environment.items()}
