"""The minutes as a PDF: for each reader the words of the page, tagged, the checkpoint at the foot, refused as the page is."""

import io
import re
from collections.abc import Iterator
from copy import deepcopy
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader
from pytest_django import DjangoDbBlocker

from conferences import chairing, steering
from conferences.models import Conference
from hub.core import clock
from situations.models import Checkpoint
from tests.cast import IDENTITY, PROFILE, Cast, act, assemble, scene, to_filter2, to_filter4

pytestmark = pytest.mark.django_db
Made = tuple[Cast, Conference]


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made]:
    """Closed: one went on to filter 4 with a report-back, one was rejected, one carried over."""
    with scene(django_db_blocker):
        people = assemble()
        accepted, rejected, _left = people.ready(), people.ready("police"), people.ready("recovery")
        conference = people.conference("schools", "police", "clinic", "recorder")
        to_filter4(people, conference, accepted)
        act(people["clinic"], conference, accepted, "report-back", line="Reached on the first day.", still_aer="1")
        to_filter2(people, conference, rejected)
        act(people["police"], conference, rejected, "recuse")
        act(people["facilitator"], conference, rejected, "reject", reason="single_agency")
        steering.note_issue(by=people["schools"], conference=conference, title="No #panic() bed at *weekends*")
        chairing.close_conference(by=people["facilitator"], conference=conference)
        yield people, Conference.objects.select_related("table", "sitting").get(pk=conference.pk)


@pytest.fixture
def people(db: None, made: Made) -> Cast:
    return deepcopy(made[0])


@pytest.fixture
def held(db: None, made: Made) -> Conference:
    return deepcopy(made[1])


class Cells(HTMLParser):
    """The words of every heading, table cell, list item and paragraph of the minutes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = self._link = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "article" or self._inside:
            self._inside += tag not in {"br", "wbr"}
        self._link += tag in {"a", "caption"}

    def handle_endtag(self, tag: str) -> None:
        self._inside -= bool(self._inside)
        self._link -= tag in {"a", "caption"}

    def handle_data(self, data: str) -> None:
        if self._inside and not self._link and data.strip():
            self.found.append(data)


def get(client: Client, people: Cast, who: str, conference: Conference, name: str) -> Any:
    client.force_login(people[who])
    return client.get(reverse(name, args=[conference.pk]))


def squeezed(text: str) -> str:
    return re.sub(r"[\s,;.-]", "", text)


def text(answer: Any) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


@pytest.mark.parametrize("who", ["facilitator", "schools", "police", "recovery", "observer", "privacy_officer"])
def test_every_word_of_the_readers_page_stands_in_the_readers_pdf(people: Cast, held: Conference, client: Client, who: str):
    page = Cells()
    page.feed(get(client, people, who, held, "minutes").content.decode())
    document = squeezed(text(get(client, people, who, held, "minutes_pdf")))
    assert len(page.found) > 40
    assert [words for words in page.found if squeezed(words) not in document] == []


def test_two_readers_get_different_documents(people: Cast, held: Conference, client: Client):
    told, away = (text(get(client, people, who, held, "minutes_pdf")) for who in ("schools", "recovery"))
    assert "not shared" in away
    assert squeezed(told) != squeezed(away)


def test_document_is_tagged_has_a_title_and_is_stored_nowhere(people: Cast, held: Conference, client: Client):
    answer = get(client, people, "schools", held, "minutes_pdf")
    found = PdfReader(io.BytesIO(answer.content))
    root: Any = found.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert "/StructTreeRoot" in root
    assert found.metadata
    assert str(found.metadata.title).startswith("Harborview Hub: minutes of ")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="minutes-{clock.today():%Y-%m-%d}.pdf"'


def test_checkpoint_of_the_close_stands_at_its_foot(people: Cast, held: Conference, client: Client):
    signed = Checkpoint.objects.get(sitting=held.sitting)
    document = squeezed(text(get(client, people, "observer", held, "minutes_pdf")))
    for words in (signed.root, signed.signature[:16], signed.key, f"over the {signed.entries} entries of the whole table"):
        assert squeezed(words) in document
    assert signed.signature not in document


def test_nobody_talked_about_is_named_in_any_readers_document(people: Cast, held: Conference, client: Client):
    for who in ("facilitator", "schools", "clinic", "recovery"):
        document = squeezed(text(get(client, people, who, held, "minutes_pdf")))
        assert [value for value in [*IDENTITY.values(), PROFILE["note"]] if squeezed(value) in document] == []


def test_page_leads_to_it(people: Cast, held: Conference, client: Client):
    assert reverse("minutes_pdf", args=[held.pk]) in get(client, people, "schools", held, "minutes").content.decode()


def test_refused_as_the_page_is(people: Cast, held: Conference, client: Client):
    where = reverse("minutes_pdf", args=[held.pk])
    assert client.get(where).status_code == 302
    assert get(client, people, "outsider", held, "minutes_pdf").status_code == 404
    assert client.post(where).status_code == 405
    Conference.objects.filter(pk=held.pk).update(sitting=None)
    assert get(client, people, "schools", held, "minutes_pdf").status_code == 422
