"""Training: who records it, until when it counts, and who is not called to the roll without it."""

from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies import naming, training
from agencies.choices import AgencyRoleKind, TrainingKind
from agencies.models import AgencyRole, Member, Table, Training
from agencies.standing import standing_of
from conferences import chairing, scheduling
from hub.core import clock
from hub.core.audit import acting
from hub.core.errors import NotAllowed, RuleRefused
from tests.cast import Cast, assemble, refused

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def people() -> Cast:
    made = assemble()
    Table.objects.filter(pk=made.table.pk).update(coordinator=made["recorder"])
    made.table.refresh_from_db()
    return made


def trained(member: Member, kind: str = "hub", ends: int | None = 30, **fields: Any) -> Training:
    today = clock.today()
    return training.record(
        by=None, member=member, kind=kind, completed_on=today - 400 * DAY,
        expires_on=None if ends is None else today + ends * DAY, **fields,
    )  # fmt: skip


def data(member: Member, /, **changes: Any) -> dict[str, Any]:
    given = {
        "member": member.pk,
        "kind": "hub",
        "completed_on": (clock.today() - DAY).isoformat(),
        "expires_on": "",
        "title": "",
    }
    return {**given, "given_by": "", **changes}


def record(client: Client, people: Cast, who: str, agency: str = "police", **changes: Any) -> int:
    client.force_login(people[who])
    url = reverse("table_training_record", args=[people.agencies[agency].pk])
    status: int = client.post(url, data(people[agency], **changes)).status_code
    return status


@pytest.mark.parametrize("who", ["police", "recorder", "administrator"])
def test_recorded_by_representative_coordinator_and_administrator(client: Client, people: Cast, who: str) -> None:
    assert record(client, people, who) == 303
    assert Training.objects.get().recorded_by == people[who]


@pytest.mark.parametrize(("who", "status"), [("police_deputy", 403), ("schools", 404), ("facilitator", 404), ("outsider", 404)])
def test_not_recorded_by_others(client: Client, people: Cast, who: str, status: int) -> None:
    assert record(client, people, who) == status
    with refused(NotAllowed):
        training.record(by=people[who], member=people["police"], kind="hub", completed_on=clock.today())


@pytest.mark.parametrize(
    "change",
    [{"kind": "magic"}, {"completed_on": ""}, {"completed_on": "2199-01-01"}, {"completed_on": "1950-01-01"},
     {"expires_on": "2001-01-01"}, {"kind": "cross"}, {"member": "999"}, {"title": "x" * 121}],
)  # fmt: skip
def test_wrong_entry_is_refused(client: Client, people: Cast, change: dict[str, Any]) -> None:
    assert record(client, people, "police", **change) == 422
    assert not Training.objects.exists()


def test_cross_training_names_another_agency(client: Client, people: Cast) -> None:
    assert record(client, people, "police", kind="cross", given_by=people.agencies["police"].pk) == 422
    assert record(client, people, "police", kind="cross", given_by=people.agencies["clinic"].pk) == 303


def test_entry_is_taken_out_by_who_may_record_and_the_history_keeps_it(client: Client, people: Cast) -> None:
    entry = trained(people["police"])
    url = reverse("table_training_strike", args=[entry.pk])
    for who, status in (("schools", 404), ("police_deputy", 403), ("police", 303), ("police", 404)):
        client.force_login(people[who])
        assert client.post(url).status_code == status, who
    assert Training.history.filter(history_type="-", history_user=people["police"]).count() == 1


def demand(people: Cast, *kinds: str) -> None:
    Table.objects.filter(pk=people.table.pk).update(demands_training=list(kinds))
    people.table.refresh_from_db()


def test_who_speaks_without_training_is_not_called_to_the_roll(people: Cast) -> None:
    demand(people, "hub")
    for name in ("schools", "clinic", "recovery"):
        trained(people[name])
    conference = people.conference("schools", "clinic", "recovery", "observer")
    with refused(RuleRefused):
        chairing.arrive(by=people["police"], conference=conference, member=people["police"])
    trained(people["police"])
    chairing.arrive(by=people["police"], conference=conference, member=people["police"])


def test_who_opens_speaks_with_training_only(people: Cast) -> None:
    demand(people, "hub")
    with acting(None, "test"):
        AgencyRole.objects.create(member=people["facilitator"], role="deputy", started_on=clock.today())
    assert standing_of(people["facilitator"], people.table).speaks
    scheduling.schedule(by=None, table=people.table, until=clock.today())
    conference = scheduling.next_conference(people.table)
    assert conference is not None
    with refused(RuleRefused):
        chairing.open_conference(by=people["facilitator"], conference=conference)
    trained(people["facilitator"])
    assert chairing.open_conference(by=people["facilitator"], conference=conference).is_open


def test_nobody_in_the_room_is_given_a_voice_without_training(people: Cast) -> None:
    people.conference("recorder")
    demand(people, "hub")
    agency = people["recorder"].agency
    assert standing_of(people["recorder"], people.table).seated
    for done in (False, True):
        if done:
            trained(people["recorder"])
        with nullcontext() if done else refused(RuleRefused):
            naming.name_speaker(by=None, agency=agency, member=people["recorder"], role=AgencyRoleKind.DEPUTY)
    assert standing_of(people["recorder"], people.table).speaks


@pytest.mark.parametrize(("ends", "missing"), [(-1, True), (0, False), (1, False), (None, False)])
def test_last_day_counts_and_the_next_does_not(people: Cast, ends: int | None, missing: bool) -> None:
    demand(people, "hub")
    trained(people["police"], ends=ends)
    assert (training.lacking(people["police"], people.table) == [TrainingKind.HUB]) == missing


def test_other_training_and_somebody_elses_do_not_count(people: Cast, django_assert_num_queries) -> None:
    assert training.lacking(people["police"], people.table) == []
    demand(people, "hub", "privacy")
    trained(people["police"], "cit")
    trained(people["police"], "privacy")
    trained(people["police_deputy"], "hub")
    with django_assert_num_queries(1):
        assert training.lacking(people["police"], people.table) == [TrainingKind.HUB]


def test_report_is_by_agency_and_costs_the_same_whatever_the_number(people: Cast, django_assert_num_queries) -> None:
    trained(people["police"], ends=-1)
    trained(people["schools"], "cit", ends=None)
    with django_assert_num_queries(2):
        lines = training.report([people.agencies["police"], people.agencies["schools"]])
    assert [(one.agency, one.name) for one in lines] == [
        ("Harborview Police", "Police"), ("Harborview Police", "Police_Deputy"),
        ("Harborview Schools", "Schools"), ("Harborview Schools", "Schools_Deputy"),
    ]  # fmt: skip
    assert lines[0].cells[1].startswith("expired")
    assert (lines[0].counted, lines[2].counted) == ((False,) * 4, (True, False, False, False))


def test_report_of_a_table_is_for_who_runs_it(client: Client, people: Cast) -> None:
    answers = {}
    for who in ("recorder", "facilitator", "administrator", "police", "outsider"):
        client.force_login(people[who])
        answers[who] = client.get(reverse("table_training"), {"table": people.table.pk}).status_code
    assert answers == {"recorder": 200, "facilitator": 200, "administrator": 200, "police": 404, "outsider": 404}
    assert client.get(reverse("table_training"), {"agency": people.agencies["police"].pk}).status_code == 404
    assert client.get(reverse("table_training")).status_code == 200


def test_sheet_holds_no_formula(client: Client, people: Cast) -> None:
    Member.objects.filter(pk=people["police"].pk).update(name="=cmd()")
    client.force_login(people["facilitator"])
    answer = client.get(reverse("table_training_sheet"), {"table": people.table.pk})
    assert answer.headers["Content-Type"].startswith("text/csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 9
    assert any("'=cmd()" in line for line in lines)


def test_agency_page_reminds_of_what_ends_soon_unless_it_was_renewed(client: Client, people: Cast) -> None:
    trained(people["police"], ends=10)
    trained(people["police_deputy"], ends=-10)
    trained(people["police_deputy"], "privacy", ends=5)
    trained(people["police_deputy"], "privacy", ends=500)
    trained(people["schools"], ends=3)
    client.force_login(people["police"])
    page = client.get(reverse("table_agency")).content.decode()
    assert page.count("training counts until") == 1
    assert page.count("training expired on") == 1


def test_get_on_an_action_is_405_and_nobody_anonymous_comes_in(client: Client, people: Cast) -> None:
    entry = trained(people["police"])
    urls = [
        reverse("table_training_record", args=[people.agencies["police"].pk]), reverse("table_training_strike", args=[entry.pk])
    ]  # fmt: skip
    assert [client.post(url).status_code for url in urls] == [401, 401]
    client.force_login(people["police"])
    assert [client.get(url).status_code for url in urls] == [405, 405]
