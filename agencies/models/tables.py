"""Tables, seats, and what lets an agency and a person in: agreement and pledge."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.choices import PledgeGiven, Protocol, TableRoleKind
from agencies.models.people import Agency, Member
from hub.core.audit import Audited

EMPTY_LIST = models.Value([], models.JSONField())
"""What the database itself writes for a process that does not know the column yet (docs/upgrading.md)."""


QUICK_EXIT = "https://www.weather.gov/"


def default_identifiers() -> list[str]:
    """What filter 3 opens unless the table says otherwise (PRODUCT: "The four filters")."""
    return ["name", "date_of_birth"]


class Table(Audited):
    """A standing group of agencies with its settings (PRODUCT: "Table settings")."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    protocol = models.CharField(max_length=20, choices=Protocol.choices, default=Protocol.HUB)
    region = models.CharField(max_length=120, blank=True)
    mission = models.TextField(blank=True)
    towns = models.JSONField(default=list, db_default=EMPTY_LIST)
    coordinator = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="coordinates", null=True, blank=True)
    is_public = models.BooleanField(
        default=False, db_default=False, help_text=_("Stands on the public page of tables, by town.")
    )
    public_name = models.CharField(max_length=120, blank=True, db_default="")
    public_email = models.EmailField(blank=True, db_default="")
    public_phone = models.CharField(max_length=40, blank=True, db_default="")
    bringing_a_case = models.TextField(blank=True, db_default="", help_text=_("How somebody outside brings a case; public."))
    quick_exit = models.URLField(
        default=QUICK_EXIT,
        db_default=QUICK_EXIT,
        help_text=_("Where the way out of families' pages leads: a neutral site."),
    )
    demands_training = models.JSONField(
        default=list, db_default=EMPTY_LIST, help_text=_("TrainingKind values asked of who speaks for a seat.")
    )
    demands_yearly_pledge = models.BooleanField(default=False, db_default=False)
    place = models.CharField(max_length=120, blank=True)
    recurrence = models.CharField(max_length=120, blank=True, help_text=_("iCalendar RRULE, for example FREQ=WEEKLY;BYDAY=TH"))
    starts_at = models.TimeField(null=True, blank=True)
    minutes_planned = models.PositiveSmallIntegerField(default=75)

    identity_opens_at_filter = models.PositiveSmallIntegerField(default=3)
    filter3_identifiers = models.JSONField(default=default_identifiers)
    shows_positive_answers = models.BooleanField(default=False)
    response_clock_hours = models.PositiveSmallIntegerField(default=48)
    minutes_per_situation = models.PositiveSmallIntegerField(
        default=4, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    quorum_seats = models.PositiveSmallIntegerField(default=6)
    retention_days = models.PositiveSmallIntegerField(default=180)
    small_cell_threshold = models.PositiveSmallIntegerField(default=11, validators=[MinValueValidator(5)])
    repeat_flag_months = models.PositiveSmallIntegerField(default=12)
    category_only = models.BooleanField(
        default=False, help_text=_("The table speaks of categories of risk, never of single factors.")
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(identity_opens_at_filter__in=[3, 4]), name="identity_opens_at_3_or_4"),
            models.CheckConstraint(condition=Q(response_clock_hours__in=[24, 48, 72]), name="clock_24_48_72"),
        ]

    def __str__(self) -> str:
        return self.name


class TableRole(Audited):
    """A member's role at a table, apart from any seat."""

    table = models.ForeignKey(Table, on_delete=models.CASCADE, related_name="roles")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="table_roles")
    role = models.CharField(max_length=20, choices=TableRoleKind.choices)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "member", "role"], condition=Q(ended_on=None), name="one_open_table_role"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.role}"


class Seat(Audited):
    """One agency's place at one table; its representative and deputies sit on it (`AgencyRole`)."""

    table = models.ForeignKey(Table, on_delete=models.CASCADE, related_name="seats")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="seats")
    opened_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "agency"], condition=Q(ended_on=None), name="one_open_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} at {self.table_id}"


class Agreement(Audited):
    """An agency's signed agreement with a table. Without one in force the agency sees nothing of the table."""

    table = models.ForeignKey(Table, on_delete=models.CASCADE, related_name="agreements")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="agreements")
    title = models.CharField(max_length=120)
    signed_by = models.CharField(max_length=120)
    in_force_from = models.DateField()
    in_force_until = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(in_force_until__gte=models.F("in_force_from")), name="agreement_ends_after_start"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["in_force_until", "id"], name="agreements_by_end")]

    def __str__(self) -> str:
        return f"{self.title}: {self.agency_id}"


class Pledge(models.Model):
    """A person's confidentiality pledge for one day at one table; never changed, so it needs no history."""

    table = models.ForeignKey(Table, on_delete=models.CASCADE, related_name="pledges")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="pledges")
    day = models.DateField()
    affirmed_at = models.DateTimeField()
    given = models.CharField(max_length=12, choices=PledgeGiven.choices)
    recorded_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "member", "day"], name="one_pledge_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.day}"
