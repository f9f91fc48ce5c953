"""The table's conferences: coming and past, one before it is opened, and its opening."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from agencies.belonging import tables_of
from agencies.standing import Standing, standing_of
from conferences import chairing, listing, outlook, paper
from conferences.loading import LoadedConference, conference_for
from hub.core import access, clock, keyset
from situations.loading import member_of

WAYS = keyset.Ways(_("Newest"), _("Later conferences"), _("Earlier conferences"))


@access.member("GET")
def conference_list(request: HttpRequest) -> HttpResponse:
    """Coming and past conferences of the member's tables; a table without an agreement in force shows nothing."""
    member = member_of(request)
    standings = {table: standing_of(member, table) for table in tables_of(member)}
    tables = [table for table, standing in standings.items() if standing.belongs]
    past = listing.past(tables, at=request.GET.get("at", ""), of=f"conferences:{member.pk}")
    return render(request, "conferences/list.html", {
        "coming": listing.coming(tables),
        "past": past.rows,
        "pager": keyset.pager(request.GET, past, anchor="#past", words=WAYS),
        "several": len(tables) > 1,
        "counted": {table.pk for table in tables if standings[table].counts_only},
    })  # fmt: skip


@access.member("GET")
def conference_detail(request: HttpRequest, key: int) -> HttpResponse:
    """One conference: what it will be about and who is expected, or where to go once it is open or closed."""
    loaded = conference_for(request, key)
    conference, standing = loaded.conference, loaded.standing
    follow_ups, new = ([], []) if conference.sitting else outlook.ahead(conference, standing)
    return render(request, "conferences/detail.html", {
        "conference": conference,
        "is_today": timezone.localtime(conference.scheduled_for).date() == clock.today(),
        "follow_ups": follow_ups,
        "new": new,
        "expected": [] if conference.sitting else outlook.expected(conference.table),
        "standing": standing,
        "attends": _attends(standing),
        "sees_new": standing.facilitates or standing.records,
        "pledge_url": _pledge_url(loaded),
        "board_url": reverse("board", kwargs={"key": key}) if conference.is_open else "",
        "paper_url": reverse("paper", kwargs={"key": key}) if paper.may_read(standing) else "",
    })  # fmt: skip


@access.member("POST")
def open_conference(request: HttpRequest, key: int) -> HttpResponse:
    """The facilitator opens it and goes to the board. Raises NotAllowed for others, RuleRefused when it was opened already."""
    loaded = conference_for(request, key)
    chairing.open_conference(by=loaded.member, conference=loaded.conference)
    return redirect(reverse("board", kwargs={"key": key}))


def _attends(standing: Standing) -> bool:
    return standing.speaks or bool(standing.table_roles)


def _pledge_url(loaded: LoadedConference) -> str:
    if loaded.conference.is_closed or loaded.standing.pledged or not _attends(loaded.standing):
        return ""
    here = reverse("conference_detail", kwargs={"key": loaded.conference.pk})
    return f"{reverse('pledge')}?{urlencode({'next': here})}"
