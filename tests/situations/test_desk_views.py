"""The desk's pages: closed to everybody else, 405 and 422 where they must be, no word without an opening, and their cost."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies.choices import AgencyRoleKind
from agencies.models import AgencyRole
from hub.core import clock
from situations.choices import Closing, Pile
from situations.models import LedgerEntry, Referral
from situations.referrals import closing, opening, taking_up, thread
from tests.situations.desk_story import SEALED, Story, second_desk, story

pytestmark = pytest.mark.django_db
PAGES, ACTIONS = ("desk", "desk_conditions"), (
    "desk_read", "desk_claim", "desk_release", "desk_sort", "desk_emergency", "desk_reply", "desk_consent", "desk_draft",
    "desk_draft_back", "desk_pass", "desk_close", "desk_reopen", "desk_reissue",
)  # fmt: skip
QUERIES = {"desk": 6, "desk_referral": 7}


@pytest.fixture
def told() -> Story:
    return story()


@pytest.fixture
def at_desk(told: Story, client: Client) -> Client:
    client.force_login(told["clinic"])
    return client


def url(name: str, row: Referral) -> str:
    return reverse(name, args=[row.pk])


def test_everybody_but_the_desk_finds_nothing(told: Story, client: Client):
    second_desk(told)
    row, _code = told.family()
    for who in ("recovery", "schools", "facilitator", "recorder", "privacy_officer", "administrator", "outsider"):
        client.force_login(told[who])
        assert client.get(url("desk_referral", row)).status_code == 404
        if who != "recovery":
            assert client.get(reverse("desk")).status_code == 404
            assert client.post(reverse("desk_junk"), {"key": row.pk}).status_code == 404
            assert client.post(reverse("desk_junk_close"), {"key": row.pk}).status_code == 404
        for name in ACTIONS:
            assert client.post(url(name, row), {"pile": "doubtful", "reason": "twice"}).status_code == 404, (who, name)
    row.refresh_from_db()
    assert (row.stage, row.claimed_by_id) == ("received", None)


def test_only_posts_do_anything(told: Story, at_desk: Client):
    row, _code = told.family()
    for name in ACTIONS:
        assert at_desk.get(url(name, row)).status_code == 405, name
    for name in ("desk_junk", "desk_junk_close", "desk_staff"):
        assert at_desk.get(reverse(name)).status_code == 405
    assert at_desk.post(reverse("desk")).status_code == 405
    assert at_desk.get(reverse("desk"), {"list": "all"}).status_code == 404


def test_words_stand_only_in_the_answer_to_the_press_that_opened_them(told: Story, at_desk: Client):
    row, _code = told.family()
    for page in (at_desk.get(reverse("desk")), at_desk.get(url("desk_referral", row))):
        for words in SEALED:
            assert words not in page.content.decode()
    opened = at_desk.post(url("desk_read", row))
    text = opened.content.decode()
    for words in SEALED:
        assert words in text
    assert "no-store" in opened.headers["Cache-Control"]
    assert LedgerEntry.objects.filter(kind="referral_read").count() == 1
    at_desk.post(url("desk_read", row))
    assert LedgerEntry.objects.filter(kind="referral_read").count() == 2
    assert SEALED[0] not in at_desk.get(url("desk_referral", row)).content.decode()


def test_presses_of_the_opened_page_keep_it_open_within_one_opening(told: Story, at_desk: Client):
    row, _code = told.family()
    page = at_desk.post(url("desk_read", row)).content.decode()
    found = re.search(r'name="opened" value="([^"]+)"', page)
    assert found is not None
    held = {"opened": found[1]}
    presses: list[tuple[str, dict[str, str], int]] = [
        ("desk_claim", {"press_key": "claimed-once-and-again"}, 200), ("desk_emergency", {"is_emergency": "1"}, 200),
        ("desk_reply", {"text": "We met Barnaby.", "tells": "nothing"}, 422),
        ("desk_reply", {"text": "We read it.", "tells": "nothing"}, 200),
        ("desk_consent", {"how": "verbal", "on": clock.today().isoformat()}, 200),
        ("desk_consent", {"how": "verbal", "on": "2099-01-01"}, 422), ("desk_sort", {"pile": "doubtful"}, 422),
        ("desk_draft_back", {}, 422), ("desk_pass", {"desk": "0"}, 422), ("desk_reissue", {}, 422),
        ("desk_close", {"reason": ""}, 422), ("desk_close", {"reason": "answered"}, 200), ("desk_reopen", {}, 200),
        ("desk_release", {}, 200), ("desk_sort", {"pile": "doubtful"}, 200), ("desk_sort", {"pile": "queue"}, 200),
        ("desk_draft", {}, 422),
    ]  # fmt: skip
    for name, data, status in presses:
        answer = at_desk.post(url(name, row), {**held, **data})
        assert (answer.status_code, SEALED[0] in answer.content.decode()) == (status, True), name
        assert "no-store" in answer.headers["Cache-Control"]
    assert LedgerEntry.objects.filter(kind="referral_read").count() == 1
    again = at_desk.post(url("desk_claim", row), {**held, "press_key": "claimed-once-and-again"})
    assert (again.status_code, again.headers["Location"]) == (303, url("desk_referral", row))
    other = Client()
    other.force_login(told["clinic_deputy"])
    for client, carried in ((other, held["opened"]), (at_desk, "made-up"), (at_desk, held["opened"] + "x")):
        answer = client.post(url("desk_emergency", row), {"is_emergency": "0", "opened": carried})
        assert SEALED[0] not in answer.content.decode()
    thread.write_as_family(row, text="One more thing.", number=2)
    shut = at_desk.post(url("desk_emergency", row), {**held, "is_emergency": "1"}).content.decode()
    assert SEALED[0] not in shut
    assert "One more thing." not in shut


def test_every_form_of_the_opened_page_carries_that_it_is_open(told: Story, at_desk: Client):
    row = told.claimed()
    page = at_desk.post(url("desk_read", row)).content.decode()
    forms = re.findall(rf'<form[^>]*action="/desk/{row.pk}/(\w+)/[^"]*"[^>]*>(.*?)</form>', page, re.DOTALL)
    acts = {"release", "emergency", "reply", "consent", "draft", "pass", "close", "reissue"}
    assert {name for name, _fields in forms} >= acts
    assert [name for name, fields in forms if 'name="opened"' not in fields] == []
    at_desk.post(url("desk_draft", row))
    page = at_desk.post(url("desk_read", row)).content.decode()
    back = page.partition(url("desk_draft_back", row))[2].partition("</form>")[0]
    assert 'name="opened"' in back


def test_ticket_knows_only_the_words_that_were_shown(told: Story):
    """A message that comes between the reading and its answer is opened by no ticket."""
    row, _code = told.family()
    opened = opening.read(by=told["clinic"], referral=row)
    thread.write_as_family(row, text="Just now.", number=1)
    carried = opening.ticket(opened, told["clinic"])
    assert opening.still_open(by=told["clinic"], referral=row, carried=carried) is None
    assert row.messages.get().read_on is None


def test_wrong_stage_and_somebody_elses_claim(told: Story, at_desk: Client):
    row, _code = told.family()
    assert at_desk.post(url("desk_close", row), {"reason": "answered"}).status_code == 422
    assert at_desk.post(url("desk_draft", row)).status_code == 422
    assert at_desk.post(url("desk_sort", row), {"pile": "elsewhere"}).status_code == 422
    assert at_desk.post(url("desk_claim", row)).status_code == 303
    other = Client()
    other.force_login(told["clinic_deputy"])
    assert other.post(url("desk_claim", row)).status_code == 409
    assert other.post(url("desk_close", row), {"reason": "answered"}).status_code == 409


def test_refused_message_is_still_in_its_field_and_the_guards_question_has_its_answer(told: Story, at_desk: Client):
    row = told.claimed()
    sent = {"text": "We met Barnaby at school.", "tells": "nothing"}
    page = at_desk.post(url("desk_reply", row), sent)
    assert page.status_code == 422
    assert "We met Barnaby at school." in page.content.decode()
    assert "It does not tell about the person: send it" in page.content.decode()
    assert at_desk.post(url("desk_reply", row), {"text": "Thank you.", "tells": ""}).status_code == 422
    found = re.search(r'name="confirmed"\s+value="([^"]+)"', page.content.decode())
    assert found is not None
    for change in ({"confirmed": "1"}, {"confirmed": found[1], "text": "We met Barnaby Wendelstein."}):
        assert at_desk.post(url("desk_reply", row), {**sent, **change}).status_code == 422
    assert at_desk.post(url("desk_reply", row), {**sent, "confirmed": found[1]}).status_code == 303


def test_emergency_says_whom_to_call_and_calls_nobody(told: Story, at_desk: Client):
    row = told.claimed()
    assert at_desk.post(url("desk_emergency", row), {"is_emergency": "1"}).status_code == 303
    page = at_desk.get(url("desk_referral", row)).content.decode()
    assert 'href="tel:911"' in page
    assert "HubTable calls nobody" in page


def test_new_receipt_is_shown_once(told: Story, at_desk: Client):
    row, _code = told.family()
    assert at_desk.post(url("desk_reissue", row)).status_code == 422
    page = at_desk.post(url("desk_reissue", row), {"checked": "on"})
    assert page.status_code == 200
    assert "New receipt" in page.content.decode()
    row.refresh_from_db()
    assert row.stage == "received"


def test_card_of_a_new_receipt_speaks_the_language_of_whom_it_is_for(told: Story, at_desk: Client):
    row, _code = told.family()
    Referral.objects.filter(pk=row.pk).update(language="ht")
    page = at_desk.post(url("desk_reissue", row), {"checked": "on"}).content.decode()
    assert '<html lang="en">' in page
    card = page.partition('lang="ht"')[2].partition("</section>")[0]
    assert "Kòd ou a" in card
    # in large digits, as the family's own page shows it
    assert re.search(r'<p class="digits">(\d{4} ){4}\d{4}</p>', card)


def test_closed_says_why_and_when_it_is_deleted(told: Story, at_desk: Client):
    row = told.claimed()
    closing.close(by=told["clinic"], referral=row, reason=Closing.ELSEWHERE)
    page = at_desk.get(url("desk_referral", row)).content.decode()
    assert "somebody else can help better" in page
    assert "Deleted on" in page


def test_junk_is_apart_and_closed_in_one_press(told: Story, at_desk: Client):
    rows = [told.family(pile=Pile.DOUBTFUL)[0] for _ in range(2)]
    assert "R-" not in at_desk.get(reverse("desk")).content.decode()
    looked = at_desk.post(reverse("desk_junk"), {"key": [one.pk for one in rows]})
    assert looked.content.decode().count('type="checkbox"') == 2
    assert at_desk.post(reverse("desk_junk_close"), {"key": [rows[0].pk]}).status_code == 303
    assert [one.stage for one in Referral.objects.order_by("pk")] == ["closed", "read"]


def test_representative_and_coordinator_set_up_and_others_cannot(told: Story, client: Client):
    people = told.people
    where = reverse("desk_set_up", args=[people.table.pk, people.agencies["clinic"].pk])
    data = {"is_open": "on", "read_within_days": "2", "answer_within_days": "4", "deleted_after_days": "60"}
    for who, code in (("clinic", 303), ("facilitator", 303), ("clinic_deputy", 404), ("administrator", 404), ("police", 404)):
        client.force_login(told[who])
        assert client.post(where, data).status_code == code, who
    client.force_login(told["clinic"])
    assert client.post(where, {**data, "read_within_days": "99"}).status_code == 422
    assert client.get(reverse("desk_settings")).status_code == 200
    told.desk.refresh_from_db()
    assert (told.desk.takes_families, told.desk.read_within_days) == (False, 2)
    client.force_login(told["police"])
    assert client.post(reverse("desk_staff"), {"member": told["police_deputy"].pk}).status_code == 303
    assert client.post(reverse("desk_staff"), {"member": told["schools"].pk}).status_code == 422
    client.force_login(told["schools_deputy"])
    assert client.get(reverse("desk_settings")).status_code == 404


def test_today_tells_the_desk_numbers_and_nobody_else(told: Story, client: Client):
    told.family()
    for who, sees in (("clinic", True), ("schools", False), ("administrator", False)):
        client.force_login(told[who])
        assert ("Go to the desk" in client.get(reverse("today")).content.decode()) is sees


def test_privacy_officer_reads_what_the_desk_did_and_no_word(told: Story, client: Client):
    row = told.claimed()
    client.force_login(told["privacy_officer"])
    page = client.get(reverse("privacy")).content.decode()
    assert "Referral read by the desk" in page
    assert f"R-{row.pk}" in page
    for words in SEALED:
        assert words not in page


@pytest.mark.parametrize("number", [1, 3])
def test_lists_cost_the_same_however_long(told: Story, at_desk: Client, number: int, django_assert_num_queries: Any):
    rows = [told.family()[0] for _ in range(number)]
    at_desk.get(reverse("desk"))
    with clock.at(clock.now() + timedelta(days=2)), django_assert_num_queries(QUERIES["desk"]):
        assert at_desk.get(reverse("desk")).content.decode().count("/desk/") >= number
    with django_assert_num_queries(QUERIES["desk_referral"]):
        at_desk.get(url("desk_referral", rows[0]))


def test_draft_leads_back_to_what_it_was_made_of_for_the_desk_alone(told: Story, at_desk: Client):
    row = told.claimed()
    draft = taking_up.take_up(by=told["clinic"], referral=row).situation
    back, page = url("desk_referral", row), reverse("situation_write", args=[draft.pk])
    assert back in at_desk.get(page).content.decode()
    AgencyRole.objects.filter(member=told["clinic"], role=AgencyRoleKind.INTAKE).update(ended_on=clock.today())
    without = at_desk.get(page)
    assert (without.status_code, back in without.content.decode()) == (200, False)
