"""`page_queries`: how many questions a page asks the database."""

from collections.abc import Callable, Iterator

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import Member
from conferences.models import Conference
from situations.choices import Stage
from situations.models import Involvement
from tests.bench.figures import Figure
from tests.bench.hall import Hall


def counted(act: Callable[[], object]) -> int:
    """Queries that `act` asks."""
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


def pages(hall: Hall) -> Iterator[Figure]:
    """One figure a page, each opened by somebody who uses it. Raises RuntimeError for a page that is not answered."""
    for name, (member, path) in _pages(hall).items():
        client = Client(headers={"host": "localhost"})
        client.force_login(member)
        _open(client, path)  # the first opening fills caches that a serving process has long filled
        yield Figure(f"page_queries_{name}", counted(lambda client=client, path=path: _open(client, path)), "queries")  # type: ignore[misc]


def _open(client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answers {answer.status_code}")


def _pages(hall: Hall) -> dict[str, tuple[Member, str]]:
    conference, chair, seat = hall.conference.pk, hall.chair, hall.voices[1]
    past = Conference.objects.filter(table=hall.table, sitting__closed_at__isnull=False).latest("scheduled_for")
    acting = Involvement.objects.filter(situation__stage=Stage.FILTER4, ended_at=None, role="lead").select_related("agency")[0]
    lead = next(one for one in hall.voices if one.agency_id == acting.agency_id)
    return {
        "today": (seat, reverse("today")),
        "today_facilitator": (chair, reverse("today")),
        "situations": (seat, reverse("situation_list")),
        "situation": (lead, reverse("situation_detail", args=[acting.situation_id])),
        "intervention": (lead, reverse("intervention", args=[acting.situation_id])),
        "conferences": (seat, reverse("conference_list")),
        "conference": (seat, reverse("conference_detail", args=[past.pk])),
        "minutes": (seat, reverse("minutes", args=[past.pk])),
        "table": (seat, reverse("table_detail")),
        "board_facilitator": (chair, reverse("board", args=[conference])),
        "board_seat": (seat, reverse("board", args=[conference])),
        "board_projector": (chair, reverse("projector", args=[conference])),
    }
