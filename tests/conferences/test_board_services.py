"""Services that fit the risk factors in hand: at filter 4, to those who act, by the table's towns, never on the projector."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies import directory
from agencies.directory import Entry
from conferences.board import rendering
from conferences.board.panels import Renderer
from conferences.models import Conference
from hub.core.audit import acting
from situations.mobilising import ages_of
from tests.cast import Cast, assemble, to_filter3, to_filter4

pytestmark = pytest.mark.django_db
FITS = "Grief counseling of the pier"


@pytest.fixture(autouse=True)
def _own_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    # the relay's thread gives its connection back; here it is the test's own, in the middle of its transaction
    monkeypatch.setattr(rendering, "close_old_connections", lambda: None)


def kept(name: str, **fields: Any) -> None:
    directory.keep(by=None, service=None, entry=Entry(name=name, phone="978-555-0160", **fields))


@pytest.fixture
def people() -> Cast:
    people = assemble()
    people.table.towns = ["Saltmarsh"]
    with acting(None, "its towns"):
        people.table.save()
    kept(FITS, needs=("mental_health", "suicide"), towns=("saltmarsh",), type="counseling")
    kept("In the town of the person", needs=("mental_health", "suicide"), towns=("harborview",))
    kept("For other needs", needs=("gambling",), towns=("saltmarsh",))
    kept("For older people", needs=("suicide",), towns=("saltmarsh",), age_from=18)
    return people


def shown(people: Cast, conference: Conference, *, wall: bool = False) -> tuple[dict[str, str], int]:
    """Everything that each viewer is shown, by name, and the questions of the rendering."""
    viewers = [(people["facilitator"].pk, True)] if wall else [(one.pk, False) for one in people.members.values()]
    with CaptureQueriesContext(connection) as asked:
        panels = rendering.render(conference.pk, viewers, frozenset(pk for pk, _wall in viewers), Renderer()).panels
    who = {one.pk: name for name, one in people.members.items()}
    return {who[pk]: "".join((found or {}).values()) for (pk, _wall), found in panels.items()}, len(asked)


def test_offered_at_filter_4_to_who_acts_and_presides(people: Cast) -> None:
    situation = people.ready(town="Harborview")
    conference = people.conference("police", "schools", "clinic")
    to_filter3(people, conference, situation)
    assert not any(FITS in html for html in shown(people, conference)[0].values())


def test_offered_once_for_all_at_filter_4(people: Cast) -> None:
    situation = people.ready(town="Harborview")
    conference = people.conference("police", "schools", "clinic")
    to_filter4(people, conference, situation)
    seen, asked = shown(people, conference)
    assert {name for name, html in seen.items() if FITS in html} == {"facilitator", "clinic"}
    for html in seen.values():
        assert "In the town of the person" not in html
        assert "For other needs" not in html
        assert "For older people" not in html
    assert 'href="tel:9785550160"' in seen["clinic"]
    wall, _asked = shown(people, conference, wall=True)
    assert not any(FITS in html for html in wall.values())
    for one in range(9):
        kept(f"More of it {one}", needs=("suicide",))
    more, again = shown(people, conference)
    assert more["clinic"].count('target="_blank"') == 5
    assert again == asked


def test_seat_is_shown_another_offer_as_soon_as_there_is_one(people: Cast) -> None:
    situation = people.ready(town="Harborview")
    conference = people.conference("police", "schools", "clinic")
    to_filter4(people, conference, situation)
    viewers = [(people["clinic"].pk, False)]
    first = Renderer()
    rendering.render(conference.pk, viewers, frozenset({people["clinic"].pk}), first)
    kept("A new one", needs=("mental_health", "suicide"), towns=("saltmarsh",), always_open=True)
    panels = rendering.render(conference.pk, viewers, frozenset({people["clinic"].pk}), Renderer(first.printed)).panels
    assert "A new one" in "".join((panels[viewers[0]] or {}).values())


def test_the_intervention_page_offers_the_same(client: Client, people: Cast) -> None:
    situation = people.ready(town="Harborview")
    conference = people.conference("police", "schools", "clinic")
    situation = to_filter4(people, conference, situation)
    client.force_login(people["clinic"])
    page = client.get(reverse("intervention", args=[situation.pk])).content.decode()
    assert FITS in page
    assert "In the town of the person" not in page


@pytest.mark.pairless
@pytest.mark.parametrize(
    ("band", "ages"), [("0_5", (0, 5)), ("12_17", (12, 17)), ("60_plus", (60, None)), ("", None), (None, None)]
)
def test_ages_of_a_band(band: str | None, ages: tuple[int, int | None] | None) -> None:
    assert ages_of(band) == ages
