"""The page on which what was decided on paper is entered."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conferences.models import Conference
from hub.core import clock
from situations.choices import Stage
from situations.models import Situation
from tests.cast import Cast, assemble, fresh, item_of
from tests.conferences.paper_story import MORNING, at, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    with clock.at(MORNING - timedelta(days=1)):
        return assemble()


@pytest.fixture
def away(people: Cast) -> tuple[Conference, Situation]:
    """Opened at nine with four seats and one new situation; then the system went away."""
    with clock.at(MORNING):
        situation = people.ready("schools")
        return people.conference(), situation


def test_the_page_takes_the_paper_line_by_line(client: Client, people: Cast, away: Any):
    conference, situation = away
    clinic = str(people.agencies["clinic"].pk)
    lines = typed(
        {"time": "09:15", "what": "agree-all"}, {"time": "09:20", "what": "lead", "agency": clinic},
        {"time": "09:24", "what": "start-filter-4"}, item=str(item_of(conference, situation).pk),
    )  # fmt: skip
    with clock.at(at(11, 0)):
        client.force_login(people["facilitator"])
        url = reverse("paper_entry", args=[conference.pk])
        assert client.get(url).content.decode().count("Could someone at this table recognize them?") == 1
        answer = client.post(url, lines)
        assert answer.status_code == 302, answer.content.decode()
        page = client.get(answer.headers["Location"]).content.decode()
        assert "Everything on this agenda is decided." in page
        assert f"{situation.number} is entered." in page
    assert fresh(situation).stage == Stage.FILTER4


def written(words: str) -> dict[str, str]:
    """A line of the paper with these words."""
    return {"time": "09:15", "what": "reject.not_aer", "words": words}


def test_the_page_says_at_the_line_what_is_missing_and_keeps_what_was_typed(client: Client, people: Cast, away: Any):
    conference, situation = away
    item = str(item_of(conference, situation).pk)
    with clock.at(at(11, 0)):
        client.force_login(people["facilitator"])
        url = reverse("paper_entry", args=[conference.pk])
        for lines, words in (
            (typed({"what": "agree-all"}, item=item), "Give the time that stands on the paper"),
            (typed({"time": "09:15"}, item=item), "Choose what was decided."),
            (typed({"time": "07:15", "what": "agree-all"}, item=item), "The conference was not open yet."),
            (typed(item=item), "Enter at least one decision"),
            (typed(written("Call 555-201-3344"), item=item), "This points to a person: “555-201-3344”"),
            (typed(written("He told Fells about it."), item=item), "This could point to a person: “Fells”"),
        ):
            answer = client.post(url, lines)
            assert answer.status_code == 422
            assert words in answer.content.decode()
            assert b"data-focus" in answer.content
    assert fresh(situation).stage == Stage.TABLED


@pytest.mark.parametrize(("who", "status"), [("recorder", 403), ("schools", 403), ("outsider", 404)])
def test_the_page_of_entering_is_for_who_presides(client: Client, people: Cast, away: Any, who: str, status: int):
    with clock.at(at(11, 0)):
        client.force_login(people[who])
        url = reverse("paper_entry", args=[away[0].pk])
        assert [client.get(url).status_code, client.post(url).status_code] == [status, status]
