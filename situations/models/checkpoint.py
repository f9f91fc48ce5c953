"""A checkpoint: where every chain of the ledger stood at one moment, signed. Append-only as the ledger itself."""

from typing import Any, ClassVar, NoReturn

from django.db import models

from agencies.models import Sitting, Table
from situations.models.ledger import AppendOnly


class Checkpoint(models.Model):
    """One signed checkpoint over the chains of a table (none: over all). `leaves`: [chain, sequence, hash] of each head."""

    table = models.ForeignKey(Table, on_delete=models.PROTECT, null=True, related_name="+")
    sitting = models.OneToOneField(Sitting, on_delete=models.PROTECT, null=True, related_name="checkpoint")
    at = models.DateTimeField()
    chains = models.PositiveIntegerField()
    entries = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    leaves = models.JSONField()
    signature = models.CharField(max_length=128)
    key = models.CharField(max_length=8)
    public_key = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"checkpoint {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly("a checkpoint is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("a checkpoint is never deleted")
