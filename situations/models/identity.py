"""The sealed identity and the blind index; the keys lie in `hub.keystore`. Reached from few modules: a test names them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from agencies.models import Agency, Table
from hub.core.audit import Audited
from situations.models.situation import Situation


class Identity(Audited):
    """Who it is about, as ciphertext only (history rows too). Field names are those of the visibility table."""

    situation = models.OneToOneField(Situation, on_delete=models.CASCADE, related_name="identity")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.BinaryField(default=b"")
    date_of_birth = models.BinaryField(default=b"")
    address = models.BinaryField(default=b"")
    aliases = models.BinaryField(default=b"")
    guardian = models.BinaryField(default=b"")
    others = models.BinaryField(default=b"")
    shredded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "identities"
        indexes: ClassVar = [
            models.Index(fields=["situation"], name="identities_sealed", condition=Q(shredded_at=None)),
        ]

    def __str__(self) -> str:
        return f"identity of {self.situation_id}"


class BlindIndex(models.Model):
    """Keyed hash of name and date of birth within one table, to notice a repeat presentation; deleted when shredded."""

    table = models.ForeignKey(Table, on_delete=models.CASCADE, related_name="+")
    situation = models.OneToOneField(Situation, on_delete=models.CASCADE, related_name="blind_index")
    digest = models.CharField(max_length=64, db_index=True)

    def __str__(self) -> str:
        return f"index of {self.situation_id}"
