"""Filter 4: the plan of the lead and assisting agencies, and what the lead reports back."""

from typing import ClassVar

from django.db import models

from agencies.models import Agency, Member, Sitting
from hub.core.audit import Audited
from situations.choices import ConsentNow, ContactKind
from situations.models.situation import LINE_LIMIT, Situation


class PlanStep(Audited):
    """One task of one agency with its time."""

    situation = models.ForeignKey(Situation, on_delete=models.CASCADE, related_name="steps")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=LINE_LIMIT)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["due_at", "pk"]

    def __str__(self) -> str:
        return f"step of {self.situation_id}"


class Visit(Audited):
    """The next appointment: when, who goes, where, what is offered, what to mind."""

    situation = models.OneToOneField(Situation, on_delete=models.CASCADE, related_name="visit")
    at = models.DateTimeField()
    who_goes = models.CharField(max_length=LINE_LIMIT)
    place = models.CharField(max_length=LINE_LIMIT, blank=True)
    offer = models.CharField(max_length=LINE_LIMIT, blank=True)
    safety = models.CharField(max_length=LINE_LIMIT, blank=True)

    def __str__(self) -> str:
        return f"visit of {self.situation_id}"


class Contact(Audited):
    """One line of the contact log."""

    situation = models.ForeignKey(Situation, on_delete=models.CASCADE, related_name="contacts")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=ContactKind.choices)
    reached = models.BooleanField()
    companions = models.JSONField(default=list)
    outcome = models.CharField(max_length=LINE_LIMIT)
    consent_now = models.CharField(max_length=10, choices=ConsentNow.choices, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"contact on {self.situation_id}"


class ServiceRecord(Audited):
    """What one agency's service has become for the person: informed, offered, connected, engaged, refused, not available."""

    situation = models.ForeignKey(Situation, on_delete=models.CASCADE, related_name="services")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    service = models.CharField(max_length=120)
    status = models.CharField(max_length=12)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["situation", "agency", "service"], name="one_line_a_service"),
        ]

    def __str__(self) -> str:
        return f"service for {self.situation_id}"


class ReportBack(Audited):
    """The lead agency's status line to the table at a later conference."""

    situation = models.ForeignKey(Situation, on_delete=models.CASCADE, related_name="report_backs")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    line = models.CharField(max_length=LINE_LIMIT)
    still_aer = models.BooleanField()

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"report-back on {self.situation_id}"
