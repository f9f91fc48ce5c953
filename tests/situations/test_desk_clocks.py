"""What a desk does not do by itself: clocks that escalate, deletion on its day, and what a late message stops."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection

from hub.core import clock
from hub.keystore.models import ReferralKey
from situations.choices import Closing, EntryKind, NoticeKind, Pile
from situations.models import LedgerEntry, Notice, Referral
from situations.referrals import claiming, clocks, closing, deleting, opening, replying, sealing, thread
from tests.situations.desk_story import Story, story

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Story:
    return story()


def after(days: int):
    return clock.at(clock.now() + timedelta(days=days))


def told_to() -> set[str]:
    return set(Notice.objects.filter(kind=NoticeKind.REFERRAL_WAITS).values_list("member__name", flat=True))


def words(told: Story, row: Referral) -> str:
    found = clocks.with_clocks(Referral.objects.select_related("desk")).get(pk=row.pk)
    read = clocks.reading(found)
    return f"{read.words} [{read.hue}]" if read else ""


def test_unread_past_its_days_is_told_once_and_says_nothing_of_it(told: Story):
    row, _code = told.family()
    told.family(pile=Pile.DOUBTFUL)
    for days in (0, 1):
        with after(days):
            assert clocks.escalate() == 0
    with after(2):
        assert clocks.escalate() == 2
        assert clocks.escalate() == 0
        assert told_to() == {"Clinic", "Clinic_Deputy", "Facilitator"}
    entry = LedgerEntry.objects.get(kind=EntryKind.REFERRAL_ESCALATED)
    assert entry.detail == {"desk": told.desk.pk, "referrals": [row.pk], "waiting": 2}
    assert (entry.actor, entry.agency_id) == (None, told.desk.agency_id)


def test_what_looked_like_junk_and_was_looked_at_and_left_escalates_once(told: Story):
    left, moved, shut = (told.family(pile=Pile.DOUBTFUL)[0] for _time in range(3))
    opening.look_through(by=told["clinic"], keys=[left.pk, moved.pk, shut.pk])
    claiming.keep_as_real(by=told["clinic"], keys=[moved.pk])
    closing.close_as_junk(by=told["clinic"], keys=[shut.pk])
    with after(1):
        assert clocks.escalate() == 0
    with after(2):
        assert clocks.escalate() == 1
        assert clocks.escalate() == 0
    assert set(Referral.objects.filter(escalated_on__isnull=False)) == {left}
    assert told_to() == {"Clinic", "Clinic_Deputy", "Facilitator"}


def test_what_was_read_in_time_never_escalates(told: Story):
    row, _code = told.family()
    opening.read(by=told["clinic"], referral=row)
    with after(9):
        assert clocks.escalate() == 0
    assert not told_to()


def test_clock_in_words_counts_days_also_over_a_weekend(told: Story):
    row, _code = told.family()
    assert words(told, row) == "came today, read within 1 day [quiet]"
    with after(1):
        assert words(told, row) == "unread since 1 day, read within 1 day [warn]"
    with after(4):
        assert words(told, row) == "unread since 4 days, read within 1 day [bad]"
        opening.read(by=told["clinic"], referral=row)
        assert words(told, row) == "waits 4 days for an answer, answer within 3 days [bad]"


def test_answer_stops_the_clock_and_the_next_message_starts_it(told: Story):
    row = told.claimed()
    replying.reply(by=told["clinic"], referral=row, text="We have read it.", tells="nothing")
    with after(5):
        assert words(told, row) == ""
        thread.write_as_family(row, text="And now?", number=2)
        thread.write_as_family(row, text="Hello?", number=3)
    with after(6):
        assert words(told, row).startswith("waits 1 day for an answer")


def closed(told: Story) -> Referral:
    row = told.claimed()
    return closing.close(by=told["clinic"], referral=row, reason=Closing.ANSWERED)


def test_closed_is_deleted_on_its_day_with_key_and_every_row(told: Story, django_capture_on_commit_callbacks):
    row = closed(told)
    with after(29):
        assert deleting.delete_due() == 0
    with after(30), django_capture_on_commit_callbacks(execute=True):
        assert deleting.delete_due() == 1
        assert deleting.delete_due() == 0
    assert not Referral.objects.exists()
    assert not ReferralKey.objects.exists()
    entry = LedgerEntry.objects.get(kind=EntryKind.REFERRAL_DELETED)
    assert entry.detail == {"referral": row.pk, "closing": "answered", "key": str(row.binding)}


def test_open_ones_and_doubtful_ones_are_never_deleted_by_a_machine(told: Story):
    told.family()
    told.family(pile=Pile.DOUBTFUL)
    with after(400):
        assert deleting.delete_due() == 0
    assert Referral.objects.count() == 2


def test_one_that_cannot_be_deleted_holds_up_no_other(told: Story):
    stuck, other = closed(told), closed(told)

    def fails(execute: Any, sql: Any, params: Any, *rest: Any) -> Any:
        if str(sql).startswith('DELETE FROM "situations_referral"') and stuck.pk in params:
            raise DatabaseError("the disk has a hole")
        return execute(sql, params, *rest)

    with after(40), connection.execute_wrapper(fails), pytest.raises(ExceptionGroup):
        deleting.delete_due()
    assert list(Referral.objects.values_list("pk", flat=True)) == [stuck.pk]
    assert LedgerEntry.objects.get(kind=EntryKind.REFERRAL_DELETED).detail["referral"] == other.pk


def test_thread_that_was_just_written_to_is_not_deleted_but_open_again(told: Story):
    row = closed(told)
    with after(30):
        thread.write_as_family(row, text="It has begun again.", number=1)
        Referral.objects.filter(pk=row.pk).update(deleted_from=clock.today())  # as if the day had not moved
        assert deleting.delete_due() == 0
        assert deleting.open_written() == 0
    with after(31):
        assert deleting.delete_due() == 0
        assert deleting.open_written() == 1
        assert told_to() == {"Clinic", "Clinic_Deputy"}
    row.refresh_from_db()
    assert (row.stage, row.closing, row.deleted_from) == ("read", "", None)


def test_reading_a_closed_one_with_a_new_message_opens_it_at_once(told: Story):
    row = closed(told)
    thread.write_as_family(row, text="One more thing.", number=1)
    opening.read(by=told["clinic"], referral=row)
    row.refresh_from_db()
    assert row.stage == "read"


def test_what_was_taken_back_stays_closed_unless_written_to_on_a_later_day(told: Story):
    row = told.claimed()
    thread.write_as_family(row, text="Please forget it.", number=1)
    thread.withdraw(row)
    with after(1):
        assert deleting.open_written() == 0
        thread.write_as_family(row, text="We were wrong.", number=2)
    with after(2):
        assert deleting.open_written() == 1
    with after(60):
        assert deleting.delete_due() == 0


def test_keys_that_a_crash_had_left_are_destroyed_and_no_other(told: Story):
    row = closed(told)
    kept, _code = told.family()
    with after(30):
        deleting.delete_due()  # the test's transaction never commits, as if the machine had died before
    sealing.new_key(uuid4(), told.desk.agency_id)  # of something that is just being sent
    assert ReferralKey.objects.filter(referral=row.binding).exists()
    assert deleting.finish() == 1
    assert not ReferralKey.objects.filter(referral=row.binding).exists()
    assert ReferralKey.objects.filter(referral=kept.binding).exists()
    assert ReferralKey.objects.count() == 2
