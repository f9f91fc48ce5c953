from django.apps import AppConfig


class PressingConfig(AppConfig):
    name = "hub.pressing"
    label = "pressing"

    def ready(self) -> None:
        from hub.core import audit
        from hub.pressing import once

        audit.first_steps.append(once.enter)
        audit.steps_after_refusal.append(once.refuse)
