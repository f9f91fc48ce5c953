"""A table's agreements at a glance, for its coordinator, its facilitators and the administrator; made to be printed.

The representative of an agency with a seat finds the line of the own agency.
"""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from agencies import agreeing, documents, glance, policies
from agencies.models import Member, Table
from hub.core import access, clock
from hub.core.errors import NotVisible


@access.member("GET")
def agreements(request: HttpRequest, table: int) -> HttpResponse:
    """One line a seat: what is in force, what is missing, what is being signed; for a representative that of the own agency."""
    member = cast("Member", request.user)
    found = Table.objects.select_related("coordinator").filter(pk=table).first()
    if found is None:
        raise NotVisible(_("There is no such table."))
    seats = _seats(member, found)
    context = {
        "key": found.pk,
        "table": found.name,
        "coordinator": found.coordinator.name if found.coordinator else "",
        "at": date_format(localtime(clock.now()), "j M Y, G:i"),
        "seats": seats,
        "in_order": sum(one.in_order for one in seats),
        "prepares": agreeing.may_prepare(member, found),
    }
    return render(request, "agencies/glance.html", context)


def _seats(member: Member, table: Table) -> list[glance.SeatState]:
    if documents.oversees(member, table):
        return glance.seats(table)
    own = glance.seats(table, only=member.agency) if policies.represents(member, member.agency) else []
    if not own:
        raise NotVisible(_("There is no such table."))
    return own
