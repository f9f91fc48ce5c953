"""Refused attempts enter the ledger: who tried, on what, when; in the situation's chain, or the table's when none is known."""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.dispatch import receiver

from agencies.models import Member, Seat, Table
from hub.core import errors
from situations import ledger
from situations.choices import EntryKind
from situations.models import Situation


@receiver(errors.access_refused)
def enter(sender: Any, error: errors.DomainError, member: Any, **kwargs: Any) -> None:
    """Append a `refused` entry for a signed-in member; anonymous calls belong to no one and are left to the web log."""
    if not isinstance(member, Member):
        return
    situation = error.situation
    with transaction.atomic():
        if isinstance(situation, Situation):
            locked = Situation.objects.select_for_update().get(pk=situation.pk)
            ledger.append(EntryKind.REFUSED, by=member, situation=locked, detail={"code": error.code})
            return
        # a subquery, because PostgreSQL locks no rows of a DISTINCT query
        seats = Seat.objects.filter(agency_id=member.agency_id)
        meant = Q(pk=error.table.pk) if isinstance(error.table, Table) else Q(pk__in=seats.values("table"))
        for table in Table.objects.select_for_update().filter(meant):
            ledger.append(EntryKind.REFUSED, by=member, table=table, detail={"code": error.code})
