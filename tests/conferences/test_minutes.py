"""The minutes: what was decided, as each reader may know it, and nothing that names anybody talked about."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from agencies.standing import standing_of
from conferences import chairing, minutes, scheduling, steering
from conferences.choices import Result
from conferences.minutes import NOT_SHARED, ItemLine, Minutes
from conferences.models import Conference
from hub.core import clock
from situations.models import LedgerEntry
from tests.cast import IDENTITY, PROFILE, Cast, act, assemble, item_of, scene, to_filter2, to_filter4

pytestmark = pytest.mark.django_db


Made = tuple[Cast, Conference]


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made]:
    """Closed: one went on to filter 4 with a report-back, one was rejected, one carried over; the recorder's name is on it."""
    with scene(django_db_blocker):
        people = assemble()
        accepted, rejected, left = people.ready(), people.ready("police"), people.ready("recovery")
        conference = people.conference("schools", "police", "clinic", "recorder")
        to_filter4(people, conference, accepted)
        act(people["clinic"], conference, accepted, "report-back", line="Reached on the first day.", still_aer="1")
        to_filter2(people, conference, rejected)
        act(people["police"], conference, rejected, "recuse")
        act(people["facilitator"], conference, rejected, "reject", reason="single_agency")
        steering.note_issue(by=people["schools"], conference=conference, title="No crisis bed at weekends")
        chairing.close_conference(by=people["facilitator"], conference=conference)
        assert item_of(conference, left).result == Result.CARRIED_OVER
        yield people, Conference.objects.select_related("table", "sitting").get(pk=conference.pk)


@pytest.fixture
def people(db: None, made: Made) -> Cast:
    return deepcopy(made[0])


@pytest.fixture
def held(db: None, made: Made) -> Conference:
    return deepcopy(made[1])


@pytest.fixture
def open_now(people: Cast) -> Conference:
    """The next day's, opened early."""
    conference = scheduling.schedule(by=None, table=people.table, until=clock.today() + timedelta(days=1))[0]
    chairing.open_conference(by=people["facilitator"], conference=conference)
    for name in ("schools", "police"):
        chairing.arrive(by=people["facilitator"], conference=conference, member=people[name], aloud=True)
    return Conference.objects.select_related("table", "sitting").get(pk=conference.pk)


def read(people: Cast, who: str, conference: Conference) -> Minutes:
    return minutes.minutes_for(conference, standing_of(people[who], people.table))


def page(client: Client, people: Cast, who: str, conference: Conference) -> Any:
    client.force_login(people[who])
    return client.get(reverse("minutes", kwargs={"key": conference.pk}))


def new(found: Minutes) -> list[tuple[str, str, str, str]]:
    return [(line.subject, line.words, line.lead, line.brought_by) for line in found.new]


def test_facilitator_reads_what_became_of_each_new_situation(people: Cast, held: Conference) -> None:
    assert new(read(people, "facilitator", held)) == [
        ("Male, 12-17", "accepted", "Clinic", "Schools"),
        ("Male, 12-17", "rejected: one agency can address it", "", "Police"),
        ("Male, 12-17", "carried over", "", "Recovery"),
    ]


def test_action_list_and_carried_over_follow_from_the_results(people: Cast, held: Conference) -> None:
    found = read(people, "facilitator", held)
    accepted, _rejected, left = found.new
    assert found.actions == (accepted,)
    assert accepted.clock_ends is not None
    assert found.carried_over == (left,)


def test_roll_call_names_every_seat_with_its_people_and_pledges(people: Cast, held: Conference) -> None:
    found = read(people, "facilitator", held)
    seats = {seat.agency: seat for seat in found.seats}
    assert list(seats) == ["Harborview Clinic", "Harborview Police", "Harborview Recovery", "Harborview Schools"]
    assert seats["Harborview Recovery"].presences == ()
    people_there = {one.person: one for one in seats["Harborview Clinic"].presences}
    assert list(people_there) == ["Facilitator", "Clinic", "Recorder"]
    assert people_there["Recorder"].words == ["recorder"]
    assert all(one.pledged_at and one.left_at for one in people_there.values())
    assert seats["Harborview Police"].presences[0].stepped_out == found.new[1].number


def test_quorum_counts_seats_that_could_speak(people: Cast, held: Conference) -> None:
    found = read(people, "facilitator", held)
    assert (found.seats_present, found.quorum, found.quorum_met) == (3, 3, True)
    assert found.recorders == ("Recorder",)
    assert found.facilitators == ("Facilitator",)


def test_facilitators_are_named_in_order_after_a_hand_over(people: Cast, open_now: Conference) -> None:
    chairing.offer_chair(by=people["facilitator"], conference=open_now, to=people["schools"])
    chairing.accept_chair(by=people["schools"], conference=open_now)
    found = read(people, "schools", Conference.objects.select_related("table", "sitting").get(pk=open_now.pk))
    assert found.facilitators == ("Facilitator", "Schools")
    assert (found.seats_present, found.quorum_met, found.closed_at) == (2, False, None)


def test_reader_who_was_away_reads_not_shared(people: Cast, held: Conference) -> None:
    chairing.pledge(by=people["recovery"], conference=held, member=people["recovery"])
    subject, _words, lead, brought_by = new(read(people, "recovery", held))[0]
    assert (subject, lead, brought_by) == (str(NOT_SHARED), str(NOT_SHARED), "Schools")


def test_reader_who_stepped_out_reads_no_line_of_it(people: Cast, held: Conference) -> None:
    found = read(people, "police", held)
    assert found.left_out == 1
    assert [line.result for line in found.new] == [Result.ACCEPTED, Result.CARRIED_OVER]
    assert all(one.stepped_out == "" for seat in found.seats for one in seat.presences)


def test_analyst_reads_no_situation_at_all(people: Cast, held: Conference) -> None:
    found = read(people, "analyst", held)
    assert (found.new, found.follow_ups, found.left_out) == ((), (), 3)


def test_analyst_has_counts_and_no_minutes(client: Client, people: Cast, held: Conference) -> None:
    assert page(client, people, "analyst", held).status_code == 404
    assert client.get(reverse("minutes_pdf", args=[held.pk])).status_code == 404
    for address in (reverse("conference_list"), reverse("conference_detail", args=[held.pk])):
        html = client.get(address).content.decode()
        assert reverse("minutes", args=[held.pk]) not in html


def test_follow_up_shows_the_report_back_of_its_own_conference_only(people: Cast, held: Conference) -> None:
    found = read(people, "facilitator", held)
    assert [one.line for one in found.new[0].reports] == ["Reached on the first day."]
    assert found.follow_ups == ()


def test_seal_covers_the_last_entry_of_each_chain(people: Cast, held: Conference) -> None:
    seal = read(people, "facilitator", held).seal
    assert seal is not None
    entries = LedgerEntry.objects.filter(sitting=held.sitting)
    assert (seal.first, seal.last) == (entries.order_by("pk")[0].pk, entries.order_by("-pk")[0].pk)
    assert seal.chains == 3
    assert seal == (read(people, "schools", held).seal)


def test_conference_never_opened_has_no_minutes(people: Cast) -> None:
    conference = Conference(table=people.table)
    with pytest.raises(ValueError, match="never opened"):
        minutes.minutes_for(conference, standing_of(people["schools"], people.table))


@pytest.mark.parametrize(("seconds", "said"), [(0, "0:00"), (9, "0:09"), (250, "4:10"), (3605, "60:05")])
def test_time_used_is_in_minutes_and_seconds(seconds: int, said: str) -> None:
    assert ItemLine("", "", "", "", "", None, "", "", (), None, seconds).used == said


@pytest.mark.parametrize("who", ["facilitator", "schools", "police", "recovery", "observer", "privacy_officer"])
def test_page_holds_no_identifier_and_no_case_text(client: Client, people: Cast, held: Conference, who: str) -> None:
    answer = page(client, people, who, held)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "These minutes hold no name, address or date of birth" in html
    for secret in [*IDENTITY.values(), PROFILE["note"], PROFILE["consent_reason"], "Two home visits."]:
        assert secret not in html


def test_page_says_what_was_decided(client: Client, people: Cast, held: Conference) -> None:
    html = " ".join(page(client, people, "facilitator", held).content.decode().split())
    assert "Quorum 3 seats, 3 present: met" in html
    assert "carried over to the next conference." in html
    assert "No crisis bed at weekends." in html
    assert "rejected: one agency can address it" in html


def test_page_before_closing_is_for_who_presides_alone(client: Client, people: Cast, open_now: Conference) -> None:
    assert page(client, people, "schools", open_now).status_code == 422
    assert "Preview" in page(client, people, "facilitator", open_now).content.decode()
    assert "no minutes yet" in page(client, people, "recorder", open_now).content.decode()
