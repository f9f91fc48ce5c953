"""The pages of retention, holds and certificates: officers only, no content, as many queries for three as for one."""

import json
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from hub.core import clock
from situations import holds, retention
from situations.models import Certificate, LedgerEntry, LegalHold, Situation
from tests.cast import IDENTITY, PROFILE, Cast, assemble
from tests.situations.ended import concluded, make_officer, over

pytestmark = pytest.mark.django_db
PAGE = "retention_due"
QUERIES = 16


@pytest.fixture
def people() -> Cast:
    people = assemble()
    make_officer(people["schools_deputy"])
    make_officer(people["police_deputy"])
    return people


@pytest.fixture
def situation(people: Cast) -> Situation:
    return concluded(people)[0]


@pytest.fixture
def officer(people: Cast, client: Client) -> Client:
    client.force_login(people["schools_deputy"])
    return client


def read(client: Client) -> str:
    answer = client.get(reverse(PAGE))
    assert answer.status_code == 200
    return answer.content.decode()


def set_hold(client: Client, people: Cast, number: str, reference: str = "Legal 2026/7") -> int:
    data = {"table": people.table.pk, "number": number, "reference": reference}
    return client.post(reverse("retention_hold"), data).status_code


def test_page_is_for_privacy_officers(people: Cast, client: Client):
    for name in ("schools", "facilitator", "administrator", "analyst", "outsider"):
        client.force_login(people[name])
        assert client.get(reverse(PAGE)).status_code == 403
        assert set_hold(client, people, "2026-0001") == 403


def test_only_posts_write(officer: Client):
    assert officer.get(reverse("retention_hold")).status_code == 405
    assert officer.get(reverse("retention_lift", args=[1])).status_code == 405
    assert officer.post(reverse(PAGE)).status_code == 405


def test_what_is_due_is_shown_a_week_before_and_no_content(people: Cast, officer: Client, situation: Situation):
    assert situation.number not in read(officer)
    with clock.at(over(situation, days=-6)):
        page = read(officer)
        assert situation.number in page
        assert f"?table={people.table.pk}&amp;number={situation.number}#hold" in page
    for word in (*IDENTITY.values(), PROFILE["note"], "Suicide", "12-17"):
        assert word not in page


def test_agency_officer_sees_the_own_agencys_and_the_tables_officer_all(people: Cast, client: Client, situation: Situation):
    with clock.at(over(situation, days=-6)):
        for name, sees in (("police_deputy", False), ("privacy_officer", True)):
            client.force_login(people[name])
            assert (situation.number in read(client)) is sees


def test_hold_is_set_and_lifted_on_the_page(people: Cast, officer: Client, situation: Situation):
    assert set_hold(officer, people, situation.number) == 302
    page = read(officer)
    assert "Legal 2026/7" in page
    assert "shredded on" in page
    with clock.at(over(situation)):
        page = read(officer)
        assert "shredded as soon as no hold stands" in page
        assert "held" in page
    hold = LegalHold.objects.get()
    assert officer.post(reverse("retention_lift", args=[hold.pk])).status_code == 302
    assert "Your agency holds nothing." in read(officer)
    assert officer.post(reverse("retention_lift", args=[hold.pk])).status_code == 404
    assert officer.post(reverse("retention_lift", args=[hold.pk + 1])).status_code == 404


def test_unknown_number_and_one_that_is_not_open_are_answered_alike(people: Cast, client: Client, situation: Situation):
    client.force_login(people["police_deputy"])
    before = LedgerEntry.objects.filter(kind="refused").count()
    pages = []
    for number in (situation.number, "2026-9999"):
        data = {"table": people.table.pk, "number": number, "reference": "A"}
        answer = client.post(reverse("retention_hold"), data)
        assert answer.status_code == 422
        pages.append(answer.content.decode().replace(number, "NUMBER"))
    assert "There is no such situation, or it is not open to you." in pages[0]
    assert [line for line in pages[0].splitlines() if "csrf" not in line.lower()] == [
        line for line in pages[1].splitlines() if "csrf" not in line.lower()
    ]
    assert LedgerEntry.objects.filter(kind="refused").count() == before + 2
    assert not LegalHold.objects.exists()


def test_what_is_missing_is_said_at_its_field(people: Cast, officer: Client, situation: Situation):
    assert set_hold(officer, people, "", "") == 422
    assert set_hold(officer, people, situation.number, " ") == 422
    assert set_hold(officer, people, situation.number) == 302
    assert set_hold(officer, people, situation.number) == 422
    answer = officer.post(reverse("retention_hold"), {"table": "999", "number": "x", "reference": "A"})
    assert answer.status_code == 422


def test_link_of_a_due_line_fills_in_the_form(people: Cast, officer: Client, situation: Situation):
    page = officer.get(reverse(PAGE), {"table": str(people.table.pk), "number": situation.number}).content.decode()
    assert f'value="{situation.number}"' in page


# certificates


@pytest.fixture
def certificate(situation: Situation) -> Certificate:
    with clock.at(over(situation)):
        retention.shred_due()
    return Certificate.objects.get()


def test_certificate_is_listed_read_and_handed_over(officer: Client, certificate: Certificate):
    where = reverse("certificate_detail", args=[certificate.key])
    assert where in read(officer)
    page = officer.get(where).content.decode()
    assert certificate.signature in page
    file = officer.get(reverse("certificate_file", args=[certificate.key]))
    assert json.loads(file.content)["certificate"] == certificate.document
    assert file.headers["Content-Disposition"] == f'attachment; filename="certificate-{certificate.key}.json"'
    assert file.headers["Cache-Control"] == "no-store, private"


def test_certificate_on_paper_is_tagged_and_says_the_same(officer: Client, certificate: Certificate):
    answer = officer.get(reverse("certificate_pdf", args=[certificate.key]))
    assert answer.headers["Content-Type"] == "application/pdf"
    paper = PdfReader(BytesIO(answer.content))
    assert "/StructTreeRoot" in str(paper.root_object)
    text = " ".join(page.extract_text() for page in paper.pages)
    for word in ("Certificate of shredding", certificate.situation.number, "Harborview Schools", str(certificate.key)):
        assert word in text


def test_nobody_else_gets_a_certificate(people: Cast, client: Client, certificate: Certificate):
    for name in ("schools", "police_deputy", "facilitator", "administrator", "outsider"):
        client.force_login(people[name])
        for view in ("certificate_detail", "certificate_file", "certificate_pdf"):
            assert client.get(reverse(view, args=[certificate.key])).status_code == 404


def test_number_of_queries_is_the_same_for_one_and_three(people: Cast, officer: Client, django_assert_num_queries):
    made = concluded(people, 6)
    last = over(made[-1])
    for situation in made[:1]:
        retention.shred(by=None, situation=situation)
        holds.place(by=people["schools_deputy"], situation=made[5], reference="A")
    with clock.at(last), django_assert_num_queries(QUERIES):
        read(officer)
    for situation in made[1:3]:
        retention.shred(by=None, situation=situation)
    for situation in made[3:5]:
        holds.place(by=people["schools_deputy"], situation=situation, reference="A")
    with clock.at(last), django_assert_num_queries(QUERIES):
        read(officer)
