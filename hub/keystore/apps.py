from django.apps import AppConfig


class KeyStoreConfig(AppConfig):
    name = "hub.keystore"
    label = "keystore"

    def ready(self) -> None:
        from hub.keystore import checks  # noqa: F401  registering is importing
