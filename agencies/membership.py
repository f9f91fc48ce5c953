"""Who joins: agencies, their members and roles, seats and agreements. Verbs of the administrator: what a table begins with."""

from datetime import date
from typing import Any

from django.dispatch import Signal
from django.utils.translation import gettext as _

from agencies.models import Agency, AgencyRole, Agreement, Member, Seat, Table, TableRole
from hub.core import clock, realtime
from hub.core.audit import verb
from hub.core.errors import NotAllowed

let_in = Signal()
"""Sent with `table` and `by`, inside the verb: somebody may see more at this table from now on, also in mid-conference."""


def _administrator(by: Member | None) -> None:
    # None is the clerk: first set-up and the demonstration, both from the command line
    if by is not None and not by.is_administrator:
        raise NotAllowed(_("Only the administrator can change who belongs to a table."))


@verb
def found_agency(*, by: Member | None, **fields: Any) -> Agency:
    """A new agency. Raises NotAllowed unless `by` is the administrator or the clerk (None)."""
    _administrator(by)
    return Agency.objects.create(**fields)


@verb
def add_member(*, by: Member | None, roles: list[str], password: str, **fields: Any) -> Member:
    """A new member with roles inside the agency, from today."""
    _administrator(by)
    member = Member.objects.create_user(password=password, joined_at=clock.now(), **fields)
    for role in roles:
        AgencyRole.objects.create(member=member, role=role, started_on=clock.today())
    return member


@verb
def found_table(*, by: Member | None, **fields: Any) -> Table:
    """A new table with its settings."""
    _administrator(by)
    return Table.objects.create(**fields)


@verb
def seat_agency(*, by: Member | None, table: Table, agency: Agency) -> Seat:
    """Open a seat for the agency at the table, from today."""
    _administrator(by)
    seat = Seat.objects.create(table=table, agency=agency, opened_on=clock.today())
    let_in.send(sender=Seat, table=table, by=by)
    return seat


@verb
def give_table_role(*, by: Member | None, table: Table, member: Member, role: str) -> TableRole:
    """Give a member a role at the table, from today."""
    _administrator(by)
    given = TableRole.objects.create(table=table, member=member, role=role, started_on=clock.today())
    let_in.send(sender=TableRole, table=table, by=by)
    return given


@verb
def sign_agreement(*, by: Member | None, table: Table, agency: Agency, until: date, **fields: Any) -> Agreement:
    """Record an agreement of the agency with the table, in force from today."""
    _administrator(by)
    return begin_agreement(by=by, table=table, agency=agency, begins=clock.today(), until=until, **fields)


def begin_agreement(*, by: Member | None, table: Table, agency: Agency, begins: date, until: date, **fields: Any) -> Agreement:
    """An agreement in force from the day `begins`; called inside a verb that has asked who may (`signing`)."""
    begun = Agreement.objects.create(table=table, agency=agency, in_force_from=begins, in_force_until=until, **fields)
    if begins <= clock.today():
        let_in.send(sender=Agreement, table=table, by=by)
    return begun


@verb
def end_agreement(*, by: Member | None, agreement: Agreement, on: date) -> Agreement:
    """End an agreement after the day `on`; open sockets of the agency close at once."""
    _administrator(by)
    agreement.in_force_until = on
    agreement.save(update_fields=["in_force_until"])
    for pk in Member.objects.filter(agency_id=agreement.agency_id).values_list("pk", flat=True):
        realtime.revoke(member=pk)
    return agreement


@verb
def close_account(*, by: Member | None, member: Member) -> Member:
    """Close an account: no sign-in, no standing, open sockets end at once. The record of what was done stays."""
    _administrator(by)
    member.is_active = False
    member.save(update_fields=["is_active"])
    realtime.revoke(member=member.pk)
    return member
