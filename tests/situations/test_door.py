"""The public door, from its first page to status and messages: without a script, an account, a cookie or a session."""

import gzip
import json
import re
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from pytest_django import DjangoDbBlocker

from hub.core import clock, second_wall
from hub.core.audit import acting
from situations import desk_page
from situations.choices import Closing, Pile, ReferralStage
from situations.models import IntakeDesk, LedgerEntry, Referral
from situations.referrals import desk as desks
from situations.referrals import limits, receipts, replying, sealing, steps, thread
from situations.referrals.answers import LONG, Answers
from tests.cast import AGENCIES, Cast, assemble, scene
from tests.situations.door import ANSWERS, STORY, Visitor, open_desk, staffed, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[Cast, IntakeDesk]]:
    with scene(django_db_blocker):
        people = assemble()
        yield people, open_desk(people)


@pytest.fixture
def people(db: None, made: tuple[Cast, IntakeDesk]) -> Cast:
    return made[0]


@pytest.fixture
def desk(db: None, made: tuple[Cast, IntakeDesk]) -> IntakeDesk:
    return made[1]


@pytest.fixture
def at_once(monkeypatch):
    """Nobody waits in these tests."""
    monkeypatch.setattr(limits, "PAUSE_SECONDS", 0)


@pytest.fixture
def visitor(desk, at_once) -> Visitor:
    return Visitor()


@pytest.fixture
def sent(visitor: Visitor) -> Visitor:
    return visitor.up_to_look().send()


def test_whole_way_ends_with_a_code_and_a_sealed_referral(sent, desk):
    code = sent.code
    assert receipts.digits(code)
    found = Referral.objects.get()
    assert (found.desk, found.agency, found.door, found.stage, found.pile) == (desk, desk.agency, "family", "received", "queue")
    assert found.received_on == clock.today()
    answers = words_of(found)
    assert (answers.happening, answers.person_name, answers.reach_at) == (STORY, "Tobin Vane", "978-555-0177")
    assert STORY.encode() not in bytes(found.answers)
    assert receipts.digits(code) not in found.receipt


def test_page_lets_go_of_the_code_when_it_was_typed_back(sent):
    look_again = sent.fields.hidden
    code = sent.code
    sent.press("on")
    assert sent.heading == "Type your code once"
    assert code not in sent.page.content.decode()
    sent.press("on", code="1" * 20)
    assert sent.page.status_code == 422
    assert "This is not your code" in sent.page.content.decode()
    sent.press("back")
    assert sent.code == code
    sent.press("on").press("on", code=code.replace(" ", ""))
    assert sent.heading == "Where it stands"
    sent.page = sent.client.post("/help/", look_again)
    assert code not in sent.page.content.decode()
    assert sent.heading == "See what happens, and write to the desk"


def test_sent_twice_arrives_once_and_shows_the_same_code(visitor):
    visitor.up_to_look()
    look = visitor.fields.hidden
    first = visitor.send().code
    visitor.page = visitor.client.post("/help/", {**look, "go": "send"})
    assert visitor.code == first
    assert Referral.objects.count() == 1


def test_nothing_of_a_coming_is_kept_but_the_day(sent):
    assert not Session.objects.exists()
    assert not sent.client.cookies
    assert not LedgerEntry.objects.filter(kind__startswith="referral").exists()


@pytest.mark.parametrize("language", ["es", "pt", "ht", "en"])
def test_language_holds_from_page_to_page_and_what_was_typed_goes_along(visitor, language):
    visitor.press().press(relation="parent").speak(language, happening="half a sentence")
    page = visitor.page.content.decode()
    assert f'<html lang="{language}">' in page
    assert "half a sentence" in page
    visitor.press("on", happening="A whole one.", danger="soon")
    assert f'<html lang="{language}">' in visitor.page.content.decode()


def test_back_works_on_every_step_and_keeps_what_was_typed(visitor):
    for typed in ANSWERS:
        visitor.press(**typed)
    for typed in reversed(ANSWERS):
        visitor.press("back")
        page = visitor.page.content.decode()
        for value in typed.values():
            assert value in page
    assert visitor.heading == "Before you start"


def test_refused_step_shows_what_was_typed(visitor):
    long = "word " * 500
    visitor.press().press(relation="parent").press(happening=long, danger="soon")
    assert visitor.page.status_code == 422
    assert long.strip() in visitor.page.content.decode()
    assert "at most 2000" in visitor.page.content.decode()
    visitor.press("back", happening=long)
    assert visitor.heading == "What is happening?", "text that does not fit is not given up for a step back"


def test_missing_answer_is_asked_for_with_the_way_to_it(visitor):
    visitor.press().press()
    assert visitor.page.status_code == 422
    assert "Choose the line that fits best." in visitor.page.content.decode()
    assert 'href="#id_relation"' in visitor.page.content.decode()


def test_danger_shows_whom_to_call_before_it_goes_on(visitor):
    visitor.press().press(relation="parent").press(happening="He has a knife.", danger="yes")
    assert visitor.heading == "Please call first"
    assert visitor.page.content.decode().count('href="tel:911"') == 2
    assert visitor.press("back").heading == "What is happening?"
    assert visitor.press().press().heading == "What could help?"


def test_who_asks_for_themself_is_not_asked_whether_the_person_knows(visitor):
    visitor.press().press(relation="self").press(happening="I cannot go on.", danger="soon").press()
    assert visitor.heading == "How is it safe to reach you?"
    visitor.press(reach="here")
    assert "person_name" not in visitor.fields.typed
    visitor.press()
    visitor.send()
    assert words_of(Referral.objects.get()).knows == "self"


def test_change_from_the_last_page_leads_back_to_it(visitor):
    visitor.up_to_look().press("edit:tried")
    assert visitor.heading == "What could help?"
    assert visitor.press(tried="Nothing yet.").heading == "Look over what you wrote"
    assert "Nothing yet." in visitor.page.content.decode()


def test_page_open_for_too_long_keeps_what_was_typed(visitor, monkeypatch):
    visitor.press().press(relation="parent")
    monkeypatch.setattr(steps, "AGE_SECONDS", -1)
    visitor.press(happening=STORY, danger="soon")
    assert "open for more than two hours" in visitor.page.content.decode()
    monkeypatch.undo()
    assert STORY in visitor.press().press(relation="parent").page.content.decode()


def test_what_the_page_says_before_anything_is_asked(visitor, people):
    page = visitor.page.content.decode()
    for line in ("not an emergency service", "the law may make us report it", "Police sit in that group"):
        assert line in page
    for key in AGENCIES:
        assert people.agencies[key].name in page


def test_several_towns_are_asked_for_and_a_town_without_a_desk_says_so(people, desk, at_once):
    other = staffed(people.table, people.agencies["schools"])
    visitor = Visitor()
    assert visitor.heading == "Ask for help for someone"
    assert visitor.press(town="-").heading == "No desk is open here right now"
    visitor = Visitor().press(town="harborview")
    assert visitor.heading == "Who should read what you write?"
    visitor.press(desk=str(other.pk)).up_to_look().send()
    assert Referral.objects.get().desk == other


def test_desk_that_shut_meanwhile_takes_nothing(visitor, desk):
    visitor.up_to_look()
    with acting(None, "test"):
        desk.is_open = False
        desk.save()
    assert visitor.send().heading == "No desk is open here right now"
    assert not Referral.objects.exists()


def test_leaflet_leads_straight_to_its_desk(desk, at_once):
    visitor = Visitor()
    visitor.page = visitor.client.get(f"/help/{desk.pk}/")
    assert visitor.heading == "Before you start"
    visitor.page = visitor.client.get("/help/999/")
    assert visitor.page.status_code == 200


def test_first_page_comes_over_a_slow_line(visitor):
    """With all that it needs under 30 KB, compressed as it is served."""
    needed = re.findall(r'(?:href|src)="/static/([^"#]+)', visitor.page.content.decode())
    files = [Path(settings.BASE_DIR / "static" / name).read_bytes() for name in {*needed, "js/help_work.js"}]
    assert visitor.page.content.count(b"<script") == 1
    assert sum(len(gzip.compress(one)) for one in files) + len(visitor.page.content) < 30_000


def test_every_page_says_that_it_is_neither_kept_nor_told_of(visitor):
    for page in (visitor.page, visitor.press().page, visitor.client.get("/help/code/")):
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "no-store" in page.headers["Cache-Control"]
        assert "<title>Information" in page.content.decode()
        assert not page.cookies


def test_state_of_another_release_still_opens(desk):
    state = steps.State(desk=desk.pk, language="en", answers=Answers(happening=STORY))
    read = {"at": int(time.time()), **asdict(state), "of_a_later_one": 1}
    read["answers"]["later"] = "x"
    found = steps.opened(steps._written(json.dumps(read), "referral steps"))
    assert found == state


def test_trying_again_repeats_nobody(desk):
    given: Any = {"worked": True, "trapped": False, "words": STORY}
    assert limits.pile_of("203.0.113.1", **given, sending="one") == Pile.QUEUE
    assert limits.pile_of("203.0.113.1", **given, sending="one") == Pile.QUEUE
    assert limits.pile_of("203.0.113.2", **given, sending="another") == Pile.DOUBTFUL


# status and messages


@pytest.fixture
def opened(sent: Visitor) -> Visitor:
    code = sent.let_go()
    sent.page = sent.client.get("/help/code/")
    return sent.press("open", "/help/code/", code=code)


def write(opened: Visitor, text: str) -> Visitor:
    return opened.press("write", "/help/code/", text=text)


def test_code_opens_status_and_a_message_arrives_once(opened):
    assert "Nobody at the desk has read it yet." in opened.page.content.decode()
    before = opened.fields.hidden
    write(opened, "He slept today.")
    assert "Your message was sent." in opened.page.content.decode()
    opened.page = opened.client.post("/help/code/", {**before, "go": "write", "text": "He slept today."})
    assert [one.text for one in thread.thread(Referral.objects.get())] == ["He slept today."]


def test_message_sent_again_after_the_desk_wrote_arrives_once(opened):
    before = opened.fields.hidden
    row = Referral.objects.get()
    replying.say(row, "We read it.", by=desks.people(row.agency_id)[0])
    for _press in range(2):
        opened.page = opened.client.post("/help/code/", {**before, "go": "write", "text": "He slept today."})
    assert [one.text for one in thread.thread(row)] == ["We read it.", "He slept today."]
    write(opened, "He slept today.")
    assert len(thread.thread(row)) == 3


def test_thread_whose_key_is_gone_or_that_goes_while_it_is_read_is_said_to_be_deleted(opened):
    write(opened, "One more thing.")
    row, hidden = Referral.objects.get(), opened.fields.hidden
    meanwhile = iter([Referral.objects.all().delete])

    def deleted_meanwhile(execute: Any, sql: Any, params: Any, *rest: Any) -> Any:
        """By the clerk, between the ticket's look at the row and the thread's."""
        found = execute(sql, params, *rest)
        if str(sql).startswith("SELECT") and '"situations_referral"' in sql:
            for delete in meanwhile:
                with second_wall.agencies(row.agency_id):
                    delete()
        return found

    sealing.destroy(row.binding, row.agency_id)
    assert "This was deleted for good." in opened.client.post("/help/code/", {**hidden, "go": "look"}).content.decode()
    with connection.execute_wrapper(deleted_meanwhile):
        answer = opened.client.post("/help/code/", {**hidden, "go": "look"})
    assert (answer.status_code, "This was deleted for good." in answer.content.decode()) == (200, True)


def test_code_is_shown_again_where_it_cannot_be_looked_up_right_now(sent, monkeypatch):
    monkeypatch.setattr(receipts, "WAIT_SECONDS", 0)
    code, carried = sent.code, sent.press("on").fields.hidden
    with receipts._turns, receipts._turns:
        sent.press("on", code=code)
    assert (sent.page.status_code, sent.heading) == (422, "Type your code once")
    assert "Too many codes are being looked up right now" in sent.page.content.decode()
    assert 'id="leave"' in sent.page.content.decode()
    assert sent.fields.hidden.keys() == carried.keys()
    assert sent.press("on", code=code).heading != "Type your code once"


def test_message_too_long_stays_on_the_page(opened):
    write(opened, "x" * (LONG + 1))
    assert opened.page.status_code == 422
    assert "x" * (LONG + 1) in opened.page.content.decode()


def test_wrong_code_and_deleted_one_get_the_same_answer(opened, sent):
    wrong = sent.client.post("/help/code/", {"code": "1" * 20})
    code = receipts.new_code()
    Referral.objects.update(receipt=receipts.digest(code))
    Referral.objects.all().delete()
    deleted = sent.client.post("/help/code/", {"code": code})
    assert (wrong.status_code, wrong.content) == (deleted.status_code, deleted.content)
    assert wrong.status_code == 422


def test_ticket_ends_after_twenty_minutes_and_what_was_being_written_stays(opened, monkeypatch):
    monkeypatch.setattr("situations.views.referral_receipt.OPEN_SECONDS", -1)
    write(opened, "One more thing.")
    assert opened.heading == "See what happens, and write to the desk"
    assert "One more thing." in opened.page.content.decode()
    assert not thread.thread(Referral.objects.get())


def test_taken_back_unread_leaves_no_word(opened):
    write(opened, "Please forget it.")
    opened.press("withdraw", "/help/code/")
    assert opened.heading == "Take back what you sent?"
    opened.press("withdraw_now", "/help/code/")
    found = Referral.objects.get()
    assert (found.stage, found.closing, found.deleted_from) == ("closed", Closing.WITHDRAWN, clock.today())
    assert words_of(found).happening == ""
    assert not found.messages.exists()


def test_taken_back_after_reading_is_closed_and_kept_for_the_desks_days(opened, desk):
    Referral.objects.update(stage=ReferralStage.READ)
    opened.press("withdraw", "/help/code/").press("withdraw_now", "/help/code/")
    found = Referral.objects.get()
    assert found.deleted_from == clock.today() + timedelta(days=desk.deleted_after_days)
    assert words_of(found).happening == STORY


def test_taken_back_with_a_code_of_the_desks_erases_nothing_at_once(opened, desk):
    Referral.objects.update(reissued_on=clock.today())
    write(opened, "And this.")
    opened.press("withdraw", "/help/code/")
    assert "stay locked" in opened.page.content.decode()
    opened.press("withdraw_now", "/help/code/")
    found = Referral.objects.get()
    assert (found.closing, found.deleted_from) == ("withdrawn", clock.today() + timedelta(days=desk.deleted_after_days))
    assert (words_of(found).happening, found.messages.count()) == (STORY, 1)


def test_nobody_contacts_who_asked_not_to_be(opened):
    opened.press("no_contact", "/help/code/")
    answers = words_of(Referral.objects.get())
    assert (answers.reach, answers.reach_at, answers.reach_when, answers.happening) == ("not", "", "", STORY)


def test_no_contact_with_a_code_of_the_desks_erases_nothing_and_says_so(opened):
    Referral.objects.update(reissued_on=clock.today())
    opened.press("no_contact", "/help/code/")
    assert "So how to reach you stays locked there." in opened.page.content.decode()
    answers = words_of(Referral.objects.get())
    assert (answers.reach, answers.reach_was, answers.reach_at) == ("not", "call", "978-555-0177")
    assert answers.reach_when == "mornings"
    shown = {str(one.term): str(one.text) for one in desk_page.answer_pairs(answers)}
    assert shown["How to reach them"] == "Do not contact me"
    assert shown["Before no contact was asked for, with a code made at the desk"] == "Call me"


def test_desk_that_has_read_it_finds_the_wish_for_no_contact_among_the_messages_once(opened):
    Referral.objects.update(stage=ReferralStage.READ)
    opened.press("no_contact", "/help/code/").press("no_contact", "/help/code/")
    lines = thread.thread(Referral.objects.get())
    assert [(one.from_family, one.is_read) for one in lines] == [(True, False)]
    assert "do not contact me" in lines[0].text


def test_message_holds_up_a_deletion(opened):
    today = clock.today()
    Referral.objects.update(stage="closed", closing=Closing.ANSWERED, closed_on=today, deleted_from=today)
    write(opened, "It has become worse.")
    held_until = Referral.objects.get().deleted_from
    assert held_until is not None
    assert held_until > today


def test_closed_says_why_and_when_it_is_deleted(opened):
    today = clock.today()
    Referral.objects.update(stage="closed", closing=Closing.ELSEWHERE, closed_on=today, deleted_from=today)
    opened.press("look", "/help/code/")
    assert "Someone else can help better" in opened.page.content.decode()
    assert "will be deleted on" in opened.page.content.decode()


def test_pile_is_no_business_of_who_sent_it(desk, at_once):
    visitor = Visitor().up_to_look(happening="Buy now")
    visitor.send(website="https://spam.example")
    assert visitor.heading == "It was sent"
    assert Referral.objects.get().pile == Pile.DOUBTFUL
