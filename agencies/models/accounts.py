"""How a person comes to an account, and what stands in the way: invitations, failures, single sign-on, the yearly review."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models.people import Agency, Member
from hub.core.audit import Audited


class Invitation(Audited):
    """One link that makes one account, once. Only a digest of the link is stored (`token_hash`, SHA-256 in hex)."""

    email = models.EmailField()
    name = models.CharField(max_length=120)
    position = models.CharField(max_length=120, blank=True)
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="invitations")
    roles = models.JSONField(default=list, help_text=_("Values of AgencyRoleKind that the account begins with."))
    token_hash = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    member = models.OneToOneField(Member, on_delete=models.PROTECT, related_name="invitation", null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-sent_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(accepted_at=None, member=None) | Q(accepted_at__isnull=False, member__isnull=False),
                name="invitation_accepted_with_account",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None), name="invitation_not_both_accepted_and_withdrawn"
            ),
            models.UniqueConstraint(
                fields=["email"], condition=Q(accepted_at=None, withdrawn_at=None), name="one_open_invitation_of_an_address"
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class SignInFailure(models.Model):
    """One refused sign-in (CJIS AC-7: five in fifteen minutes lock an account). Only `cleared_at` ever changes.

    `member` is null where there is no such account: whoever tries addresses finds the same work done for each.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="sign_in_failures", null=True, blank=True)
    at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True, help_text=_("Signed in since, or released: counts no more."))

    class Meta:
        indexes: ClassVar = [models.Index(fields=["member", "at"], name="sign_in_failure_by_member")]

    def __str__(self) -> str:
        return f"{self.member_id} at {self.at:%Y-%m-%d %H:%M}"


class SignIn(models.Model):
    """One sign-in (CJIS AU-2), and when the use banner was acknowledged with it (AC-8): which text, by its SHA-256."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="sign_ins")
    at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    banner_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["member", "at"], name="sign_in_by_member")]

    def __str__(self) -> str:
        return f"{self.member_id} at {self.at:%Y-%m-%d %H:%M}"


class SingleSignOn(Audited):
    """An agency's own OpenID provider, at which its members sign in. `secret` is sealed under the vault's master key."""

    agency = models.OneToOneField(Agency, on_delete=models.CASCADE, related_name="single_sign_on")
    key = models.SlugField(unique=True, help_text=_("Part of the sign-in address."))
    name = models.CharField(max_length=80)
    issuer = models.URLField(max_length=300)
    client_id = models.CharField(max_length=200)
    secret = models.BinaryField()
    domains = models.JSONField(default=list, help_text=_("Endings of e-mail addresses that may come from this provider."))
    trusts_its_mfa = models.BooleanField(default=False)
    demands_mfa = models.BooleanField(
        default=False, db_default=False, help_text=_("It demands a second factor of everybody, and says nothing of it.")
    )
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class AccountReview(Audited):
    """A year's review of accounts, signed by an administrator: who had which account on that day (CJIS AC-2).

    `accounts` is a list of {member, agency, roles, last_sign_in, kept}; `text_hash` is SHA-256 over the page that was signed.
    """

    signed_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    year = models.PositiveSmallIntegerField()
    accounts = models.JSONField(default=list)
    text_hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["-signed_at"]

    def __str__(self) -> str:
        return f"accounts {self.year}"
