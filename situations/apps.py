from django.apps import AppConfig


class SituationsConfig(AppConfig):
    name = "situations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from situations import refusals  # noqa: F401 - connects the ledger to refused attempts
