"""What a browser can be made to send: foreign ids, at the wrong moment, by the wrong person, fields that no form has."""

from collections.abc import Iterator
from datetime import date
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from agencies import membership
from conferences import chairing
from conferences.models import AgendaItem, Conference
from conferences.steering import ACTIONS
from hub.core import clock
from hub.core.audit import acting
from situations import identity, writing
from situations.choices import Criterion, EntryKind, Stage
from situations.models import LedgerEntry, Situation
from tests.cast import IDENTITY, NOBODY, PROFILE, footprint, fresh, given_for, item_of, scene
from tests.security import reading
from tests.security.community import Community, settle

pytestmark = pytest.mark.django_db
ODD = ("٣", "²", "-1", "1 OR 1=1", "9" * 40, "9" * 5000, "\x00", "None", "1.5", "[]")
REFUSED = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY}


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Community]:
    with scene(django_db_blocker):
        yield settle()


@pytest.fixture(scope="module")
def elsewhere(town: Community) -> Conference:
    """An open conference of another table, at which the outsider is everything, with a situation of its own."""
    people = town.people
    host, agency = people["outsider"], people.agencies["stranger"]
    table = membership.found_table(by=None, slug="other", name="Other", recurrence="FREQ=DAILY", quorum_seats=1)
    membership.sign_agreement(by=None, table=table, agency=agency, until=date(2099, 1, 1), title="Agreement", signed_by="Head")
    membership.seat_agency(by=None, table=table, agency=agency)
    membership.give_table_role(by=None, table=table, member=host, role="facilitator")
    situation = writing.start(by=host, table=table)
    criteria = {one.value: f"Because of {one.value.replace('_', ' ')}." for one in Criterion}
    notes = {"tried": "Two visits.", "beyond_one_agency": "Needs more."}
    writing.save(by=host, situation=situation, profile=PROFILE, screening=notes, criteria=criteria)
    identity.seal(by=host, situation=situation, values=IDENTITY)
    writing.submit(by=host, situation=fresh(situation), answered=NOBODY, recognisable="no")
    conference = Conference(table=table, scheduled_for=clock.now())
    with acting(None, "tests"):
        conference.save()
    chairing.open_conference(by=host, conference=conference)
    return Conference.objects.get(pk=conference.pk)


def changed_by(client: Client, path: str, data: Any = None, **more: Any) -> tuple[int, set[str]]:
    """The answer's status, and what it changed but for the ledger's entry of the refusal."""
    before = footprint()
    status = client.post(path, data or {}, **more).status_code
    return status, {name for name, count in footprint().items() if count != before[name]} - {"LedgerEntry"}


def board(town: Community, action: str, key: str = "opened") -> str:
    item = item_of(town.conference, town.situations[key])
    return reverse("board_act", args=[town.conference.pk, item.pk, action])


@pytest.mark.parametrize("who", ["outsider", "lapsed", "administrator", "anonymous"])
def test_nobody_from_outside_changes_anything_at_any_address(town: Community, who: str):
    client = reading.client_of(town, who)
    paths = [
        one for one in reading.addresses(town.only("draft", "tabled", "opened", "acting")) if not one.startswith("/account/")
    ]
    if who != "anonymous":
        paths.remove("/privacy/notices/seen/")  # one's own notices are put away by anybody, if there are any
        paths.remove("/situations/found/")  # looks at what its writer has just typed, and answers an empty text with nothing
    if who == "administrator":  # who keeps tables, agencies and services, and sees no situation
        paths = [one for one in paths if not one.startswith(("/table/", "/directory/"))]
    if who == "anonymous":  # whoever holds a link may sign, and one that nobody was sent is not there
        paths.remove("/table/agreements/sign/unknown/")
    before = footprint()
    answered = {path: client.post(path, {"revision": "1", "decision": "pass"}).status_code for path in paths}
    after = footprint()
    assert {name for name in after if after[name] != before[name]} <= {"LedgerEntry"}
    allowed = {401} if who == "anonymous" else {403, 404, 405, 422}
    # the public door answers everybody, and an empty form brings nothing
    refused = {path: status for path, status in answered.items() if not path.startswith(reading.DOOR)}
    assert {path: status for path, status in refused.items() if status not in allowed | {405}} == {}
    if who != "anonymous":
        assert after["LedgerEntry"] > before["LedgerEntry"], "refused attempts are in the ledger"


def test_items_of_another_table_are_not_there(town: Community, elsewhere: Conference):
    foreign = AgendaItem.objects.get(conference=elsewhere)
    own = item_of(town.conference, town.situations["opened"])
    client = reading.client_of(town, "facilitator")
    crossed = [(town.conference.pk, foreign.pk), (elsewhere.pk, foreign.pk), (elsewhere.pk, own.pk)]
    for place in crossed:
        for action in ("agree-all", "reject", "answer", "open-identity", "recuse"):
            assert changed_by(client, reverse("board_act", args=[*place, action])) == (404, set())
        assert changed_by(client, reverse("board_identity", args=place)) == (404, set())
        assert client.get(reverse("board_form", args=[*place, "reject"])).status_code == 404


def test_situations_of_another_table_are_not_there(town: Community, elsewhere: Conference):
    foreign = AgendaItem.objects.get(conference=elsewhere).situation_id
    for who in ("facilitator", "schools", "privacy_officer", "clinic"):
        client = reading.client_of(town, who)
        for name in ("situation_detail", "situation_write", "situation_screen", "intervention"):
            assert client.get(reverse(name, args=[foreign])).status_code == 404
        for name in ("situation_identity", "situation_check", "intervention_contacts"):
            assert changed_by(client, reverse(name, args=[foreign])) == (404, set())
    assert LedgerEntry.objects.filter(situation=foreign, kind=EntryKind.REFUSED).count() == 4 * 7


@pytest.mark.parametrize("what", ["agency", "member", "item", "revision"])
@pytest.mark.parametrize("odd", ODD)
def test_odd_ids_are_refused(town: Community, what: str, odd: str):
    client = reading.client_of(town, "facilitator")
    steer = {"member": "arrive", "item": "take-in-hand"}.get(what)
    path = reverse("board_steer", args=[town.conference.pk, steer]) if steer else board(town, "assign")
    data = {"agency": town.agency("police"), "role": "lead", "revision": ""} | {what: odd}
    status, changed = changed_by(client, path, data)
    assert status in REFUSED | {HTTPStatus.CONFLICT}
    assert changed == set()


def test_agencies_and_people_of_another_table_are_no_choice(town: Community, elsewhere: Conference):
    client, stranger = reading.client_of(town, "facilitator"), town.agency("stranger")
    outsider, foreign = town.people["outsider"].pk, AgendaItem.objects.get(conference=elsewhere).pk
    assert changed_by(client, board(town, "assign"), {"agency": stranger, "role": "lead"}) == (422, set())
    assert changed_by(client, board(town, "answer"), {"agency": stranger, "kind": "can_help"}) == (422, set())
    for what, data in [("arrive", {"member": outsider}), ("pledge", {"member": outsider}), ("take-in-hand", {"item": foreign}),
                       ("offer-chair", {"member": outsider}), ("leave", {"member": outsider})]:  # fmt: skip
        status, changed = changed_by(client, reverse("board_steer", args=[town.conference.pk, what]), data)
        assert (status in REFUSED, changed) == (True, set()), what


def test_seats_cannot_drive(town: Community):
    client = reading.client_of(town, "police")
    agency = {"agency": town.agency("clinic"), "role": "lead", "because": "No.", "reason": "not_aer", "kind": "can_help",
              "ending": "risk_lowered.connected_to_services", "line": "All well."}  # fmt: skip
    for action in set(ACTIONS) - {"recuse"}:
        status, changed = changed_by(client, board(town, action), agency)
        assert (status in REFUSED, changed) == (True, set()), action
    for what in ("take-in-hand", "put-down", "timer", "projector", "close", "offer-chair", "accept-chair"):
        item = {"item": item_of(town.conference, town.situations["tabled"]).pk}
        status, changed = changed_by(client, reverse("board_steer", args=[town.conference.pk, what]), item)
        assert (status in REFUSED, changed) == (True, set()), what


@pytest.mark.parametrize("who", ["police_deputy", "clinic_deputy", "recovery_deputy", "recused", "lapsed", "observer",
                                 "recorder", "privacy_officer", "analyst", "screener"])  # fmt: skip
def test_who_is_not_on_a_seat_in_the_room_cannot_answer(town: Community, who: str):
    client = reading.client_of(town, who)
    for key in ("talked", "opened"):
        for action in ("agree", "dissent", "answer", "open-identity", "close-identity", "accept", "decline"):
            data = {"kind": "can_help", "offer": "A bed.", "reason": "No.", **given_for("table_agreement")}
            status, changed = changed_by(client, board(town, action, key), data)
            assert (status in REFUSED, changed) == (True, set()), f"{action} on {key}"


def test_nobody_says_for_another_agency_that_it_serves_somebody(town: Community):
    client = reading.client_of(town, "facilitator")
    for kind in ("serving_now", "served_before"):
        data = {"agency": town.agency("police"), "kind": kind, **given_for("police_caretaking")}
        assert changed_by(client, board(town, "answer"), data) == (403, set())


@pytest.mark.parametrize(
    ("action", "key"),
    [("agree-all", "opened"), ("reject", "opened"), ("start-filter-4", "talked"), ("assign", "talked"), ("conclude", "opened"),
     ("begin", "concluded"), ("open-identity", "talked"), ("answer", "acting"), ("criterion", "acting"),
     ("report-back", "talked")],
)  # fmt: skip
def test_wrong_moment_is_refused_and_changes_nothing(town: Community, action: str, key: str):
    data = {"reason": "not_aer", "agency": town.agency("clinic"), "role": "lead", "kind": "can_help", "holds": "true",
            "criterion": "severe_harm", "ending": "risk_lowered.connected_to_services", "line": "All well."}  # fmt: skip
    status, changed = changed_by(reading.client_of(town, "facilitator"), board(town, action, key), data)
    assert (status in REFUSED, changed) == (True, set())


def test_stale_revision_is_told_and_changes_nothing(town: Community):
    client = reading.client_of(town, "facilitator")
    data = {"agency": town.agency("police"), "role": "lead", "revision": "0"}
    assert changed_by(client, board(town, "assign"), data) == (409, set())


def test_step_of_another_situation_is_not_there(town: Community):
    client = reading.client_of(town, "clinic")
    step = town.situations["concluded"].steps.get()
    path = reverse("intervention_step_done", args=[town.situations["acting"].pk, step.pk])
    assert changed_by(client, path) == (404, set())


def test_writing_form_takes_only_its_own_fields(town: Community):
    draft = town.situations["draft"]
    kept = fresh(draft)
    police = town.agency("police")
    forged = {"stage": "concluded", "number": "2026-9999", "table": "2", "originating_agency": police,
              "originating_agency_id": police, "identity_open": "1", "written_by": "1", "redacted_at": "2026-01-01",
              "conclusion_reason": "deceased", "returned_from": str(town.situations["acting"].pk), "pk": "1", "id": "1",
              "revision": str(kept.revision), "note": kept.note}  # fmt: skip
    reading.client_of(town, "schools").post(reverse("situation_write", args=[draft.pk]), forged)
    now = fresh(draft)
    guarded = ("stage", "number", "table_id", "originating_agency_id", "identity_open", "written_by_id", "redacted_at",
               "conclusion_reason", "returned_from_id", "pk")  # fmt: skip
    assert {name: getattr(now, name) for name in guarded} == {name: getattr(kept, name) for name in guarded}
    assert Situation.objects.filter(stage=Stage.DRAFT).count() == 1


def test_oversized_text_is_refused_everywhere(town: Community):
    long, chair, clinic = "a" * 100_000, reading.client_of(town, "facilitator"), reading.client_of(town, "clinic")
    assert changed_by(reading.client_of(town, "police"), board(town, "dissent", "talked"), {"reason": long}) == (422, set())
    assert changed_by(clinic, board(town, "answer"), {"kind": "can_help", "offer": long}) == (422, set())
    assert changed_by(chair, board(town, "conclude", "acting"), {"ending": "other.deceased", "because": long}) == (422, set())
    assert changed_by(chair, reverse("board_steer", args=[town.conference.pk, "issue"]), {"title": long}) == (422, set())
    plan = {"intervention_contacts": {"kind": "visit", "reached": "yes", "outcome": long},
            "intervention_services": {"service": long, "status": "offered"},
            "intervention_report_backs": {"line": long, "still_aer": "yes"}}  # fmt: skip
    for name, data in plan.items():
        assert changed_by(clinic, reverse(name, args=[town.situations["acting"].pk]), data) == (422, set()), name
