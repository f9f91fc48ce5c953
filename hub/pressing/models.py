"""The presses of the last day. No history and no words: who pressed, in which view, and where the answer led."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from hub.core.written import Written


class Press(Written):
    """One press that was carried out. `key` and `sent` are digests that only the page that sent them can make again."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    view = models.CharField(max_length=80)
    sent = models.CharField(max_length=64)
    made_at = models.DateTimeField(db_index=True)
    where = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["member", "key"], name="one_press_a_key")]

    def __str__(self) -> str:
        return f"press of {self.member_id} in {self.view}"
