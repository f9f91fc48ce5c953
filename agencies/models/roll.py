"""The roll: when a table sits, who presides, and who is in the room. It decides who is a recipient."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from agencies.models.people import Agency, Member
from agencies.models.tables import Table
from hub.core.audit import Audited


class Sitting(Audited):
    """One meeting of a table, from its opening to its closing. `presides` is the facilitator of the moment."""

    table = models.ForeignKey(Table, on_delete=models.CASCADE, related_name="sittings")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    presides = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="presided")
    offered_to = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table"], condition=Q(closed_at=None), name="one_open_sitting"),
        ]

    def __str__(self) -> str:
        return f"{self.table_id} at {self.opened_at:%Y-%m-%d}"


class Attendance(Audited):
    """One person in the room from `arrived_at` to `left_at`; a return is a new row."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="attendances")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="attendances")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    arrived_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["arrived_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sitting", "member"], condition=Q(left_at=None), name="one_open_attendance"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} from {self.arrived_at:%H:%M}"
