"""The whole table's agreements at a glance: what each seat's line says, who sees it, and how often it asks."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies import membership
from agencies.choices import AgencyRoleKind, DocumentKind
from agencies.models import AgencyContact, AgencyRole, YearlyPledge
from hub.core import clock
from hub.core.audit import acting
from tests.agencies.paperwork import HEAD, draft, glance, named, page, row, signed, staffed, table_of, url
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def people() -> Cast:
    return staffed()


def test_glance_shows_each_seat(client: Client, people: Cast) -> None:
    with acting(None, "test"):
        table = table_of(people)
        table.demands_yearly_pledge = True
        table.save()
    YearlyPledge.objects.create(
        table=table, member=people["police"], signed_at=clock.now(), valid_until=clock.today(), name_typed="x", text="x",
        text_hash="x",
    )  # fmt: skip
    signed(people, "clinic", DocumentKind.BAA, until=clock.today() + 20 * DAY)
    signed(people, "clinic", until=clock.today() + 300 * DAY)
    draft(people, "police", DocumentKind.CJIS)
    AgencyContact.objects.filter(agency=people.agencies["police"]).update(ended_on=clock.today())
    client.force_login(people["facilitator"])
    html = page(client, glance(people))
    clinic, police, schools = (row(html, f"Harborview {key}") for key in ("Clinic", "Police", "Schools"))
    assert "BAA: ends on" in clinic
    assert "in 20 days" in clinic
    assert HEAD in clinic
    assert "0 of 2" in clinic
    assert "CJIS: missing" in police
    assert "1 of 2" in police
    assert "nobody is named" in police
    assert "( draft )" in police or "(draft)" in police
    assert "FERPA: missing" in schools
    assert "not demanded" in schools
    assert "0 of 4 seats are in order" in html


def test_glance_says_when_an_agreement_has_lapsed(client: Client, people: Cast) -> None:
    named(people, "schools")
    client.force_login(people["administrator"])
    signed(people, "schools", until=clock.today() + 10 * DAY)
    assert "in 10 days" in row(page(client, glance(people)), "Harborview Schools")
    with clock.at(clock.now() + 11 * DAY):
        client.force_login(people["administrator"])
        assert "none in force" in row(page(client, glance(people)), "Harborview Schools")


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("recorder", 200),
        ("facilitator", 200),
        ("administrator", 200),
        ("police_deputy", 404),
        ("observer", 404),
        ("outsider", 404),
    ],
)
def test_glance_is_for_coordinator_facilitator_and_administrator(client: Client, people: Cast, who: str, status: int) -> None:
    client.force_login(people[who])
    assert client.get(glance(people)).status_code == status


def test_representative_sees_the_own_line_and_no_draft(client: Client, people: Cast) -> None:
    made = draft(people)
    with acting(None, "test"):
        AgencyRole.objects.filter(member=people["police"]).update(role=AgencyRoleKind.REPRESENTATIVE)
    client.force_login(people["police"])
    html = page(client, glance(people))
    assert ["Harborview Police" in html, "Harborview Schools" in html, url("", made) in html] == [True, False, False]
    assert glance(people) in page(client, reverse("table_detail"))
    client.force_login(people["police_deputy"])
    assert client.get(glance(people)).status_code == 404


def test_glance_asks_as_often_whatever_the_number_of_seats(client: Client, people: Cast) -> None:
    client.force_login(people["administrator"])
    with CaptureQueriesContext(connection) as four:
        page(client, glance(people))
    membership.seat_agency(by=None, table=people.table, agency=people.agencies["stranger"])
    with CaptureQueriesContext(connection) as five:
        assert "Stranger" in page(client, glance(people))
    assert len(five) == len(four)
