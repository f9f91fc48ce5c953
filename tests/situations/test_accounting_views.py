"""The pages of the accounting: for the own privacy officer alone; letter and list say what the page says; no name stays."""

import csv
import io
import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader
from pytest_django import DjangoDbBlocker

from agencies import membership
from hub.core import clock
from situations import accounting
from situations.choices import EntryKind
from situations.models import LedgerEntry, Situation, Suspension
from tests.cast import IDENTITY, PASSWORD, PROFILE, Cast, assemble, fresh, scene, to_filter4

pytestmark = pytest.mark.django_db
BORN = "03/14/2011"
PERSON = {"name": IDENTITY["name"], "date_of_birth": BORN}
POSTED = ("accounting_letter", "accounting_sheet")
Made = tuple[Cast, Situation]


@pytest.fixture(scope="module")
def scene_made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made]:
    """Brought by the schools, led by the clinic; schools and recovery have a privacy officer. One name begins as a formula."""
    with scene(django_db_blocker):
        people = assemble()
        for key in ("schools", "recovery"):
            people.members[f"{key}_officer"] = membership.add_member(
                by=None, roles=["privacy_officer"], password=PASSWORD, email=f"{key}.officer@harborview.example",
                name=f"{key.title()} Officer", agency=people.agencies[key],
            )  # fmt: skip
        situation = people.ready()
        to_filter4(people, people.conference(), situation)
        yield people, fresh(situation)


@pytest.fixture
def people(db: None, scene_made: Made) -> Cast:
    return deepcopy(scene_made[0])


@pytest.fixture
def situation(db: None, scene_made: Made) -> Situation:
    return deepcopy(scene_made[1])


@pytest.fixture
def officer(people: Cast, client: Client) -> Client:
    client.force_login(people["schools_officer"])
    return client


def post(client: Client, name: str, data: dict[str, Any], *args: Any) -> Any:
    return client.post(reverse(name, args=args), data)


def same(answer: Any) -> dict[str, Any]:
    """What the result's own forms send."""
    page = answer.content.decode().split('action="' + reverse("accounting_letter"))[1].split("</form>")[0]
    found = re.findall(r'type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', page)
    fields: dict[str, Any] = {"situation": [value for name, value in found if name == "situation"]}
    return fields | {name: value for name, value in found if name in {"since", "until"}}


def text(answer: Any) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


def squeezed(words: str) -> str:
    return re.sub(r"[\s-]", "", words)


def test_page_says_what_it_does_and_offers_both_ways(officer: Client):
    page = officer.get(reverse("accounting")).content.decode()
    for words in ("To whom Harborview Schools gave information", "in the last 6 years", "Once an identity is shredded"):
        assert words in page
    for name in ("name", "date_of_birth", "number", "since", "until"):
        assert f'name="{name}"' in page


def test_search_by_name_shows_when_to_whom_what_and_on_what_basis(officer: Client, situation: Situation):
    answer = post(officer, "accounting", PERSON)
    page = answer.content.decode()
    for words in (
        "Harborview Police", "Shown in a meeting: name, date of birth", "A description without a name", "Released by",
        situation.number, "603 CMR 23.07(1)",
    ):  # fmt: skip
        assert words in page
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert situation.ledger.filter(kind=EntryKind.ACCOUNTED).count() == 1


def test_search_by_number_shows_the_same(officer: Client, situation: Situation):
    tables = [
        re.search(r"<tbody>.*</tbody>", post(officer, "accounting", data).content.decode(), re.DOTALL)
        for data in (PERSON, {"number": situation.number})
    ]
    assert tables[0]
    assert tables[1]
    assert tables[0].group() == tables[1].group()


def test_answer_holds_no_name_and_nothing_keeps_it(officer: Client):
    for data in (PERSON, {"name": "Zephyrine Quill-Marker", "date_of_birth": "01/01/2001"}):
        page = post(officer, "accounting", data).content.decode()
        assert "Quill" not in page
        assert PROFILE["note"] not in page
    assert "Quill" not in str(list(LedgerEntry.objects.values_list("detail", flat=True)))
    assert "Quill" not in str([one.get_decoded() for one in Session.objects.all()])


def test_not_there_and_not_yours_are_the_same_page(people: Cast, client: Client, situation: Situation):
    client.force_login(people["recovery_officer"])
    pages = [
        re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"\w+"', "", post(client, "accounting", data).content.decode())
        for data in (
            PERSON, {"name": "Nobody Atall", "date_of_birth": BORN}, {"number": situation.number}, {"number": "2026-9999"},
        )
    ]  # fmt: skip
    assert len(set(pages)) == 1
    assert "No disclosure was found that your agency has to account for." in pages[0]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Both are needed"), ({"name": "Ann"}, "Both are needed"), ({"date_of_birth": BORN}, "Both are needed"),
        ({**PERSON, "date_of_birth": "yesterday"}, "Write it as MM/DD/YYYY."),
        ({**PERSON, "number": "2026-0001"}, "Choose one way"),
        ({"number": "2026-0001", "until": "2999-01-01"}, "This day has not come yet."),
        ({"number": "2026-0001", "since": "2999-01-01"}, "This is after the last day."),
        ({"number": "2026-0001", "since": "soon"}, "Give a day"),
    ],
)  # fmt: skip
def test_form_says_what_to_mend(officer: Client, data: dict[str, str], words: str):
    answer = post(officer, "accounting", data)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not LedgerEntry.objects.filter(kind=EntryKind.ACCOUNTED).exists()


def test_too_many_searches_are_refused_in_words(officer: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(accounting, "SEARCHES_AN_HOUR", 1)
    post(officer, "accounting", PERSON)
    answer = post(officer, "accounting", PERSON)
    assert answer.status_code == 422
    assert "Go on after the full hour." in answer.content.decode()


def test_letter_is_a_tagged_pdf_with_every_line_of_the_page(officer: Client, situation: Situation):
    found = post(officer, "accounting", PERSON)
    answer = post(officer, "accounting_letter", {**same(found), "reference": "SR-118", "addressee": "Ann Example\n1 Elm St"})
    root: Any = PdfReader(io.BytesIO(answer.content)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="accounting-{clock.today():%Y-%m-%d}.pdf"'
    letter = squeezed(text(answer))
    for line in accounting.of(by=found.wsgi_request.user, asked=accounting.Asked(situations=(situation.pk,))).lines:
        for words in (line.agency, line.what, line.purpose, line.citation, *line.people):
            assert squeezed(words) in letter
    for words in ("Ann Example", "1 Elm St", "Our file: SR-118", "603 CMR 23.07(1)", "Schools Officer, privacy officer of"):
        assert squeezed(words) in letter
    assert squeezed(situation.number) not in letter
    assert [one.detail["form"] for one in situation.ledger.filter(kind=EntryKind.ACCOUNTED)] == ["page", "letter", "page"]


def test_letter_without_an_address_names_the_file_and_nobody(officer: Client):
    found = post(officer, "accounting", PERSON)
    letter = text(post(officer, "accounting_letter", {**same(found), "reference": "#panic(1)"}))
    assert "To the person named in our records under #panic(1)" in " ".join(letter.split())
    assert "Quill" not in letter


def test_letter_when_nothing_was_found_says_so(people: Cast, client: Client):
    client.force_login(people["recovery_officer"])
    found = post(client, "accounting", PERSON)
    letter = text(post(client, "accounting_letter", {**same(found), "reference": "A 1"}))
    assert "In this time there was none that we have to account for." in " ".join(letter.split())


def test_letter_without_a_file_number_is_asked_for_it_again(officer: Client):
    answer = post(officer, "accounting_letter", same(post(officer, "accounting", PERSON)))
    assert answer.status_code == 422
    assert "Write the number under which your agency keeps its file on the person." in answer.content.decode()


def test_list_holds_one_row_a_line_and_no_formula(people: Cast, officer: Client, situation: Situation):
    people["police"].name = "=cmd()"
    type(people["police"]).objects.filter(pk=people["police"].pk).update(name="=cmd()")
    answer = post(officer, "accounting_sheet", same(post(officer, "accounting", PERSON)))
    head, *rows = csv.reader(io.StringIO(answer.content.decode()))
    assert head[:5] == ["Situation", "First", "Times", "Last", "To"]
    assert {row[0] for row in rows} == {situation.number}
    assert {row[6] for row in rows if row[4] == "Harborview Police"} == {"'=cmd()"}
    assert answer.headers["Content-Disposition"].endswith('.csv"')
    assert answer.headers["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("name", POSTED)
def test_forged_ids_and_days_do_not_exist(people: Cast, client: Client, situation: Situation, name: str):
    client.force_login(people["recovery_officer"])
    days = {"since": "2020-01-01", "until": "2026-01-01", "reference": "A"}
    for data in (
        {**days, "situation": situation.pk},
        {**days, "situation": "x"},
        {"situation": situation.pk, "reference": "A"},
    ):
        assert post(client, name, data).status_code == 404
    assert not situation.ledger.filter(kind=EntryKind.ACCOUNTED).exists()


@pytest.mark.parametrize("who", ["schools", "privacy_officer", "facilitator", "analyst", "administrator", "outsider"])
def test_nobody_else_gets_any_of_it(people: Cast, client: Client, situation: Situation, who: str):
    client.force_login(people[who])
    for name in ("accounting", "accounting_suspensions"):
        assert client.get(reverse(name)).status_code == 404
        assert post(client, name, PERSON).status_code == 404
    for name in POSTED:
        assert post(client, name, {"situation": situation.pk}).status_code == 404
    assert post(client, "accounting_suspension_end", {}, 1).status_code == 404


def test_signed_out_gets_nothing(client: Client):
    assert client.get(reverse("accounting")).status_code == 302
    for name in ("accounting", *POSTED, "accounting_suspensions"):
        assert post(client, name, PERSON).status_code == 401


def test_what_is_posted_cannot_be_had_by_a_link(officer: Client):
    for name in POSTED:
        assert officer.get(reverse(name)).status_code == 405
    assert officer.get(reverse("accounting_suspension_end", args=[1])).status_code == 405


def suspension(people: Cast, situation: Situation, **instead: Any) -> dict[str, Any]:
    day = clock.today()
    return {
        "number": situation.number, "official_agency": people.agencies["police"].pk, "written": "written",
        "reference": "Det. Alder, file 44", "starts_on": day.isoformat(), "until": (day + timedelta(days=60)).isoformat(),
        **instead,
    }  # fmt: skip


def test_suspension_is_recorded_shown_honoured_and_ended(people: Cast, officer: Client, situation: Situation):
    assert post(officer, "accounting_suspensions", suspension(people, situation)).status_code == 302
    page = officer.get(reverse("accounting_suspensions")).content.decode()
    assert "written: Det. Alder, file 44" in page
    found = post(officer, "accounting", PERSON)
    for answer in (found, post(officer, "accounting_sheet", same(found))):
        assert "Harborview Police" not in answer.content.decode()
        assert "Harborview Clinic" in answer.content.decode()
    assert "Police" not in text(post(officer, "accounting_letter", {**same(found), "reference": "A 1"}))
    recorded = Suspension.objects.get()
    assert post(officer, "accounting_suspension_end", {}, recorded.pk).status_code == 302
    assert "End it today" not in officer.get(reverse("accounting_suspensions")).content.decode()


@pytest.mark.parametrize(
    ("instead", "words"),
    [
        ({"written": "oral"}, "An oral statement counts for 30 days at most."),
        ({"number": "2026-9999"}, "Your agency has disclosed"),
        ({"reference": ""}, "Write who made the statement"), ({"until": ""}, "Give a day"), ({"written": ""}, "Choose one."),
        ({"official_agency": ""}, "Choose the agency."),
    ],
)  # fmt: skip
def test_suspension_form_says_what_to_mend(
    people: Cast, officer: Client, situation: Situation, instead: dict[str, str], words: str
):
    answer = post(officer, "accounting_suspensions", suspension(people, situation, **instead))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Suspension.objects.exists()


def test_queries_of_the_suspensions_do_not_grow(
    people: Cast, officer: Client, situation: Situation, django_assert_num_queries: Any
):
    post(officer, "accounting_suspensions", suspension(people, situation))
    with django_assert_num_queries(7):
        officer.get(reverse("accounting_suspensions"))
    for _once in range(2):
        post(officer, "accounting_suspensions", suspension(people, situation))
    with django_assert_num_queries(7):
        officer.get(reverse("accounting_suspensions"))
