"""Words that point to nobody at a table, so that the de-identification guard does not ask about them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from agencies.choices import PhraseKind
from agencies.models.people import Member
from agencies.models.tables import Table
from hub.core.audit import Audited


class AllowedPhrase(Audited):
    """One phrase of one table's list: suggested until somebody who keeps it adds it, counts from `added_on` to `ended_on`."""

    table = models.ForeignKey(Table, on_delete=models.CASCADE, related_name="allowed_phrases")
    phrase = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=PhraseKind.choices)
    suggested_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    added_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    added_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["phrase", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "phrase"], condition=Q(ended_on=None), name="one_phrase_a_table"),
        ]

    def __str__(self) -> str:
        return self.phrase
