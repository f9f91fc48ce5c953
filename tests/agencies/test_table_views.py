"""The table page: for those who belong, under an agreement in force; it never reads a situation."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from agencies import membership
from agencies.models import Agreement, Table
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db
LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def people() -> Cast:
    return assemble()


def end_agreement_of(people: Cast, key: str) -> None:
    Agreement.objects.filter(agency=people.agencies[key]).update(in_force_from=LONG_AGO, in_force_until=LONG_AGO)


def page(client: Client) -> str:
    answer = client.get(reverse("table_detail"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_member_sees_seats_roles_and_settings(client: Client, people: Cast) -> None:
    client.force_login(people["police"])
    html = page(client)
    assert "Harborview Schools" in html
    assert "Recovery_Deputy" in html
    assert "Facilitator (Clinic)" in html
    assert "48 h from the AER decision" in html
    assert "0 of 2" in html
    assert "not given yet" in html


def test_member_finds_the_own_yearly_pledge(client: Client, people: Cast) -> None:
    client.force_login(people["police"])
    assert reverse("table_yearly_pledge", args=[people.table.pk]) in client.get(reverse("table_detail")).content.decode()


def test_pledges_of_today_are_counted(client: Client, people: Cast) -> None:
    people.conference("police")
    client.force_login(people["police"])
    html = page(client)
    assert "1 of 2" in html
    assert "not given yet" not in html


def test_without_an_agreement_the_page_says_so_and_shows_nothing_of_the_table(client: Client, people: Cast) -> None:
    end_agreement_of(people, "police")
    client.force_login(people["police"])
    html = page(client)
    assert "no agreement in force" in html
    assert "Harborview Schools" not in html
    assert "Response clock" not in html


def test_others_see_that_a_seat_has_no_agreement(client: Client, people: Cast) -> None:
    end_agreement_of(people, "police")
    client.force_login(people["schools"])
    assert "none in force" in page(client)


def test_administrator_without_a_seat_sees_the_table(client: Client, people: Cast) -> None:
    end_agreement_of(people, "police")
    client.force_login(people["administrator"])
    assert reverse("administration") in page(client)


def test_outsider_belongs_to_no_table(client: Client, people: Cast) -> None:
    client.force_login(people["outsider"])
    html = page(client)
    assert "You belong to no table" in html
    assert "Harborview Hub" not in html


def test_anonymous_is_sent_to_sign_in_and_nobody_can_post(client: Client, people: Cast) -> None:
    assert client.get(reverse("table_detail")).status_code == 302
    client.force_login(people["police"])
    assert client.post(reverse("table_detail")).status_code == 405


@pytest.mark.parametrize("more", [False, True])
def test_number_of_queries_does_not_depend_on_the_number_of_seats(
    client: Client, people: Cast, more: bool, django_assert_num_queries
) -> None:
    if more:
        membership.seat_agency(by=None, table=people.table, agency=people.agencies["stranger"])
    client.force_login(people["police"])
    with django_assert_num_queries(11):
        page(client)


@pytest.mark.parametrize(("who", "sees"), [("police", True), ("facilitator", True), ("police_deputy", False)])
def test_way_to_the_intake_desks_for_who_sets_them_up(client: Client, people: Cast, who: str, sees: bool) -> None:
    Table.objects.filter(pk=people.table.pk).update(coordinator=people["facilitator"])
    client.force_login(people[who])
    assert (reverse("desk_settings") in page(client)) is sees
    assert client.get(reverse("desk_settings")).status_code == (200 if sees else 404)
