"""docker-compose.yml as compose reads it, as far as that can be had without an engine."""

import ast
import re
from typing import Any

import yaml

from tests.live import ROOT

VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")
OWN = ("migrate", "assets", "web", "clerk", "backup")
"""Services that run the application."""
READERS = {"text", "flag", "number", "listing", "secret", "address"}


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


def read_by_settings() -> set[str]:
    """Every variable that the settings read, with the ways in which a secret may come apart."""
    found = set()
    for file in (ROOT / "hub" / "settings").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if not (isinstance(node, ast.Call) and node.args and isinstance(name := node.args[0], ast.Constant)):
                continue
            function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if function in READERS and isinstance(name.value, str):
                found.add(name.value)
                if function in {"secret", "address"}:
                    found.add(f"{name.value}_FILE")
                if function == "address":
                    password = f"{name.value.removesuffix('URL')}PASSWORD"
                    found |= {password, f"{password}_FILE"}
    return found


READ = read_by_settings()
CADDY = set(re.findall(r"\{\$(\w+)", (ROOT / "hub" / "deploy" / "Caddyfile").read_text()))
OPERATING = (ROOT / "docs" / "operating.md").read_text()
HAS_PASSWORD = re.compile(r"://[^/@]*:[^/@]*@")


def is_secret(name: str) -> bool:
    """Whether a variable of this name holds what nobody should read; former keys of the ledger are public ones."""
    return re.search(r"(PASSWORD|SECRET|(?<!FORMER_)KEYS?)$", name) is not None


def strings(value: Any) -> list[str]:
    """A command or a check, word for word; one that is a single string is one for a shell."""
    return [value] if isinstance(value, str) else [str(one) for one in value]


def arguments_with_secrets(said: str) -> list[str]:
    """Programs of a line of shell that are given a secret among their arguments, which everybody can read in the process list.

    `printf` is the shell's own and no process; what stands before a program's name is its environment.
    """
    found = []
    for one in re.split(r"\||;|&&", re.sub(r"\$\$\(([^)]*)\)", r"<\1>", said)):
        words = re.findall(r"(?:<[^>]*>|\S)+", one)
        while words and re.match(r"\w+=", words[0]):
            del words[0]
        held = [word for word in words if "<cat /run/secrets/" in word or any(map(is_secret, re.findall(r"\$\{?(\w+)", word)))]
        if held and words[0] != "printf":
            found.append(words[0])
    return found
