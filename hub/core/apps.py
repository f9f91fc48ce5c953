from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "hub.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hub.core import checks, fieldclass, newest, second_wall, serving  # noqa: F401  registering is importing
        from hub.sqlite import lending

        second_wall.begin()
        serving.with_server(lending.begin)
        serving.with_server(newest.begin)
