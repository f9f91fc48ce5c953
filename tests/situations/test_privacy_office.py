"""What a privacy officer reads: whose side of it, which marks and why, what is overdue."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from agencies import membership, roll
from agencies.models import Sitting
from conferences import chairing
from hub.core import clock
from hub.core.audit import acting
from situations import identity, privacy_office
from situations.checkpoints import make
from situations.disclosure import audience_of, may_see
from situations.models import Recusal, Situation
from situations.privacy_office import Office, officers_of, offices_of
from situations.privacy_page import checkpoint_state
from situations.unusual import Mark, out_of_hours
from situations.visibility import Field
from tests.cast import Cast, act, fresh, to_filter2, to_filter3
from tests.situations.oversight import broken, watched

pytestmark = pytest.mark.django_db
WEDNESDAY = date(2026, 11, 18)
"""A working day; the marks depend on it."""


@contextmanager
def on(day: date, hour: int, minute: int = 0) -> Iterator[None]:
    """The clock at an hour where the table is."""
    with clock.at(timezone.make_aware(datetime.combine(day, time(hour, minute)))):
        yield


@pytest.fixture
def people() -> Iterator[Cast]:
    with on(WEDNESDAY, 9):
        yield watched()


@pytest.fixture
def draft(people: Cast) -> Situation:
    return people.draft()


def office(people: Cast, who: str = "privacy_officer") -> Office:
    return offices_of(people[who])[0]


def marks(people: Cast, who: str = "schools_officer") -> list[tuple[Mark, ...]]:
    """The marks of all openings, oldest first."""
    return [one.marks for one in privacy_office.openings(office(people, who))][::-1]


def numbers(people: Cast, who: str) -> list[tuple[str, str, bool]]:
    """(kind, who, whether the number is told) of the openings that the officer reads, oldest first."""
    found = privacy_office.openings(office(people, who))
    return [(one.entry.kind, one.entry.actor.name.lower(), one.numbered) for one in found if one.entry.actor][::-1]


def test_office_is_held_at_the_own_tables_by_officers_alone(people: Cast):
    held = {
        name: [(one.whole, one.agency_id is not None) for one in offices_of(member)] for name, member in people.members.items()
    }
    assert {name: one for name, one in held.items() if one} == {
        "privacy_officer": [(True, False)],
        "schools_officer": [(False, True)],
        "police_officer": [(False, True)],
    }


def test_office_ends_with_the_role_the_account_and_for_the_table_with_the_agreement(people: Cast):
    membership.close_account(by=None, member=people["schools_officer"])
    assert offices_of(people["schools_officer"]) == []
    membership.end_agreement(by=None, agreement=people.agencies["clinic"].agreements.get(), on=WEDNESDAY)
    membership.end_agreement(by=None, agreement=people.agencies["police"].agreements.get(), on=WEDNESDAY)
    with on(WEDNESDAY + timedelta(days=1), 9):
        assert offices_of(people["privacy_officer"]) == []
        # what the agency disclosed while it was there stays its own to answer for
        assert office(people, "police_officer").agency_id == people.agencies["police"].pk
    with acting(None, "test"):
        role = people["police_officer"].agency_roles.get()
        role.ended_on = WEDNESDAY
        role.save()
    assert offices_of(people["police_officer"]) == []


def test_draft_of_an_agency_is_read_by_its_own_officer_alone(people: Cast, draft: Situation):
    identity.read(by=people["schools"], situation=draft)
    assert numbers(people, "schools_officer") == [("identity_read", "schools", True)]
    assert numbers(people, "privacy_officer") == []
    assert numbers(people, "police_officer") == []


def test_agency_reads_its_own_side_and_the_tables_officer_all(people: Cast):
    ready = people.ready()
    situation = to_filter3(people, people.conference(), ready)
    identity.read(by=people["police"], situation=situation)
    identity.read(by=people["clinic"], situation=situation)
    offered, police, clinic = (
        ("identity_offered", "schools", True), ("identity_read", "police", True), ("identity_read", "clinic", True),
    )  # fmt: skip
    assert numbers(people, "privacy_officer") == [offered, police, clinic]
    assert numbers(people, "schools_officer") == [offered, police, clinic]
    assert numbers(people, "police_officer") == [police]


def test_what_the_tables_officer_reads_is_what_the_visibility_table_lets_them_know_of(people: Cast):
    stages = [people.draft(), people.ready(), people.ready()]
    Situation.objects.filter(pk=stages[1].pk).update(stage="filter4", number="2026-0007")
    for one in stages:
        identity.read(by=people["schools"], situation=fresh(one))
    read = {one.entry.situation_id for one in privacy_office.openings(office(people))}
    may = {one.pk for one in stages if may_see(audience_of(people["privacy_officer"], fresh(one)), Field.LEDGER)}
    assert read == may == {stages[1].pk}


@pytest.mark.parametrize("who", ["privacy_officer", "schools_officer"])
def test_officer_who_stepped_out_of_a_situation_reads_nothing_of_it(people: Cast, who: str):
    situation = people.ready()
    people.conference()
    broken(people, fresh(situation))
    Recusal.objects.create(situation=situation, member=people[who], at=clock.now())
    assert privacy_office.openings(office(people, who)) == []
    assert privacy_office.broken(office(people, who)) == []


def test_only_the_last_thirty_days_are_read(people: Cast, draft: Situation):
    identity.read(by=people["schools"], situation=draft)
    with on(WEDNESDAY + timedelta(days=31), 9):
        assert marks(people) == []


@pytest.mark.parametrize(
    ("day", "hour", "minute", "out"),
    [
        (WEDNESDAY, 6, 59, True), (WEDNESDAY, 7, 0, False), (WEDNESDAY, 18, 59, False), (WEDNESDAY, 19, 0, True),
        (date(2026, 11, 21), 12, 0, True), (date(2026, 11, 22), 12, 0, True), (date(2026, 11, 20), 12, 0, False),
    ],
)  # fmt: skip
def test_hours_are_those_where_the_table_is(day: date, hour: int, minute: int, out: bool):
    assert out_of_hours(timezone.make_aware(datetime.combine(day, time(hour, minute)))) is out


def test_reading_at_night_is_marked_unless_it_was_in_a_conference(people: Cast, draft: Situation):
    identity.read(by=people["schools"], situation=draft)
    with on(WEDNESDAY, 22):
        identity.read(by=people["schools"], situation=draft)
    assert marks(people) == [(), (Mark.OUT_OF_HOURS,)]


def test_reading_in_an_evening_conference_is_ordinary_work(people: Cast):
    with on(WEDNESDAY, 20):
        ready = people.ready()
        situation = to_filter3(people, people.conference(), ready)
        identity.read(by=people["police"], situation=situation)
    assert marks(people, "privacy_officer") == [(), ()]


@pytest.mark.parametrize(("minutes", "marked"), [((0, 2, 4, 6, 8, 10), 6), ((0, 2, 4, 6, 8, 11), 0), ((0, 1, 2, 3, 4), 0)])
def test_six_readings_in_ten_minutes_are_many(people: Cast, minutes: tuple[int, ...], marked: int):
    drafts = [people.draft() for _minute in minutes]
    for one, minute in zip(drafts, minutes, strict=True):
        with on(WEDNESDAY, 10, minute):
            identity.read(by=people["schools"], situation=one)
    assert [one for one in marks(people) if Mark.MANY in one] == [(Mark.MANY,)] * marked


def test_six_readings_by_two_people_are_not_many(people: Cast):
    for number in range(6):
        identity.read(by=people["schools" if number % 2 else "schools_deputy"], situation=people.draft())
    assert not [one for one in marks(people) if Mark.MANY in one]


def test_own_staff_without_a_part_in_it_are_marked(people: Cast, draft: Situation):
    identity.read(by=people["schools"], situation=draft)
    identity.read(by=people["schools_deputy"], situation=draft)
    assert marks(people) == [(), (Mark.OWN_AGENCY,)]


def test_own_staff_who_open_one_identity_again_and_again_are_marked(people: Cast, draft: Situation):
    for hour in range(9, 14):
        assert marks(people) == [()] * (hour - 9)
        with on(WEDNESDAY, hour):
            identity.read(by=people["schools"], situation=draft)
    assert marks(people) == [(Mark.OWN_AGENCY,)] * 5


def test_break_glass_and_each_reading_by_it_are_marked(people: Cast):
    situation = people.ready()
    people.conference()
    broken(people, fresh(situation))
    identity.read(by=people["night"], situation=fresh(situation))
    assert marks(people) == [(Mark.BREAK_GLASS,)] * 2


def test_refusals_are_read_with_a_number_only_where_the_officer_may_know_it(people: Cast, client):
    tabled, hidden = people.ready(), people.draft()
    people.conference()
    client.force_login(people["police"])
    for one in (hidden, fresh(tabled)):
        client.post(f"/situations/{one.pk}/identity/")
    client.post("/situations/99999/identity/")

    def seen(who: str) -> list[tuple[int | None, bool]]:
        held = office(people, who)
        return sorted(
            (one.situation_id or 0, privacy_office.knows_number(held, one)) for one in privacy_office.refused(held)
        )  # fmt: skip

    assert seen("schools_officer") == [(tabled.pk, True), (hidden.pk, True)]
    assert seen("privacy_officer") == [(0, False), (tabled.pk, True)]
    # the own people asked; which draft of another agency it was stays untold
    assert seen("police_officer") == [(0, False), (tabled.pk, False), (hidden.pk, False)]


def test_break_glass_is_read_by_all_who_were_told(people: Cast):
    situation = people.ready()
    people.conference()
    broken(people, fresh(situation))
    for one in officers_of(fresh(situation)):
        assert len(privacy_office.broken(offices_of(one)[0])) == 1
    membership.end_agreement(by=None, agreement=people.agencies["police"].agreements.get(), on=WEDNESDAY)
    membership.end_agreement(by=None, agreement=people.agencies["schools"].agreements.get(), on=WEDNESDAY)
    with on(WEDNESDAY + timedelta(days=1), 9):
        assert len(privacy_office.broken(office(people, "schools_officer"))) == 1


def test_pledge_is_overdue_for_who_sat_without_it_the_last_time(people: Cast):
    conference = people.conference("schools", "police")
    chairing.arrive(by=people["facilitator"], conference=conference, member=people["clinic"])
    unpledged = [(one.person, one.on) for one in privacy_office.without_pledge(office(people))]
    assert unpledged == [("Clinic", WEDNESDAY)]
    assert privacy_office.without_pledge(office(people, "schools_officer")) == []
    roll.pledge(by=people["clinic"], table=people.table, member=people["clinic"])
    assert privacy_office.without_pledge(office(people)) == []


def test_pledge_of_another_day_does_not_count(people: Cast):
    chairing.arrive(by=people["facilitator"], conference=people.conference("schools"), member=people["clinic"])
    with on(WEDNESDAY + timedelta(days=1), 9):
        roll.pledge(by=people["clinic"], table=people.table, member=people["clinic"])
        assert [one.person for one in privacy_office.without_pledge(office(people))] == ["Clinic"]
    assert Sitting.objects.count() == 1


def test_agreements_that_ended_or_end_within_sixty_days_are_listed(people: Cast):
    for agency, days in (("police", 0), ("schools", 61), ("clinic", 62)):
        agreement = people.agencies[agency].agreements.get()
        membership.end_agreement(by=None, agreement=agreement, on=WEDNESDAY + timedelta(days=days))
    with on(WEDNESDAY + timedelta(days=1), 9):
        listed = [(one.agency, one.in_force) for one in privacy_office.agreements(office(people))]
        assert listed == [("Harborview Police", False), ("Harborview Schools", True)]
        own = [one.agency for one in privacy_office.agreements(office(people, "police_officer"))]
        assert own == ["Harborview Police"]
        police = people.agencies["police"]
        membership.sign_agreement(
            by=None, table=people.table, agency=police, until=date(2099, 1, 1), title="New", signed_by="Head"
        )
        assert [one.agency for one in privacy_office.agreements(office(people))] == ["Harborview Schools"]


def test_checkpoint_says_when_one_is_missing(people: Cast):
    def state() -> str:
        return checkpoint_state(privacy_office.last_checkpoints(office(people)))[0]

    assert state() == "bad"
    make(by=None, table=people.table)
    assert state() == "ok"
    with on(WEDNESDAY + timedelta(days=3), 9):
        assert state() == "warn"
    with on(WEDNESDAY + timedelta(days=40), 9):
        assert state() == "bad"


def test_having_been_in_the_room_is_no_part_in_it(people: Cast):
    ready = people.ready()
    conference = people.conference("schools", "police", "schools_deputy")
    situation = to_filter2(people, conference, ready)
    situation = act(people["facilitator"], conference, situation, "agree-all")
    chairing.leave(by=people["facilitator"], conference=conference, member=people["schools_deputy"])
    identity.read(by=people["schools_deputy"], situation=situation)
    assert marks(people) == [(Mark.OWN_AGENCY,)]
