"""Joining a table: asked, approved, agreement, seat; and each step refused to whom it does not belong."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies import joining, membership
from agencies.choices import JoiningState
from agencies.models import AgencyRole, Joining, Seat
from agencies.standing import standing_of
from hub.core import clock
from hub.core.audit import acting
from hub.core.errors import NotAllowed, NotVisible, RuleRefused
from tests.cast import Cast, assemble, refused

pytestmark = pytest.mark.django_db
WHY = "We serve the families whom the table cannot reach."


@pytest.fixture
def people() -> Cast:
    return assemble()


@pytest.fixture
def asked(people: Cast) -> Joining:
    return joining.ask(by=people["outsider"], table=people.table, message=WHY)


def sign(people: Cast) -> None:
    membership.sign_agreement(
        by=None, table=people.table, agency=people.agencies["stranger"], until=date(2099, 1, 1), title="MOU", signed_by="Head"
    )


def press(client: Client, people: Cast, who: str, view: str, key: int, **data: Any) -> int:
    client.force_login(people[who])
    status: int = client.post(reverse(view, args=[key]), data).status_code
    return status


def test_whole_way_to_a_seat(client: Client, people: Cast) -> None:
    client.force_login(people["outsider"])
    answer = client.post(reverse("table_joining_ask"), {"table": people.table.pk, "message": WHY})
    assert answer.status_code == 303
    assert "has your request" in client.get(answer.headers["Location"]).content.decode()
    row = Joining.objects.get()
    client.force_login(people["facilitator"])
    assert WHY in client.get(reverse("table_joining_queue")).content.decode()
    assert press(client, people, "facilitator", "table_joining_approve", row.pk) == 303
    assert not standing_of(people["outsider"], people.table).seated
    sign(people)
    assert press(client, people, "facilitator", "table_joining_seat", row.pk) == 303
    assert standing_of(people["outsider"], people.table).speaks
    row.refresh_from_db()
    assert (row.state, row.seat) == (JoiningState.SEATED, Seat.objects.get(agency=people.agencies["stranger"]))


def test_seat_waits_for_the_agreement_and_says_so(client: Client, people: Cast, asked: Joining) -> None:
    joining.approve(by=people["facilitator"], joining=asked)
    client.force_login(people["facilitator"])
    page = client.get(reverse("table_joining_queue")).content.decode()
    assert "not in force yet" in page
    assert reverse("table_joining_seat", args=[asked.pk]) not in page
    with refused(RuleRefused):
        joining.open_seat(by=people["facilitator"], joining=asked)


def test_queue_costs_the_same_however_many_wait(client: Client, people: Cast, asked: Joining) -> None:
    client.force_login(people["facilitator"])
    costs = []
    for number in range(3):
        agency = membership.found_agency(
            by=None, key=f"a{number}", name=f"Agency {number}", short_name=f"A{number}", sector="x", regimes=[]
        )
        with acting(None, "test"):
            Joining.objects.create(
                table=people.table, agency=agency, asked_by=people["outsider"], asked_at=clock.now(), message=WHY,
                state=JoiningState.APPROVED,
            )  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            assert f"Agency {number}" in client.get(reverse("table_joining_queue")).content.decode()
        costs.append(len(queries))
    assert costs[0] == costs[2]


def test_seat_waits_for_a_representative(people: Cast, asked: Joining) -> None:
    joining.approve(by=people["facilitator"], joining=asked)
    sign(people)
    AgencyRole.objects.filter(member=people["outsider"]).update(ended_on=clock.today())
    with refused(RuleRefused):
        joining.open_seat(by=people["facilitator"], joining=asked)


def test_seat_waits_for_the_approval_and_is_opened_once(people: Cast, asked: Joining) -> None:
    sign(people)
    with refused(RuleRefused):
        joining.open_seat(by=people["administrator"], joining=asked)
    joining.approve(by=people["facilitator"], joining=asked)
    joining.open_seat(by=people["administrator"], joining=asked)
    with refused(RuleRefused):
        joining.open_seat(by=people["administrator"], joining=asked)


def test_seat_that_the_administrator_opened_otherwise_is_not_opened_twice(people: Cast, asked: Joining) -> None:
    joining.approve(by=people["facilitator"], joining=asked)
    sign(people)
    membership.seat_agency(by=None, table=people.table, agency=people.agencies["stranger"])
    with refused(RuleRefused):
        joining.open_seat(by=people["facilitator"], joining=asked)


@pytest.mark.parametrize("who", ["police", "recorder", "privacy_officer", "outsider"])
def test_others_do_not_decide_nor_see_the_queue(client: Client, people: Cast, asked: Joining, who: str) -> None:
    client.force_login(people[who])
    assert client.get(reverse("table_joining_queue")).status_code == 404
    for view in ("table_joining_approve", "table_joining_decline", "table_joining_seat"):
        assert press(client, people, who, view, asked.pk, because="No.") == 404
    with refused(NotAllowed):
        joining.approve(by=people[who], joining=asked)


def test_administrator_sees_the_queue_and_does_not_approve(client: Client, people: Cast, asked: Joining) -> None:
    client.force_login(people["administrator"])
    assert WHY in client.get(reverse("table_joining_queue")).content.decode()
    assert press(client, people, "administrator", "table_joining_approve", asked.pk) == 403


def test_facilitator_of_another_table_sees_nothing_of_it(client: Client, people: Cast, asked: Joining) -> None:
    other = membership.found_table(by=None, slug="other", name="Other")
    membership.give_table_role(by=None, table=other, member=people["police"], role="facilitator")
    client.force_login(people["police"])
    assert WHY not in client.get(reverse("table_joining_queue")).content.decode()
    assert press(client, people, "police", "table_joining_approve", asked.pk) == 404


def test_turned_down_with_a_reason_that_the_agency_reads(client: Client, people: Cast, asked: Joining) -> None:
    assert press(client, people, "facilitator", "table_joining_decline", asked.pk, because="") == 422
    assert press(client, people, "facilitator", "table_joining_decline", asked.pk, because="Another town's table.") == 303
    client.force_login(people["outsider"])
    assert "Another town&#x27;s table." in client.get(reverse("table_joining")).content.decode()
    with refused(RuleRefused):
        joining.approve(by=people["facilitator"], joining=asked)
    joining.ask(by=people["outsider"], table=people.table, message="Again.")


def test_who_turns_down_what_was_taken_back_is_told_so(client: Client, people: Cast, asked: Joining) -> None:
    joining.withdraw(by=people["outsider"], joining=asked)
    client.force_login(people["facilitator"])
    where = reverse("table_joining_decline", args=[asked.pk])
    # no page takes the place of what was typed
    answer = client.post(where, {"because": "Another town's table."})
    assert answer.status_code == 422
    assert "data-refusal" in answer.content.decode()
    assert "This is not possible now" in answer.content.decode()


def test_withdrawn_by_its_agency_alone(client: Client, people: Cast, asked: Joining) -> None:
    with refused(NotVisible):
        joining.withdraw(by=people["police"], joining=asked)
    assert press(client, people, "outsider", "table_joining_withdraw", asked.pk) == 303
    assert press(client, people, "outsider", "table_joining_withdraw", asked.pk) == 422


def test_asking_twice_or_with_a_seat_or_without_a_word_is_refused(people: Cast, asked: Joining) -> None:
    for who, message, field in (("outsider", WHY, "table"), ("police", WHY, "table")):
        with refused(RuleRefused, field):
            joining.ask(by=people[who], table=people.table, message=message)
    joining.withdraw(by=people["outsider"], joining=asked)
    with refused(RuleRefused, "message"):
        joining.ask(by=people["outsider"], table=people.table, message="  ")


def test_only_a_representative_asks(client: Client, people: Cast) -> None:
    with refused(NotAllowed):
        joining.ask(by=people["police_deputy"], table=people.table, message=WHY)
    client.force_login(people["outsider"])
    assert client.post(reverse("table_joining_ask"), {"table": 999, "message": WHY}).status_code == 422
    assert client.post(reverse("table_joining_ask"), {"table": people.table.pk, "message": "x" * 601}).status_code == 422


def test_get_on_an_action_is_405_and_nobody_anonymous_comes_in(client: Client, people: Cast, asked: Joining) -> None:
    actions = ["table_joining_withdraw", "table_joining_approve", "table_joining_decline", "table_joining_seat"]
    urls = [reverse("table_joining_ask"), *(reverse(name, args=[asked.pk]) for name in actions)]
    assert [client.post(url).status_code for url in urls] == [401] * 5
    client.force_login(people["facilitator"])
    assert [client.get(url).status_code for url in urls] == [405] * 5
