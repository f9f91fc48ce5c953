"""The texts that are signed: what was sent, who signed exactly what, and how (docs/agreements.md)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from agencies.choices import DocumentKind, DocumentState, SignedHow
from agencies.models.people import Agency, Member
from agencies.models.tables import Agreement, Table
from hub.core.audit import Audited


class Document(Audited):
    """One agreement of one agency with one table as a text: draft, sent, signed, or withdrawn.

    Once sent, `text` and `text_hash` (SHA-256, hex) never change; another wording is another version that supersedes it.
    A signed `mou` has the `agreement` that lets the agency in; an addendum has none.
    """

    table = models.ForeignKey(Table, on_delete=models.CASCADE, related_name="documents")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    template = models.SlugField()
    template_version = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField(default=1)
    filled = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    text_hash = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=12, choices=DocumentState.choices, default=DocumentState.DRAFT)
    in_force_from = models.DateField(null=True, blank=True)
    in_force_until = models.DateField(null=True, blank=True)
    prepared_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    signatory_name = models.CharField(max_length=120, blank=True)
    signatory_position = models.CharField(max_length=120, blank=True)
    signatory_email = models.EmailField(blank=True)
    token_hash = models.CharField(max_length=64, blank=True)
    token_expires_at = models.DateTimeField(null=True, blank=True)
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, related_name="superseded_by", null=True, blank=True)
    withdrawn_because = models.CharField(max_length=300, blank=True)
    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, related_name="document", null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-prepared_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state="draft") | ~Q(text_hash=""), name="sent_document_has_a_hash"),
            models.UniqueConstraint(fields=["token_hash"], condition=~Q(token_hash=""), name="one_document_for_a_link"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.agency_id} at {self.table_id}, version {self.version}"


class Signature(models.Model):
    """Who signed a document: in the browser (typed name, affirmation, time, hash of the exact text) or on paper; kept as is."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="signature")
    how = models.CharField(max_length=12, choices=SignedHow.choices)
    name = models.CharField(max_length=120)
    position = models.CharField(max_length=120)
    affirmed = models.TextField(help_text="The sentence that was affirmed, word for word.")
    text_hash = models.CharField(max_length=64)
    signed_on = models.DateField()
    entered_at = models.DateTimeField()
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    kept_by = models.CharField(max_length=120, blank=True)
    entered_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    def __str__(self) -> str:
        return f"signature under {self.document_id}"


class YearlyPledge(models.Model):
    """A person's confidentiality agreement with a table for a year, apart from the pledge at roll call. Never changed."""

    table = models.ForeignKey(Table, on_delete=models.CASCADE, related_name="yearly_pledges")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="yearly_pledges")
    signed_at = models.DateTimeField()
    valid_until = models.DateField()
    name_typed = models.CharField(max_length=120)
    text = models.TextField()
    text_hash = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["table", "member", "valid_until"], name="yearly_pledge_by_member")]

    def __str__(self) -> str:
        return f"{self.member_id} until {self.valid_until}"


class Reminder(models.Model):
    """A renewal reminder that was sent, so that each is sent once: document or agreement, and how many days ahead."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="reminders", null=True, blank=True)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="reminders", null=True, blank=True)
    days_ahead = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "days_ahead"], name="one_reminder_of_each_kind"),
            models.UniqueConstraint(fields=["document", "days_ahead"], name="one_reminder_of_each_document"),
            models.CheckConstraint(
                condition=Q(agreement=None, document__isnull=False) | Q(agreement__isnull=False, document=None),
                name="reminder_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id or self.document_id}: {self.days_ahead}"
