"""An agency leaves a table: each open role is decided, handed over or given up, and nothing is learnt before it is accepted."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from agencies.models import Agency, AgencyRole, Agreement, Attendance, Leaving, Member, Seat
from agencies.standing import standing_of
from conferences import today
from conferences.models import Conference
from conferences.today import Expected
from hub.core import clock
from hub.core.errors import NotAllowed, NotVisible, RuleRefused
from situations import deliberation, involvement, leaving, taking_over
from situations.choices import AnswerKind, RoleKind
from situations.disclosure import audience_of, may_see
from situations.leaving import GIVE_UP, HAND_OVER, Decision
from situations.models import Grounds, Involvement, Situation
from situations.visibility import Field
from tests.cast import Cast, act, assemble, fresh, refused, scene, to_filter3
from tests.heard import Heard, revoked

Made = tuple[Cast, Conference, Situation]


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made]:
    """At filter 4: the schools brought it, the clinic leads, the police assist; the recovery centre has no role."""
    with scene(django_db_blocker):
        people = assemble()
        ready = people.ready()
        conference = people.conference("police", "schools", "clinic", "recovery")
        situation = to_filter3(people, conference, ready)
        involvement.answer(by=people["police"], situation=situation, kind=AnswerKind.CAN_HELP, offer="A car.")
        for key, role in (("clinic", "lead"), ("police", "assisting")):
            act(people["facilitator"], conference, situation, "assign", agency=str(people.agencies[key].pk), role=role)
            act(people[key], conference, situation, "accept")
        yield people, conference, act(people["facilitator"], conference, situation, "start-filter-4")


@pytest.fixture
def people(db: None, made: Made) -> Cast:
    return deepcopy(made[0])


@pytest.fixture
def situation(db: None, made: Made) -> Situation:
    return deepcopy(made[2])


def role_of(people: Cast, key: str) -> Involvement:
    return Involvement.objects.get(agency=people.agencies[key], ended_at=None)


def leave(people: Cast, key: str, step: str = GIVE_UP, to: str = "", **more: Any) -> Leaving:
    decision = Decision(step, people.agencies[to].pk if to else None)
    rows = Involvement.objects.filter(agency=people.agencies[key], ended_at=None)
    decisions = {row.pk: decision for row in rows}
    return leaving.leave(by=people[key], table=people.table, because="We close.", decisions=decisions, **more)


def sees_plan(people: Cast, who: str, situation: Situation) -> bool:
    return may_see(audience_of(people[who], fresh(situation)), Field.PLAN)


def test_assisting_role_is_given_up_with_the_seat(
    people: Cast, situation: Situation, heard: Heard, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    before = situation.ledger.count()
    with django_capture_on_commit_callbacks(execute=True):
        kept = leave(people, "police")
    assert revoked(heard) == set(Member.objects.filter(agency=people.agencies["police"]).values_list("pk", flat=True))
    assert any(topic.startswith("board.") for topic, _message in heard)
    assert kept.roles[0]["step"] == GIVE_UP
    assert people.ledger(situation, before) == [("released", "police", "police", "", set())]
    assert not Seat.objects.filter(agency=people.agencies["police"], ended_on=None).exists()
    assert not standing_of(people["police"], people.table).speaks
    assert not sees_plan(people, "police", situation)
    assert Agreement.objects.get(agency=people.agencies["police"]).in_force_until.year == 2099


def test_agreement_ends_with_it_where_asked(people: Cast, situation: Situation) -> None:
    leave(people, "police", ends_agreement=True)
    assert Agreement.objects.get(agency=people.agencies["police"]).in_force_until == clock.today()


def test_lead_is_never_only_given_up(people: Cast, situation: Situation) -> None:
    with refused(RuleRefused, f"role_{role_of(people, 'clinic').pk}"):
        leave(people, "clinic")


@pytest.mark.parametrize("to", ["stranger", "clinic"])
def test_lead_goes_to_a_seated_agency_only(people: Cast, situation: Situation, to: str) -> None:
    with refused(RuleRefused, f"role_{role_of(people, 'clinic').pk}"):
        leave(people, "clinic", HAND_OVER, to)


def test_agency_without_an_agreement_takes_nothing_over(people: Cast, situation: Situation) -> None:
    ended = {"in_force_from": clock.today() - timedelta(days=9), "in_force_until": clock.today() - timedelta(days=1)}
    Agreement.objects.filter(agency=people.agencies["recovery"]).update(**ended)
    with refused(RuleRefused, f"role_{role_of(people, 'clinic').pk}"):
        leave(people, "clinic", HAND_OVER, "recovery")


def test_each_role_must_be_decided(people: Cast, situation: Situation) -> None:
    with refused(RuleRefused, f"role_{role_of(people, 'police').pk}"):
        leaving.leave(by=people["police"], table=people.table, because="We close.", decisions={})
    with refused(RuleRefused, "because"):
        leaving.leave(by=people["police"], table=people.table, because=" ", decisions={})


def test_role_is_not_handed_to_who_has_one(people: Cast, situation: Situation) -> None:
    with refused(RuleRefused, f"role_{role_of(people, 'police').pk}"):
        leave(people, "police", HAND_OVER, "clinic")


def test_handed_over_lead_learns_nothing_until_it_accepts(people: Cast, situation: Situation) -> None:
    before = situation.ledger.count()
    leave(people, "clinic", HAND_OVER, "recovery")
    assert [line[:2] for line in people.ledger(situation, before)] == [("released", "clinic"), ("asked", "clinic")]
    assert not sees_plan(people, "recovery", situation)
    assert [one.role for one in taking_over.offered(people["recovery"])] == ["lead"]
    before = situation.ledger.count()
    # the schools opened on the table's agreement, which reaches a Part 2 programme
    taking_over.accept(by=people["recovery"], situation=situation)
    assert people.ledger(situation, before) == [
        ("answer", "recovery", "police", "", {"recovery"}),
        ("profile", "recovery", "schools", "table_agreement", {"recovery"}),
        ("planned", "recovery", "schools", "table_agreement", {"recovery"}),
        ("accepted", "recovery", "recovery", "", set()),
    ]
    assert sees_plan(people, "recovery", situation)
    assert taking_over.offered(people["recovery"]) == []


def test_who_assists_goes_on_while_it_is_asked_to_lead(people: Cast, situation: Situation) -> None:
    leave(people, "clinic", HAND_OVER, "police")
    assert sees_plan(people, "police", situation)
    assert role_of(people, "police").role == RoleKind.ASSISTING
    assert [one.role for one in taking_over.offered(people["police"])] == ["lead"]
    before = situation.ledger.count()
    taking_over.accept(by=people["police"], situation=situation)
    assert [line[0] for line in people.ledger(situation, before)] == ["accepted"]
    assert role_of(people, "police").role == RoleKind.LEAD
    with refused(RuleRefused):
        taking_over.accept(by=people["police"], situation=situation)


@pytest.mark.parametrize("to", ["police", "recovery"])
def test_declined_role_is_offered_no_more(people: Cast, situation: Situation, to: str) -> None:
    leave(people, "clinic", HAND_OVER, to)
    taking_over.decline(by=people[to], situation=situation)
    assert taking_over.offered(people[to]) == []
    assert sees_plan(people, to, situation) == (to == "police")
    with refused(RuleRefused):
        taking_over.accept(by=people[to], situation=situation)


def test_who_was_not_asked_takes_nothing_over(people: Cast, situation: Situation) -> None:
    leave(people, "clinic", HAND_OVER, "recovery")
    with refused(RuleRefused):
        taking_over.accept(by=people["police"], situation=situation)
    with refused(NotVisible):
        taking_over.accept(by=people["outsider"], situation=situation)
    with refused(NotAllowed):
        taking_over.accept(by=people["recovery_deputy"], situation=situation)  # no pledge today


def test_what_may_not_reach_the_new_agency_stops_it(people: Cast, situation: Situation) -> None:
    leave(people, "clinic", HAND_OVER, "recovery")
    # treatment reaches no police: as if the schools were a clinic, and the recovery centre police
    assert Grounds.objects.filter(situation=situation).update(basis="hipaa_treatment") == 1
    Agency.objects.filter(key="recovery").update(regimes=["police"])
    with refused(RuleRefused):
        taking_over.accept(by=people["recovery"], situation=situation)
    assert not sees_plan(people, "recovery", situation)


def test_what_the_agency_brought_is_finished_first(people: Cast, situation: Situation) -> None:
    people.ready("recovery")
    with refused(RuleRefused):
        leave(people, "recovery")


@pytest.mark.parametrize(
    ("who", "error"), [("police_deputy", NotAllowed), ("administrator", NotAllowed), ("outsider", NotVisible)]
)
def test_only_the_representative_of_a_seated_agency_leaves(people: Cast, situation: Situation, who: str, error: Any) -> None:
    with refused(error):
        leaving.leave(by=people[who], table=people.table, because="We close.", decisions={})


def test_roles_are_listed_by_number_and_not_where_one_stepped_out(people: Cast, situation: Situation) -> None:
    assert [one.number for one in leaving.open_roles(people["clinic"], people.table)] == [situation.number]
    deliberation.recuse(by=people["clinic"], situation=situation)
    assert [(one.number, one.lead) for one in leaving.open_roles(people["clinic"], people.table)] == [("", True)]
    leave(people, "clinic", HAND_OVER, "recovery")
    assert not AgencyRole.objects.filter(member=people["clinic"]).exclude(ended_on=None).exists()


def test_page_asks_and_carries_out(client: Client, people: Cast, situation: Situation) -> None:
    client.force_login(people["clinic"])
    page = client.get(reverse("table_leaving", args=[people.table.pk])).content.decode()
    assert situation.number in page
    name = f"role_{role_of(people, 'clinic').pk}"
    assert page.count("Could someone at this table recognize them?") == 1
    assert page.index('name="because"') < page.index("data-recognised") < page.index(f'name="{name}"'), "under its text"
    url, data = reverse("table_leaving_now", args=[people.table.pk]), {"because": "We close.", "sure": "on"}
    for wrong in ({}, {name: "give_up"}, {name: people.agencies["stranger"].pk}):
        assert client.post(url, data | wrong).status_code == 422
    assert client.post(url, {name: people.agencies["recovery"].pk, "because": "We close."}).status_code == 422
    assert client.post(url, data | {name: people.agencies["recovery"].pk}).status_code == 303
    assert client.get(reverse("table_leaving", args=[people.table.pk])).status_code == 404
    client.force_login(people["recovery"])
    assert situation.number in client.get(reverse("situation_offers")).content.decode()
    assert client.post(reverse("situation_take_over", args=[situation.pk])).status_code == 303


def test_what_the_guard_asks_about_a_reason_is_asked_once(client: Client, people: Cast, situation: Situation) -> None:
    client.force_login(people["clinic"])
    data = {
        "because": "A call to Quorvath was made.",
        "sure": "on",
        f"role_{role_of(people, 'clinic').pk}": people.agencies["recovery"].pk,
    }
    answer = client.post(reverse("table_leaving_now", args=[people.table.pk]), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'name="guard_recognisable"' in page
    assert "data-recognised" not in page


@pytest.mark.parametrize(("who", "status"), [("police_deputy", 403), ("outsider", 404), ("administrator", 403)])
def test_page_is_for_the_representative(client: Client, people: Cast, who: str, status: int) -> None:
    client.force_login(people[who])
    assert client.get(reverse("table_leaving", args=[people.table.pk])).status_code == status
    assert client.post(reverse("table_leaving_now", args=[people.table.pk])).status_code == status


def test_get_on_an_action_is_405_and_nobody_anonymous_comes_in(client: Client, people: Cast, situation: Situation) -> None:
    urls = [reverse("table_leaving_now", args=[people.table.pk])]
    urls += [reverse(name, args=[situation.pk]) for name in ("situation_take_over", "situation_turn_down")]
    assert [client.post(url).status_code for url in urls] == [401] * 3
    client.force_login(people["police"])
    assert [client.get(url).status_code for url in urls] == [405] * 3
    assert client.post(urls[1]).status_code == 422


def test_who_is_in_the_room_has_left_it_with_the_seat_and_nobody_leads_is_said(people: Cast, situation: Situation) -> None:
    here = Attendance.objects.filter(sitting__closed_at=None, left_at=None)
    assert here.filter(member=people["clinic"]).exists()
    others = set(here.exclude(member=people["clinic"]).values_list("pk", flat=True))  # who presides is of the clinic too
    leave(people, "clinic", HAND_OVER, "recovery")
    assert set(here.values_list("pk", flat=True)) == others
    assert today.at_table(people["facilitator"], people.table).expected == Expected(1, 0, 0, 0, 1)
    taking_over.accept(by=people["recovery"], situation=situation)
    assert today.at_table(people["facilitator"], people.table).expected == Expected(1, 0, 0, 0, 0)
