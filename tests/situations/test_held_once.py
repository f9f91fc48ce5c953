"""What a second person let through is good for one text, one field, one step, one writer, once; and its writer is told."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from agencies import roll
from conferences import driving
from conferences.models import SystemicIssue
from hub.core import clock
from hub.core.errors import RuleRefused
from situations import deliberation, held_texts, noticing, retention, writing
from situations.choices import EntryKind, HeldState, LetThrough, NoticeKind, SendBack, Stage, StanceKind
from situations.guard import GuardAsks, GuardStops, Reply
from situations.models import HeldText, LedgerEntry, Notice, Situation
from tests.cast import Cast, assemble, fresh, to_filter2

STOPPED = "Call her on 617-555-0134 in the evening."
SECOND = Reply(second=True)


@pytest.fixture
def people(db: None) -> Cast:
    return assemble()


@pytest.fixture
def told(people: Cast) -> Situation:
    """At filter 2, brought by the schools."""
    situation = people.ready()
    return to_filter2(people, people.conference("police", "schools", "clinic", "recovery", "recorder"), situation)


def dissent(people: Cast, situation: Situation, answered: Reply = SECOND, *, typed: str = STOPPED) -> None:
    deliberation.take_stance(
        by=people["schools"], situation=fresh(situation), kind=StanceKind.DISSENTS, reason=typed, answered=answered
    )


def stopped(people: Cast, situation: Situation, answered: Reply = SECOND, *, typed: str = STOPPED) -> str:
    with pytest.raises(GuardStops) as refused:
        dissent(people, situation, answered, typed=typed)
    return refused.value.code


def decide(people: Cast, *, passes: bool = True) -> HeldText:
    held = HeldText.objects.get(state=HeldState.WAITING)
    second = held_texts.second_persons(held)[0]
    roll.pledge(by=second, table=people.table, member=second)
    because = LetThrough.NEEDED if passes else SendBack.NAMES
    held_texts.read(by=second, held=held)
    return held_texts.decide(by=second, held=held, passes=passes, because=because)


def test_used_once_and_entered(people: Cast, told: Situation):
    stopped(people, told)
    held = decide(people)
    dissent(people, told)
    assert not HeldText.objects.exists()
    used = told.ledger.filter(kind=EntryKind.GUARD_ASKED).last()
    assert used is not None
    assert used.detail == {"field": "reason", "kinds": ["phone"], "held": held.pk}
    assert stopped(people, told, Reply()) == "guardstops"


def test_not_used_up_by_a_verb_that_is_refused_afterwards(people: Cast):
    conference = people.conference()
    data = {"title": STOPPED, "text": "No bed.", "guard_second": "1"}
    with pytest.raises(GuardStops):
        driving.drive(by=people["police"], conference=conference, what="issue", data=data)
    decide(people)
    with pytest.raises(GuardAsks):
        driving.drive(by=people["police"], conference=conference, what="issue", data=data | {"text": "He told Fells about it."})
    assert HeldText.objects.get().state == HeldState.PASSED
    driving.drive(by=people["police"], conference=conference, what="issue", data=data)


def test_good_for_no_other_step_although_its_field_has_the_same_name(people: Cast, told: Situation):
    dissent(people, told, typed="Not yet.")
    seat = people.agencies["schools"]
    with pytest.raises(GuardStops):
        deliberation.go_on(by=people["facilitator"], situation=fresh(told), agency=seat, because=STOPPED, answered=SECOND)
    decide(people)
    with pytest.raises(GuardStops):
        deliberation.reject(by=people["facilitator"], situation=fresh(told), reason="not_aer", because=STOPPED)
    deliberation.go_on(by=people["facilitator"], situation=fresh(told), agency=seat, because=STOPPED)


def test_good_for_its_writer_alone(people: Cast):
    situation = people.draft(note=f"Stopped coming. {STOPPED}")
    writing.have_looked_at(by=people["schools"], situation=situation, field="note")
    decide(people)
    with pytest.raises(GuardStops):
        writing.submit(by=people["schools_deputy"], situation=situation, recognisable="no")
    # asked again for what was let through already, nothing is used up
    writing.have_looked_at(by=people["schools"], situation=situation, field="note")
    assert fresh(writing.submit(by=people["schools"], situation=situation, recognisable="no")).stage == Stage.READY
    assert not HeldText.objects.exists()


def test_sent_again_after_it_came_home_a_draft_is_looked_at_again(people: Cast):
    situation = people.draft(note=f"Stopped coming. {STOPPED}")
    writing.have_looked_at(by=people["schools"], situation=situation, field="note")
    decide(people)
    writing.submit(by=people["schools"], situation=situation, recognisable="no")
    writing.take_home(by=people["schools"], situation=situation)
    with pytest.raises(GuardStops):
        writing.submit(by=people["schools"], situation=situation, recognisable="no")


def test_refused_it_is_refused_to_the_whole_agency(people: Cast):
    situation = people.draft(note=STOPPED)
    writing.have_looked_at(by=people["schools"], situation=situation, field="note")
    held_texts.decide(by=people["schools_deputy"], held=HeldText.objects.get(), passes=False, because=SendBack.NAMES)
    writing.have_looked_at(by=people["schools_deputy"], situation=situation, field="note")
    with pytest.raises(GuardStops) as again:
        writing.submit(by=people["schools_deputy"], situation=situation, recognisable="no")
    assert again.value.code == "guardheld"
    assert HeldText.objects.get().state == HeldState.REFUSED


def test_used_a_moment_ago_it_is_refused(people: Cast, told: Situation):
    stopped(people, told)
    held = decide(people)
    held_texts.use_up(held)
    with pytest.raises(RuleRefused):
        held_texts.use_up(held)


def test_let_through_and_never_sent_it_is_forgotten(people: Cast, told: Situation):
    stopped(people, told)
    decide(people)
    assert retention.forget_held() == 0
    HeldText.objects.update(decided_at=clock.now() - held_texts.KEPT - timedelta(minutes=1))
    assert retention.forget_held() == 1


@pytest.mark.parametrize("passes", [True, False])
def test_writer_is_told_without_a_word_of_it_and_where_to_go_on(people: Cast, told: Situation, client: Client, passes: bool):
    stopped(people, told)
    decide(people, passes=passes)
    kind = NoticeKind.TEXT_PASSED if passes else NoticeKind.TEXT_REFUSED
    notice = Notice.objects.get(kind=kind)
    assert (notice.member, notice.situation) == (people["schools"], told)
    client.force_login(people["schools"])
    today = client.get(reverse("today")).content.decode()
    assert str(kind.label) in today
    assert reverse("situation_detail", args=[told.pk]) in today
    assert "617-555-0134" not in today
    noticing.send_waiting()
    letter = next(one for one in mail.outbox if one.to == [people["schools"].email])
    assert "617" not in letter.subject + str(letter.body)
    assert told.number not in letter.subject + str(letter.body)


def test_notice_about_a_draft_leads_to_the_draft(people: Cast, client: Client):
    situation = people.draft(note=STOPPED)
    writing.have_looked_at(by=people["schools"], situation=situation, field="note")
    held_texts.decide(by=people["schools_deputy"], held=HeldText.objects.get(), passes=False, because=SendBack.NAMES)
    client.force_login(people["schools"])
    assert reverse("situation_write", args=[situation.pk]) in client.get(reverse("today")).content.decode()


def test_notice_about_a_text_of_the_table_leads_to_the_table(people: Cast, client: Client):
    conference = people.conference()
    data = {"title": "No bed", "text": STOPPED, "guard_second": "1"}
    with pytest.raises(GuardStops):
        driving.drive(by=people["police"], conference=conference, what="issue", data=data)
    decide(people)
    client.force_login(people["police"])
    assert f'href="{reverse("table_detail")}"' in client.get(reverse("today")).content.decode()
    driving.drive(by=people["police"], conference=conference, what="issue", data=data)
    with pytest.raises(GuardStops):
        driving.drive(by=people["police"], conference=conference, what="issue", data=data)
    assert SystemicIssue.objects.count() == 1
    used = LedgerEntry.objects.filter(table=people.table, situation=None, kind=EntryKind.GUARD_ASKED)
    assert any("held" in one.detail for one in used)
