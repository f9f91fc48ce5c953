"""The intake desk's verbs: who may, in which order, what is entered, and what can be taken back."""

from datetime import timedelta

import pytest

from hub.core import clock
from hub.core.errors import NotAllowed, NotVisible, RuleRefused, Stale
from hub.keystore.models import ReferralKey, ShreddedReferralKey
from situations import ledger, writing
from situations.choices import Closing, EntryKind, Pile
from situations.models import Identity, LedgerEntry, Referral, Situation
from situations.referrals import (
    claiming,
    closing,
    desk,
    opening,
    passing_on,
    receipts,
    reissuing,
    replying,
    setting_up,
    taking_up,
    thread,
)
from situations.referrals.answers import Answers
from tests.cast import BASES, given_for
from tests.situations.desk_story import SEALED, WORDS, Story, role_of, second_desk, story

pytestmark = pytest.mark.django_db
BASIS = BASES["clinic"]


@pytest.fixture
def told() -> Story:
    return story()


def kinds() -> list[str]:
    return [one.kind for one in LedgerEntry.objects.filter(kind__startswith="referral").order_by("pk")]


def test_only_the_desks_own_people_learn_that_a_referral_exists(told: Story):
    row, _code = told.family()
    setting_up.name_intake(by=None, agency=told.people.agencies["police"], member=told["police"])
    for name in ("police", "schools", "facilitator", "privacy_officer", "administrator", "outsider"):
        for act in (
            lambda by: desk.found(row.pk, by=by),
            lambda by: opening.read(by=by, referral=row),
            lambda by: claiming.claim(by=by, referral=row),
            lambda by: claiming.release(by=by, referral=row),
            lambda by: claiming.sort(by=by, referral=row, pile=Pile.DOUBTFUL),
            lambda by: claiming.mark_emergency(by=by, referral=row, is_emergency=True),
            lambda by: replying.reply(by=by, referral=row, text="x", tells="nothing"),
            lambda by: replying.record_consent(by=by, referral=row, how="verbal", on=clock.today()),
            lambda by: taking_up.take_up(by=by, referral=row),
            lambda by: taking_up.put_back(by=by, referral=row),
            lambda by: passing_on.pass_on(by=by, referral=row, desk=told.desk),
            lambda by: closing.close(by=by, referral=row, reason=Closing.ANSWERED),
            lambda by: closing.reopen(by=by, referral=row),
            lambda by: reissuing.reissue(by=by, referral=row, checked=True),
        ):
            with pytest.raises(NotVisible):
                act(told[name])
    assert kinds() == []


def test_arrival_is_entered_nowhere_and_the_reading_before_a_word_is_opened(told: Story):
    row, _code = told.family()
    assert kinds() == []
    opened = opening.read(by=told["clinic"], referral=row)
    assert opened.answers == WORDS
    entry = LedgerEntry.objects.get(kind=EntryKind.REFERRAL_READ)
    assert (entry.detail, entry.agency_id, entry.table_id) == ({"referral": row.pk}, row.agency_id, told.people.table.pk)
    row.refresh_from_db()
    assert (row.stage, row.read_on) == ("read", clock.today())


def test_whole_way_from_the_queue_to_closed(told: Story):
    row = told.claimed()
    replying.reply(by=told["clinic"], referral=row, text="We have read it and will call you.", tells="nothing")
    made = taking_up.take_up(by=told["clinic"], referral=row)
    assert made.left_out == ()
    situation = made.situation
    assert (situation.age_band, situation.town, situation.language) == ("12_17", "Harborview", "en")
    assert situation.consent_status == "not_sought"
    assert situation.note == ""
    closing.close(by=told["clinic"], referral=row, reason=Closing.HELPED)
    row.refresh_from_db()
    assert (row.stage, row.closing, row.deleted_from) == ("closed", "helped", clock.today() + timedelta(days=30))
    assert kinds() == [
        "referral_read", "referral_claimed", "referral_answered", "referral_drafted", "referral_closed",
    ]  # fmt: skip
    assert list(ledger.verify()) == []


def test_no_word_of_it_is_copied_into_the_draft(told: Story):
    situation = taking_up.take_up(by=told["clinic"], referral=told.claimed()).situation
    situation.refresh_from_db()
    kept = " ".join(str(getattr(situation, field.attname)) for field in situation._meta.concrete_fields)
    for words in SEALED:
        assert words not in kept
    assert bytes(Identity.objects.get(situation=situation).name)


def test_first_to_claim_has_it(told: Story):
    row, _code = told.family()
    claiming.claim(by=told["clinic"], referral=row)
    with pytest.raises(Stale):
        claiming.claim(by=told["clinic_deputy"], referral=row)
    with pytest.raises(Stale):
        closing.close(by=told["clinic_deputy"], referral=row, reason=Closing.ANSWERED)
    claiming.claim(by=told["clinic"], referral=row)
    assert kinds() == ["referral_claimed"]
    claiming.release(by=told["clinic_deputy"], referral=row)
    claiming.claim(by=told["clinic_deputy"], referral=row)


def test_order_of_steps_is_held(told: Story):
    row, _code = told.family()
    by = told["clinic"]
    with pytest.raises(RuleRefused):
        claiming.release(by=by, referral=row)
    with pytest.raises(RuleRefused):
        replying.reply(by=by, referral=row, text="Hello.", tells="nothing")
    claiming.claim(by=by, referral=row)
    for act in (
        lambda: replying.reply(by=by, referral=row, text="Hello.", tells="nothing"),
        lambda: taking_up.take_up(by=by, referral=row),
        lambda: closing.close(by=by, referral=row, reason=Closing.ANSWERED),
        lambda: claiming.sort(by=by, referral=row, pile=Pile.DOUBTFUL),
        lambda: closing.reopen(by=by, referral=row),
        lambda: taking_up.put_back(by=by, referral=row),
    ):
        with pytest.raises(RuleRefused):
            act()
    opening.read(by=by, referral=row)
    with pytest.raises(RuleRefused):
        closing.close(by=by, referral=row, reason=Closing.JUNK)
    closing.close(by=by, referral=row, reason=Closing.ANSWERED)
    with pytest.raises(RuleRefused):
        replying.reply(by=by, referral=row, text="Hello.", tells="nothing")
    closing.reopen(by=by, referral=row)
    row.refresh_from_db()
    assert (row.stage, row.closing, row.closed_on, row.deleted_from) == ("read", "", None, None)


def test_nothing_about_the_person_goes_out_without_recorded_consent(told: Story):
    row, by = told.claimed(), told["clinic"]
    for tells in ("", "everything", "on_consent"):
        with pytest.raises(RuleRefused) as refused:
            replying.reply(by=by, referral=row, text="He came to see us.", tells=tells)
        assert refused.value.field == "tells"
    with pytest.raises(RuleRefused):
        replying.record_consent(by=by, referral=row, how="verbal", on=clock.today() + timedelta(days=1))
    with pytest.raises(RuleRefused):
        replying.record_consent(by=by, referral=row, how="nod", on=clock.today())
    replying.record_consent(by=by, referral=row, how="verbal", on=clock.today())
    replying.reply(by=by, referral=row, text="Barnaby came to see us.", tells="on_consent")
    replying.record_consent(by=by, referral=row, how="", on=None)
    with pytest.raises(RuleRefused):
        replying.reply(by=by, referral=row, text="He came again.", tells="on_consent")
    assert [one.about_person for one in thread.thread(row)] == [True]


def test_guard_knows_the_persons_own_name_and_asks_once(told: Story):
    row, by = told.claimed(), told["clinic"]
    for text in ("we spoke with barnaby", "You can call me at 978-555-0101."):
        with pytest.raises(replying.CouldTell) as asked:
            replying.reply(by=by, referral=row, text=text, tells="nothing")
        assert "this situation" not in str(asked.value)
        for other in ("1", asked.value.token + "x"):
            with pytest.raises(replying.CouldTell):
                replying.reply(by=by, referral=row, text=text, tells="nothing", confirmed=other)
        answered = {"tells": "nothing", "confirmed": asked.value.token}
        with pytest.raises(replying.CouldTell):
            replying.reply(by=by, referral=row, text=f"{text} Barnaby Wendelstein is well.", **answered)
        replying.reply(by=by, referral=row, text=text, **answered)
    entry = LedgerEntry.objects.filter(kind=EntryKind.REFERRAL_ANSWERED).first()
    assert entry is not None
    assert entry.detail["confirmed"]
    assert "barnaby" not in str(entry.detail).lower()


def test_empty_and_long_messages_are_refused(told: Story):
    row = told.claimed()
    for text in ("", " \n ", "x" * 2001):
        with pytest.raises(RuleRefused) as refused:
            replying.reply(by=told["clinic"], referral=row, text=text, tells="nothing")
        assert refused.value.field == "text"


def test_only_who_speaks_for_the_seat_makes_a_draft(told: Story):
    screener = told["clinic_deputy"]
    roles = screener.agency_roles.filter(role="deputy")
    roles.update(ended_on=clock.today())
    row = told.claimed("clinic_deputy")
    with pytest.raises(RuleRefused):
        taking_up.take_up(by=screener, referral=row)


def test_draft_can_be_taken_back_while_it_is_in_the_agency(told: Story):
    row, by = told.claimed(), told["clinic"]
    taking_up.take_up(by=by, referral=row)
    with pytest.raises(RuleRefused):
        taking_up.take_up(by=by, referral=row)
    taking_up.put_back(by=by, referral=row)
    row.refresh_from_db()
    assert (row.stage, row.situation_id) == ("read", None)


def test_second_taking_up_leads_to_the_first_draft_and_nothing_is_passed_on_while_it_lives(told: Story):
    other, row, by = second_desk(told), told.claimed(), told["clinic"]
    first = taking_up.take_up(by=by, referral=row).situation
    taking_up.put_back(by=by, referral=row)
    with pytest.raises(RuleRefused, match="still there"):
        passing_on.pass_on(by=by, referral=row, desk=other, basis=BASIS, given=given_for(BASIS))
    assert taking_up.take_up(by=by, referral=row).situation == first
    assert Situation.objects.count() == 1
    taking_up.put_back(by=by, referral=row)
    writing.keep(by=by, situation=first)
    second = taking_up.take_up(by=by, referral=row).situation
    assert second != first
    taking_up.put_back(by=by, referral=row)
    writing.keep(by=by, situation=second)
    passing_on.pass_on(by=by, referral=row, desk=other, basis=BASIS, given=given_for(BASIS))
    assert list(ledger.verify()) == []


@pytest.mark.parametrize(
    ("typed", "band"),
    [("16", "12_17"), ("about 40", "40_59"), ("0", "0_5"), ("dezesseis", ""), ("", ""), ("1999", ""), ("87 ans", "60_plus")],
)
def test_age_is_carried_over_as_a_band(typed: str, band: str):
    assert taking_up.age_band(typed) == band


def test_what_others_say_of_consent_is_no_consent():
    for knows, status in (("self", "verbal"), ("agrees", "not_sought"), ("against", "refused"), ("no", "not_sought"), ("", "")):
        assert taking_up.consent_of(Answers(knows=knows))[0] == status


def test_what_cannot_be_carried_over_is_named(told: Story):
    strange = Answers(
        happening="x", person_name="Bar\u0000naby", person_age="grown", town="Atlantis", person_where="123-45-6789"
    )
    made = taking_up.take_up(by=told["clinic"], referral=told.claimed(answers=strange))
    assert {"town", "person_age"} <= set(made.left_out)


def test_passing_on_seals_anew_and_the_receipt_goes_on_opening_it(told: Story):
    other, by = second_desk(told), told["clinic"]
    row, code = told.family()
    opening.read(by=by, referral=row)
    claiming.claim(by=by, referral=row)
    old = row.binding
    basis, given = BASIS, given_for(BASIS)
    with pytest.raises(RuleRefused) as refused:
        passing_on.pass_on(by=by, referral=row, desk=other)
    assert refused.value.field == "basis"
    passing_on.pass_on(by=by, referral=row, desk=other, basis=basis, given=given)
    with pytest.raises(NotVisible):
        opening.read(by=by, referral=row)
    row.refresh_from_db()
    assert row.stage == "received"
    assert row.binding != old
    entry = LedgerEntry.objects.filter(kind=EntryKind.REFERRAL_PASSED).get()
    assert (entry.basis, entry.detail["agencies"], entry.detail["members"]) == (basis, [other.agency_id], [told["recovery"].pk])
    found = receipts.find(code)
    assert found is not None
    assert "Recovery" in thread.thread(found)[0].text
    assert opening.read(by=told["recovery"], referral=row).answers == WORDS


def test_consent_to_tell_does_not_travel_to_another_desk(told: Story):
    other, by, row = second_desk(told), told["clinic"], told.claimed()
    replying.record_consent(by=by, referral=row, how="verbal", on=clock.today())
    passing_on.pass_on(by=by, referral=row, desk=other, basis=BASIS, given=given_for(BASIS))
    row.refresh_from_db()
    assert (row.consent_to_tell, row.consent_on) == ("", None)
    opening.read(by=told["recovery"], referral=row)
    claiming.claim(by=told["recovery"], referral=row)
    with pytest.raises(RuleRefused) as refused:
        replying.reply(by=told["recovery"], referral=row, text="Barnaby came.", tells="on_consent")
    assert refused.value.field == "tells"


def test_old_key_is_destroyed_once_the_passing_is_committed(told: Story, django_capture_on_commit_callbacks):
    other, by = second_desk(told), told["clinic"]
    row = told.claimed()
    old, basis, given = row.binding, BASIS, given_for(BASIS)
    with django_capture_on_commit_callbacks(execute=True):
        passing_on.pass_on(by=by, referral=row, desk=other, basis=basis, given=given)
    assert not ReferralKey.objects.filter(referral=old).exists()
    assert ShreddedReferralKey.objects.filter(referral=old, agency=row.agency_id).exists()


def test_drafted_or_unread_is_not_passed_on_nor_to_a_closed_desk(told: Story):
    other, by = second_desk(told), told["clinic"]
    row, _code = told.family()
    claiming.claim(by=by, referral=row)
    with pytest.raises(RuleRefused):
        passing_on.pass_on(by=by, referral=row, desk=other)
    opening.read(by=by, referral=row)
    setting_up.set_up(by=None, table=other.table, agency=other.agency, is_open=False)
    with pytest.raises(RuleRefused) as refused:
        passing_on.pass_on(by=by, referral=row, desk=other)
    assert refused.value.field == "desk"
    taking_up.take_up(by=by, referral=row)
    with pytest.raises(RuleRefused):
        passing_on.pass_on(by=by, referral=row, desk=other)


def test_lost_receipt_is_issued_again_by_somebody_who_never_read_it(told: Story):
    row, code = told.family()
    with pytest.raises(RuleRefused):
        reissuing.reissue(by=told["clinic"], referral=row, checked=False)
    made = reissuing.reissue(by=told["clinic"], referral=row, checked=True)
    assert receipts.find(code) is None
    found = receipts.find(made)
    assert found is not None
    assert (found.pk, found.stage, found.reissued_on) == (row.pk, "received", clock.today())
    assert kinds() == ["referral_reissued"]


def test_junk_is_closed_only_in_its_pile_and_after_it_was_looked_at(told: Story):
    junk = [told.family(Answers(happening="buy now"), pile=Pile.DOUBTFUL)[0] for _ in range(3)]
    real, _code = told.family()
    looked = opening.look_through(by=told["clinic"], keys=[*(one.pk for one in junk[:2]), real.pk])
    assert [row.pk for row, _answers in looked] == [one.pk for one in junk[:2]]
    assert closing.close_as_junk(by=told["clinic"], keys=[real.pk, *(one.pk for one in junk)]) == 2
    real.refresh_from_db()
    assert real.stage == "received"
    assert Referral.objects.get(pk=junk[2].pk).stage == "received"
    assert Referral.objects.get(pk=junk[0].pk).deleted_from == clock.today() + timedelta(days=closing.JUNK_DAYS)
    closing.reopen(by=told["clinic"], referral=junk[0])
    assert Referral.objects.get(pk=junk[0].pk).pile == Pile.QUEUE


def test_desk_needs_seat_agreement_and_somebody_who_works_there(told: Story):
    people = told.people
    for agency in ("schools", "stranger"):
        with pytest.raises(RuleRefused):
            setting_up.set_up(by=None, table=people.table, agency=people.agencies[agency], is_open=True)
    with pytest.raises(NotAllowed):
        setting_up.set_up(by=told["police"], table=people.table, agency=people.agencies["clinic"], is_open=False)
    with pytest.raises(NotAllowed):
        setting_up.name_intake(by=told["administrator"], agency=people.agencies["clinic"], member=told["recorder"])
    with pytest.raises(RuleRefused):
        setting_up.name_intake(by=told["clinic"], agency=people.agencies["clinic"], member=told["police"])
    with pytest.raises(RuleRefused):
        setting_up.set_up(
            by=told["clinic"], table=people.table, agency=people.agencies["clinic"], is_open=True, read_within_days=99
        )
    setting_up.set_up(by=told["facilitator"], table=people.table, agency=people.agencies["clinic"], is_open=True)


def test_last_one_stays_while_the_desk_is_open_and_claims_go_back(told: Story):
    row = told.claimed("clinic_deputy")
    setting_up.end_intake(by=told["clinic"], role=role_of(told["clinic_deputy"]))
    row.refresh_from_db()
    assert row.claimed_by_id is None
    with pytest.raises(RuleRefused):
        setting_up.end_intake(by=told["clinic"], role=role_of(told["clinic"]))
    setting_up.set_up(by=told["clinic"], table=told.people.table, agency=told.people.agencies["clinic"], is_open=False)
    assert not desk.offered().exists()
    setting_up.end_intake(by=told["clinic"], role=role_of(told["clinic"]))


def test_lists_and_their_counts_say_the_same(told: Story):
    told.family()
    told.family(pile=Pile.DOUBTFUL)
    mine = told.claimed()
    told.claimed("clinic_deputy")
    done = told.claimed()
    closing.close(by=told["clinic"], referral=done, reason=Closing.TWICE)
    replying.reply(by=told["clinic"], referral=mine, text="We have read it.", tells="nothing")
    counted = desk.counts(told["clinic"])
    assert counted == {"queue": 1, "mine": 1, "others": 1, "waiting": 1, "doubtful": 1, "closed": 1}
    for name, number in counted.items():
        assert desk.listed(told["clinic"], name).count() == number
    thread.write_as_family(mine, text="Thank you. When?", number=2)
    assert desk.counts(told["clinic"])["waiting"] == 2


def test_nobody_but_a_desk_has_lists(told: Story):
    for name in ("police", "administrator", "outsider"):
        with pytest.raises(NotVisible):
            desk.require_desk(told[name])
