"""The first page: what is asked of each kind of person, by time due, and nothing of what they may not know."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies import membership, roll
from agencies.models import Agreement
from conferences import today
from conferences.today import Kind
from hub.core import clock
from hub.core.audit import acting
from situations import conclusion, deliberation, plan
from situations.choices import ContactKind
from situations.models import Situation
from tests.cast import IDENTITY, Cast, act, assemble, to_filter3, to_filter4

pytestmark = pytest.mark.django_db
LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def people() -> Cast:
    return assemble()


@pytest.fixture
def led(people: Cast) -> Situation:
    """At filter 4, led by the clinic."""
    situation = people.ready()
    return to_filter4(people, people.conference(), situation)


def asked(people: Cast, who: str) -> list[Kind]:
    return [ask.kind for place in today.asked_of(people[who]) for ask in place.asks]


def page(client: Client, people: Cast, who: str) -> str:
    client.force_login(people[who])
    answer = client.get(reverse("today"))
    assert answer.status_code == 200
    html = answer.content.decode()
    assert not [value for value in IDENTITY.values() if value in html]
    return html


def test_lead_is_asked_for_contact_and_report_back(people: Cast, led: Situation) -> None:
    assert set(asked(people, "clinic")) == {Kind.CONTACT, Kind.REPORT}
    assert asked(people, "police") == []
    assert asked(people, "schools") == []


def test_tasks_and_visit_are_asked_of_those_who_have_them(people: Cast, led: Situation) -> None:
    soon = timezone.now() + timedelta(hours=3)
    plan.add_step(by=people["clinic"], situation=led, text="Hold a bed", due_at=soon)
    plan.set_visit(by=people["clinic"], situation=led, at=soon, who_goes="Two clinicians")
    assert {Kind.STEP, Kind.VISIT} <= set(asked(people, "clinic"))
    assert asked(people, "police") == []


def test_what_is_done_is_not_asked_any_more(people: Cast, led: Situation) -> None:
    plan.log_contact(by=people["clinic"], situation=led, kind=ContactKind.CALL, reached=True, outcome="Agreed to a visit.")
    conclusion.report_back(by=people["clinic"], situation=led, line="Reached on day one.", still_aer=True)
    assert asked(people, "clinic") == [Kind.OPEN_PLAN]


def test_plan_that_the_pledge_promised_stands_there_after_it(client: Client, people: Cast, led: Situation) -> None:
    plan.log_contact(by=people["clinic"], situation=led, kind=ContactKind.CALL, reached=True, outcome="Agreed to a visit.")
    conclusion.report_back(by=people["clinic"], situation=led, line="Reached on day one.", still_aer=True)
    with clock.at(timezone.now() + timedelta(days=1)):
        assert asked(people, "clinic") == [Kind.PLAN]
        roll.pledge(by=people["clinic"], table=people.table, member=people["clinic"])
        assert asked(people, "clinic") == [Kind.OPEN_PLAN]
        html = page(client, people, "clinic")
    assert ["Open the plan" in html, led.number in html] == [True, True]


def test_overdue_stands_first(client: Client, people: Cast, led: Situation) -> None:
    with clock.at(timezone.now() + timedelta(hours=50)):
        roll.pledge(by=people["clinic"], table=people.table, member=people["clinic"])
        html = page(client, people, "clinic")
        first = today.asked_of(people["clinic"])[0].asks[0]
    assert (first.kind, first.late) == (Kind.CONTACT, True)
    assert "overdue by 2 h" in html


def test_without_the_pledge_only_the_way_to_it_is_shown(client: Client, people: Cast, led: Situation) -> None:
    plan.add_step(by=people["clinic"], situation=led, text="Hold a crisis bed", due_at=timezone.now())
    with clock.at(timezone.now() + timedelta(days=1)):
        html = page(client, people, "clinic")
        assert asked(people, "clinic") == [Kind.PLAN]
    assert "pledge is not given yet" in html
    assert "Hold a crisis bed" not in html
    assert led.number in html


def test_asked_agency_sees_that_it_is_asked(client: Client, people: Cast) -> None:
    situation, conference = people.ready(), people.conference()
    to_filter3(people, conference, situation)
    agency = str(people.agencies["police"].pk)
    act(people["facilitator"], conference, situation, "assign", agency=agency, role="lead")
    assert asked(people, "police") == [Kind.ACCEPT]
    html = page(client, people, "police")
    assert "Asked to lead" in html
    assert reverse("board", args=[conference.pk]) in html


def test_drafts_stand_with_their_own_agency_alone(client: Client, people: Cast) -> None:
    people.draft()
    assert "draft, to finish" in page(client, people, "schools")
    assert "draft, to finish" not in page(client, people, "police")
    assert "draft, to finish" not in page(client, people, "facilitator")


def test_screener_is_asked_to_screen(people: Cast) -> None:
    agency = people.agencies["schools"]
    agency.screens = True
    with acting(None, "test"):
        agency.save()
    screener = membership.add_member(
        by=None, roles=["screener"], password="x", email="s@harborview.example", name="Screener", agency=agency
    )
    people.members["screener"] = screener
    people["schools"].refresh_from_db()
    people.ready()
    assert asked(people, "screener") == [Kind.SCREEN]
    assert asked(people, "schools") == []


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("facilitator", "What waits for Harborview Hub"),
        ("privacy_officer", "Register of disclosures"),
        ("analyst", "Open the counts"),
        ("observer", "You observe"),
        ("administrator", "Agreements and accounts"),
        ("outsider", "You belong to no table"),
        ("police", "Nothing is asked of you now"),
    ],
)
def test_each_kind_of_person_finds_what_they_come_for(
    client: Client, people: Cast, led: Situation, who: str, words: str
) -> None:
    html = page(client, people, who)
    assert words in html
    assert "Stopped coming to school" not in html


@pytest.mark.parametrize(
    "who", ["police", "facilitator", "privacy_officer", "analyst", "observer", "administrator", "outsider"]
)
def test_others_see_no_number_of_a_situation(client: Client, people: Cast, led: Situation, who: str) -> None:
    assert led.number not in page(client, people, who)


def test_without_an_agreement_nothing_of_the_table_is_shown(client: Client, people: Cast, led: Situation) -> None:
    Agreement.objects.filter(agency=people.agencies["clinic"]).update(in_force_from=LONG_AGO, in_force_until=LONG_AGO)
    html = page(client, people, "clinic")
    assert "no agreement in force" in html
    assert led.number not in html
    assert "conference is open" not in html


def test_recused_person_is_asked_nothing_of_it(people: Cast) -> None:
    situation, conference = people.ready(), people.conference()
    to_filter3(people, conference, situation)
    agency = str(people.agencies["clinic"].pk)
    act(people["facilitator"], conference, situation, "assign", agency=agency, role="lead")
    act(people["clinic"], conference, situation, "accept")
    act(people["facilitator"], conference, situation, "start-filter-4")
    deliberation.recuse(by=people["clinic"], situation=situation)
    assert asked(people, "clinic") == []


def test_open_conference_leads_to_the_board(client: Client, people: Cast, led: Situation) -> None:
    html = page(client, people, "clinic")
    assert "The conference is open since today" in html
    assert "Go to the board" in html


def test_anonymous_is_sent_to_sign_in_and_nobody_can_post(client: Client, people: Cast) -> None:
    assert client.get(reverse("today")).status_code == 302
    client.force_login(people["police"])
    assert client.post(reverse("today")).status_code == 405


@pytest.mark.parametrize("number", [1, 3])
def test_number_of_queries_does_not_depend_on_how_much_is_asked(people: Cast, number: int, django_assert_num_queries) -> None:
    situations = [people.ready() for _each in range(number)]
    conference = people.conference()
    for situation in situations:
        to_filter4(people, conference, situation)
        plan.add_step(by=people["clinic"], situation=situation, text="Hold a bed", due_at=timezone.now())
        people.draft("clinic")
    with django_assert_num_queries(19):
        places = today.asked_of(people["clinic"])
    assert len(places[0].asks) == 3 * number


def test_new_situation_is_begun_from_the_first_page(client: Client, people: Cast) -> None:
    assert f'<form method="post" action="{reverse("situation_new")}">' in page(client, people, "schools")
    begun = client.post(reverse("situation_new"))
    assert begun.headers["Location"] == reverse("situation_write", kwargs={"key": Situation.objects.get().pk})
