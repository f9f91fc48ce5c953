"""What the table says and decides about a situation: criteria, stances, answers, roles, recusals."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from agencies.models import Agency, Member, Sitting
from hub.core.audit import Audited
from situations.choices import AnswerKind, Criterion, RoleKind, StanceKind
from situations.models.situation import LINE_LIMIT, Situation


class AerCriterion(Audited):
    """One of the four criteria: the originator's sentence, and whether it holds (null until anybody said so)."""

    situation = models.ForeignKey(Situation, on_delete=models.CASCADE, related_name="criteria")
    criterion = models.CharField(max_length=24, choices=Criterion.choices)
    because = models.CharField(max_length=LINE_LIMIT, blank=True)
    holds = models.BooleanField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["situation", "criterion"], name="each_criterion_once")]

    def __str__(self) -> str:
        return f"{self.criterion} of {self.situation_id}"


class Stance(Audited):
    """One seat's answer at filter 2. A dissent holds the filter until withdrawn, or the facilitator records why it goes on."""

    situation = models.ForeignKey(Situation, on_delete=models.CASCADE, related_name="stances")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=StanceKind.choices)
    reason = models.CharField(max_length=LINE_LIMIT, blank=True)
    withdrawn = models.BooleanField(default=False)
    went_on_because = models.CharField(max_length=LINE_LIMIT, blank=True)
    given_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["situation", "agency"], name="one_stance_a_seat"),
            models.CheckConstraint(condition=Q(kind="agrees") | ~Q(reason=""), name="dissent_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.kind} on {self.situation_id}"


class Answer(Audited):
    """One seat's answer at filter 3. `basis` is set where the answer discloses; `offer` is what it can bring."""

    situation = models.ForeignKey(Situation, on_delete=models.CASCADE, related_name="answers")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=14, choices=AnswerKind.choices)
    basis = models.CharField(max_length=40, blank=True)
    offer = models.CharField(max_length=LINE_LIMIT, blank=True)
    given_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["situation", "agency"], name="one_answer_a_seat"),
            models.CheckConstraint(
                condition=~Q(kind__in=["serving_now", "served_before"]) | ~Q(basis=""),
                name="disclosing_answer_has_basis",
            ),
        ]

    def __str__(self) -> str:
        return f"answer of {self.agency_id} on {self.situation_id}"


class Involvement(Audited):
    """An agency asked to lead or assist. It has the role once it accepted, until it is released."""

    situation = models.ForeignKey(Situation, on_delete=models.CASCADE, related_name="involvements")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="involvements")
    role = models.CharField(max_length=10, choices=RoleKind.choices)
    asked_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["situation", "agency"], condition=Q(ended_at=None), name="one_role_an_agency"),
            models.UniqueConstraint(fields=["situation"], condition=Q(role="lead", ended_at=None), name="one_lead_a_situation"),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.role} {self.situation_id}"


class Recusal(models.Model):
    """A person with a conflict of interest has stepped out of one situation, for good: sees nothing, is no recipient."""

    situation = models.ForeignKey(Situation, on_delete=models.CASCADE, related_name="recusals")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="recusals")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["situation", "member"], name="recused_once")]

    def __str__(self) -> str:
        return f"{self.member_id} out of {self.situation_id}"
