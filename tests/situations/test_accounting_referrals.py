"""The accounting of what was given by passing a referral on, or by bringing one: by its number, for the giving agency alone."""

from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from agencies import membership
from agencies.models import Member
from hub.core import clock
from hub.core.errors import NotVisible
from hub.keystore.models import ReferralKey
from situations import accounting, ledger
from situations.accounting import Accounting, Asked
from situations.choices import Closing, EntryKind
from situations.models import IntakeDesk, LedgerEntry, Referral, ReferralGrounds
from situations.referrals import claiming, closing, deleting, opening, partners, passing_on, setting_up, stating
from tests.cast import BASES, PASSWORD, given_for
from tests.situations.desk_story import SEALED, WORDS, Story, second_desk, story

pytestmark = pytest.mark.django_db
BASIS, UNLISTED = "hipaa_threat", BASES["clinic"]
THREAT = "Because of threat."


@pytest.fixture
def told() -> Story:
    """The clinic's desk; a privacy officer of each of four agencies."""
    made = story()
    for key in ("clinic", "recovery", "stranger", "police"):
        made.people.members[f"{key}_officer"] = membership.add_member(
            by=None, roles=["privacy_officer"], password=PASSWORD, email=f"{key}.officer@harborview.example",
            name=f"{key.title()} Officer", agency=made.people.agencies[key],
        )  # fmt: skip
    return made


@pytest.fixture
def passed(told: Story) -> Referral:
    row = told.claimed()
    passing_on.pass_on(by=told["clinic"], referral=row, desk=second_desk(told), basis=BASIS, given=given_for(BASIS))
    return Referral.objects.get(pk=row.pk)


def made(by: Member, number: int, **kwargs: object) -> Accounting:
    return accounting.of(by=by, asked=Asked(number=f"r-{number}"), **kwargs)  # type: ignore[arg-type]


def test_passing_on_is_accounted_for_by_its_number_with_basis_recipients_and_words(told: Story, passed: Referral):
    found = made(told["clinic_officer"], passed.pk)
    (line,) = found.lines
    assert (found.referral, line.number, line.agency) == (passed.pk, f"R-{passed.pk}", passed.agency.name)
    assert line.people == ("Recovery",)
    assert (line.what, line.times) == ("What somebody had brought to our intake desk: all answers and messages", 1)
    assert line.citation
    assert line.released_by == "Clinic"
    (stated,) = found.stated
    assert (stated.agency, THREAT in [one.text for one in stated.words]) == (passed.agency.name, True)
    entry = LedgerEntry.objects.get(kind=EntryKind.ACCOUNTED)
    assert (entry.table_id, entry.situation, entry.detail["referral"]) == (told.people.table.pk, None, passed.pk)
    assert list(ledger.verify()) == []


def test_what_the_law_leaves_out_is_left_out_and_its_words_are_still_there_for_the_officer(told: Story):
    row, given = told.claimed(), given_for(UNLISTED)
    passing_on.pass_on(by=told["clinic"], referral=row, desk=second_desk(told), basis=UNLISTED, given=given)
    found = made(told["clinic_officer"], row.pk)
    assert (found.lines, len(found.stated)) == ((), 1)


def test_nobody_else_finds_anything_behind_the_number(told: Story, passed: Referral):
    for name in ("recovery_officer", "police_officer", "stranger_officer"):
        found = made(told[name], passed.pk)
        assert (found.lines, found.referral) == ((), 0)
        with pytest.raises(NotVisible):
            accounting.of(by=told[name], asked=Asked(referral=passed.pk))
    assert made(told["clinic_officer"], passed.pk + 1).lines == ()
    for name in ("clinic", "facilitator", "administrator", "privacy_officer"):
        with pytest.raises(NotVisible):
            made(told[name], passed.pk)


def test_what_was_written_down_is_sealed_to_who_gave_it_and_stands_in_no_entry(told: Story, passed: Referral):
    entry = LedgerEntry.objects.get(kind=EntryKind.REFERRAL_PASSED)
    row = ReferralGrounds.objects.get()
    assert (row.agency_id, row.entry_id) == (told["clinic"].agency_id, entry.pk)
    assert THREAT.encode() not in bytes(row.words)
    assert THREAT not in str(list(LedgerEntry.objects.values_list("detail", flat=True)))
    assert stating.words(entry, agency_id=told["clinic"].agency_id)["threat"] == THREAT
    assert stating.words(entry, agency_id=told["recovery"].agency_id) == {}
    assert ReferralKey.objects.filter(referral=row.binding, agency=row.agency_id).exists()


def test_words_go_with_the_referral_and_the_accounting_stays(told: Story, passed: Referral, django_capture_on_commit_callbacks):
    assert deleting.finish() == 1, "the key of the desk that passed it on: the test's transaction never commits"
    opening.read(by=told["recovery"], referral=passed)
    claiming.claim(by=told["recovery"], referral=passed)
    closing.close(by=told["recovery"], referral=passed, reason=Closing.ANSWERED)
    with clock.at(clock.now() + timedelta(days=31)):
        with django_capture_on_commit_callbacks(execute=True):
            assert deleting.delete_due() == 1
        found = made(told["clinic_officer"], passed.pk)
    assert ([one.agency for one in found.lines], found.stated) == ([passed.agency.name], ())
    assert not ReferralGrounds.objects.exists()
    assert not ReferralKey.objects.exists()


def test_keys_of_words_that_a_crash_had_left_are_destroyed(told: Story, passed: Referral):
    key = ReferralGrounds.objects.get().binding
    assert deleting.finish() == 1, "of the desk that passed it on; what was written down is still there"
    assert ReferralKey.objects.filter(referral=key).exists()
    opening.read(by=told["recovery"], referral=passed)
    claiming.claim(by=told["recovery"], referral=passed)
    closing.close(by=told["recovery"], referral=passed, reason=Closing.ANSWERED)
    with clock.at(clock.now() + timedelta(days=31)):
        deleting.delete_due()  # the test's transaction never commits
    assert deleting.finish() == 2
    assert not ReferralKey.objects.exists()


def desk_elsewhere(told: Story, agency: str) -> IntakeDesk:
    """Of the same agency or another one, at another table."""
    table = membership.found_table(
        by=None, slug="upriver", name="Upriver Hub", region="Upriver", place="Hall", recurrence="FREQ=DAILY",
        starts_at=time(9), quorum_seats=2,
    )  # fmt: skip
    at = told.people.agencies[agency]
    until = clock.today() + timedelta(days=90)
    membership.sign_agreement(by=None, table=table, agency=at, until=until, title="Agreement", signed_by="Head")
    membership.seat_agency(by=None, table=table, agency=at)
    return setting_up.set_up(by=None, table=table, agency=at, is_open=True)


def test_passing_within_the_agency_is_no_disclosure_and_keeps_no_words(told: Story):
    row = told.claimed()
    assert passing_on.pass_on(by=told["clinic"], referral=row, desk=desk_elsewhere(told, "clinic")) is None
    assert made(told["clinic_officer"], row.pk).lines == ()
    assert not ReferralGrounds.objects.exists()


def test_passing_to_another_table_stands_in_both_chains_and_is_one_disclosure(told: Story):
    row = told.claimed()
    setting_up.name_intake(by=None, agency=told.people.agencies["recovery"], member=told["recovery"])
    there = desk_elsewhere(told, "recovery")
    passing_on.pass_on(by=told["clinic"], referral=row, desk=there, basis=BASIS, given=given_for(BASIS))
    tables = LedgerEntry.objects.filter(kind=EntryKind.REFERRAL_PASSED).values_list("table", flat=True)
    assert set(tables) == {told.people.table.pk, there.table_id}
    (line,) = made(told["clinic_officer"], row.pk).lines
    assert line.times == 1


@pytest.mark.parametrize("who", ["schools", "outsider"])
def test_what_a_partner_brought_is_its_disclosure_also_without_a_seat_and_after_it_was_passed_on(told: Story, who: str):
    basis = "table_agreement"
    officer = membership.add_member(
        by=None, roles=["privacy_officer"], password=PASSWORD, email="partner.officer@harborview.example",
        name="Partner Officer", agency=told[who].agency,
    )  # fmt: skip
    row = partners.bring(
        by=told[who], desk=told.desk, answers=WORDS, language="en", basis=basis, given=given_for(basis), token=uuid4()
    ).referral
    opening.read(by=told["clinic"], referral=row)
    claiming.claim(by=told["clinic"], referral=row)
    passing_on.pass_on(by=told["clinic"], referral=row, desk=second_desk(told), basis=BASIS, given=given_for(BASIS))
    (line,) = made(officer, row.pk).lines
    assert (line.agency, line.what) == (told.desk.agency.name, "What our agency wrote to their intake desk")
    assert set(line.people) == {"Clinic", "Clinic_Deputy"}
    (other,) = made(told["clinic_officer"], row.pk).lines
    assert other.agency == "Harborview Recovery"


def test_pages_letter_and_list_are_made_again_from_the_number(told: Story, passed: Referral, client: Client):
    client.force_login(told["clinic_officer"])
    page = client.post(reverse("accounting"), {"number": f"R-{passed.pk}"}).content.decode()
    assert f"referral R-{passed.pk}" in page
    assert THREAT in page
    for words in SEALED:
        assert words not in page
    today = clock.today().isoformat()
    same = {"referral": passed.pk, "since": today, "until": today}
    assert f'name="referral" value="{passed.pk}"' in page
    sheet = client.post(reverse("accounting_sheet"), same).content.decode()
    assert f"R-{passed.pk}" in sheet
    assert THREAT not in sheet
    letter = client.post(reverse("accounting_letter"), {**same, "reference": "File 12"})
    assert (letter.status_code, letter.headers["Content-Type"]) == (200, "application/pdf")
    client.force_login(told["police_officer"])
    assert client.post(reverse("accounting_sheet"), same).status_code == 404
