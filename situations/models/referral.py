"""What comes in through the public door and from partners: sealed to the one agency whose desk reads it.

No history rows: they would hold exact times of somebody who must not be found by them. What the desk does is in the ledger.
"""

from typing import ClassVar
from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from agencies.models import Agency, Member, Table
from hub.core.audit import Audited
from situations.choices import Closing, ConsentToTell, Door, Pile, ReferralStage
from situations.models.ledger import LedgerEntry
from situations.models.situation import Situation


class IntakeDesk(Audited):
    """One agency's desk for what is brought to one table from outside. Its people hold the agency role "intake"."""

    table = models.ForeignKey(Table, on_delete=models.CASCADE, related_name="desks")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="desks")
    is_open = models.BooleanField(default=True)
    takes_families = models.BooleanField(default=True)
    read_within_days = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(14)])
    answer_within_days = models.PositiveSmallIntegerField(default=3, validators=[MinValueValidator(1), MaxValueValidator(30)])
    deleted_after_days = models.PositiveSmallIntegerField(default=30, validators=[MinValueValidator(7), MaxValueValidator(365)])

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["table", "agency"], name="one_desk_an_agency")]

    def __str__(self) -> str:
        return f"desk of {self.agency_id} at {self.table_id}"


class Referral(models.Model):
    """A case that somebody brings. `answers`: sealed JSON under the data key of referral and agency, bound to `binding`.

    `receipt`: slow hash of the receipt code, whose plain form is stored nowhere. Days instead of times, and neither address
    nor browser (privacy.md 6.6). `agency`: whose desk can read it now; after a passing another one, under another key.
    """

    desk = models.ForeignKey(IntakeDesk, on_delete=models.PROTECT, related_name="referrals")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    door = models.CharField(max_length=8, choices=Door.choices)
    from_member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    from_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=8)
    pile = models.CharField(max_length=8, choices=Pile.choices, default=Pile.QUEUE)
    stage = models.CharField(max_length=10, choices=ReferralStage.choices, default=ReferralStage.RECEIVED)
    received_on = models.DateField()
    passed_on = models.DateField(null=True, blank=True, help_text="When it came to the desk that has it now, if from another.")
    reissued_on = models.DateField(null=True, blank=True, help_text="When its receipt was last made anew, by the desk.")
    binding = models.UUIDField(default=uuid4, editable=False, unique=True)
    answers = models.BinaryField()
    receipt = models.CharField(max_length=64, unique=True)
    is_emergency = models.BooleanField(default=False)
    claimed_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    read_on = models.DateField(null=True, blank=True)
    escalated_on = models.DateField(null=True, blank=True)
    consent_to_tell = models.CharField(max_length=8, choices=ConsentToTell.choices, blank=True)
    consent_on = models.DateField(null=True, blank=True)
    situation = models.ForeignKey(Situation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    closing = models.CharField(max_length=16, choices=Closing.choices, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    deleted_from = models.DateField(null=True, blank=True, help_text="The day from which it is deleted.")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closed_on=None, closing="") | Q(closed_on__isnull=False, stage="closed") & ~Q(closing=""),
                name="closed_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(door="partner", from_member__isnull=False, from_agency__isnull=False)
                | Q(door="family", from_member=None, from_agency=None),
                name="partners_sign_in_families_do_not",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["desk", "pile", "stage", "received_on", "id"], name="referrals_waiting"),
            models.Index(fields=["deleted_from"], name="referrals_to_delete", condition=Q(deleted_from__isnull=False)),
            models.Index(fields=["from_agency", "-id"], name="referrals_of_partner", condition=Q(door="partner")),
        ]

    def __str__(self) -> str:
        return f"referral {self.pk}"


class ReferralMessage(models.Model):
    """One message between desk and family, in its order. `text`: sealed as the referral's answers are, bound to `binding`."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="messages")
    number = models.PositiveSmallIntegerField()
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Null: from the family."
    )
    written_on = models.DateField()
    read_on = models.DateField(null=True, blank=True, help_text="By the other side.")
    about_person = models.BooleanField(default=False, help_text="Tells about the person, on their recorded consent.")
    binding = models.UUIDField(default=uuid4, editable=False, unique=True)
    text = models.BinaryField()

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["referral", "number"], name="one_message_a_number"),
        ]

    def __str__(self) -> str:
        return f"message {self.number} of {self.referral_id}"


class ReferralGrounds(models.Model):
    """What a basis had written down when one agency gave the referral to another: sealed JSON of texts, bound to `binding`.

    Under a key of `agency`, which gave it; who, when, to whom and on which basis stand in `entry`. Gone with the referral.
    """

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="grounds")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="+")
    binding = models.UUIDField(default=uuid4, editable=False, unique=True)
    words = models.BinaryField()

    class Meta:
        verbose_name_plural = "referral grounds"

    def __str__(self) -> str:
        return f"grounds of {self.agency_id} for {self.referral_id}"
