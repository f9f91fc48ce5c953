"""Texts of tables and agencies that others read pass the guard: asked about, stopped, held for a second person, entered."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies import agreeing, directory, guarding, joining, profiling, roll, training
from agencies.cadence import Cadence
from agencies.choices import TrainingKind
from agencies.directory import Entry
from agencies.models import Document, Joining, Member, Seat, Service, Table, Training
from hub.core.errors import RuleRefused
from situations import deidentify, held_texts, leaving, said_of_agencies
from situations.choices import EntryKind, HeldState, LetThrough
from situations.guard import GuardAsks, GuardStops
from situations.models import HeldText, LedgerEntry
from tests.agencies import paperwork
from tests.cast import SAID, Cast, refused

pytestmark = pytest.mark.django_db
ASKED = "He told Fells about it."
NAMED = "Mr. Alder Quimby of the old mill helps."
SECOND = {"guard_second": "1"}
PROFILE: dict[str, Any] = {
    "name": "Harborview Hub", "region": "Harborview", "towns_served": "Harborview", "protocol": "hub", "minutes_planned": 75,
    "cadence": Cadence(), "starts_at": None,
}  # fmt: skip
Written = Callable[[Cast, str, dict[str, str]], object]


def _mission(people: Cast, typed: str, answered: dict[str, str], place: str = "Hall") -> Table:
    by = people["administrator"]
    return profiling.describe(by=by, table=people.table, mission=typed, place=place, answered=answered, **PROFILE)


def _bringing(people: Cast, typed: str, answered: dict[str, str]) -> Table:
    return profiling.publish(
        by=people["administrator"], table=people.table, is_public=False, public_email="", public_name="", public_phone="",
        bringing_a_case=typed, answered=answered,
    )  # fmt: skip


def _request(people: Cast, typed: str, answered: dict[str, str]) -> Joining:
    return joining.ask(by=people["outsider"], table=people.table, message=typed, answered=answered)


def _declined(people: Cast, typed: str, answered: dict[str, str]) -> Joining:
    row = Joining.objects.first() or joining.ask(by=people["outsider"], table=people.table, message="We serve families.")
    return joining.decline(by=people["facilitator"], joining=row, because=typed, answered=answered)


def _leaving(people: Cast, typed: str, answered: dict[str, str]) -> object:
    return leaving.leave(
        by=people["recovery"], table=people.table, because=typed, decisions={}, answered=answered
    )  # fmt: skip


def _course(people: Cast, typed: str, answered: dict[str, str]) -> Training:
    return training.record(
        by=people["clinic"], member=people["clinic_deputy"], kind=TrainingKind.HUB, completed_on=date(2026, 1, 5), title=typed,
        answered=answered,
    )  # fmt: skip


def _taken_back(people: Cast, typed: str, answered: dict[str, str]) -> object:
    row = Document.objects.first() or paperwork.draft(people)
    return agreeing.withdraw(by=people["recorder"], document=row, because=typed, answered=answered)


def _service(people: Cast, typed: str, answered: dict[str, str], **more: str) -> Service:
    own = people.agencies["clinic"].pk
    entry = Entry("Wharf", agency_id=own, description=typed, **more)  # type: ignore[arg-type]  # texts alone
    stands = Service.objects.filter(name="Wharf").first()
    return directory.keep(by=people["clinic"], service=stands, entry=entry, answered=answered)


WRITE: dict[str, tuple[str, Written]] = {
    "mission": ("mission", _mission),
    "bringing a case": ("bringing_a_case", _bringing),
    "request": ("message", _request),
    "declined": ("because", _declined),
    "leaving": ("because", _leaving),
    "course": ("title", _course),
    "taken back": ("because", _taken_back),
    "service": ("description", _service),
}


@pytest.fixture
def people() -> Cast:
    return paperwork.staffed()


def entered() -> list[Any]:
    kinds = (EntryKind.GUARD_ASKED, EntryKind.GUARD_HELD, EntryKind.GUARD_OVERRIDDEN)
    return list(LedgerEntry.objects.filter(situation=None, kind__in=kinds).order_by("pk").values_list("kind", "detail"))


@pytest.mark.parametrize("what", WRITE)
def test_asked_about_and_written_with_the_answer(people: Cast, what: str):
    field, write = WRITE[what]
    with pytest.raises(GuardAsks) as asked:
        write(people, ASKED, {})
    assert asked.value.field == field
    write(people, ASKED, SAID)
    assert entered() == [
        ("guard_asked", {"field": field, "kinds": ["name"]}),
        ("guard_asked", {"field": field, "kinds": ["name"], "because": "word", "recognisable": False}),
    ]


@pytest.mark.parametrize("what", WRITE)
def test_stopped_whatever_its_writer_answers(people: Cast, what: str):
    field, write = WRITE[what]
    with pytest.raises(GuardStops) as stopped:
        write(people, NAMED, SAID)
    assert (stopped.value.field, stopped.value.code) == (field, "guardheld" if what == "request" else "guardstops")
    assert not Seat.objects.exclude(ended_on=None).exists()
    assert not Service.objects.filter(name="Wharf").exists()
    assert not Training.objects.exists()


@pytest.mark.parametrize("what", sorted(set(WRITE) - {"request"}))
def test_a_second_person_of_the_table_lets_it_through_once(people: Cast, what: str):
    _field, write = WRITE[what]
    with pytest.raises(GuardStops):
        write(people, NAMED, SECOND)
    held = HeldText.objects.get()
    second = next(one for one in held_texts.second_persons(held))
    roll.pledge(by=second, table=people.table, member=second)
    assert held_texts.read(by=second, held=held) == NAMED
    held_texts.decide(by=second, held=held, passes=True, because=LetThrough.NOBODY)
    write(people, NAMED, {})
    assert not HeldText.objects.exists()


def test_nobody_holds_a_request_because_they_would_read_it_for_whom_it_is_meant(people: Cast):
    with pytest.raises(GuardStops):
        _request(people, NAMED, SECOND)
    assert not HeldText.objects.exists()


def test_where_a_table_meets_is_asked_about_and_not_stopped(people: Cast):
    with pytest.raises(GuardAsks) as asked:
        _mission(people, "", {}, place="12 Elm Street, Apt 3")
    assert asked.value.field == "place"
    assert _mission(people, "", SAID, place="12 Elm Street, Apt 3").place == "12 Elm Street, Apt 3"
    # what stands there already is not asked about again
    _mission(people, "We meet.", {}, place="12 Elm Street, Apt 3")


def test_a_listing_says_how_a_service_is_reached(people: Cast):
    reached = "Call 978-555-0150 or write to help@wharf.example; 12 Elm Street, behind St. Mary's Church."
    assert _service(people, reached, {}).description == reached
    assert _bringing(people, reached, {}).bringing_a_case == reached
    with pytest.raises(GuardStops):
        _service(people, f"{reached} Born 03/14/2011.", {})


def test_a_service_is_asked_about_where_it_was_changed(people: Cast):
    row = directory.keep(by=None, service=None, entry=Entry("Wharf", agency_id=people.agencies["clinic"].pk, description=NAMED))
    _service(people, NAMED, {}, hours="Mon-Fri 08:00-20:00")
    row.refresh_from_db()
    assert row.hours == "Mon-Fri 08:00-20:00"


def test_people_with_an_account_at_the_table_can_be_named(people: Cast):
    Member.objects.filter(pk=people["clinic"].pk).update(name="Alder Quimby")
    assert _service(people, "Ask for Alder Quimby.", {}).description == "Ask for Alder Quimby."
    with pytest.raises((GuardStops, GuardAsks)):
        _service(people, "Ask for Hazel Quimby.", {})


@pytest.mark.parametrize("what", WRITE)
def test_a_number_that_stands_nowhere_is_refused(people: Cast, what: str):
    field, write = WRITE[what]
    with pytest.raises(RuleRefused) as refusal:
        write(people, "His social security number is 219-09-9999.", SAID)
    assert (refusal.value.field, isinstance(refusal.value, GuardStops)) == (field, False)
    assert entered() == []


def test_what_cannot_be_looked_at_is_not_written(people: Cast, monkeypatch: pytest.MonkeyPatch):
    def fails(*args: object, **kwargs: object) -> list[deidentify.Finding]:
        raise deidentify.DetectorFailed

    with monkeypatch.context() as broken:
        broken.setattr(deidentify, "find", fails)
        with pytest.raises(GuardStops):
            _service(people, "All is well.", SAID)
    with monkeypatch.context() as nobody:
        nobody.setattr(guarding, "_guard", [guarding._nobody_looks])
        with refused(RuleRefused, "description"):
            _service(people, "All is well.", SAID)
    assert not Service.objects.filter(name="Wharf").exists()


def test_looked_at_as_at_a_table_of_the_writers(people: Cast):
    assert said_of_agencies.table_of(people["clinic"]) == people.table
    # the first one, for who has none: a service is read at each
    assert said_of_agencies.table_of(people["outsider"]) == people.table


# the pages

PAGES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "request": ("outsider", "table_joining_ask", {"message": ASKED}),
    "service": ("clinic", "directory_new", {"name": "Wharf", "description": ASKED}),
    "course": ("clinic", "table_training_record", {"kind": "hub", "completed_on": "2026-01-05", "title": ASKED}),
    "leaving": ("recovery", "table_leaving_now", {"because": ASKED, "sure": "on"}),
}


def page(people: Cast, what: str) -> tuple[str, str, dict[str, Any]]:
    who, view, data = PAGES[what]
    keys = {"course": [people.agencies["clinic"].pk], "leaving": [people.table.pk]}.get(what, [])
    more = {
        "request": {"table": people.table.pk},
        "service": {"agency": people.agencies["clinic"].pk},
        "course": {"member": people["clinic_deputy"].pk},
    }.get(what, {})
    return who, reverse(view, args=keys), data | more


@pytest.mark.parametrize("what", PAGES)
def test_a_form_shows_the_question_and_takes_its_answer(people: Cast, client: Client, what: str):
    who, url, data = page(people, what)
    client.force_login(people[who])
    sent = client.post(url, data)
    shown = sent.content.decode()
    assert sent.status_code == 422
    assert 'name="guard_because"' in shown
    assert ASKED in shown
    assert "data-guarded" in shown
    assert f'data-check-url="{reverse("typed_found")}"' in shown
    assert client.post(url, data | SAID).status_code == 303


@pytest.mark.parametrize("what", sorted(set(PAGES) - {"request"}))
def test_a_form_offers_the_second_person(people: Cast, client: Client, what: str):
    who, url, data = page(people, what)
    client.force_login(people[who])
    data |= {name: NAMED for name, typed in data.items() if typed == ASKED}
    assert 'name="guard_second"' in client.post(url, data).content.decode()
    held = client.post(url, data | SECOND).content.decode()
    assert "A second person looks at it." in held
    assert 'name="guard_second"' not in held
    assert HeldText.objects.get().state == HeldState.WAITING


def test_typed_words_are_marked_for_who_is_signed_in(people: Cast, client: Client):
    url = reverse("typed_found")
    assert client.post(url, {"text": NAMED}).status_code == 401
    client.force_login(people["outsider"])
    assert "Alder Quimby</mark>" in client.post(url, {"text": NAMED}).content.decode()
    assert client.post(url, {"text": "We serve families."}).content == b""
    assert client.get(url).status_code == 405
    assert not LedgerEntry.objects.filter(kind=EntryKind.GUARD_ASKED).exists()
