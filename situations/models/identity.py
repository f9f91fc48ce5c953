"""The sealed identity, its key, and the blind index. Reached only from `sealing`, `identity`, `disclosure`, `retention`, `repeat`."""

from typing import ClassVar

from django.db import models

from agencies.models import Agency, Table
from hub.core.audit import Audited
from situations.models.situation import Situation


class DataKey(models.Model):
    """One wrapped key a situation and contributing agency. Deleting it shreds the identity: no history, on purpose."""

    situation = models.ForeignKey(Situation, on_delete=models.CASCADE, related_name="data_keys")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    master_version = models.PositiveSmallIntegerField()
    wrapped = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["situation", "agency"], name="one_key_a_contributor")]

    def __str__(self) -> str:
        return f"key of {self.situation_id}"

    @property
    def context(self) -> str:
        """What the wrapped key is bound to: it opens in this row alone."""
        return f"key:{self.situation_id}:{self.agency_id}"


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

    def __str__(self) -> str:
        return f"identity of {self.situation_id}"


class BlindIndex(models.Model):
    """Keyed hash of name and date of birth within one table, to notice a repeat presentation; deleted when shredded."""

    table = models.ForeignKey(Table, on_delete=models.CASCADE, related_name="+")
    situation = models.OneToOneField(Situation, on_delete=models.CASCADE, related_name="blind_index")
    digest = models.CharField(max_length=64, db_index=True)

    def __str__(self) -> str:
        return f"index of {self.situation_id}"
