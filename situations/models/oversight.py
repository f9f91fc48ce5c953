"""What privacy officers work with: break-glass openings, notices, legal holds, suspended accountings, certificates."""

from typing import Any, ClassVar, NoReturn
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from agencies.models import Agency, Member, Table
from hub.core.audit import Audited
from situations.choices import NoticeKind, ShredReason
from situations.models.grounds import Grounds
from situations.models.ledger import AppendOnly, LedgerEntry
from situations.models.situation import LINE_LIMIT, Situation


class BreakGlass(Audited):
    """A named role's opening of an identity outside its viewpoint, until `expires_at` or `ended_at`, whichever is first."""

    situation = models.ForeignKey(Situation, on_delete=models.PROTECT, related_name="broken_glass")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    grounds = models.ForeignKey(Grounds, on_delete=models.PROTECT, null=True, related_name="+")
    basis = models.CharField(max_length=40)
    reason = models.CharField(max_length=LINE_LIMIT)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-opened_at"]
        verbose_name_plural = "break-glass openings"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="broken_glass_has_reason"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("opened_at")), name="broken_glass_expires"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.situation_id}"


class Notice(models.Model):
    """Something that a member is told in the application, content-free; `seen_at` is set once.

    `mailed_at`: when the mail server took the e-mail that says the same; empty while it waits to be sent again. `desk`: the
    intake desk at which something waits.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="notices")
    table = models.ForeignKey(Table, on_delete=models.CASCADE, related_name="+")
    situation = models.ForeignKey(Situation, on_delete=models.CASCADE, null=True, related_name="+")
    desk = models.ForeignKey("situations.IntakeDesk", on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=20, choices=NoticeKind.choices)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["member", "at", "id"], name="notices_unseen", condition=Q(seen_at=None))]

    def __str__(self) -> str:
        return f"{self.kind} for {self.member_id}"


class LegalHold(Audited):
    """While it stands, the identity of this situation is not shredded. `reference` is the agency's own file reference."""

    situation = models.ForeignKey(Situation, on_delete=models.PROTECT, related_name="holds")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    set_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    reference = models.CharField(max_length=120)
    lifted_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-set_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["situation", "agency"], condition=Q(lifted_at=None), name="one_hold_an_agency"),
        ]

    def __str__(self) -> str:
        return f"hold on {self.situation_id}"


class Suspension(Audited):
    """A law-enforcement official's statement that telling the person would impede their work (45 CFR 164.528(a)(2)).

    Disclosures of `agency` about `situation` to `official_agency` stay out of an accounting until the day `until` has passed.
    An oral statement lasts 30 days at most.
    """

    situation = models.ForeignKey(Situation, on_delete=models.PROTECT, related_name="suspensions")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    official_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    written = models.BooleanField()
    reference = models.CharField(max_length=120)
    starts_on = models.DateField()
    until = models.DateField()
    recorded_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-starts_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until__gte=F("starts_on")), name="suspension_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"suspension on {self.situation_id}"


class Certificate(models.Model):
    """Proof that an identity was destroyed. Append-only.

    `document` is what `signature` (Ed25519, hex) covers, in canonical JSON.
    """

    key = models.UUIDField(default=uuid4, editable=False, unique=True)
    situation = models.ForeignKey(Situation, on_delete=models.PROTECT, related_name="certificates")
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="certificate")
    why = models.CharField(max_length=20, choices=ShredReason.choices)
    at = models.DateTimeField()
    document = models.JSONField()
    signature = models.CharField(max_length=128)
    public_key = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"certificate {self.key}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly("a certificate is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("a certificate is never deleted")
