"""Keys that lie with what they open protect nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Error, Tags, register

from hub.keystore import DATABASE

PLACE = ("ENGINE", "HOST", "PORT", "NAME")


@register(Tags.security)
def keys_lie_apart(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[Error]:
    """hub.E005: data on a server and keys in a file, or both in one database. Demo mode has no real keys."""
    why = fault(settings.DATABASES["default"], settings.DATABASES[DATABASE])
    if settings.DATABASE_URL and not settings.KEYS_DATABASE_URL and not settings.DEMO:
        why = "DATABASE_URL is set and KEYS_DATABASE_URL is not: processes on other machines could not read these keys."
    hint = "Set KEYS_DATABASE_URL to a database of its own, with backups of its own (docs/operating.md, Backups)."
    return [Error(why, hint=hint, id="hub.E005")] if why else []


def fault(data: Mapping[str, Any], keys: Mapping[str, Any]) -> str:
    """Why these two databases are not two, or nothing."""
    if any(str(data.get(one)) != str(keys.get(one)) for one in PLACE):
        return ""
    return "KEYS_DATABASE_URL is DATABASE_URL: a backup of the data would hold the keys, and shredding would undo nothing."
