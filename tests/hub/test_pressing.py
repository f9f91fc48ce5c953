"""A press decides once, however often it is sent."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from agencies import membership
from agencies.models import Agreement, ServiceImport
from conferences.models import Conference
from hub.core import clock
from hub.pressing import forgetting, middleware
from hub.pressing.models import Press
from situations.choices import EntryKind, Stage
from situations.models import Answer, LedgerEntry, PlanStep, Situation
from tests.cast import Cast, assemble, fresh, given_for, item_of, to_filter2, to_filter3, to_filter4

KEY, OTHER = "a" * 32, "b" * 32
pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return assemble()


def browser(people: Cast, name: str) -> Client:
    client = Client(headers={"host": "testserver"})
    client.force_login(people[name])
    return client


def act_url(conference: Conference, situation: Situation, action: str) -> str:
    return reverse("board_act", args=[conference.pk, item_of(conference, situation).pk, action])


def kinds(situation: Situation) -> list[str]:
    return list(LedgerEntry.objects.filter(situation=situation).order_by("sequence").values_list("kind", flat=True))


def press(client: Client, url: str, data: dict[str, Any] | None = None, *, key: str = KEY, **headers: str) -> Any:
    return client.post(url, data or {}, headers={"X-Press-Key": key, **headers})


def test_a_decision_at_a_filter_that_is_sent_twice_is_made_once_and_answered_with_the_board_of_now(people: Cast):
    situation = people.ready()
    conference = people.conference()
    to_filter2(people, conference, situation)
    client, url = browser(people, "facilitator"), act_url(conference, situation, "agree-all")
    data = {"revision": str(fresh(situation).revision)}
    first = press(client, url, data)
    before = kinds(situation)
    again = press(client, url, data)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json()["revision"] == first.json()["revision"]
    assert again.json()["panels"] == first.json()["panels"]
    assert kinds(situation) == before
    assert fresh(situation).stage == Stage.FILTER3


def test_an_answer_at_filter_3_that_is_sent_twice_is_one_disclosure(people: Cast):
    situation = people.ready()
    conference = people.conference()
    to_filter3(people, conference, situation)
    client, url = browser(people, "clinic"), act_url(conference, situation, "answer")
    data = {"kind": "serving_now", **given_for("hipaa_authorization")}
    first, again = press(client, url, data), press(client, url, data)
    assert (first.status_code, again.status_code) == (200, 200), first.content
    assert kinds(situation).count(EntryKind.ANSWER) == 1
    assert Answer.objects.filter(situation=situation, agency=people.agencies["clinic"]).count() == 1


def step(people: Cast, **more: str) -> dict[str, str]:
    due = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    return {"text": "Call the school.", "due_at": due, "agency": str(people.agencies["clinic"].pk), **more}


@pytest.fixture
def planned(people: Cast) -> Situation:
    situation = people.ready()
    return to_filter4(people, people.conference(), situation)


def test_a_plan_step_that_is_sent_twice_is_one_step_and_leads_where_the_first_answer_led(people: Cast, planned: Situation):
    client, url = browser(people, "clinic"), reverse("intervention_steps", args=[planned.pk])
    first = client.post(url, step(people, press_key=KEY))
    again = client.post(url, step(people, press_key=KEY))
    assert PlanStep.objects.filter(situation=planned).count() == 1
    assert (first.status_code, again.status_code) == (303, 303)
    assert again.headers["Location"] == first.headers["Location"]


def test_without_a_key_as_a_page_of_the_version_before_sends_it_each_press_counts(people: Cast, planned: Situation):
    client, url = browser(people, "clinic"), reverse("intervention_steps", args=[planned.pk])
    assert [client.post(url, step(people)).status_code for _turn in range(2)] == [303, 303]
    assert PlanStep.objects.filter(situation=planned).count() == 2
    assert not Press.objects.exists()


def test_other_words_under_a_used_key_are_refused_in_plain_words(people: Cast, planned: Situation):
    client, url = browser(people, "clinic"), reverse("intervention_steps", args=[planned.pk])
    client.post(url, step(people, press_key=KEY))
    other = client.post(url, step(people, press_key=KEY, text="Hold a bed."))
    assert other.status_code == 422
    assert "with something else on it. Nothing was changed now" in other.content.decode()
    assert PlanStep.objects.get(situation=planned).text == "Call the school."


def test_another_file_under_a_used_key_is_refused_and_the_same_one_leads_to_its_report(people: Cast):
    client, url = browser(people, "administrator"), reverse("directory_imports")

    def sent(name: str, service: str) -> Any:
        content = f'[{{"id": "{service}", "name": "Pier"}}]'.encode()
        return client.post(url, {"press_key": KEY, "file": SimpleUploadedFile(name, content)})

    first, again = sent("a.json", "a-1"), sent("a.json", "a-1")
    assert (first.status_code, again.headers["Location"]) == (303, first.headers["Location"])
    for name, service in (("a.json", "a-2"), ("b.json", "a-1")):
        other = sent(name, service)
        assert (other.status_code, "with something else on it" in other.content.decode()) == (422, True)
    assert [one.file_name for one in ServiceImport.objects.all()] == ["a.json"]


def test_another_view_or_another_situation_under_a_used_key_is_refused(people: Cast, planned: Situation):
    client = browser(people, "clinic")
    client.post(reverse("intervention_steps", args=[planned.pk]), step(people, press_key=KEY))
    contact = {"kind": "call", "reached": "yes", "outcome": "Agreed.", "consent_now": "given", "press_key": KEY}
    assert client.post(reverse("intervention_contacts", args=[planned.pk]), contact).status_code == 422
    assert not planned.contacts.exists()


def test_two_members_may_have_the_same_key(people: Cast):
    table = {"table": str(people.table.pk), "press_key": KEY}
    places = {browser(people, name).post(reverse("situation_new"), table).headers["Location"] for name in ("schools", "police")}
    assert len(places) == 2
    assert Press.objects.filter(key=Press.objects.all()[0].key).count() == 2


def test_a_new_draft_that_is_asked_for_twice_is_one_draft(people: Cast):
    client, table = browser(people, "schools"), {"table": str(people.table.pk), "press_key": KEY}
    places = {client.post(reverse("situation_new"), table).headers["Location"] for _turn in range(3)}
    assert places == {reverse("situation_write", args=[Situation.objects.get().pk])}


def test_a_refusal_leaves_no_key_and_the_corrected_form_goes_through_with_the_same_one(people: Cast, planned: Situation):
    client, url = browser(people, "clinic"), reverse("intervention_steps", args=[planned.pk])
    refused = client.post(
        url, step(people, press_key=KEY, text="Write to anna.smith@example.org or 12-34-5678 SSN 123-45-6789")
    )
    assert refused.status_code == 422
    assert not Press.objects.exists()
    assert client.post(url, step(people, press_key=KEY)).status_code == 303


def test_a_stale_press_at_the_board_leaves_no_key(people: Cast):
    situation = people.ready()
    conference = people.conference()
    to_filter2(people, conference, situation)
    client, url = browser(people, "facilitator"), act_url(conference, situation, "agree-all")
    assert press(client, url, {"revision": "0"}).status_code == 409
    assert not Press.objects.exists()
    assert press(client, url, {"revision": str(fresh(situation).revision)}).status_code == 200


def test_writing_a_draft_twice_under_one_key_is_answered_as_saved_with_the_revision_of_now(people: Cast):
    situation = people.draft()
    client, url = browser(people, "schools"), reverse("situation_write", args=[situation.pk])
    data = {"revision": str(situation.revision), "note": "Has not been at school for six weeks."}
    first = press(client, url, data, **{"X-Autosave": "1"})
    history = situation.history.count()
    again = press(client, url, data, **{"X-Autosave": "1"})
    assert (first.status_code, again.status_code) == (first.status_code, 200)
    assert again.json()["revision"] == fresh(situation).revision
    assert situation.history.count() == history


def test_sending_a_draft_twice_leads_where_the_first_answer_led_although_it_is_no_draft_any_more(people: Cast):
    situation = people.draft()
    client, url = browser(people, "schools"), reverse("situation_write", args=[situation.pk])
    page = client.get(url).context["form"]
    data = {name: value for name, value in page.initial.items() if value not in (None, "") and not isinstance(value, dict)}
    data |= {"revision": str(situation.revision), "send": "1", "recognisable": "no", "press_key": KEY}
    first, again = client.post(url, data), client.post(url, data)
    assert fresh(situation).stage != Stage.DRAFT, first.content.decode()
    assert first.status_code == again.status_code // 303 * 302
    assert again.headers["Location"] == first.headers["Location"]


def test_an_opening_of_an_identity_is_entered_again_for_it_passes_the_identity_on_again(people: Cast):
    situation = people.ready()
    conference = people.conference()
    to_filter3(people, conference, situation)
    url = reverse("board_identity", args=[conference.pk, item_of(conference, situation).pk])
    client = browser(people, "clinic")
    answers = [press(client, url) for _turn in range(2)]
    assert ["Zephyrine" in one.content.decode() for one in answers] == [True, True]
    assert kinds(situation).count(EntryKind.IDENTITY_READ) == 2


def test_whoever_may_no_longer_see_the_thing_is_not_answered_by_repeating_a_press(people: Cast):
    situation = people.ready()
    conference = people.conference()
    to_filter2(people, conference, situation)
    client, url = browser(people, "clinic"), act_url(conference, situation, "agree")
    assert press(client, url).status_code == 200
    agreement = Agreement.objects.get(agency=people.agencies["clinic"])
    membership.end_agreement(by=None, agreement=agreement, on=clock.today())
    with clock.at(clock.now() + timedelta(days=1)):
        assert press(client, url).status_code == 404


def test_after_a_day_the_key_is_forgotten_and_counts_anew(people: Cast, planned: Situation):
    client, url = browser(people, "clinic"), reverse("intervention_steps", args=[planned.pk])
    client.post(url, step(people, press_key=KEY))
    assert forgetting.forget() == 0
    with clock.at(clock.now() + timedelta(days=1, seconds=1)):
        assert forgetting.forget() == 1
    client.post(url, step(people, press_key=KEY))
    assert PlanStep.objects.filter(situation=planned).count() == 2


def test_a_death_between_decision_and_answer_leads_back_to_the_page_with_a_plain_sentence(people: Cast, planned: Situation):
    client, url = browser(people, "clinic"), reverse("intervention_steps", args=[planned.pk])
    client.post(url, step(people, press_key=KEY))
    Press.objects.update(where="", made_at=clock.now() - timedelta(minutes=1))
    page = f"http://testserver{reverse('intervention', args=[planned.pk])}"
    again = client.post(url, step(people, press_key=KEY), headers={"referer": page}, follow=True)
    assert again.redirect_chain == [(page, 303)]
    assert PlanStep.objects.filter(situation=planned).count() == 1


def test_a_second_one_that_waits_while_the_first_is_refused_after_all_says_so(
    people: Cast, planned: Situation, monkeypatch: pytest.MonkeyPatch
):
    client, url = browser(people, "clinic"), reverse("intervention_steps", args=[planned.pk])
    client.post(url, step(people, press_key=KEY))
    Press.objects.update(where="")
    # what the first request does when its second verb is refused, while this one waits for where it leads
    monkeypatch.setattr(middleware, "sleep", lambda _seconds: Press.objects.all().delete())
    again = client.post(url, step(people, press_key=KEY))
    assert again.status_code == 409
    assert "This was being refused just now." in again.content.decode()


def test_a_key_that_no_page_of_ours_made_is_refused(people: Cast, planned: Situation):
    client, url = browser(people, "clinic"), reverse("intervention_steps", args=[planned.pk])
    for key in ("short", "x" * 65, "a b" * 10):
        assert client.post(url, step(people, press_key=key)).status_code == 422
    assert not PlanStep.objects.filter(situation=planned).exists()


def test_a_script_is_told_the_place_instead_of_being_redirected(people: Cast):
    client, table = browser(people, "schools"), {"table": str(people.table.pk)}
    answer = press(client, reverse("situation_new"), table, **{"X-Press-Page": "1"})
    assert (answer.status_code, answer.headers["X-Press-To"]) == (
        204,
        reverse("situation_write", args=[Situation.objects.get().pk]),
    )


def test_what_is_kept_of_a_press_tells_nothing_of_what_was_typed_nor_the_key_itself(people: Cast):
    situation = people.draft()
    client, url = browser(people, "schools"), reverse("situation_write", args=[situation.pk])
    press(client, url, {"revision": str(situation.revision), "name": "Zephyrine Quill-Marker"}, **{"X-Autosave": "1"})
    kept = " ".join(str(value) for row in Press.objects.values() for value in row.values())
    assert KEY not in kept
    assert "Zephyrine" not in kept


def test_a_press_costs_one_insert_and_no_select(people: Cast, django_assert_max_num_queries: Any):
    situation = people.ready()
    conference = people.conference()
    to_filter2(people, conference, situation)
    client, url = browser(people, "clinic"), act_url(conference, situation, "agree")
    with django_assert_max_num_queries(400) as asked:
        assert press(client, url).status_code == 200
    about = [one["sql"] for one in asked.captured_queries if "pressing_press" in one["sql"]]
    assert [sql.split()[0] for sql in about] == ["INSERT"]


# every template, walked

FORM = "<form"
AT_THE_DOOR = "a press is a member's, and nobody is one here: sealed answers and a numbered message arrive once"
"""Of the families' pages; test_door.py shows it (`test_sent_twice_arrives_once...`, `..._a_message_arrives_once`)."""
WITHOUT = {
    "components/dialog.html": "closes a dialog",
    "components/identity_open.html": "puts away what stands on this device",
    "components/identity_shut.html": "an opening is entered each time",
    "components/menu.html": "signs out",
    "conferences/board/dialogs.html": "closes a dialog",
    "gallery.html": "posts nowhere",
    "help/code.html": "asks for a code and decides nothing",
    "help/desks.html": "leads to a desk and decides nothing",
    "help/start.html": "leads to a desk and decides nothing",
    **{f"help/{name}.html": AT_THE_DOOR for name in ("sent", "status", "step", "type", "wait", "withdraw")},
    "situations/accounting.html": "an accounting is entered each time",
    "situations/accounting_found.html": "an accounting is entered each time",
}
"""Forms that decide nothing, or whose every answer passes something on (`once.each_time`): by what they post to."""


@pytest.mark.pairless
def test_no_form_that_posts_lacks_a_key():
    root = Path(settings.BASE_DIR) / "templates"
    lacking = set()
    for path in sorted(root.rglob("*.html")):
        name = str(path.relative_to(root))
        if name.startswith(("account/", "allauth/", "mfa/")):
            continue
        for form in path.read_text().split(FORM)[1:]:
            inside = form.split("</form>")[0]
            posts = 'method="post"' in inside.split(">")[0] or 'method="post"' in inside[:400]
            if posts and "{% press_key %}" not in inside:
                lacking.add(name)
    assert lacking == set(WITHOUT) - {"components/dialog.html", "conferences/board/dialogs.html"}
