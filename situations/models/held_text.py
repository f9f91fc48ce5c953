"""A text that the guard stopped, for as long as a second person has to look at it, and what came of it."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q

from agencies.models import Agency, Member, Table
from situations.choices import HeldState
from situations.models.situation import Situation


class HeldText(models.Model):
    """One text at one field, stopped by the guard. It has no history: once decided, its words are nowhere any more.

    `words`: sealed under the data key of the situation and `agency` (of who wrote it), bound to `binding`; empty once decided.
    `digest`: keyed, of exactly this text of this writer at this field of this situation or table in one step, so that what was
    let through is known again, and used once; `text_digest`: keyed, of the text of the agency there, so that what was refused
    is. `for_chairs`: written for the table and not for an agency, so another chair may decide, too.
    """

    table = models.ForeignKey(Table, on_delete=models.CASCADE, related_name="held_texts")
    situation = models.ForeignKey(Situation, on_delete=models.CASCADE, null=True, blank=True, related_name="held_texts")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    written_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    for_chairs = models.BooleanField(default=False)
    field = models.CharField(max_length=40)
    kinds = models.JSONField(default=list)
    held_at = models.DateTimeField()
    binding = models.UUIDField(default=uuid4, editable=False, unique=True)
    words = models.BinaryField(default=b"")
    digest = models.CharField(max_length=64, unique=True)
    text_digest = models.CharField(max_length=64, blank=True, db_default="", db_index=True)
    state = models.CharField(max_length=8, choices=HeldState.choices, default=HeldState.WAITING)
    decided_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    because = models.CharField(max_length=16, blank=True)

    class Meta:
        ordering: ClassVar = ["held_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["table"], name="held_texts_waiting", condition=Q(state="waiting"))]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state="waiting") | Q(words=b""), name="decided_has_no_words"),
            models.CheckConstraint(condition=~Q(decided_by=models.F("written_by")), name="decided_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.field} held in {self.situation_id or self.table_id}"
