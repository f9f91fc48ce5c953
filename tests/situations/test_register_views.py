"""The register: what exists for whom, in a number of queries that does not grow with it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies import membership
from agencies.models import AgencyRole
from agencies.standing import standing_of
from hub.core import clock
from hub.core.audit import acting
from situations import register, screening, writing
from situations.disclosure import audience_of
from situations.models import Situation
from tests.cast import Cast, act, assemble, fresh, to_filter2, to_filter4

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
    situation = fresh(writing.submit(by=people["schools"], situation=fresh(people.draft()), recognisable="no"))
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


def walked(client: Client, people: Cast, name: str, **query: str) -> list[list[str]]:
    """The keys of the situations on each page, by the links from one to the next."""
    html = listed(client, people, name, **query)
    page = re.findall(r'<th scope="row"><a href="/situations/(\d+)/', html)
    onward = re.search(r'rel="next"\s+href="[^"]*at=([^"&#]+)', html)
    return [page, *(walked(client, people, name, **{**query, "at": onward.group(1)}) if onward else [])]


def test_pages_show_each_once_even_those_of_one_moment(people: Cast, client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(register, "SIZE", 2)
    with clock.at(clock.now()):
        made = [people.ready().pk for _ in range(5)]
    pages = walked(client, people, "schools")
    assert [len(one) for one in pages] == [2, 2, 1]
    assert [int(key) for one in pages for key in one] == made[::-1]
    assert [len(one) for one in walked(client, people, "schools", stage="ready")] == [2, 2, 1]


def test_what_waits_for_the_member_stands_first_whatever_its_age(people: Cast, client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(register, "SIZE", 2)
    old = people.draft()
    new = [people.ready().pk for _ in range(3)]
    pages = walked(client, people, "schools")
    assert [[int(key) for key in one] for one in pages] == [[old.pk, new[2], new[1]], [old.pk, new[0]]]


def test_cursor_of_somebody_else_is_answered_plainly(people: Cast, client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(register, "SIZE", 1)
    for _ in range(2):
        people.ready()
    html = listed(client, people, "schools")
    at = re.search(r'at=([^"&#]+)', html)
    assert at is not None
    for name, cursor in (("schools_deputy", at.group(1)), ("schools", "nonsense")):
        client.force_login(people[name])
        answer = client.get(reverse(LIST), {"at": cursor})
        assert answer.status_code == 422
        assert "Begin again with its first page." in answer.content.decode()


def test_number_is_found_without_its_year_and_by_its_beginning(people: Cast, client: Client):
    situation = people.ready()
    people.conference()
    situation = fresh(situation)
    year, number = situation.number.split("-")
    for typed in (situation.number, number, str(int(number)), f"{year}-", f"{year}-0"):
        assert situation.number in listed(client, people, "schools", number=typed)
    for typed in ("9999", f"{int(year) - 1}-", "%", "_" * 9):
        assert situation.number not in listed(client, people, "schools", number=typed).split("</form>", 2)[-1]


def test_pages_are_cut_from_what_exists_for_the_member(people: Cast):
    """What the page asks the database for is what the audience sees: a shorter page would tell that something is hidden."""
    people.draft()
    situations = [people.ready() for _ in range(4)]
    conference = people.conference("schools", "police", "clinic", "observer")
    to_filter4(people, conference, situations[0])
    act(people["facilitator"], conference, to_filter2(people, conference, situations[1]), "reject", reason="not_aer")
    act(people["police"], conference, situations[2], "recuse")
    to_filter2(people, conference, situations[2])
    people.ready("police")
    everything = list(Situation.objects.select_related("table", "originating_agency"))
    for member in people.members.values():
        standing = standing_of(member, people.table)
        seen = {one.pk for one in everything if audience_of(member, one, standing)}
        assert set(register._known(member, standing).values_list("pk", flat=True)) == seen, member.name


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_list(people: Cast, client: Client, django_assert_num_queries: Any, count: int):
    for _one in range(count):
        people.ready()
    client.force_login(people["schools"])
    client.get(reverse(LIST))
    with django_assert_num_queries(QUERIES):
        client.get(reverse(LIST))


QUERIES = 13
"""Session, member, tables, sitting, standing, situations with who is involved, what waits, what is asked, the frame."""
