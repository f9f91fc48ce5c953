"""What must hold before an installation may meet real people."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Error, Tags, register

from hub.core import keyring
from hub.core.aead import VaultError

Apps = Sequence[AppConfig] | None


@register(Tags.security, deploy=True)
def demo_mode_is_off(app_configs: Apps, **kwargs: Any) -> list[Error]:
    """hub.E001: demo accounts have a published password."""
    if not settings.DEMO:
        return []
    return [
        Error(
            "Demo mode is on: every demo account has a published password.",
            hint="Unset HUBTABLE_DEMO and start with an empty database.",
            id="hub.E001",
        )
    ]


@register(Tags.security, deploy=True)
def mail_goes_somewhere(app_configs: Apps, **kwargs: Any) -> list[Error]:
    """hub.E006: invitations, warnings and what waits at a desk are told by mail. Demo mode prints it."""
    if settings.EMAIL_HOST or settings.DEMO:
        return []
    return [Error("No mail server is set: no mail leaves.", hint="Set HUBTABLE_SMTP_HOST.", id="hub.E006")]


@register(Tags.security)
def connections_are_not_kept(app_configs: Apps, **kwargs: Any) -> list[Error]:
    """hub.E002: a thread under ASGI that keeps its connection never gives it back."""
    return [
        Error(
            f'Database "{alias}" keeps connections open (CONN_MAX_AGE is not 0).',
            hint="Leave CONN_MAX_AGE at 0; PostgreSQL is pooled.",
            id="hub.E002",
        )
        for alias, database in settings.DATABASES.items()
        if database.get("CONN_MAX_AGE", 0) != 0
    ]


@register(Tags.security)
def vault_has_a_key(app_configs: Apps, **kwargs: Any) -> list[Error]:
    """hub.E003: without a master key to wrap with, no identity can be sealed."""
    why, hint = "The vault has no master key.", "keep a copy apart from the data"
    try:
        if keyring.provider().versions():
            keyring.provider().newest()
            return []
    except VaultError as refused:
        why, hint = str(refused), "HUBTABLE_VAULT_NEWEST, if set, names one of its versions"
    return [Error(why, hint=f'Set HUBTABLE_VAULT_KEYS to "1:" and the base64 of 32 random bytes; {hint}.', id="hub.E003")]


@register(Tags.security)
def ledger_can_be_signed(app_configs: Apps, **kwargs: Any) -> list[Error]:
    """hub.E004: without its key no checkpoint can be signed, and no conference closed."""
    if settings.LEDGER_SIGNING_KEY:
        return []
    hint = "Set HUBTABLE_LEDGER_KEY to the base64 of 32 random bytes, and keep a copy apart from the data."
    return [Error("The ledger has no signing key.", hint=hint, id="hub.E004")]
