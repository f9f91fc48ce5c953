"""The calendar: who sees a conference, what is said of the agenda-to-be, and who opens it."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from agencies import membership, roll
from agencies.models import Agreement, Pledge
from conferences import chairing, scheduling
from conferences.models import Conference
from hub.core import clock
from situations.choices import EntryKind
from situations.models import LedgerEntry
from tests.cast import IDENTITY, Cast, assemble, scene

pytestmark = pytest.mark.django_db
NOTE = "Stopped coming to school"


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    with scene(django_db_blocker):
        # founded a while ago, so that conferences can have been held before today
        with clock.at(clock.now() - timedelta(days=30)):
            people = assemble()
        yield people


@pytest.fixture
def people(db: None, made: Cast) -> Cast:
    return deepcopy(made)


@pytest.fixture
def conference(people: Cast) -> Conference:
    """Today's, not open yet."""
    scheduling.schedule(by=None, table=people.table, until=clock.today())
    found = scheduling.next_conference(people.table)
    assert found is not None
    return found


def visit(client: Client, people: Cast, who: str, name: str, conference: Conference | None = None) -> Any:
    client.force_login(people[who])
    return client.get(reverse(name, kwargs={"key": conference.pk} if conference else {}))


def words(answer: Any) -> str:
    assert answer.status_code == 200
    html: str = answer.content.decode()
    assert not [value for value in IDENTITY.values() if value in html]
    assert NOTE not in html
    return " ".join(html.split())


def close(people: Cast, conference: Conference) -> None:
    chairing.close_conference(by=people["facilitator"], conference=conference)


# the list


def test_list_names_state_of_coming_and_past(client: Client, people: Cast, conference: Conference) -> None:
    assert "scheduled" in words(visit(client, people, "schools", "conference_list"))
    people.ready()
    opened = people.conference()
    assert "open now" in words(visit(client, people, "schools", "conference_list"))
    close(people, opened)
    html = words(visit(client, people, "schools", "conference_list"))
    assert "0 follow-ups, 1 new" in html
    assert reverse("minutes", kwargs={"key": opened.pk}) in html


def test_list_puts_the_newest_past_first(client: Client, people: Cast) -> None:
    held = []
    for days in (2, 1):
        with clock.at(clock.now() - timedelta(days=days)):
            held.append(people.conference())
            close(people, held[-1])
    html = words(visit(client, people, "schools", "conference_list"))
    first, second = (html.index(f'href="{reverse("minutes", kwargs={"key": one.pk})}"') for one in held)
    assert second < first


def test_list_is_empty_for_an_outsider(client: Client, people: Cast, conference: Conference) -> None:
    html = words(visit(client, people, "outsider", "conference_list"))
    assert "No conference is in the calendar." in html


def test_list_is_empty_without_an_agreement_in_force(client: Client, people: Cast, conference: Conference) -> None:
    agreement = Agreement.objects.get(agency=people.agencies["schools"])
    membership.end_agreement(by=None, agreement=agreement, on=clock.today() - timedelta(days=1))
    assert "No conference is in the calendar." in words(visit(client, people, "schools", "conference_list"))


def test_list_asks_the_same_queries_for_one_and_three(
    client: Client, people: Cast, conference: Conference, django_assert_num_queries: Any
) -> None:
    client.force_login(people["schools"])
    with django_assert_num_queries(9):
        client.get(reverse("conference_list"))
    scheduling.schedule(by=None, table=people.table, until=clock.today() + timedelta(days=2))
    with django_assert_num_queries(9):
        client.get(reverse("conference_list"))


# one conference


def test_facilitator_with_a_pledge_sees_who_brings_what_and_no_more(
    client: Client, people: Cast, conference: Conference
) -> None:
    people.ready()
    roll.pledge(by=people["facilitator"], table=people.table, member=people["facilitator"])
    html = words(visit(client, people, "facilitator", "conference_detail", conference))
    assert "Schools" in html
    assert "sealed until it is on the agenda" in html
    assert "Male, 12-17" not in html
    assert "Open the conference" in html


def test_facilitator_without_a_pledge_is_asked_for_it(client: Client, people: Cast, conference: Conference) -> None:
    people.ready()
    html = words(visit(client, people, "facilitator", "conference_detail", conference))
    assert "see what waits for the table" in html
    assert "sealed until it is on the agenda" not in html
    assert f"{reverse('pledge')}?next=%2Fconferences%2F{conference.pk}%2F" in html


def test_seat_sees_its_own_new_situation_and_not_that_others_exist(
    client: Client, people: Cast, conference: Conference
) -> None:
    people.ready()
    assert "Male, 12-17" in words(visit(client, people, "schools", "conference_detail", conference))
    html = words(visit(client, people, "police", "conference_detail", conference))
    assert "Male, 12-17" not in html
    assert "Your agency has brought nothing new." in html
    assert "Open the conference" not in html


def test_expected_names_seats_and_who_may_not_enter(client: Client, people: Cast, conference: Conference) -> None:
    agreement = Agreement.objects.get(agency=people.agencies["police"])
    membership.end_agreement(by=None, agreement=agreement, on=clock.today() - timedelta(days=1))
    html = words(visit(client, people, "schools", "conference_detail", conference))
    assert "Schools; deputy Schools_Deputy" in html
    assert "no agreement in force" in html


@pytest.mark.parametrize(
    ("who", "has"), [("facilitator", True), ("recorder", True), ("schools", False), ("observer", False), ("analyst", False)]
)
def test_paper_is_linked_for_who_may_read_it_until_the_conference_is_closed(
    client: Client, people: Cast, conference: Conference, who: str, has: bool
) -> None:
    link = reverse("paper", kwargs={"key": conference.pk})
    assert (link in words(visit(client, people, who, "conference_detail", conference))) is has
    chairing.open_conference(by=people["facilitator"], conference=conference)
    assert (link in words(visit(client, people, who, "conference_detail", conference))) is has
    assert client.get(link).status_code == (200 if has else 403)
    close(people, conference)
    assert link not in words(visit(client, people, who, "conference_detail", conference))


def test_open_conference_leads_to_the_board_and_closed_to_the_minutes(client: Client, people: Cast) -> None:
    opened = people.conference()
    html = words(visit(client, people, "schools", "conference_detail", opened))
    assert reverse("board", kwargs={"key": opened.pk}) in html
    assert "Preview the minutes" not in html
    assert "Preview the minutes" in words(visit(client, people, "facilitator", "conference_detail", opened))
    close(people, opened)
    assert "Read the minutes" in words(visit(client, people, "schools", "conference_detail", opened))


@pytest.mark.parametrize("waiting", [1, 3])
def test_detail_asks_the_same_queries_for_one_and_three(
    client: Client, people: Cast, conference: Conference, django_assert_num_queries: Any, waiting: int
) -> None:
    for _one in range(waiting):
        people.ready()
    roll.pledge(by=people["facilitator"], table=people.table, member=people["facilitator"])
    client.force_login(people["facilitator"])
    with django_assert_num_queries(17):
        client.get(reverse("conference_detail", kwargs={"key": conference.pk}))


@pytest.mark.parametrize("name", ["conference_detail", "minutes"])
def test_outsider_gets_404_and_a_ledger_entry(client: Client, people: Cast, name: str) -> None:
    opened = people.conference()
    membership.seat_agency(by=None, table=people.table, agency=people.agencies["stranger"])
    assert visit(client, people, "outsider", name, opened).status_code == 404
    refusal = LedgerEntry.objects.get(kind=EntryKind.REFUSED)
    assert (refusal.actor, refusal.table) == (people["outsider"], people.table)


def test_unknown_conference_is_404(client: Client, people: Cast) -> None:
    client.force_login(people["schools"])
    assert client.get("/conferences/999/").status_code == 404


@pytest.mark.parametrize("name", ["conference_list", "conference_detail", "minutes"])
def test_anonymous_is_sent_to_sign_in(client: Client, conference: Conference, name: str) -> None:
    answer = client.get(reverse(name, kwargs={} if name == "conference_list" else {"key": conference.pk}))
    assert answer.status_code == 302
    assert "login" in answer.headers["Location"]


# opening


def open_url(conference: Conference) -> str:
    return reverse("conference_open", kwargs={"key": conference.pk})


def test_facilitator_opens_and_goes_to_the_board(client: Client, people: Cast, conference: Conference) -> None:
    client.force_login(people["facilitator"])
    answer = client.post(open_url(conference))
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("board", kwargs={"key": conference.pk})
    conference.refresh_from_db()
    assert conference.sitting is not None
    assert conference.sitting.presides == people["facilitator"]


@pytest.mark.parametrize("who", ["schools", "recorder", "observer", "privacy_officer"])
def test_others_may_not_open(client: Client, people: Cast, conference: Conference, who: str) -> None:
    client.force_login(people[who])
    assert client.post(open_url(conference)).status_code == 403
    conference.refresh_from_db()
    assert conference.sitting is None


def test_opening_twice_is_refused(client: Client, people: Cast) -> None:
    opened = people.conference()
    client.force_login(people["facilitator"])
    assert client.post(open_url(opened)).status_code == 422


def test_opening_refuses_get_outsider_and_anonymous(client: Client, people: Cast, conference: Conference) -> None:
    assert client.post(open_url(conference)).status_code == 401
    client.force_login(people["outsider"])
    assert client.post(open_url(conference)).status_code == 404
    client.force_login(people["facilitator"])
    assert client.get(open_url(conference)).status_code == 405
    assert not Pledge.objects.exists()
