"""Typed reading of the environment, so that a misspelt value stops the start instead of meaning something else."""

import os
from pathlib import Path
from urllib.parse import quote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}


def flag(name: str, *, default: bool = False) -> bool:
    """Whether a switch is on; empty counts as not set. Raises ImproperlyConfigured for a value that is neither on nor off."""
    value = os.environ.get(name, "").strip().lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value in TRUE if value else default


def text(name: str, default: str = "") -> str:
    """A variable's value; empty counts as not set, because compose files pass unset variables as empty."""
    return os.environ.get(name, "").strip() or default


def secret(name: str) -> str:
    """A value that nobody should read in a process list: from the variable, or from the file that NAME_FILE names.

    Raises ImproperlyConfigured when both are set, or the file does not read; what is in it is never quoted.
    """
    value, file = text(name), text(f"{name}_FILE")
    if not file:
        return value
    if value:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; one of them would be ignored.")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as failed:
        raise ImproperlyConfigured(f"{name}_FILE: {file} cannot be read ({type(failed).__name__}).") from None


def address(name: str) -> str:
    """A server's address, or several (comma separated); its password may come apart: DATABASE_URL's from DATABASE_PASSWORD.

    Raises ImproperlyConfigured as `secret` does, and for an address that has one password and is given another.
    """
    password = secret(name.removesuffix("URL") + "PASSWORD")
    urls = [one.strip() for one in secret(name).split(",") if one.strip()]
    return ",".join(_with_password(name, url, password) for url in urls)


def _with_password(name: str, url: str, password: str) -> str:
    parts = urlsplit(url)
    if not password:
        return url
    if parts.password:
        raise ImproperlyConfigured(f"{name} holds a password and is given another one apart from it.")
    user, _, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}").geturl()


def listing(name: str, default: str) -> list[str]:
    """A comma-separated list."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def number(name: str, default: int) -> int:
    """A whole number. Raises ImproperlyConfigured for anything else."""
    value = text(name, str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)
