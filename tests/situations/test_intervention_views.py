"""The intervention page: for lead and assisting agencies alone, each part with its refusals."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hub.core import clock
from situations.models import Contact, HeldText, PlanStep, ReportBack, ServiceRecord, Situation, Visit
from tests.cast import IDENTITY, SAID, Cast, act, assemble, to_filter3, to_filter4

pytestmark = pytest.mark.django_db

SOON = "2030-05-06T14:00"
VISIT = {"at": SOON, "who_goes": "The clinic, no officer.", "place": "At home", "offer": "A ride", "safety": "Dog in the yard"}
STEP = {"text": "Hold a bed", "due_at": SOON}
CONTACT = {"kind": "call", "reached": "yes", "outcome": "Agreed to a visit.", "consent_now": "given"}
SERVICE = {"service": "Crisis assessment", "status": "offered"}
REPORT = {"line": "Reached on day one, visit agreed.", "still_aer": "yes"}
POSTS: dict[str, dict[str, str]] = {
    "visit": VISIT,
    "steps": STEP,
    "contacts": CONTACT,
    "services": SERVICE,
    "report_backs": REPORT,
}


@pytest.fixture
def people() -> Cast:
    return assemble()


@pytest.fixture
def planned(people: Cast) -> Situation:
    """At filter 4, led by the clinic; the schools brought it, the police sat there without a role."""
    situation = people.ready()
    return to_filter4(people, people.conference(), situation)


def url(situation: Situation, part: str = "") -> str:
    return reverse(f"intervention_{part}" if part else "intervention", args=[situation.pk])


def data(people: Cast, part: str, **changes: str) -> dict[str, Any]:
    lead = {"agency": str(people.agencies["clinic"].pk)} if part == "steps" else {}
    return {**POSTS[part], **lead, **changes}


def test_page_for_the_lead_shows_clock_plan_and_shut_envelope(client: Client, people: Cast, planned: Situation) -> None:
    client.force_login(people["clinic"])
    html = client.get(url(planned)).content.decode()
    assert "Your agency leads" in html
    assert "left" in html
    assert "of 48 h" in html
    assert "Stopped coming to school" in html
    assert not [value for value in IDENTITY.values() if value in html]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("police", 403),
        ("schools", 403),
        ("facilitator", 403),
        ("privacy_officer", 403),
        ("observer", 404),
        ("analyst", 404),
        ("administrator", 404),
        ("outsider", 404),
    ],
)
@pytest.mark.parametrize("part", ["", *POSTS])
def test_others_are_refused_and_nothing_changes(
    client: Client, people: Cast, planned: Situation, *, who: str, status: int, part: str
) -> None:
    client.force_login(people[who])
    answer = client.post(url(planned, part), data(people, part)) if part else client.get(url(planned))
    assert answer.status_code == status
    assert not any(model.objects.exists() for model in (Visit, PlanStep, Contact, ServiceRecord, ReportBack))


def test_assisting_agency_may_plan_but_not_report_back(client: Client, people: Cast) -> None:
    situation, conference = people.ready(), people.conference()
    to_filter3(people, conference, situation)
    for name, role in (("clinic", "lead"), ("police", "assisting")):
        agency = str(people.agencies[name].pk)
        act(people["facilitator"], conference, situation, "assign", agency=agency, role=role)
        act(people[name], conference, situation, "accept")
    act(people["facilitator"], conference, situation, "start-filter-4")
    client.force_login(people["police"])
    html = client.get(url(situation)).content.decode()
    assert "Your agency assists" in html
    assert "The lead agency writes it" in html
    assert client.post(url(situation, "services"), SERVICE).status_code == 303
    assert client.post(url(situation, "report_backs"), REPORT).status_code == 403


def test_without_todays_pledge_the_page_leads_to_the_pledge(client: Client, people: Cast, planned: Situation) -> None:
    with clock.at(timezone.now() + timedelta(days=1)):
        client.force_login(people["clinic"])
        answer = client.get(url(planned))
        assert answer.status_code == 403
        html = answer.content.decode()
        assert f"{reverse('pledge')}?next=%2Fsituations%2F{planned.pk}%2Fintervention%2F" in html
        assert "Stopped coming to school" not in html
        assert client.post(url(planned, "visit"), VISIT).status_code == 403


def test_anonymous_is_sent_to_sign_in(client: Client, planned: Situation) -> None:
    assert client.get(url(planned)).status_code == 302
    assert client.post(url(planned, "visit"), VISIT).status_code == 401


@pytest.mark.parametrize("part", POSTS)
def test_get_on_a_part_is_405(client: Client, people: Cast, planned: Situation, part: str) -> None:
    client.force_login(people["clinic"])
    assert client.get(url(planned, part)).status_code == 405


@pytest.mark.parametrize("part", POSTS)
def test_part_is_written_and_stands_on_the_page(client: Client, people: Cast, planned: Situation, part: str) -> None:
    client.force_login(people["clinic"])
    answer = client.post(url(planned, part), data(people, part))
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"].split("#")[0])
    html = page.content.decode()
    assert "fresh" in html
    assert all(text in html for name, text in POSTS[part].items() if name in {"who_goes", "text", "outcome", "service", "line"})


@pytest.mark.parametrize(
    ("part", "change", "message"),
    [
        ("visit", {"at": ""}, "Give a day and a time"),
        ("visit", {"at": "tomorrow"}, "Give a day and a time"),
        ("visit", {"who_goes": ""}, "Say who goes"),
        ("visit", {"who_goes": "x" * 281}, "at most 280"),
        ("steps", {"text": ""}, "Say what is to be done"),
        ("steps", {"agency": "0"}, "Choose one from the list"),
        ("contacts", {"kind": "drone"}, "Choose one from the list"),
        ("contacts", {"reached": ""}, "Say whether the person was reached"),
        ("contacts", {"outcome": "<b></b>"}, "Write a line here"),
        ("contacts", {"companions": "Nobody"}, "Choose from the list"),
        ("services", {"status": ""}, "Choose what has become"),
        ("services", {"service": "x" * 121}, "at most 120"),
        ("report_backs", {"line": ""}, "Write one line"),
        ("report_backs", {"still_aer": ""}, "Say whether it is still AER"),
    ],
)
def test_bad_input_keeps_what_was_typed_and_says_what_to_do(
    client: Client, people: Cast, planned: Situation, *, part: str, change: dict[str, str], message: str
) -> None:
    client.force_login(people["clinic"])
    answer = client.post(url(planned, part), data(people, part, **change))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert message in html
    kept = {**POSTS[part], **change}
    assert all(kept[name] in html for name in ("who_goes", "text", "outcome", "line") if kept.get(name, "<").isprintable()
               and "<" not in kept.get(name, "<"))  # fmt: skip
    assert not any(model.objects.exists() for model in (Visit, PlanStep, Contact, ServiceRecord, ReportBack))


@pytest.mark.parametrize("part", POSTS)
def test_concluded_can_be_read_but_not_changed(client: Client, people: Cast, part: str) -> None:
    situation, conference = people.ready(), people.conference()
    to_filter4(people, conference, situation)
    act(people["facilitator"], conference, situation, "conclude", ending="risk_lowered.connected_to_services")
    client.force_login(people["clinic"])
    html = client.get(url(situation)).content.decode()
    assert "only be read" in html
    assert f'action="{url(situation)}' not in html
    assert client.post(url(situation, part), data(people, part)).status_code == 422


def test_report_back_that_could_point_to_a_person_is_asked_about_first(
    client: Client, people: Cast, planned: Situation
) -> None:
    client.force_login(people["clinic"])
    named = {**REPORT, "line": "The door was opened by Quorvath, visit agreed."}
    assert client.get(url(planned)).content.decode().count("Could someone at this table recognize them?") == 1
    answer = client.post(url(planned, "report_backs"), named)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "could point to a person" in html
    assert "<mark>" in html
    assert html.count("Could someone at this table recognize them?") == 1, "once, where it is answered"
    assert not ReportBack.objects.exists()
    assert client.post(url(planned, "report_backs"), {**named, **SAID}).status_code == 303
    assert ReportBack.objects.get().line == named["line"]


def test_task_is_done_and_not_done_after_all(client: Client, people: Cast, planned: Situation) -> None:
    client.force_login(people["clinic"])
    client.post(url(planned, "steps"), data(people, "steps"))
    step = PlanStep.objects.get()
    done = reverse("intervention_step_done", args=[planned.pk, step.pk])
    assert client.post(done, {"done": "yes"}).status_code == 303
    step.refresh_from_db()
    assert step.done_at is not None
    client.post(done, {"done": "no"})
    step.refresh_from_db()
    assert step.done_at is None


def test_task_of_another_situation_is_404(client: Client, people: Cast, planned: Situation) -> None:
    client.force_login(people["clinic"])
    done = reverse("intervention_step_done", args=[planned.pk, 999])
    assert client.post(done, {"done": "yes"}).status_code == 404
    assert client.get(done).status_code == 405


def test_that_the_person_declined_stands_on_top(client: Client, people: Cast, planned: Situation) -> None:
    client.force_login(people["clinic"])
    client.post(url(planned, "contacts"), {**CONTACT, "consent_now": "refused", "outcome": "Does not want a visit."})
    html = client.get(url(planned)).content.decode()
    assert "The person declined, today" in html
    client.post(url(planned, "contacts"), CONTACT)
    assert "The person declined" not in client.get(url(planned)).content.decode()


def test_markup_in_text_is_shown_as_text(client: Client, people: Cast, planned: Situation) -> None:
    client.force_login(people["clinic"])
    client.post(url(planned, "visit"), {**VISIT, "safety": "5 < 6 <script>alert(1)</script>"})
    assert "<script>alert" not in client.get(url(planned)).content.decode()


def test_what_cannot_be_looked_at_is_shown_with_the_way_to_a_second_person(
    client: Client, people: Cast, planned: Situation, lose_word_lists: Callable[[], None]
) -> None:
    lose_word_lists()
    client.force_login(people["clinic"])
    html = client.post(url(planned, "report_backs"), REPORT).content.decode()
    assert "This could not be checked for names" in html
    assert 'name="guard_second"' in html
    client.post(url(planned, "report_backs"), {**REPORT, "guard_second": "1"})
    assert HeldText.objects.get().kinds == ["unchecked"]
