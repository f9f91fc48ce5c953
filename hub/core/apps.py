from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "hub.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hub.core import checks, fieldclass, second_wall  # noqa: F401  registering is importing

        second_wall.begin()
