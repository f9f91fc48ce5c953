from importlib import import_module

from django.apps import AppConfig

from hub.core import serving


class ConferencesConfig(AppConfig):
    name = "conferences"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what lets people in (`chairing.disclose_to_those_let_in`) and to new times (`scheduling.move_coming`), in
        commands too. A server also beats.
        """
        import_module("conferences.chairing")
        import_module("conferences.scheduling")
        serving.with_server(import_module("conferences.board.pulse").begin)
