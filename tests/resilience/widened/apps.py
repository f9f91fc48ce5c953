"""Gives a stance one more column, as the next version's models would."""

from django.apps import AppConfig
from django.db import models


class WidenedConfig(AppConfig):
    name = "tests.resilience.widened"
    label = "widened"

    def ready(self) -> None:
        from situations.models import Stance

        for model in (Stance, Stance.history.model):
            # db_default: rows that the version before writes meanwhile have a value, too
            models.CharField(max_length=8, default="said", db_default="said").contribute_to_class(model, "manner")
