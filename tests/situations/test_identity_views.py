"""Opening the envelope: a POST that enters the ledger first, answered `no-store`, for those who may and nobody else."""

import pytest
from django.test import Client
from django.urls import reverse

from situations.choices import EntryKind
from situations.models import Situation
from tests.cast import IDENTITY, Cast, assemble, to_filter2, to_filter3, to_filter4

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def people() -> Cast:
    return assemble()


def url(situation: Situation, name: str = "situation_identity") -> str:
    return reverse(name, args=[situation.pk])


def reads(situation: Situation) -> int:
    return situation.ledger.filter(kind=EntryKind.IDENTITY_READ).count()


def test_own_agency_opens_all_of_it_and_the_ledger_knows(people: Cast, client: Client):
    situation = people.draft()
    client.force_login(people["schools"])
    answer = client.post(url(situation), headers=HTMX)
    page = answer.content.decode()
    assert all(value in page for value in IDENTITY.values())
    assert "<html" not in page
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert situation.ledger.get(kind=EntryKind.IDENTITY_READ).actor == people["schools"]


def test_without_scripts_it_is_a_page_of_its_own(people: Cast, client: Client):
    situation = people.draft()
    client.force_login(people["schools"])
    assert "<html" in client.post(url(situation)).content.decode()
    assert client.post(url(situation, "situation_identity_shut")).headers["Location"] == url(situation, "situation_detail")


def test_a_link_opens_nothing(people: Cast, client: Client):
    situation = people.draft()
    client.force_login(people["schools"])
    assert client.get(url(situation)).status_code == 405
    assert client.get(url(situation, "situation_identity_shut")).status_code == 405
    assert reads(situation) == 0


def test_signed_out_gets_nothing(people: Cast, client: Client):
    situation = people.draft()
    assert client.post(url(situation), headers=HTMX).status_code == 401
    assert reads(situation) == 0


def test_outsiders_do_not_learn_of_it_and_their_attempt_is_entered(people: Cast, client: Client):
    situation = people.draft()
    for name in ("outsider", "police", "facilitator", "privacy_officer", "analyst", "administrator"):
        client.force_login(people[name])
        for view in ("situation_identity", "situation_identity_shut"):
            assert client.post(url(situation, view), headers=HTMX).status_code == 404
    assert situation.ledger.filter(kind=EntryKind.REFUSED, actor=people["police"]).exists()
    assert reads(situation) == 0


def test_at_filter_2_it_is_sealed_for_the_seats(people: Cast, client: Client):
    situation = people.ready()
    to_filter2(people, people.conference(), situation)
    for name in ("police", "facilitator", "privacy_officer"):
        client.force_login(people[name])
        answer = client.post(url(situation), headers=HTMX)
        assert answer.status_code == 403
        assert "Zephyrine" not in answer.content.decode()


def test_at_filter_3_a_seat_opens_the_limited_identifiers_alone(people: Cast, client: Client):
    situation = people.ready()
    to_filter3(people, people.conference(), situation)
    client.force_login(people["police"])
    page = client.post(url(situation), headers=HTMX).content.decode()
    assert IDENTITY["name"] in page
    assert IDENTITY["date_of_birth"] in page
    assert IDENTITY["address"] not in page


def test_from_filter_4_only_those_with_a_role(people: Cast, client: Client):
    situation = people.ready()
    to_filter4(people, people.conference(), situation)
    client.force_login(people["clinic"])
    assert IDENTITY["address"] in client.post(url(situation), headers=HTMX).content.decode()
    client.force_login(people["police"])
    assert client.post(url(situation), headers=HTMX).status_code == 403


def test_empty_envelope_says_so(people: Cast, client: Client):
    client.force_login(people["schools"])
    client.post(reverse("situation_new"))
    situation = Situation.objects.get()
    answer = client.post(url(situation), headers=HTMX)
    assert answer.status_code == 422
    assert "nothing in the envelope" in answer.content.decode()


def test_closing_puts_the_sealed_envelope_back_without_an_entry(people: Cast, client: Client):
    situation = people.draft()
    client.force_login(people["schools"])
    page = client.post(url(situation, "situation_identity_shut"), headers=HTMX).content.decode()
    assert "Open the identity" in page
    assert reads(situation) == 0
