from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "agencies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from agencies import signing_out  # noqa: F401 - connects sign-out to the open boards
        from agencies.describing import describe
        from hub.core.page import describe_people_with

        describe_people_with(describe)
