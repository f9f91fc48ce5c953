"""A page of the door that somebody else prepared, kept or watched, and desks and threads that somebody else ended."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from agencies.models import Member, Seat
from hub.core import clock
from hub.core.errors import RuleRefused
from situations import deidentify, held_texts, suggesting
from situations.choices import ReferralStage
from situations.models import HeldText, Referral
from situations.referrals import deleting, opening, reachable, receipts, steps, thread
from tests.cast import assemble, refused, to_filter2
from tests.intake import Intake, intake
from tests.security.family import Family, unmarked

pytestmark = pytest.mark.django_db
ELSEWHERE: Any = {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "https://evil.example"}


@pytest.fixture
def desks() -> Intake:
    return intake(assemble())


def begun(desks: Intake) -> Family:
    client = Client()
    family = Family(lambda path, form: client.post(path, form).content.decode(), unmarked(happening="Words of our own."))
    family.page = family.ask("/help/", {"desk": str(desks.desks["recovery"].pk)})
    return family


def finished(family: Family, *, let_go: bool = True) -> str:
    for name, value in (("relation", "friend"), ("happening", "Words of our own."), ("knows", "no"), ("reach", "here")):
        while f'name="{name}"' not in family.page:
            family.on()
        family.on(**{name: value, **({"danger": "soon"} if name == "happening" else {})})
    while family.hidden("step") != "look":
        family.on()
    if let_go:
        return family.send()
    sending = {"state": family.hidden("state"), "step": "look", "go": "send", "proof": family.proof()}
    family.page = family.ask("/help/", sending)
    return code_in(family.page)


def code_in(page: str) -> str:
    found = re.search(r'class="digits">([\d ]+)<', page)
    return found[1] if found else ""


def posted(path: str, form: dict[str, str], **headers: Any) -> str:
    return Client().post(path, form, **headers).content.decode()


def test_who_kept_the_first_page_learns_no_code_of_what_another_sent(desks: Intake):
    """On a shared phone: the first page was open, and its hidden value copied, before somebody else wrote on it."""
    family = begun(desks)
    kept = family.hidden("state")
    before = code_in(posted("/help/", {"state": kept, "step": "type", "go": "back"}))
    code = finished(family)
    assert code != before
    assert receipts.find(code) is not None
    assert before == "" or receipts.find(before) is None


def test_who_sends_another_text_under_the_same_token_is_shown_no_code(desks: Intake):
    family = begun(desks)
    kept = steps.opened(family.hidden("state"))
    assert kept is not None
    code = finished(family)
    own = {"relation": "friend", "happening": "A guess.", "danger": "soon", "knows": "no", "reach": "here"}
    page = posted("/help/", {"state": steps.sealed(kept.answered(own)), "step": "look", "go": "send", "proof": "0"})
    assert code not in page
    assert Referral.objects.count() == 1


def test_code_that_was_typed_back_stays_away_on_the_next_day_too(desks: Intake):
    family = begun(desks)
    code = finished(family)
    with clock.at(clock.now() + timedelta(days=1)):
        for form in ({"step": "look", "go": "send", "proof": "0"}, {"step": "type", "go": "back"}):
            assert code not in posted("/help/", {"state": family.state, **form})


def test_state_ends_half_a_day_after_it_was_begun(desks: Intake):
    state = steps.State(desk=1, language="en")
    assert steps.opened(steps.sealed(state)) == state
    old = steps.State(desk=1, language="en", begun=state.begun - steps.WHOLE_SECONDS - 1)
    assert steps.opened(steps.sealed(old)) is None


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_foreign_site_can_neither_answer_for_a_family_nor_open_its_own_thread_there(desks: Intake, site: str):
    row, code = desks.bring()
    headers: Any = {**ELSEWHERE, "HTTP_SEC_FETCH_SITE": site}
    forms = [
        ("/help/", {"desk": "1", "step": "reach", "reach": "call", "reach_at": "978-555-0166"}),
        ("/help/", {"state": steps.sealed(steps.State(desk=1, language="en")), "step": "who", "relation": "friend"}),
        ("/help/code/", {"code": code}),
        ("/help/code/", {"ticket": steps.ticket(row.receipt, "en"), "go": "withdraw_now"}),
    ]
    for path, form in forms:
        answer = Client().post(path, form, **headers)
        assert (answer.status_code, answer.headers["Location"]) == (303, path)
    row.refresh_from_db()
    assert row.stage == ReferralStage.RECEIVED


def test_own_pages_and_browsers_that_say_nothing_are_believed(desks: Intake):
    for site in ({}, {"HTTP_SEC_FETCH_SITE": "same-origin"}, {"HTTP_SEC_FETCH_SITE": "none"}):
        found: Any = site
        assert Client().post("/help/", {"desk": str(desks.desks["recovery"].pk)}, **found).status_code == 200


def test_door_leads_to_no_desk_without_a_seat_or_people(desks: Intake):
    mine, family = desks.desks["recovery"], begun(desks)
    assert mine in reachable.desks()
    Seat.objects.filter(agency=mine.agency).update(ended_on=clock.today())
    assert mine not in reachable.desks()
    family.on()
    assert 'name="state"' not in family.page
    Seat.objects.filter(agency=mine.agency).update(ended_on=None)
    Member.objects.filter(pk=desks.staff["recovery"].pk).update(is_active=False)
    assert mine not in reachable.desks()


def test_what_was_sent_shows_its_code_although_the_desk_has_shut_since(desks: Intake):
    family = begun(desks)
    code = finished(family, let_go=False)
    Seat.objects.filter(agency=desks.desks["recovery"].agency).update(ended_on=clock.today())
    assert code_in(posted("/help/", {"state": family.hidden("state"), "step": "type", "go": "back"})) == code


def test_message_of_a_later_day_opens_what_was_taken_back_also_when_the_desk_reads_it_first(desks: Intake):
    row, _code = desks.bring()
    desks.read(row)
    thread.withdraw(row)
    with clock.at(clock.now() + timedelta(days=1)):
        thread.write_as_family(row, text="I have changed my mind. Please come.", number=1)
        opening.read(by=desks.staff["recovery"], referral=row)
    row.refresh_from_db()
    assert (row.stage, row.deleted_from) == (ReferralStage.READ, None)
    with clock.at(clock.now() + timedelta(days=60)):
        assert deleting.delete_due() == 0


def test_message_of_the_same_day_leaves_it_taken_back(desks: Intake):
    row, _code = desks.bring()
    desks.read(row)
    thread.withdraw(row)
    thread.write_as_family(row, text="Thank you anyway.", number=1)
    opening.read(by=desks.staff["recovery"], referral=row)
    row.refresh_from_db()
    assert row.stage == ReferralStage.CLOSED


@pytest.mark.parametrize("typed", ["978\u2800555\u28000143", "978\u3164555\u31640143", "978\uffa0555\u115f0143"])
def test_signs_that_show_as_nothing_hide_no_number(typed: str):
    assert [one.kind for one in deidentify.find(f"call {typed} now")] == ["phone"]


def test_signs_that_show_as_nothing_hide_no_sealed_name():
    (found,) = deidentify.find("saw zebe\u3164dee there", deny=["Zebedee Quartermain"])
    assert (found.kind, found.severity) == ("identity", "block")


@pytest.mark.parametrize("kind", ["identity", "unchecked"])
def test_what_could_hold_a_sealed_name_is_shown_to_no_chair_who_may_not_open_it(kind: str):
    """Where the detector could not look, nobody compared the text with the envelope."""
    people = assemble()
    situation = people.ready()
    situation = to_filter2(people, people.conference("police", "schools", "clinic", "recovery", "recorder"), situation)
    held = HeldText(
        table=people.table, situation=situation, agency=people.agencies["schools"], written_by=people["schools"],
        for_chairs=True, field="because", kinds=[kind], held_at=clock.now(), digest="0" * 64,
    )  # fmt: skip
    assert not held_texts.may_decide(people["recorder"], held, pledged=True)
    held.kinds = ["phone"]
    assert held_texts.may_decide(people["recorder"], held, pledged=True)


def test_no_word_is_suggested_where_the_detector_cannot_look(lose_word_lists: Callable[[], None]):
    people = assemble()
    situation = people.draft(note="He told Dunne about it.")
    lose_word_lists()
    with refused(RuleRefused, "note"):
        suggesting.suggest(by=people["schools"], situation=situation, field="note", word="Dunne")
