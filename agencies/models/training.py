"""Who was trained in what, by whom, and until when it counts."""

from typing import ClassVar

from django.db import models

from agencies.choices import TrainingKind
from agencies.models.people import Agency, Member
from hub.core.audit import Audited


class Training(Audited):
    """One training that one person completed. `given_by` is the agency that taught it (cross-training), if one of ours did."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="trainings")
    kind = models.CharField(max_length=20, choices=TrainingKind.choices)
    title = models.CharField(max_length=120, blank=True)
    completed_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    given_by = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="trainings_given", null=True, blank=True)
    recorded_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-completed_on"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.member_id}"
