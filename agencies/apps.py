from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "agencies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # a system check, and what listens to people signing in and out
        from agencies import clauses, letting_in, locking_out, own_sessions, signing_in, signing_out  # noqa: F401
        from agencies.describing import describe
        from hub.core.page import describe_people_with

        describe_people_with(describe)
