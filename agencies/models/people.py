"""Agencies, their members, and what a member is within the own agency."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from agencies.choices import AgencyKind, AgencyRoleKind
from hub.core.audit import Audited
from hub.core.prepared import Prepared

LARGEST = 2**63 - 1
"""The largest key that a database takes."""


class Agency(Audited):
    """An organisation that can hold a seat. `regimes` (list of `Regime` values) decides its legal bases."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=120, unique=True)
    short_name = models.CharField(max_length=40)
    sector = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=AgencyKind.choices, default=AgencyKind.OTHER, db_default=AgencyKind.OTHER)
    regimes = models.JSONField(default=list)
    towns = models.JSONField(default=list)
    phone = models.CharField(max_length=40, blank=True)
    crisis_line = models.CharField(max_length=40, blank=True, db_default="")
    address = models.CharField(max_length=200, blank=True, help_text=_("Named as the recipient's address in an accounting."))
    screens = models.BooleanField(default=False, help_text=_("A screener must pass a situation before it leaves the agency."))

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.name


class MemberManager(BaseUserManager["Member"]):
    """Makes members with a usable password; e-mail addresses are stored in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Member":
        member = self.model(email=email.lower(), **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member

    def get(self, *where: Any, **which: Any) -> "Member":
        """As every manager's. By its key alone, as each request asks for its member, the question is put into SQL once."""
        key = which.get("pk")
        # an agency's own manager inherits this one, and knows its own members only
        whole = type(self) is MemberManager and not self._db
        if where or which.keys() != {"pk"} or not isinstance(key, int) or not 0 < key <= LARGEST or not whole:
            return super().get(*where, **which)
        found = _BY_KEY.first(key=key)
        if found is None:
            raise self.model.DoesNotExist("There is no member of this number.")
        return found

    def get_by_natural_key(self, username: str | None) -> "Member":
        return self.get(email=(username or "").lower())


class Member(AbstractBaseUser):
    """A person who works for exactly one agency and signs in by e-mail."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    position = models.CharField(max_length=120, blank=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="members")
    is_active = models.BooleanField(default=True)
    is_administrator = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=timezone.now)
    locked_at = models.DateTimeField(null=True, blank=True, help_text=_("Until an administrator releases it."))
    disabled_at = models.DateTimeField(null=True, blank=True, help_text=_("Unused for 90 days."))
    released_at = models.DateTimeField(null=True, blank=True, help_text=_("By an administrator; counts as used then."))
    warned_at = models.DateTimeField(null=True, blank=True, help_text=_("Told by mail that it will be disabled."))
    grace_ended_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the one sign-in without a second factor was used.")
    )
    # the password hash stays out of the history table
    history: Any = HistoricalRecords(excluded_fields=["password", "last_login"])

    objects: ClassVar[MemberManager] = MemberManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        ordering: ClassVar = ["name"]
        indexes: ClassVar = [models.Index(fields=["name"], name="members_by_name")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """As Django's; a sign-in (its time, or the same password hashed anew) is no change of the record: no history row."""
        if set(kwargs.get("update_fields") or ()) not in ({"last_login"}, {"password"}):
            return super().save(*args, **kwargs)
        self.skip_history_when_saving = True
        try:
            super().save(*args, **kwargs)
        finally:
            del self.skip_history_when_saving


_BY_KEY = Prepared(lambda key: Member.objects.filter(pk=key))


class AgencyRole(Audited):
    """What a member is within the own agency, from `started_on` until `ended_on`."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="agency_roles")
    role = models.CharField(max_length=20, choices=AgencyRoleKind.choices)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "role"], condition=Q(ended_on=None), name="one_open_agency_role"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.role}"
