"""A whole conference in real browsers: one follow-up concluded, one new situation rejected, one accepted, by keyboard."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e import scene
from tests.e2e.conftest import MakeRoom, Room
from tests.e2e.people import PHONE, Person, names_in, no_name_outside_the_envelope

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def room(make_room: MakeRoom) -> Iterator[Room]:
    with make_room("scheduled") as made:
        yield made


class Meeting:
    """Everybody at this conference, and what they do in it, in order. Each step leaves everybody at the next one's start."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.facilitator = room.person("facilitator")
        self.schools, self.police = room.person("schools"), room.person("police")
        self.clinic = room.person("clinic", PHONE)
        self.seats = [self.schools, self.clinic, self.police]
        self.everybody = [self.facilitator, *self.seats]

    def opens(self) -> None:
        """Opened, pledged and called together without a mouse; the projector starts blank and is shown with B."""
        page = self.facilitator.page
        page.goto(f"/conferences/{self.room.conference}/")
        self.facilitator.button("Open the conference").focus()
        self.facilitator.press("Enter").wait_until_connected()
        self.wall = self.facilitator.open_projector(self.room.conference)
        self.everybody.append(self.wall)
        expect(self.wall.page.locator("[data-blank]")).to_be_attached()
        page.bring_to_front()
        self.facilitator.press("?").sees("affirm or withdraw a criterion", within="dialog[open]").press("Escape").done()
        self.facilitator.press("y").sees("Call the roll, then begin.")
        for seat in self.seats:
            seat.open_board(self.room.conference).press("y").sees("Nothing to answer now")
        self.facilitator.sees("Quorum is met.").press("b")
        self.wall.sees("Names are never shown here")

    def follows_up(self) -> None:
        """The lead's report-back is typed by its own seat; the facilitator concludes."""
        self.facilitator.press("n").sees("Follow-up 1 of 1")
        self.wall.sees("-0001")
        self.clinic.page.get_by_label("One line").fill(scene.LINE)
        self.clinic.button("Give this report-back").click()
        for person in (self.facilitator, self.police, self.wall):
            person.sees(scene.LINE)
        form = self.facilitator.ask("d")
        form.get_by_label("Conclusion").select_option("risk_lowered.connected_to_services")
        form.get_by_label("In a sentence").press("Enter")
        self.facilitator.done().sees("Concluded.")
        self.wall.sees("Connected to services")

    def rejects(self) -> None:
        """One seat disagrees, the facilitator rejects with a reason, takes that back with a reason, and rejects again."""
        self.facilitator.press("n").sees("New situation 1 of 2")
        self.schools.sees("is it acutely elevated risk?").press("d")
        self.schools.page.keyboard.type("One agency can settle this.")
        self.schools.press("Enter").sees("given: disagrees")
        self.facilitator.sees("Held: Schools disagrees.").press("a").sees("Schools", within="#notice")
        self._reject()
        form = self.facilitator.ask("u")
        form.get_by_label("Why", exact=True).fill("The table wants to hear the police first.")
        self.facilitator.press("Enter").done().sees("Held: Schools disagrees.")
        self._reject()

    def _reject(self) -> None:
        form = self.facilitator.ask("r")
        form.get_by_label("One agency can address it").check()
        self.facilitator.press("Enter").done().sees("Rejected. Its details are removed")
        self.wall.sees("One agency can address it")

    def agrees(self) -> None:
        """The police step out, a seat that lost its connection catches up by itself, the recovery centre comes late."""
        self.facilitator.press("n").sees("New situation 2 of 2")
        self.police.sees("-0003", within="#panel-head").button("Step out").click()
        self.police.sees("Step out of").press("Enter").done().sees("You have stepped out").sees_not("Stopped coming to school")
        self.clinic.sees("Stopped coming to school").lose_connection()
        self.facilitator.press("3").sees("3 of 4 affirmed").press("3").sees("4 of 4 affirmed")
        roll = self.facilitator.ask("w")
        roll.get_by_role("row").filter(has_text="Recovery").filter(has_not_text="Deputy").get_by_role("button").press("Enter")
        self.facilitator.done().press("a").sees("Next: who leads?")
        self.clinic.find_connection().sees("Identity: sealed")

    def opens_identity(self) -> None:
        """The presenter opens it on a basis; one seat reads it on its own device, the others' devices never hold it.

        What that seat has affirmed for its own answer meanwhile stands when the opening changes its page.
        """
        self.clinic.choose("Serving now").page.get_by_label("Legal basis of your answer").select_option("hipaa_threat")
        self.clinic.sees("acutely elevated risk is not enough").affirm("answer")
        self.schools.page.get_by_label("Legal basis of your agency").select_option("ferpa_emergency")
        self.schools.sees("603 CMR 23.07(4)(e)", "Would be told now: Clinic, Recovery").affirm("opening")
        self.schools.button("Open the identity to the seats").click()
        self.clinic.sees("You may open").button("Open the identity").click()
        envelope = self.clinic.page.locator("#identity")
        expect(envelope).to_contain_text("Zephyrine Quill-Marker")
        expect(envelope).not_to_contain_text("Canary Row")
        expect(envelope).to_contain_text("Education records may be passed on only with consent (34 CFR 99.33).")
        self.police.sees_not("Identity")
        no_name_outside_the_envelope(self.everybody)

    def finds_who_helps(self) -> None:
        """Serving now with a basis, an offer, no role; the lead is asked by keyboard and accepts on its own screen."""
        affirmed = self.clinic.page.locator("#answer-conditions").get_by_role("checkbox")
        assert [box.is_checked() for box in affirmed.all()] == [True] * 5
        expect(self.clinic.page.get_by_label("What the threat is")).to_have_value("He told his teacher and us.")
        self.clinic.page.get_by_label("What you can offer").fill("A clinician can visit tomorrow.")
        self.clinic.button("Give this answer").click()
        self.clinic.sees("given: serving now").sees_not("acutely elevated risk is not enough")
        self.facilitator.sees("1 seat has spoken up")
        self.schools.choose("Can help").page.get_by_label("What you can offer").fill("A counsellor he trusts.")
        self.schools.button("Give this answer").click()
        self.facilitator.sees("2 seats have spoken up", "A counsellor he trusts.", "basis recorded").sees_not("45 CFR")
        self.schools.choose("No role").button("Give this answer").click()
        self.schools.sees("given: no role")
        self.facilitator.sees("1 seat has spoken up")
        self.facilitator.press("l", "Enter").sees("Waiting for Clinic to accept.")
        self.facilitator.press("a").sees("Filter 4 needs a lead agency that has accepted.")
        self.clinic.sees("You are asked to lead.").button("Accept").click()
        self.facilitator.sees("Ready for filter 4.")
        assert names_in(self.wall.page.content()) == []

    def starts_filter_4(self) -> None:
        """The envelope is shut, agencies without a role are told so; the late seat leaves and is told nothing more."""
        self.facilitator.press("a").sees("Accepted. Lead and assisting agencies plan apart")
        self.clinic.sees("Clinic leads", "Go to the plan")
        expect(self.clinic.page.locator("#identity")).to_be_empty()
        self.schools.sees("No role for your agency")
        roll = self.facilitator.ask("w")
        row = roll.get_by_role("row").filter(has_text="Recovery").filter(has_not_text="Deputy")
        row.get_by_role("button", name="Leaves").press("Enter")
        self.facilitator.done().sees("Quorum met, 3 of 4")

    def hands_over(self) -> None:
        """By offer and accept, there and back; the projector goes on, because somebody presides all the time."""
        for giver, taker, name in (
            (self.facilitator, self.schools, "Schools, Schools"),
            (self.schools, self.facilitator, "Facilitator, Clinic"),
        ):
            giver.ask("h").get_by_label("To whom").select_option(label=name)
            giver.press("Tab", "Tab", "Enter")
            taker.button("Take over as facilitator").click()
            taker.wait_until_connected().sees("Blank projector")
            giver.wait_until_connected().sees(f"You follow the facilitator, {name.partition(',')[0]}.")
            self.wall.sees("Lead and assisting agencies plan apart")

    def closes(self) -> None:
        """Noted, closed; every face says so, the projector is blank, and the minutes are there at once."""
        form = self.facilitator.ask("i")
        form.get_by_label("The gap, in a few words").fill("No crisis bed within thirty miles")
        self.facilitator.press("Enter").done().sees("1 noted")
        self.facilitator.press("n").sees("The agenda is done.")
        no_name_outside_the_envelope(self.everybody)
        self.facilitator.ask("e")
        self.facilitator.press("Enter").sees("The conference is closed")
        for seat in self.seats:
            seat.sees("The conference is closed")
        expect(self.wall.page.locator("[data-blank]")).to_be_attached()
        self.facilitator.page.get_by_role("link", name="Read the minutes").click()
        self.facilitator.page.wait_for_url("**/minutes/")


def test_a_conference_runs_from_the_roll_to_the_minutes_and_the_ledger_is_right(room: Room):
    meeting = Meeting(room)
    meeting.opens()
    meeting.follows_up()
    meeting.rejects()
    meeting.agrees()
    meeting.opens_identity()
    meeting.finds_who_helps()
    meeting.starts_filter_4()
    meeting.hands_over()
    meeting.closes()

    no_name_outside_the_envelope(meeting.everybody)
    assert_minutes(meeting.facilitator)
    room.hub.manage("verify_ledger")
    assert_ledger(scene.play(room.hub.environment, "record"))
    assert names_in(room.hub.log.read_text()) == []


def assert_minutes(reader: Person) -> None:
    reader.sees(
        "rejected: one agency can address it",
        "concluded: connected to services",
        "AER, ",
        "stepped out of",
        "No crisis bed within thirty miles",
        scene.LINE,
    )
    reader.sees_not("Stopped coming to school", "Neighbours complain")


def assert_ledger(found: dict[str, dict[str, Any]]) -> None:
    """Recipients are exactly those who were present, cleared and not of the discloser's agency at that moment."""
    concluded, rejected, accepted = (found[number] for number in sorted(found))
    assert [one["stage"] for one in (concluded, rejected, accepted)] == ["concluded", "rejected", "filter4"]
    kinds = [line[0] for line in rejected["ledger"]]
    assert kinds[-7:] == ["profile", "dissent", "rejected", "taken_back", "rejected", "redacted", "shredded"]
    # the facilitator works for the clinic, to which its own answer is no disclosure
    told = {"profile", "identity_offered", "identity_read", "answer", "answer_withdrawn", "planned", "recused"}
    assert [line for line in accepted["ledger"] if line[0] in told] == [
        ["profile", "facilitator", "schools", "table_agreement", ["clinic", "facilitator", "police"]],
        ["recused", "police", "police", "", []],
        ["profile", "facilitator", "schools", "table_agreement", ["recovery"]],
        ["identity_offered", "schools", "schools", "ferpa_emergency", ["clinic", "recovery"]],
        ["identity_read", "clinic", "clinic", "ferpa_emergency", ["clinic"]],
        ["answer", "clinic", "clinic", "hipaa_threat", []],
        ["answer", "schools", "schools", "", ["facilitator"]],
        ["answer_withdrawn", "schools", "schools", "", []],
        ["planned", "facilitator", "schools", "ferpa_emergency", ["clinic"]],
    ]
