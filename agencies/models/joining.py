"""How an agency comes to a table, and how it leaves; who at an agency is spoken to."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from agencies.choices import ContactKind, JoiningState
from agencies.models.people import Agency, Member
from agencies.models.tables import Seat, Table
from hub.core.audit import Audited


class AgencyContact(Audited):
    """Whom one speaks to at an agency, with or without an account. A `head` is who signs for it."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=20, choices=ContactKind.choices)
    name = models.CharField(max_length=120)
    position = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["kind", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency"], condition=Q(kind="head", ended_on=None), name="one_head_of_an_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.agency_id}"


class Joining(Audited):
    """An agency's way to a seat: asked, approved by a facilitator, agreement signed, seat opened; or turned down, withdrawn."""

    table = models.ForeignKey(Table, on_delete=models.CASCADE, related_name="joinings")
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="joinings")
    state = models.CharField(max_length=12, choices=JoiningState.choices, default=JoiningState.ASKED)
    asked_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    message = models.TextField(blank=True)
    decided_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    because = models.CharField(max_length=300, blank=True)
    seat = models.OneToOneField(Seat, on_delete=models.PROTECT, related_name="joining", null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-asked_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["table", "agency"], condition=Q(state__in=["asked", "approved"]), name="one_open_joining"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} to {self.table_id}: {self.state}"


class Leaving(Audited):
    """An agency's leaving of a table: by when, why, and what was decided about each of its open roles.

    `roles` is a list of {involvement, step, to}: `step` is "hand_over" (to another agency, `to`) or "give_up".
    """

    seat = models.OneToOneField(Seat, on_delete=models.CASCADE, related_name="leaving")
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    because = models.CharField(max_length=300, blank=True)
    roles = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"leaving of seat {self.seat_id}"
