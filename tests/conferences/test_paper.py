"""The meeting on paper: who may have it, what stands on it, and what is entered from it afterwards."""

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from agencies.standing import standing_of
from conferences import agenda, chairing, scheduling
from conferences.choices import ItemKind
from conferences.minutes import minutes_for
from conferences.models import Conference
from conferences.paper import paper_for
from conferences.paper_entry import Decision, enter
from hub.core import afterwards, clock
from hub.core.audit import acting
from hub.core.errors import NotAllowed, NotVisible, RuleRefused
from situations import ledger
from situations.choices import EntryKind, Stage
from situations.models import Involvement, LedgerEntry, Situation
from situations.moments import said
from tests.cast import (
    IDENTITY,
    Cast,
    act,
    assemble,
    footprint,
    fresh,
    given_for,
    item_of,
    refused,
    to_filter2,
    to_filter3,
    to_filter4,
)  # fmt: skip
from tests.conferences.paper_story import MORNING, at, decided, entered, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    with clock.at(MORNING - timedelta(days=1)):
        return assemble()


@pytest.fixture
def away(people: Cast) -> tuple[Conference, Situation]:
    """Opened at nine with four seats and one new situation; then the system went away."""
    with clock.at(MORNING):
        situation = people.ready("schools")
        return people.conference(), situation


# on paper


def read(client: Client, people: Cast, who: str, conference: Conference, name: str = "paper") -> Any:
    client.force_login(people[who])
    return client.get(reverse(name, args=[conference.pk]))


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("facilitator", 200), ("recorder", 200), ("schools", 403), ("clinic_deputy", 403), ("observer", 403), ("analyst", 403),
        ("privacy_officer", 403), ("administrator", 404), ("outsider", 404),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["paper", "paper_pdf"])
def test_only_facilitator_and_recorder_have_the_paper(client: Client, people: Cast, who: str, status: int, name: str):
    people.ready()
    conference = people.conference()
    assert read(client, people, who, conference, name).status_code == status


def test_the_paper_holds_agenda_people_and_boxes_and_neither_profile_nor_identity(client: Client, people: Cast):
    waiting, agreed, planned = people.ready("schools"), people.ready("police"), people.ready("clinic")
    conference = people.conference("police", "schools", "clinic")
    to_filter4(people, conference, planned)
    to_filter3(people, conference, agreed)
    answer = read(client, people, "facilitator", conference)
    text = answer.content.decode()
    for number in (fresh(one).number for one in (waiting, agreed, planned)):
        assert number in text
    for words in ("Filter 2: does the table agree that it is AER?", "Initials", "Sealed: for the facilitator", "not present"):
        assert words in text
    assert "Clinic lead" in text
    secrets = [*IDENTITY.values(), waiting.note, "Two home visits", "grief"]
    assert [one for one in secrets if one in text] == []


def test_the_pdf_says_what_the_page_says(client: Client, people: Cast):
    people.ready("schools")
    conference = people.conference("schools", "clinic")
    answer = read(client, people, "facilitator", conference, "paper_pdf")
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    found = paper_for(conference, standing_of(people["facilitator"], people.table))
    for words in ("Sealed: for the facilitator", found.items[0].number, "Filter 4: what do we offer", "Recovery"):
        assert words in " ".join(text.split())
    assert not [one for one in IDENTITY.values() if one in text]


def test_before_it_is_opened_the_paper_has_what_the_conference_will_be_about(client: Client, people: Cast):
    with clock.at(clock.now() - timedelta(days=1)):
        situation = people.ready("schools")
        earlier = people.conference()
        to_filter4(people, earlier, situation)
        chairing.close_conference(by=people["facilitator"], conference=earlier)
    people.ready("police")
    scheduling.schedule(by=None, table=people.table, until=clock.today())
    conference = scheduling.next_conference(people.table)
    assert conference is not None
    text = read(client, people, "facilitator", conference).content.decode()
    for words in ("Not opened yet.", "not called yet", fresh(situation).number, "Report-back by the lead", "at the opening"):
        assert words in text


def test_after_the_close_there_are_minutes_instead(client: Client, people: Cast):
    conference = people.conference()
    chairing.close_conference(by=people["facilitator"], conference=conference)
    assert read(client, people, "facilitator", conference).status_code == 422


def test_reading_the_paper_enters_nothing(client: Client, people: Cast):
    people.ready()
    conference = people.conference()
    before = LedgerEntry.objects.count()
    read(client, people, "facilitator", conference)
    assert LedgerEntry.objects.count() == before


def test_whoever_stepped_out_finds_no_line_of_it_on_the_paper(people: Cast):
    situation = people.ready("schools")
    conference = people.conference("schools", "clinic")
    act(people["clinic"], conference, situation, "recuse")
    chair = people["facilitator"]
    assert [one.number for one in paper_for(conference, standing_of(chair, people.table)).items] == [fresh(situation).number]
    with pytest.raises(NotAllowed):
        paper_for(conference, standing_of(people["clinic"], people.table))


# entered afterwards


def test_what_was_decided_goes_through_the_one_gate_and_says_that_it_was_afterwards(people: Cast, away: Any):
    situation = entered(people, away, *decided(people))
    assert situation.stage == Stage.FILTER4
    assert situation.aer_at == at(9, 15)
    assert situation.clock_ends_at == at(9, 15) + timedelta(hours=people.table.response_clock_hours)
    roles = Involvement.objects.filter(situation=situation, ended_at=None).values_list("agency__key", "role", "accepted_at")
    assert set(roles) == {("clinic", "lead", at(9, 20)), ("police", "assisting", at(9, 20))}
    kinds = [EntryKind.PROFILE, EntryKind.AER, EntryKind.ASKED, EntryKind.PLANNED]
    for entry in LedgerEntry.objects.filter(situation=situation, kind__in=kinds):
        assert entry.detail[afterwards.FROM_PAPER] is True
        assert entry.at == at(11, 0)
        assert entry.actor_id == people["facilitator"].pk
    aer = LedgerEntry.objects.get(situation=situation, kind=EntryKind.AER)
    assert datetime.fromisoformat(aer.detail[afterwards.DECIDED_AT]) == at(9, 15)
    assert list(ledger.verify()) == []


def test_history_rows_say_it_too_and_what_is_done_at_the_board_does_not(people: Cast, away: Any):
    situation = entered(people, away, *decided(people))
    last = situation.history.first()
    assert last.history_change_reason.endswith(", from paper")
    assert (last.history_date, last.history_user) == (at(11, 0), people["facilitator"])
    with clock.at(at(11, 5)):
        chairing.take_in_hand(by=people["facilitator"], conference=away[0], item=item_of(away[0], situation))
        act(people["facilitator"], away[0], situation, "continue")
    entry = LedgerEntry.objects.filter(situation=situation, kind=EntryKind.CONTINUED).get()
    assert entry.detail == {}
    assert not situation.history.first().history_change_reason.endswith("from paper")


def test_the_profile_is_disclosed_to_those_on_the_roll_as_at_the_board(people: Cast, away: Any):
    situation = entered(people, away, Decision("agree-all", at(9, 15), {}))
    profile = next(one for one in people.ledger(situation) if one[0] == EntryKind.PROFILE)
    assert profile[4] == {"police", "clinic", "recovery", "facilitator"}


def test_who_heard_it_and_left_before_it_was_entered_is_a_recipient_as_is_who_came_since(people: Cast, away: Any):
    conference, chair = away[0], people["facilitator"]
    with clock.at(at(9, 10)):
        chairing.leave(by=chair, conference=conference, member=people["recovery"])
    with clock.at(at(9, 30)):
        chairing.leave(by=chair, conference=conference, member=people["police"])
    with clock.at(at(9, 40)):
        chairing.arrive(by=chair, conference=conference, member=people["police_deputy"], aloud=True)
    situation = entered(people, away, Decision("agree-all", at(9, 15), {}))
    profile = next(one for one in people.ledger(situation) if one[0] == EntryKind.PROFILE)
    assert profile[4] == {"police", "police_deputy", "clinic", "facilitator"}


def test_what_is_in_hand_is_entered_the_next_day_too_by_the_pledge_of_its_own_day(people: Cast, away: Any):
    with clock.at(at(9, 10)):
        to_filter2(people, *away)
    situation = entered(people, away, Decision("agree-all", at(9, 15), {}), now=at(9, 0) + timedelta(days=1))
    assert situation.stage == Stage.FILTER3


def test_a_rejection_from_paper_is_redacted_like_any_other(people: Cast, away: Any):
    situation = entered(people, away, Decision("reject", at(9, 15), {"reason": "not_aer", "because": ""}))
    assert (situation.stage, situation.note) == (Stage.REJECTED, "")
    assert people.ledger(situation)[-1][0] in {EntryKind.REDACTED, EntryKind.SHREDDED}
    assert list(ledger.verify()) == []


def test_a_follow_up_is_entered_with_its_report_back(people: Cast):
    with clock.at(MORNING - timedelta(hours=20)):
        situation = people.ready("schools")
        earlier = people.conference()
        to_filter4(people, earlier, situation)
        chairing.close_conference(by=people["facilitator"], conference=earlier)
    with clock.at(MORNING):
        conference = people.conference()
    line = {"line": "Visited twice.", "still_aer": "1"}
    found = entered(
        people, (conference, situation), Decision("report-back", at(9, 10), line), Decision("continue", at(9, 12), {})
    )
    assert item_of(conference, found).result == "continues"
    assert found.report_backs.get().at == at(9, 10)


@pytest.mark.parametrize(
    ("moments", "words", "line"),
    [
        ([(8, 59)], "not open yet", "line_1"),
        ([(9, 15), (11, 1)], "not come yet", "line_2"),
        ([(9, 20), (9, 15)], "in their order", "line_2"),
    ],
)
def test_times_outside_the_meeting_in_the_future_or_out_of_order_are_refused_whole(
    people: Cast, away: Any, moments: list[tuple[int, int]], words: str, line: str
):
    lines = [Decision(what, at(*moment), {}) for what, moment in zip(["agree-all", "start-filter-4"], moments, strict=False)]
    before = footprint()
    with pytest.raises(RuleRefused, match=words) as told:
        entered(people, away, *lines)
    assert (told.value.field, footprint()) == (line, before)


def test_before_what_is_in_the_ledger_of_this_conference_already_is_out_of_order(people: Cast, away: Any):
    entered(people, away, Decision("agree-all", at(9, 30), {}))
    with refused(RuleRefused, "line_1"):
        entered(people, away, Decision("lead", at(9, 29), {"agency": str(people.agencies["clinic"].pk)}))
    entered(people, away, Decision("lead", at(9, 30), {"agency": str(people.agencies["clinic"].pk)}))


def test_all_of_one_situation_is_entered_or_nothing(people: Cast, away: Any):
    lines = [*decided(people)[:1], Decision("start-filter-4", at(9, 20), {})]
    with refused(RuleRefused, "line_2"):
        entered(people, away, *lines)


def test_a_role_without_its_agency_is_refused_and_never_falls_to_the_facilitators_own(people: Cast, away: Any):
    entered(people, away, Decision("agree-all", at(9, 15), {}))
    for what in ("lead", "assist", "dissent"):
        with refused(RuleRefused, "line_1"):
            entered(people, away, Decision(what, at(9, 20), {"agency": ""}))


def test_a_disagreement_and_why_the_table_went_on_are_entered_in_their_order(people: Cast, away: Any):
    police = str(people.agencies["police"].pk)
    situation = entered(
        people, away,
        Decision("dissent", at(9, 10), {"agency": police, "reason": "We have seen no sign of it."}),
        Decision("go-on", at(9, 12), {"agency": police, "because": "Two others have."}),
        Decision("agree-all", at(9, 12), {}),
    )  # fmt: skip
    assert situation.stage == Stage.FILTER3
    kept = [one for one in people.ledger(situation) if one[0] in {EntryKind.DISSENT, EntryKind.WENT_ON}]
    assert [one[:2] for one in kept] == [(EntryKind.DISSENT, "facilitator"), (EntryKind.WENT_ON, "facilitator")]


def test_a_press_of_entering_that_is_sent_twice_enters_once(client: Client, people: Cast, away: Any):
    conference, situation = away
    lines = typed({"time": "09:15", "what": "agree-all"}, item=str(item_of(conference, situation).pk), press_key="e" * 32)
    with clock.at(at(11, 0)):
        client.force_login(people["facilitator"])
        url = reverse("paper_entry", args=[conference.pk])
        places = [client.post(url, lines).headers["Location"] for _turn in range(2)]
    assert places[0] == places[1]
    assert LedgerEntry.objects.filter(situation=situation, kind=EntryKind.AER).count() == 1


def test_who_presides_and_has_stepped_out_is_not_told_when_anything_was_decided(people: Cast, away: Any):
    conference, situation = away
    entered(people, away, Decision("agree-all", at(9, 30), {}))
    with clock.at(at(11, 10)):
        chairing.offer_chair(by=people["facilitator"], conference=conference, to=people["clinic"])
        act(people["clinic"], conference, situation, "recuse")
        chairing.accept_chair(by=people["clinic"], conference=conference)
    earlier = [Decision("start-filter-4", at(9, 10), {})]
    with clock.at(at(11, 20)), refused(NotVisible):
        enter(by=people["clinic"], conference=conference, item=item_of(conference, situation), decisions=earlier)


def test_what_a_seat_alone_may_say_is_not_entered_for_it(people: Cast, away: Any):
    entered(people, away, Decision("agree-all", at(9, 15), {}))
    for what in ("open-identity", "answer", "close", "begin"):
        with refused(RuleRefused, "line_1"):
            entered(people, away, Decision(what, at(9, 20), given_for("table_agreement")))


@pytest.mark.parametrize("who", ["recorder", "schools", "administrator"])
def test_only_who_presides_enters(people: Cast, away: Any, who: str):
    conference, situation = away
    item = item_of(conference, situation)
    with clock.at(at(11, 0)), refused(NotAllowed):
        enter(by=people[who], conference=conference, item=item, decisions=decided(people))


def test_until_the_end_of_the_next_day_and_not_later(people: Cast, away: Any):
    with refused(RuleRefused):
        entered(people, away, *decided(people), now=at(0, 0) + timedelta(days=2))
    situation = entered(people, away, *decided(people), now=at(23, 59) + timedelta(days=1))
    assert situation.stage == Stage.FILTER4


def test_into_a_closed_conference_nothing_is_entered(people: Cast, away: Any):
    conference, situation = away
    item = item_of(conference, situation)
    with clock.at(at(10, 0)):
        chairing.close_conference(by=people["facilitator"], conference=conference)
    with clock.at(at(11, 0)), refused(RuleRefused):
        enter(by=people["facilitator"], conference=Conference.objects.get(), item=item, decisions=decided(people))


def test_another_situation_in_hand_stays_as_it_is(people: Cast, away: Any):
    conference, _situation = away
    with clock.at(MORNING):
        other = people.ready("police")
    with clock.at(at(10, 50)):
        with acting(people["facilitator"], "agenda.place"):
            agenda.place(conference, other, ItemKind.NEW, people["facilitator"])
        to_filter2(people, conference, other)
    with refused(RuleRefused):
        entered(people, away, *decided(people))


def test_the_one_in_hand_when_the_system_went_away_goes_on_and_its_timer_stays_sound(people: Cast, away: Any):
    conference, situation = away
    with clock.at(at(10, 30)):
        to_filter2(people, conference, situation)
    entered(people, away, Decision("agree-all", at(9, 15), {}))
    assert item_of(conference, situation).seconds_used >= 0
    assert not chairing.in_hand(conference)


def test_the_minutes_say_which_were_entered_from_paper(client: Client, people: Cast, away: Any):
    conference, _situation = away
    situation = entered(people, away, *decided(people))
    with clock.at(at(11, 30)):
        chairing.close_conference(by=people["facilitator"], conference=conference)
    with clock.at(at(11, 40)):
        closed = Conference.objects.select_related("table", "sitting").get()
        assert minutes_for(closed, standing_of(people["clinic"], people.table)).from_paper == (situation.number,)
        client.force_login(people["clinic"])
        page = client.get(reverse("minutes", args=[closed.pk])).content.decode()
    assert f"{situation.number} entered afterwards from paper." in " ".join(page.split())
    client.force_login(people["facilitator"])
    late = client.get(reverse("paper_entry", args=[closed.pk]))
    assert late.status_code == 422
    assert "what was undone is carried over" in late.content.decode()


def test_the_record_says_that_an_entry_was_made_afterwards_and_when_it_was_decided(client: Client, people: Cast, away: Any):
    situation = entered(people, away, *decided(people))
    with clock.at(at(11, 40)):
        client.force_login(people["privacy_officer"])
        page = client.get(reverse("situation_detail", args=[situation.pk])).content.decode()
    assert "entered afterwards from paper" in page
    assert f"decided {said(at(9, 15))}" in " ".join(page.split())
