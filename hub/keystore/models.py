"""The wrapped key of everything that one agency sealed about one situation, and the list of those destroyed.

Numbers instead of relations: situations and agencies lie in the other database.
"""

from typing import ClassVar

from django.db import models


class DataKey(models.Model):
    """One wrapped key a situation and contributing agency. Deleting it shreds what it sealed: no history, on purpose."""

    situation = models.BigIntegerField()
    agency = models.BigIntegerField()
    master_version = models.PositiveSmallIntegerField()
    wrapped = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["situation", "agency"], name="one_key_a_contributor")]

    def __str__(self) -> str:
        return f"key of {self.situation}"

    @property
    def context(self) -> str:
        """What the wrapped key is bound to: it opens in this row alone."""
        return f"key:{self.situation}:{self.agency}"


class ShreddedKey(models.Model):
    """A key that was destroyed; never deleted, because every restored backup is held against it."""

    situation = models.BigIntegerField()
    agency = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["situation", "agency"], name="shredded_once")]

    def __str__(self) -> str:
        return f"destroyed key of {self.situation}"


class ReferralKey(models.Model):
    """The wrapped key of one referral for the one agency whose desk reads it. `referral`: its binding, known before its row is.

    Deleting it shreds answers and messages: no history, on purpose.
    """

    referral = models.UUIDField()
    agency = models.BigIntegerField()
    master_version = models.PositiveSmallIntegerField()
    wrapped = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["referral", "agency"], name="one_key_a_desk")]

    def __str__(self) -> str:
        return f"key of {self.referral}"

    @property
    def context(self) -> str:
        """What the wrapped key is bound to: it opens in this row alone."""
        return f"referral key:{self.referral}:{self.agency}"


class ShreddedReferralKey(models.Model):
    """A referral's key that was destroyed; never deleted, because every restored backup is held against it."""

    referral = models.UUIDField()
    agency = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["referral", "agency"], name="referral_shredded_once")]

    def __str__(self) -> str:
        return f"destroyed key of {self.referral}"
