"""The privacy office and break-glass by HTTP: who gets which page, what stands on it, what never does."""

import csv
import re
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies import membership
from hub.core import clock
from situations import deliberation, identity, noticing
from situations.choices import EntryKind, NoticeKind
from situations.models import BreakGlass, Identity, LedgerEntry, Notice, Situation
from situations.privacy_page import SECTIONS, harmless
from tests.cast import IDENTITY, PROFILE, Cast, fresh, given_for
from tests.situations.oversight import REASON, broken, watched

pytestmark = pytest.mark.django_db
OFFICERS = ("privacy_officer", "schools_officer", "police_officer")
OTHERS = ("facilitator", "schools", "night", "analyst", "observer", "administrator", "outsider")
GLASS = "break_glass"


@pytest.fixture
def people() -> Cast:
    return watched()


@pytest.fixture
def tabled(people: Cast) -> Situation:
    situation = people.ready()
    people.conference()
    return fresh(situation)


def page(client: Client, people: Cast, who: str, name: str = "privacy", **query: Any) -> str:
    client.force_login(people[who])
    answer = client.get(reverse(name), query)
    assert answer.status_code == 200
    html = answer.content.decode()
    secret = [*IDENTITY.values(), str(PROFILE["note"]), "12-17", "Male"]
    assert [word for word in secret if word in html] == []
    return html


def sheet(client: Client, people: Cast, who: str, section: str) -> list[list[str]]:
    client.force_login(people[who])
    answer = client.get(reverse("privacy_export", args=[section]))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert f"{section}-harborview-hub-" in answer.headers["Content-Disposition"]
    return list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))


def typed(people: Cast, situation: Situation, **instead: str) -> dict[str, str]:
    return {
        "table": str(people.table.pk), "number": situation.number, "reason": REASON, **given_for("table_agreement"), **instead,
    }  # fmt: skip


@pytest.mark.parametrize("who", OTHERS)
def test_office_is_for_privacy_officers(client: Client, people: Cast, who: str):
    client.force_login(people[who])
    assert client.get(reverse("privacy")).status_code == 403
    assert client.get(reverse("privacy_export", args=["openings"])).status_code == 403
    assert ">Privacy</a>" not in client.get(reverse("today")).content.decode()


@pytest.mark.parametrize("who", OFFICERS)
def test_officer_finds_the_office_in_the_navigation(client: Client, people: Cast, who: str):
    assert 'href="/privacy/"' in page(client, people, who, "today")
    assert 'aria-current="page">Privacy' in page(client, people, who)


def test_anonymous_is_sent_to_sign_in_and_reading_pages_take_no_post(client: Client, people: Cast):
    for url in (reverse("privacy"), reverse("privacy_export", args=["openings"]), reverse(GLASS)):
        assert client.get(url).status_code == 302
    assert client.post(reverse("privacy_seen")).status_code == 401
    client.force_login(people["privacy_officer"])
    assert client.post(reverse("privacy")).status_code == 405
    assert client.get(reverse("privacy_seen")).status_code == 405
    assert client.get(reverse("break_glass_end", args=[1])).status_code == 405


def test_other_table_or_list_is_not_there(client: Client, people: Cast):
    client.force_login(people["privacy_officer"])
    assert client.get(reverse("privacy"), {"table": "999"}).status_code == 404
    assert client.get(reverse("privacy"), {"table": "x"}).status_code == 404
    assert client.get(reverse("privacy_export", args=["profiles"])).status_code == 404


@pytest.mark.parametrize("who", OFFICERS)
def test_break_glass_is_told_with_who_when_and_why_until_it_is_put_away(
    client: Client, people: Cast, tabled: Situation, who: str
):
    broken(people, tabled)
    first = page(client, people, who, "today")
    assert "An identity was opened by break-glass at Harborview Hub." in first
    assert tabled.number not in first.split("An identity was opened", 1)[1].split("</section>", 1)[0]
    office = page(client, people, who)
    for word in (REASON, "Night, Police", tabled.number, "open until", "End it now"):
        assert word in office
    notice = Notice.objects.get(member=people[who])
    client.post(reverse("privacy_seen"), {"notice": notice.pk, "next": "/privacy/"})
    assert "I have seen it" not in page(client, people, who)
    assert "I have seen it" not in page(client, people, who, "today")
    assert Notice.objects.filter(seen_at=None).count() == 2


def test_what_is_shredded_within_a_week_is_told_in_one_line_until_it_is_put_away(client: Client, people: Cast):
    officer, situations = people["privacy_officer"], [people.ready() for _ in range(3)]
    for one in situations:
        noticing.tell(NoticeKind.SHRED_DUE, members=[officer], table=people.table, situation=one)
    Identity.objects.filter(situation=situations[0]).update(shredded_at=clock.now())
    today = page(client, people, "privacy_officer", "today")
    assert today.count("2 identities will be shredded within a week at Harborview Hub.") == 1
    assert f'href="{reverse("retention_due")}">See which, and when' in today
    assert f'href="{reverse("retention_due")}">See which, and when' in page(client, people, "privacy_officer")
    client.post(reverse("privacy_seen"), {"notice": re.findall(r'name="notice" value="(\d+)"', today)})
    assert "I have seen it" not in page(client, people, "privacy_officer", "today")


def test_nobody_puts_away_the_notices_of_others_nor_is_sent_elsewhere(client: Client, people: Cast, tabled: Situation):
    broken(people, tabled)
    client.force_login(people["schools"])
    notice = Notice.objects.get(member=people["privacy_officer"])
    answer = client.post(reverse("privacy_seen"), {"notice": [notice.pk, "x"], "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"
    assert Notice.objects.get(pk=notice.pk).seen_at is None


def test_officer_ends_an_opening(client: Client, people: Cast, tabled: Situation):
    opened = broken(people, tabled)
    client.force_login(people["schools_officer"])
    answer = client.post(reverse("break_glass_end", args=[opened.pk]))
    assert answer.headers["Location"] == f"/privacy/?table={people.table.pk}"
    assert "End it now" not in page(client, people, "schools_officer")
    assert client.post(reverse("break_glass_end", args=[opened.pk])).status_code == 422
    client.force_login(people["facilitator"])
    assert client.post(reverse("break_glass_end", args=[opened.pk])).status_code == 404
    assert client.post(reverse("break_glass_end", args=[opened.pk + 9])).status_code == 404


@pytest.mark.parametrize("who", [*OFFICERS, "facilitator", "schools", "administrator", "outsider"])
def test_form_is_for_who_holds_the_role(client: Client, people: Cast, tabled: Situation, who: str):
    client.force_login(people[who])
    assert client.get(reverse(GLASS)).status_code == 403
    assert client.get(reverse("break_glass_conditions")).status_code == 403
    assert client.post(reverse(GLASS), typed(people, tabled)).status_code == 403
    assert not BreakGlass.objects.exists()


def test_breaking_opens_the_envelope_for_a_while(client: Client, people: Cast, tabled: Situation):
    assert 'href="/privacy/break-glass/"' in page(client, people, "night", "today")
    client.force_login(people["night"])
    assert client.post(reverse(GLASS), typed(people, tabled)).status_code == 302
    html = page(client, people, "night", GLASS)
    assert f"{tabled.number}: open to you" in html
    read = client.post(reverse("situation_identity", args=[tabled.pk])).content.decode()
    assert all(value in read for value in IDENTITY.values())
    record = client.get(reverse("situation_detail", args=[tabled.pk])).content.decode()
    assert "by break-glass" in record
    assert str(PROFILE["note"]) not in record
    own = BreakGlass.objects.get()
    assert client.post(reverse("break_glass_end", args=[own.pk])).headers["Location"] == reverse(GLASS)
    assert client.post(reverse("situation_identity", args=[tabled.pk])).status_code == 404
    assert "open to you" not in page(client, people, "night", GLASS)


def test_who_stepped_out_finds_nothing_open(client: Client, people: Cast, tabled: Situation):
    broken(people, tabled)
    deliberation.recuse(by=people["night"], situation=tabled)
    assert tabled.number not in page(client, people, "night", GLASS)


def test_unknown_number_and_one_that_may_not_be_opened_are_answered_alike(client: Client, people: Cast, tabled: Situation):
    membership.give_table_role(by=None, table=people.table, member=people["night"], role="observer")
    Situation.objects.filter(pk=tabled.pk).update(stage="rejected", conclusion_reason="not_aer")
    client.force_login(people["night"])
    answers = []
    for number in (tabled.number, "2026-9999"):
        answer = client.post(reverse(GLASS), typed(people, tabled, number=number))
        assert answer.status_code == 422
        token = answer.context["csrf_token"]
        html = answer.content.decode().replace(str(token), "").replace(number, "")
        answers.append(re.sub(r'value="[0-9a-f]{32}"', "", html))  # the key of the next press
    assert answers[0] == answers[1]
    assert "No situation can be opened to you under this number." in answers[0]
    assert LedgerEntry.objects.filter(kind=EntryKind.REFUSED, actor=people["night"]).count() == 2
    assert not BreakGlass.objects.exists()


@pytest.mark.parametrize(
    ("instead", "field"),
    [
        ({"reason": ""}, "glass_reason"),
        ({"reason": "Maria Gonzalez is on the bridge."}, "glass_reason"),
        ({"number": ""}, "glass_number"),
        ({"number": "20\x0026"}, "glass_number"),
        ({"basis": ""}, "glass_basis"),
        ({"basis": "ferpa_emergency"}, "glass_basis"),
        ({"affirm_next_step": ""}, "glass_affirm_next_step"),
        ({"table": "999"}, "glass_table"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    client: Client, people: Cast, tabled: Situation, instead: dict[str, str], field: str
):
    client.force_login(people["night"])
    answer = client.post(reverse(GLASS), typed(people, tabled, **instead))
    assert answer.status_code == 422
    assert f'id="{field}_error"' in answer.content.decode()
    assert not BreakGlass.objects.exists()


def test_conditions_of_a_basis_are_fetched_when_it_is_chosen(client: Client, people: Cast):
    found = page(client, people, "night", "break_glass_conditions", basis="table_agreement")
    assert 'name="affirm_not_protected"' in found
    assert "<html" not in found
    for other in ("", "hipaa_threat", "no_such", "x" * 400):
        assert "affirm_" not in page(client, people, "night", "break_glass_conditions", basis=other)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_is_a_file_without_content(client: Client, people: Cast, tabled: Situation, section: str):
    broken(people, tabled)
    identity.read(by=people["night"], situation=tabled)
    lines = sheet(client, people, "privacy_officer", section)
    assert len(lines[0]) > 1
    text = str(lines)
    assert [word for word in (*IDENTITY.values(), str(PROFILE["note"]), REASON) if word in text] == []


def test_file_of_openings_holds_who_when_and_the_mark(client: Client, people: Cast, tabled: Situation):
    broken(people, tabled)
    _titles, line = sheet(client, people, "privacy_officer", "openings")
    when, person, agency, what, number, _sitting, marks = line
    assert when.startswith(f"{clock.today():%Y-%m-%d}")
    assert (person, agency, what, number) == ("Night", "Police", "Break-glass opening", tabled.number)
    assert marks.startswith("break-glass")


def test_officer_finds_the_way_to_the_record_of_what_is_at_the_table_alone(client: Client, people: Cast, tabled: Situation):
    membership.give_table_role(by=None, table=people.table, member=people["schools_officer"], role="privacy_officer")
    draft = people.draft()
    for one in (draft, tabled):
        identity.read(by=people["schools"], situation=one)
    html = page(client, people, "schools_officer")
    assert f'href="/situations/{tabled.pk}/"' in html
    assert f'href="/situations/{draft.pk}/"' not in html
    assert "no number yet" in html


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_spreadsheet_computes_nothing(cell: str):
    assert harmless(cell) == f"'{cell}"
    assert harmless("plain") == "plain"


def test_name_that_is_a_formula_leaves_as_text(client: Client, people: Cast, tabled: Situation):
    type(people["night"]).objects.filter(pk=people["night"].pk).update(name="=cmd|' /C calc'!A0")
    broken(people, tabled)
    assert sheet(client, people, "privacy_officer", "openings")[1][1] == "'=cmd|' /C calc'!A0"


def test_break_glass_stands_out_in_the_record(client: Client, people: Cast, tabled: Situation):
    broken(people, tabled)
    identity.read(by=people["night"], situation=tabled)
    client.force_login(people["privacy_officer"])
    record = client.get(reverse("situation_detail", args=[tabled.pk])).content.decode()
    assert record.count("<span>break-glass</span>") == 2
    assert "Night, Harborview Police" in record


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("who", ["privacy_officer", "schools_officer"])
def test_queries_do_not_grow_with_what_happened(
    client: Client, people: Cast, django_assert_num_queries: Any, who: str, count: int
):
    situations = [people.ready() for _one in range(count)]
    people.conference()
    for one in situations:
        broken(people, fresh(one))
        identity.read(by=people["night"], situation=one)
        client.force_login(people["outsider"])
        client.get(reverse("situation_detail", args=[one.pk]))
    client.force_login(people[who])
    client.get(reverse("privacy"))
    with django_assert_num_queries(QUERIES[who]):
        client.get(reverse("privacy"))


QUERIES = {"privacy_officer": 25, "schools_officer": 27}
"""Session, member, office, notices, held texts, each section, the page's frame."""
