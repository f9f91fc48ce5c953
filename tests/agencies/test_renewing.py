"""Renewal reminders: 60, 30 and 7 days ahead, each once, to the coordinator, the head and the representative."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail

from agencies import membership, renewing
from agencies.choices import DocumentKind
from agencies.models import Agreement, Reminder, Seat
from hub.core import clock
from hub.core.audit import acting
from situations import clerk
from tests.agencies.paperwork import EMAIL, draft, signed, staffed
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def people() -> Cast:
    return staffed()


def ends_in(people: Cast, days: int, key: str = "police") -> Agreement:
    one = Agreement.objects.get(agency=people.agencies[key])
    with acting(None, "test"):
        one.in_force_until = clock.today() + days * DAY
        one.save()
    return one


def sent_on(people: Cast, days: range) -> list[int]:
    """Days before the end on which a letter left, with the clerk at work every day."""
    end = ends_in(people, days.start).in_force_until
    found = []
    for passed in range(len(days)):
        with clock.at(clock.now() + passed * DAY):
            if renewing.remind():
                found.append((end - clock.today()).days)
            assert renewing.remind() == 0
    return found


def test_each_is_sent_once_on_its_day(people: Cast) -> None:
    assert sent_on(people, range(63, 57, -1)) == [60]
    assert sent_on(people, range(31, 28, -1)) == [30]
    assert sent_on(people, range(8, -3, -1)) == [7]
    assert sorted(Reminder.objects.values_list("days_ahead", flat=True)) == [7, 30, 60]


def test_letter_goes_to_coordinator_head_and_representative_and_holds_no_case(people: Cast) -> None:
    situation = people.ready("police")
    ends_in(people, 30)
    assert renewing.remind() == 1
    everybody = ["recorder@harborview.example", EMAIL, "police@harborview.example"]
    assert sorted(one.to for one in mail.outbox) == sorted([one] for one in everybody)
    letter = mail.outbox[0]
    said = f"{letter.subject} {letter.body}"
    assert "Harborview Police" in said
    assert "30 more days" in said
    assert "http" not in said
    assert situation.note not in said
    assert situation.number == "" or situation.number not in said


def test_address_that_is_refused_costs_the_others_nothing(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ends_in(people, 30)
    send = mail.EmailMessage.send

    def refuses_one(self: mail.EmailMessage, *args: Any, **kwargs: Any) -> int:
        if self.to == [EMAIL]:
            raise SMTPRecipientsRefused({})
        return send(self, *args, **kwargs)

    monkeypatch.setattr(mail.EmailMessage, "send", refuses_one)
    assert (renewing.remind(), len(mail.outbox)) == (1, 2)
    assert (renewing.remind(), len(mail.outbox)) == (0, 2)


def test_addendum_is_reminded_of_too(people: Cast) -> None:
    made = signed(people, "clinic", DocumentKind.BAA, until=clock.today() + 40 * DAY)
    mail.outbox.clear()
    for passed, due in ((0, 1), (1, 0), (10, 1), (11, 0), (33, 1), (34, 0), (41, 0)):
        with clock.at(clock.now() + passed * DAY):
            assert renewing.remind() == due, passed
    assert set(made.reminders.values_list("days_ahead", flat=True)) == {60, 30, 7}
    assert {made.get_kind_display() in one.subject for one in mail.outbox} == {True}
    assert [sum(f"{left} more days" in one.body for one in mail.outbox) for left in (40, 30, 7)] == [len(mail.outbox) / 3] * 3


def test_addendum_that_another_follows_or_that_was_ended_needs_no_reminder(people: Cast) -> None:
    signed(people, "clinic", DocumentKind.BAA, until=clock.today() + 40 * DAY)
    signed(people, "clinic", DocumentKind.BAA, begins=clock.today() + 10 * DAY)
    mail.outbox.clear()
    draft(people, "police", DocumentKind.CJIS, until=clock.today() + 5 * DAY)
    assert renewing.remind() == 0


def test_a_late_clerk_sends_the_nearest_only(people: Cast) -> None:
    ends_in(people, 20)
    assert renewing.remind() == 1
    assert list(Reminder.objects.values_list("days_ahead", flat=True)) == [30]


def test_an_agreement_that_another_follows_needs_no_reminder(people: Cast) -> None:
    ends_in(people, 20)
    signed(people, begins=clock.today() + 15 * DAY)
    mail.outbox.clear()
    assert renewing.remind() == 0
    assert mail.outbox == []


def test_the_last_day_and_the_day_after(people: Cast) -> None:
    ends_in(people, 0)
    assert renewing.remind() == 1
    assert "until" in mail.outbox[0].body
    with clock.at(clock.now() + DAY):
        assert renewing.remind() == 0


def test_who_has_left_the_table_is_not_reminded(people: Cast) -> None:
    ends_in(people, 7)
    with acting(None, "test"):
        seat = Seat.objects.get(agency=people.agencies["police"])
        seat.ended_on = clock.today()
        seat.save()
    assert renewing.remind() == 0


def test_closed_accounts_get_nothing(people: Cast) -> None:
    ends_in(people, 7)
    for who in ("police", "recorder"):
        membership.close_account(by=None, member=people[who])
    assert renewing.remind() == 1
    assert mail.outbox[0].to == [EMAIL]


def test_a_letter_that_was_not_taken_is_sent_in_the_next_round_and_stops_no_other(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("police", "clinic"):
        ends_in(people, 7, key)
    send = mail.EmailMessage.send

    def refuses_the_police(self: mail.EmailMessage, *args: Any, **kwargs: Any) -> int:
        if "Police" in self.subject:
            raise ConnectionRefusedError
        return send(self, *args, **kwargs)

    with monkeypatch.context() as broken:
        broken.setattr(mail.EmailMessage, "send", refuses_the_police)
        with pytest.raises(ExceptionGroup):
            renewing.remind()
    assert list(Reminder.objects.values_list("agreement__agency", flat=True)) == [people.agencies["clinic"].pk]
    assert renewing.remind() == 1
    assert Reminder.objects.count() == 2


def test_it_is_a_duty_of_the_clerk(people: Cast) -> None:
    ends_in(people, 7)
    assert dict(clerk.go_round())["remind of agreements that end"] == 1
