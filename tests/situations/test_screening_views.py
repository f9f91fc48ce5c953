"""The screener's page: filter 1 in the own agency, and nobody else's business."""

import pytest
from django.test import Client
from django.urls import reverse

from situations import writing
from situations.choices import EntryKind, Stage
from situations.models import Situation
from tests.cast import IDENTITY, PROFILE, Cast, assemble, fresh
from tests.situations.test_register_views import give_screener

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    people = assemble()
    give_screener(people)
    return people


@pytest.fixture
def situation(people: Cast) -> Situation:
    return fresh(writing.submit(by=people["schools"], situation=people.draft(), recognisable="no"))


@pytest.fixture
def screener(people: Cast, client: Client) -> Client:
    client.force_login(people["schools_deputy"])
    return client


def url(situation: Situation) -> str:
    return reverse("situation_screen", args=[situation.pk])


def decide(client: Client, situation: Situation, decision: str, because: str = "", **more: object) -> int:
    answer = client.post(url(situation), {"decision": decision, "because": because, "revision": situation.revision, **more})
    return answer.status_code


def test_screener_reads_all_but_the_envelope(screener: Client, situation: Situation):
    page = screener.get(url(situation)).content.decode()
    assert PROFILE["note"] in page
    assert "Two home visits." in page
    assert "Because of severe harm." in page
    assert "Open the identity" in page
    assert not [value for value in IDENTITY.values() if value in page]


def test_writer_who_is_no_screener_is_refused(people: Cast, client: Client, situation: Situation):
    client.force_login(people["schools"])
    assert client.get(url(situation)).status_code == 403
    assert decide(client, situation, "pass") == 403
    assert fresh(situation).stage == Stage.SCREENING


def test_others_do_not_even_learn_of_it(people: Cast, client: Client, situation: Situation):
    assert client.get(url(situation)).status_code == 302
    assert client.post(url(situation)).status_code == 401
    for name in ("outsider", "police", "facilitator", "privacy_officer", "administrator"):
        client.force_login(people[name])
        assert client.get(url(situation)).status_code == 404
        assert decide(client, situation, "pass") == 404


@pytest.mark.parametrize(("decision", "stage", "entry"), [
    ("pass", Stage.READY, EntryKind.SCREENED),
    ("keep", Stage.KEPT, EntryKind.KEPT),
])  # fmt: skip
def test_decision_moves_it_on(screener: Client, situation: Situation, decision: str, stage: Stage, entry: EntryKind):
    assert decide(screener, situation, decision, "Our own clinician can.") == 302
    assert fresh(situation).stage == stage
    assert situation.ledger.filter(kind=entry).exists()


def test_sent_back_with_its_reason_for_the_writer(people: Cast, screener: Client, situation: Situation):
    assert decide(screener, situation, "back", "Which visits, and when?") == 302
    screener.force_login(people["schools"])
    assert "Which visits, and when?" in screener.get(reverse("situation_write", args=[situation.pk])).content.decode()


@pytest.mark.parametrize(("because", "words"), [("", "Say what is missing"), ("x" * 300, "20 characters over")])
def test_sent_back_needs_a_reason_that_fits(screener: Client, situation: Situation, because: str, words: str):
    answer = screener.post(url(situation), {"decision": "back", "because": because, "revision": situation.revision})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert fresh(situation).stage == Stage.SCREENING


def test_unknown_decision_and_stale_page_change_nothing(screener: Client, situation: Situation):
    assert decide(screener, situation, "burn") == 422
    assert decide(screener, situation, "pass", revision=situation.revision - 1) == 409
    assert fresh(situation).stage == Stage.SCREENING


def test_wrong_stage_is_refused(screener: Client, situation: Situation):
    decide(screener, situation, "keep", "Our own clinician can.")
    assert decide(screener, fresh(situation), "pass") == 422
    assert screener.get(url(situation)).status_code == 302
