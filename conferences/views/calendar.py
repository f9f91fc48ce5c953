"""The table's conferences: coming and past, one before it is opened, and its opening."""

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from agencies.belonging import tables_of
from agencies.standing import Standing, standing_of
from conferences import chairing, outlook
from conferences.choices import ItemKind
from conferences.loading import LoadedConference, conference_for
from conferences.models import Conference
from hub.core import access, clock
from situations.loading import member_of

PAST_ON_A_PAGE = 26


@access.member("GET")
def conference_list(request: HttpRequest) -> HttpResponse:
    """Coming and past conferences of the member's tables; a table without an agreement in force shows nothing."""
    member = member_of(request)
    standings = {table: standing_of(member, table) for table in tables_of(member)}
    tables = [table for table, standing in standings.items() if standing.belongs]
    conferences = _counted(Conference.objects.filter(table__in=tables).select_related("table", "sitting"))
    over = Q(sitting__closed_at__isnull=False)
    past = Paginator(conferences.filter(over).order_by("-scheduled_for"), PAST_ON_A_PAGE).get_page(request.GET.get("page"))
    coming = conferences.exclude(over).order_by("scheduled_for")
    counted = {table.pk for table in tables if standings[table].counts_only}
    context = {"coming": list(coming), "past": past, "several": len(tables) > 1, "counted": counted}
    return render(request, "conferences/list.html", context)


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
    })  # fmt: skip


@access.member("POST")
def open_conference(request: HttpRequest, key: int) -> HttpResponse:
    """The facilitator opens it and goes to the board. Raises NotAllowed for others, RuleRefused when it was opened already."""
    loaded = conference_for(request, key)
    chairing.open_conference(by=loaded.member, conference=loaded.conference)
    return redirect(reverse("board", kwargs={"key": key}))


def _counted(conferences: QuerySet[Conference]) -> QuerySet[Conference]:
    return conferences.annotate(
        followed=Count("items", filter=Q(items__kind=ItemKind.FOLLOW_UP)),
        new=Count("items", filter=Q(items__kind=ItemKind.NEW)),
    )


def _attends(standing: Standing) -> bool:
    return standing.speaks or bool(standing.table_roles)


def _pledge_url(loaded: LoadedConference) -> str:
    if loaded.conference.is_closed or loaded.standing.pledged or not _attends(loaded.standing):
        return ""
    here = reverse("conference_detail", kwargs={"key": loaded.conference.pk})
    return f"{reverse('pledge')}?{urlencode({'next': here})}"
