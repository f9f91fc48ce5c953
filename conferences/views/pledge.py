"""The confidentiality pledge of the day, given on one's own device. It is here and not in `agencies` because whoever gives it
late, with a situation in hand, becomes a recipient of it at that moment (`chairing.pledge`)."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from agencies import roll, yearly_pledge
from agencies.belonging import tables_of
from agencies.models import Member, Table
from agencies.standing import standing_of
from conferences import chairing
from conferences.models import Conference
from hub.core import access
from hub.core.errors import NotAllowed
from hub.core.http import onward
from situations.loading import member_of


@access.member("GET", "POST")
def pledge(request: HttpRequest) -> HttpResponse:
    """Show the pledge, or (POST) affirm it at each of the member's tables; then on to `next`. 403 without an agreement."""
    member = member_of(request)
    standings = [(table, standing_of(member, table)) for table in tables_of(member)]
    mine = [(table, standing) for table, standing in standings if standing.belongs]
    if not mine:
        raise NotAllowed(_("Your agency has no agreement in force with a table, so there is nothing to pledge for."))
    way = onward(request, reverse("today"))
    if request.method == "POST":
        for table, _standing in mine:
            _affirm(member, table)
            way = _years_pledge_first(member, table, way)
        return HttpResponseRedirect(way, status=303)
    context = {
        "names": [table.name for table, _standing in mine],
        "given": all(standing.pledged for _table, standing in mine),
        "next": way,
    }
    return render(request, "conferences/pledge.html", context)


def _affirm(member: Member, table: Table) -> None:
    conference = Conference.objects.filter(table=table, sitting__closed_at=None, sitting__isnull=False).first()
    if conference is None:
        roll.pledge(by=member, table=table, member=member)
    else:
        chairing.pledge(by=member, conference=conference, member=member)


def _years_pledge_first(member: Member, table: Table, way: str) -> str:
    """The way through the yearly pledge, where the table demands one that is missing: today's counts for nothing without."""
    if not yearly_pledge.missing(member, table):
        return way
    return f"{reverse('table_yearly_pledge', args=[table.pk])}?{urlencode({'next': way})}"
