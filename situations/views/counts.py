"""Counts for the analyst's report and for the facilitator: aggregates with small cells withheld, never a situation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from agencies.belonging import tables_of
from agencies.choices import TableRoleKind
from agencies.standing import standing_of
from hub.core import access
from hub.core.errors import NotAllowed
from situations import statistics
from situations.loading import member_of

MAY_COUNT = frozenset({TableRoleKind.ANALYST, TableRoleKind.FACILITATOR})


@access.member("GET")
def counts(request: HttpRequest) -> HttpResponse:
    """Counts of each table at which the member is analyst or facilitator, with an agreement in force; 403 to everyone else."""
    member = member_of(request)
    standings = [(table, standing_of(member, table)) for table in tables_of(member)]
    open_to = [table for table, standing in standings if standing.agreement and standing.table_roles & MAY_COUNT]
    if not open_to:
        raise NotAllowed(_("Counts are for the table's analyst and facilitator."))
    reports = [(table.name, statistics.kept(table)) for table in open_to]
    return render(request, "situations/counts.html", {"reports": reports})
