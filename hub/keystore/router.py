"""Which database a model lies in."""

from typing import Any

from django.db.models import Model

from hub.keystore import DATABASE, MOVING

APP = "keystore"


class KeysApart:
    """Keys lie in their own database, and nothing else does."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return DATABASE if _app(model) == APP else None

    db_for_write = db_for_read

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool | None:
        """No relation crosses over: a foreign key would have to lead into another database."""
        apps = {_app(one), _app(other)}
        return False if APP in apps and len(apps) > 1 else None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return (db in {DATABASE, MOVING}) == (app_label == APP)


def _app(model: Model | type[Model]) -> str:
    return model._meta.app_label  # noqa: SLF001 - Django's documented way
