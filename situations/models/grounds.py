"""On what grounds an agency disclosed: what it affirmed and what it had to record (policy pack, `situations.legal_bases`)."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q

from agencies.models import Agency, Member
from hub.core.audit import Audited
from situations.models.situation import Situation


class Grounds(Audited):
    """One use of a legal basis by one agency. What was written in words is sealed under that agency's data key.

    `affirmed`: codes of the basis's conditions; `minimum_necessary`: null where the rule does not ask for it; `words`: sealed
    JSON of the texts that the basis needs (threat, references, scope), bound to `binding`. Dates stand open, because the
    product acts on them.
    """

    situation = models.ForeignKey(Situation, on_delete=models.PROTECT, related_name="grounds")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    basis = models.CharField(max_length=40)
    pack = models.CharField(max_length=40)
    affirmed = models.JSONField(default=list)
    minimum_necessary = models.BooleanField(null=True)
    binding = models.UUIDField(default=uuid4, editable=False, unique=True)
    words = models.BinaryField(default=b"")
    consent_expires_on = models.DateField(null=True, blank=True)
    emergency_ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        verbose_name_plural = "grounds"
        indexes: ClassVar = [models.Index(fields=["situation"], name="grounds_sealed", condition=~Q(words=b""))]

    def __str__(self) -> str:
        return f"{self.basis} of {self.agency_id}"


class Reportable(models.Model):
    """Somebody read that what they wrote looks reportable, and that a referral here is not a 51A report. Never changed."""

    situation = models.ForeignKey(Situation, on_delete=models.CASCADE, related_name="reportable")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    signs = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.member_id} told about {self.situation_id}"
