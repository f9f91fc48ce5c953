"""The service directory: what a table can mobilise, and what a person in crisis can be connected to (Open Referral HSDS 3)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from agencies.models.people import Agency, Member
from agencies.models.tables import EMPTY_LIST
from hub.core.audit import Audited


class ServiceImport(Audited):
    """One file that was imported: what it was, how much was understood, and a report of what was not (`report`, a list)."""

    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    at = models.DateTimeField()
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    ended = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return f"import {self.pk}"


class Service(Audited):
    """One service. Ages are whole years, both inclusive, None: no bound. `towns` empty: everywhere. `key` is its id in HSDS.

    `search_text` is what is searched: name, organisation, type and needs, folded to lower case without accents.
    """

    key = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200, blank=True)
    agency = models.ForeignKey(Agency, on_delete=models.SET_NULL, related_name="services", null=True, blank=True)
    type = models.CharField(max_length=80, blank=True)
    description = models.TextField(blank=True)
    age_from = models.PositiveSmallIntegerField(null=True, blank=True)
    age_to = models.PositiveSmallIntegerField(null=True, blank=True)
    languages = models.JSONField(default=list)
    hours = models.CharField(max_length=300, blank=True)
    always_open = models.BooleanField(default=False)
    phone = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=300, blank=True)
    more_phones = models.JSONField(default=list, db_default=EMPTY_LIST)
    more_addresses = models.JSONField(default=list, db_default=EMPTY_LIST)
    website = models.URLField(max_length=300, blank=True)
    eligibility = models.TextField(blank=True)
    after_hours = models.CharField(max_length=300, blank=True, help_text="While it is shut: a service's key, or words.")
    everywhere = models.BooleanField(default=False)
    public_crisis = models.BooleanField(default=False)
    crisis_order = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    search_text = models.TextField(blank=True)
    imported = models.ForeignKey(ServiceImport, on_delete=models.SET_NULL, related_name="services", null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        indexes: ClassVar = [
            models.Index(
                fields=["public_crisis", "crisis_order"], condition=Q(public_crisis=True), name="public_crisis_services"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ServiceTown(models.Model):
    """A town that a service serves, in lower case; rewritten with its service."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="towns")
    town = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["town", "service"], name="service_town_once")]

    def __str__(self) -> str:
        return self.town


class ServiceNeed(models.Model):
    """A need that a service meets: a code of the risk taxonomy's categories; rewritten with its service."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="needs")
    need = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["need", "service"], name="service_need_once")]

    def __str__(self) -> str:
        return self.need
