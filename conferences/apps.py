from importlib import import_module

from django.apps import AppConfig


class ConferencesConfig(AppConfig):
    name = "conferences"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what lets people in (`chairing.disclose_to_those_let_in`), in commands too."""
        import_module("conferences.chairing")
