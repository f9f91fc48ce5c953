"""The situation: its profile, its stage, and the screening that never leaves the originating agency."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from agencies.models import Agency, Member, Table
from hub.core.audit import Audited
from situations.choices import Consent, Stage

NOTE_LIMIT = 600
"""Characters of the note (issue: a short plain text)."""

LINE_LIMIT = 280
"""Characters of a report-back line, an outcome, a step: case notes stay in the agencies' own systems."""


class Situation(Audited):
    """What an agency brings. The profile is de-identified; codes are those of `situations.taxonomy`.

    `revision` rises with every step through the gate or decision of the facilitator: the cursor against two people acting
    at once. `number` is given when the situation is tabled and never holds initials.
    """

    table = models.ForeignKey(Table, on_delete=models.PROTECT, related_name="situations")
    originating_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="brought")
    written_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.DRAFT)
    revision = models.PositiveIntegerField(default=0)
    number = models.CharField(max_length=12, blank=True)
    returned_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="returned_as")

    subject_type = models.CharField(max_length=20, blank=True)
    age_band = models.CharField(max_length=10, blank=True)
    sex = models.CharField(max_length=10, blank=True)
    language = models.CharField(max_length=8, blank=True)
    town = models.CharField(max_length=60, blank=True)
    risk_factors = models.JSONField(default=list)
    protective_factors = models.JSONField(default=list)
    study_flags = models.JSONField(default=list)
    affected_persons = models.JSONField(default=list)
    note = models.CharField(max_length=NOTE_LIMIT, blank=True)
    consent_status = models.CharField(max_length=12, choices=Consent.choices, blank=True)
    consent_reason = models.CharField(max_length=LINE_LIMIT, blank=True)

    identity_open = models.BooleanField(default=False)
    opening_basis = models.CharField(max_length=40, blank=True)
    written_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    passed_at = models.DateTimeField(null=True, blank=True)
    tabled_at = models.DateTimeField(null=True, blank=True)
    aer_at = models.DateTimeField(null=True, blank=True)
    filter4_at = models.DateTimeField(null=True, blank=True)
    clock_ends_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    conclusion_group = models.CharField(max_length=24, blank=True)
    conclusion_reason = models.CharField(max_length=40, blank=True)
    conclusion_because = models.CharField(max_length=LINE_LIMIT, blank=True)
    redacted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-written_at"]
        indexes: ClassVar = [
            # the list, page by page, whole and at one stage
            models.Index(fields=["table", "written_at", "id"], name="situations_by_time"),
            models.Index(fields=["table", "stage", "written_at", "id"], name="situations_by_stage"),
            models.Index(fields=["originating_agency", "stage"]),
            # found by number and by its beginning, whatever language the database sorts in
            models.Index(
                fields=["number", "table"], name="situations_by_number", opclasses=["varchar_pattern_ops", "int8_ops"]
            ),
            models.Index(fields=["table", "tabled_at"], name="situations_tabled"),
            models.Index(fields=["table", "ended_at"], name="situations_concluded", condition=Q(stage="concluded")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "number"], condition=~Q(number=""), name="one_number_a_table"),
            models.CheckConstraint(
                condition=Q(stage__in=["draft", "screening", "ready", "kept"]) | ~Q(number=""), name="tabled_has_number"
            ),
            models.CheckConstraint(
                condition=Q(identity_open=False) | Q(stage=Stage.FILTER3), name="identity_open_only_in_filter_3"
            ),
            models.CheckConstraint(condition=~Q(stage="concluded") | ~Q(conclusion_reason=""), name="concluded_has_reason"),
            models.CheckConstraint(condition=~Q(stage="rejected") | ~Q(conclusion_reason=""), name="rejected_has_reason"),
        ]

    def __str__(self) -> str:
        return self.number or f"draft {self.pk}"


class Screening(Audited):
    """Filter 1: what the agency has tried and why it is beyond one agency. Stays in the agency, for good."""

    situation = models.OneToOneField(Situation, on_delete=models.CASCADE, related_name="screening")
    tried = models.CharField(max_length=NOTE_LIMIT, blank=True)
    beyond_one_agency = models.CharField(max_length=NOTE_LIMIT, blank=True)
    screener = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sent_back_because = models.CharField(max_length=LINE_LIMIT, blank=True)

    def __str__(self) -> str:
        return f"screening of {self.situation_id}"
