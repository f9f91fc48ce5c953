"""What is marked while somebody types: nothing is written or logged by it, and it confirms no guess beside the ledger."""

import logging
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from conferences.models import Conference
from situations import identity
from situations.models import Situation
from situations.views import checking
from tests.cast import Cast, assemble, footprint, item_of, to_filter3

GUESS = "they spoke of quill"
"""A word of the envelope, and like any other beside it."""


@pytest.fixture
def people(db: None) -> Cast:
    return assemble()


@pytest.fixture
def talked(people: Cast) -> Situation:
    """At filter 3, its identity opened to the seats present, read by nobody yet."""
    situation = people.ready()
    return to_filter3(people, people.conference(), situation)


def marked(client: Client, people: Cast, who: str, path: str, text: str) -> str:
    client.force_login(people[who])
    answer = client.post(path, {"text": text})
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    return answer.content.decode()


def test_marks_what_is_found_writes_nothing_and_logs_nothing(
    people: Cast, talked: Situation, client: Client, caplog: pytest.LogCaptureFixture
):
    path = reverse("situation_found", args=[talked.pk])
    client.force_login(people["clinic"])
    before = footprint()
    with caplog.at_level(logging.DEBUG):
        html = client.post(path, {"text": "Call her on 617-555-0134."}).content.decode()
    assert footprint() == before
    assert "<mark>617-555-0134</mark>" in html
    assert "cannot be sent like this" in html
    assert marked(client, people, "clinic", path, "Two visits, one talk.") == ""
    assert "617-555-0134" not in caplog.text


def test_a_guess_is_confirmed_to_nobody_who_has_not_opened_the_envelope(people: Cast, talked: Situation, client: Client):
    path = reverse("situation_found", args=[talked.pk])
    for who in ("clinic", "facilitator"):
        assert marked(client, people, who, path, GUESS) == ""
    assert "<mark>quill</mark>" in marked(client, people, "schools", path, GUESS), "it is the originating agency's own"
    identity.read(by=people["clinic"], situation=talked)
    assert "<mark>quill</mark>" in marked(client, people, "clinic", path, GUESS)
    assert marked(client, people, "police", path, GUESS) == "", "what the clinic has opened is not the police's"


def test_board_checks_what_is_about_its_item_and_what_is_about_none(people: Cast, talked: Situation, client: Client):
    conference = Conference.objects.get()
    item = reverse("board_check", args=[conference.pk, item_of(conference, talked).pk])
    for path in (item, reverse("board_check_issue", args=[conference.pk])):
        assert "<mark>" in marked(client, people, "police", path, "Call her on 617-555-0134.")
        assert client.get(path).status_code == 405
        client.force_login(people["outsider"])
        assert client.post(path, {"text": "x"}).status_code == 404


def test_it_is_not_there_for_an_outsider(people: Cast, talked: Situation, client: Client):
    path = reverse("situation_found", args=[talked.pk])
    client.force_login(people["outsider"])
    assert client.post(path, {"text": "x"}).status_code == 404
    assert client.get(path).status_code == 405
    client.logout()
    assert client.post(path, {"text": "x"}).status_code == 401


def test_too_much_is_answered_with_nothing(people: Cast, talked: Situation, client: Client, monkeypatch: pytest.MonkeyPatch):
    path = reverse("situation_found", args=[talked.pk])
    monkeypatch.setattr(checking, "A_MINUTE", 0)
    assert marked(client, people, "clinic", path, "Call her on 617-555-0134.") == ""


def test_a_cache_that_loses_its_count_stops_nobody_from_typing(
    people: Cast, talked: Situation, client: Client, monkeypatch: pytest.MonkeyPatch
):
    def lost(*args: object, **kwargs: object) -> int:
        raise ValueError

    monkeypatch.setattr(cache, "incr", lost)
    path = reverse("situation_found", args=[talked.pk])
    assert "<mark>" in marked(client, people, "clinic", path, "Call her on 617-555-0134.")


def test_a_detector_that_cannot_look_marks_nothing(
    people: Cast, talked: Situation, client: Client, lose_word_lists: Callable[[], None]
):
    lose_word_lists()
    assert marked(client, people, "clinic", reverse("situation_found", args=[talked.pk]), "Call 617-555-0134.") == ""
