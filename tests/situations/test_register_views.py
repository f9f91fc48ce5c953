"""The register: what exists for whom, in a number of queries that does not grow with it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies import membership
from agencies.models import AgencyRole
from hub.core import clock
from hub.core.audit import acting
from situations import screening, writing
from situations.models import Situation
from tests.cast import Cast, assemble, fresh, to_filter2, to_filter4

pytestmark = pytest.mark.django_db
LIST = "situation_list"


@pytest.fixture
def people() -> Cast:
    return assemble()


def listed(client: Client, people: Cast, name: str, **query: str) -> str:
    client.force_login(people[name])
    answer = client.get(reverse(LIST), query)
    assert answer.status_code == 200
    return answer.content.decode()


def link_to(situation: Situation, name: str = "situation_detail") -> str:
    return f'href="{reverse(name, args=[situation.pk])}"'


def give_screener(people: Cast) -> None:
    """The schools ask for a screener from now on: their deputy."""
    with acting(None, "test"):
        people.agencies["schools"].screens = True
        people.agencies["schools"].save()
        AgencyRole(member=people["schools_deputy"], role="screener", started_on=clock.today()).save()


def test_anonymous_is_sent_to_sign_in(client: Client):
    assert client.get(reverse(LIST)).status_code == 302


def test_post_is_refused(people: Cast, client: Client):
    client.force_login(people["schools"])
    assert client.post(reverse(LIST)).status_code == 405


def test_own_draft_needs_its_writer_and_exists_for_nobody_else(people: Cast, client: Client):
    situation = people.draft()
    assert link_to(situation, "situation_write") in listed(client, people, "schools")
    for name in ("police", "facilitator", "observer", "analyst", "privacy_officer", "administrator", "outsider"):
        assert f"/{situation.pk}/" not in listed(client, people, name)


def test_ready_one_is_seen_by_its_agency_and_by_the_pledged_chair_without_a_subject(people: Cast, client: Client):
    people.conference()
    situation = people.ready()
    assert link_to(situation) in listed(client, people, "schools")
    chair = listed(client, people, "facilitator")
    assert link_to(situation) in chair
    assert "Male" not in chair
    assert f"/{situation.pk}/" not in listed(client, people, "police")


def test_tabled_one_is_told_to_each_as_the_table_says(people: Cast, client: Client):
    situation = people.ready()
    conference = people.conference("schools", "police", "clinic")
    situation = to_filter2(people, conference, situation)
    assert "Male, 12-17" in listed(client, people, "police")
    for name in ("recovery", "privacy_officer"):
        page = listed(client, people, name)
        assert situation.number in page
        assert "Male" not in page
    for name in ("analyst", "administrator", "outsider"):
        assert situation.number not in listed(client, people, name)


def test_lead_agency_finds_it_under_its_roles(people: Cast, client: Client):
    situation = people.ready()
    situation = to_filter4(people, people.conference(), situation)
    assert "Your agency leads or assists" in listed(client, people, "clinic")
    assert "Your agency leads or assists" not in listed(client, people, "police")
    assert situation.number in listed(client, people, "police")


def test_sent_back_one_and_one_to_screen_need_somebody(people: Cast, client: Client):
    give_screener(people)
    situation = fresh(writing.submit(by=people["schools"], situation=fresh(people.draft())))
    assert "read and pass on" in listed(client, people, "schools_deputy")
    assert link_to(situation, "situation_screen") in listed(client, people, "schools_deputy")
    screening.send_back(by=people["schools_deputy"], situation=situation, because="Which visits?")
    assert "sent back: mend it" in listed(client, people, "schools")


def test_stage_and_number_narrow_the_list(people: Cast, client: Client):
    tabled = people.ready()
    people.conference()
    tabled, draft = fresh(tabled), people.draft()
    by_number = listed(client, people, "schools", number=tabled.number)
    assert link_to(tabled) in by_number
    assert f"/{draft.pk}/" not in by_number
    by_stage = listed(client, people, "schools", stage="draft")
    assert link_to(draft, "situation_write") in by_stage
    assert tabled.number not in by_stage
    assert "Nothing fits" in listed(client, people, "schools", number="1999-0001")


def test_agency_without_agreement_sees_nothing_of_the_table_and_is_told_why(people: Cast, client: Client):
    situation = people.ready()
    to_filter2(people, people.conference(), situation)
    agreement = people.agencies["police"].agreements.get()
    membership.end_agreement(by=None, agreement=agreement, on=clock.today())
    with clock.at(clock.now() + timedelta(days=1)):
        page = listed(client, people, "police")
    assert fresh(situation).number not in page
    assert "no agreement in force" in page


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_list(people: Cast, client: Client, django_assert_num_queries: Any, count: int):
    for _one in range(count):
        people.ready()
    client.force_login(people["schools"])
    client.get(reverse(LIST))
    with django_assert_num_queries(QUERIES):
        client.get(reverse(LIST))


QUERIES = 16
"""Session, member, tables, sitting and standing, situations with who is involved, what is asked, the page's frame."""
