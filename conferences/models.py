"""When: a conference with its agenda, timer and projector, and the systemic issues a table notes apart from any situation."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from agencies.models import Agency, Member, Sitting, Table
from conferences.choices import IssueState, ItemKind, ItemState, Result
from hub.core.audit import Audited
from situations.models import Situation


class Conference(Audited):
    """One meeting of a table. Scheduled until a `sitting` opens, closed when that closes.

    `revision` rises with every change anybody at the board can see: it is the cursor of the live board.
    """

    table = models.ForeignKey(Table, on_delete=models.PROTECT, related_name="conferences")
    scheduled_for = models.DateTimeField()
    place = models.CharField(max_length=120, blank=True)
    sitting = models.OneToOneField(Sitting, on_delete=models.PROTECT, null=True, blank=True, related_name="conference")
    revision = models.PositiveIntegerField(default=0)
    projector_blank = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["-scheduled_for"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "scheduled_for"], name="one_conference_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.table_id} on {self.scheduled_for:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        """Whether its sitting is open now."""
        return self.sitting is not None and self.sitting.closed_at is None

    @property
    def is_closed(self) -> bool:
        """Whether it is over."""
        return self.sitting is not None and self.sitting.closed_at is not None


class AgendaItem(Audited):
    """One situation on the agenda of one conference, with its timer: seconds before `running_since`, and since when it runs."""

    conference = models.ForeignKey(Conference, on_delete=models.CASCADE, related_name="items")
    situation = models.ForeignKey(Situation, on_delete=models.PROTECT, related_name="agenda_items")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=ItemKind.choices)
    state = models.CharField(max_length=14, choices=ItemState.choices, default=ItemState.WAITING)
    result = models.CharField(max_length=14, choices=Result.choices, blank=True)
    seconds_used = models.PositiveIntegerField(default=0)
    running_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conference", "situation"], name="once_on_an_agenda"),
            models.UniqueConstraint(fields=["conference"], condition=Q(state="in_hand"), name="one_item_in_hand"),
            models.CheckConstraint(
                condition=Q(running_since=None) | Q(state=ItemState.IN_HAND), name="timer_runs_only_in_hand"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} of {self.conference_id}"


class SystemicIssue(Audited):
    """A gap in help that no single situation can close; noted apart from any situation, and naming nobody."""

    table = models.ForeignKey(Table, on_delete=models.PROTECT, related_name="issues")
    conference = models.ForeignKey(Conference, on_delete=models.SET_NULL, null=True, blank=True, related_name="issues")
    raised_by = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    noted_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=160)
    text = models.CharField(max_length=600, blank=True)
    next_step = models.CharField(max_length=280, blank=True)
    state = models.CharField(max_length=20, choices=IssueState.choices, default=IssueState.OPEN)
    raised_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-raised_at"]

    def __str__(self) -> str:
        return self.title
