"""The keys of referrals: rotated as all are, destroyed as the ledger says, and never brought back by a backup."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django.fixtures import Settings

from hub.core import aead, clock, vault
from hub.core.dumping import DumpFailed
from hub.core.errors import RuleRefused
from hub.keystore.models import ReferralKey, ShreddedReferralKey
from situations import backups, rekeying
from situations.choices import EntryKind
from situations.models import LedgerEntry, Referral, ReferralGrounds, ReferralMessage
from situations.referrals import deleting, sealing, struck
from tests.cast import Cast, assemble
from tests.intake import ANSWERS, Intake, intake, words

pytestmark = pytest.mark.django_db
OLD, NEW, WRONG = (bytes([number]) * 32 for number in (1, 2, 3))


@pytest.fixture
def people(settings: Settings) -> Cast:
    settings.VAULT_KEYS = {1: OLD}
    return assemble()


@pytest.fixture
def desks(people: Cast) -> Intake:
    return intake(people)


def keys() -> dict[UUID, int]:
    """Binding to the master key's version."""
    return dict(ReferralKey.objects.values_list("referral", "master_version"))


# rotation


def test_rotated_words_open_and_their_ciphertext_was_not_touched(desks: Intake, settings: Settings):
    first, second = desks.bring()[0], desks.bring()[0]
    sealed = bytes(first.answers)
    settings.VAULT_KEYS = {1: OLD, 2: NEW}
    assert rekeying.standing().waiting == 2
    assert rekeying.rotate(by=None, batch=1).rewrapped == 2
    assert set(keys().values()) == {2}
    assert words(first) == words(second) == ANSWERS
    assert bytes(Referral.objects.get(pk=first.pk).answers) == sealed
    assert rekeying.standing().waiting == 0


def test_keys_of_both_kinds_are_rotated_and_counted_together(desks: Intake, settings: Settings):
    desks.people.draft()
    desks.bring()
    settings.VAULT_KEYS = {1: OLD, 2: NEW}
    assert rekeying.standing().waiting == 2
    assert rekeying.rotate(by=None).rewrapped == 2


def test_key_that_does_not_open_is_left_and_told(desks: Intake, settings: Settings):
    referral, _code = desks.bring()
    settings.VAULT_KEYS = {1: WRONG, 2: NEW}
    refused = rekeying.rotate(by=None).refused
    assert list(refused) == [f"Referral {referral.binding}"]
    assert set(keys().values()) == {1}


def test_master_key_that_only_a_referral_needs_is_not_called_removable(desks: Intake, settings: Settings):
    settings.VAULT_KEYS = {1: OLD, 2: NEW}
    desks.bring()
    settings.VAULT_KEYS = {1: OLD, 2: NEW, 3: WRONG}
    assert rekeying.standing().removable == []


# destroyed


def test_deleted_referral_has_no_row_and_no_key_and_no_other_key_opens_what_was_sealed(
    desks: Intake, django_capture_on_commit_callbacks: Any
):
    referral, code = desks.bring()
    other, _code = desks.bring("clinic")
    desks.people.draft()
    sealed, binding = bytes(referral.answers), referral.binding
    with django_capture_on_commit_callbacks(execute=True):
        desks.delete(referral)
    assert (Referral.objects.count(), ReferralMessage.objects.count()) == (1, 0)
    assert set(keys()) == {other.binding}
    assert code.replace(" ", "") not in str(list(LedgerEntry.objects.values_list("detail", flat=True)))
    for row in ReferralKey.objects.all():
        key = vault.unwrap(bytes(row.wrapped), version=row.master_version, context=row.context)
        with pytest.raises(aead.VaultError):
            sealing.unseal(sealed, key=key, binding=binding)
    with pytest.raises(RuleRefused):
        sealing.key_of(binding, referral.agency_id)


def test_undone_deletion_leaves_the_key(desks: Intake):
    referral, _code = desks.bring()
    with transaction.atomic():
        sealing.destroy_key(referral.binding, referral.agency_id)
        transaction.set_rollback(True)
    assert words(referral) == ANSWERS


def test_crash_between_the_deletion_and_its_key_is_ended_later(desks: Intake):
    """Without the commit's callbacks: the process was gone before they ran."""
    referral, _code = desks.bring()
    desks.delete(referral)
    assert set(keys()) == {referral.binding}
    assert deleting.finish() == 1
    assert deleting.finish() == 0
    assert keys() == {}
    assert set(struck.deleted()) == {referral.binding}


def test_crash_between_a_passing_and_the_old_key_is_ended_later(desks: Intake):
    referral, code = desks.bring()
    desks.pass_on(referral)
    # the passing's basis has a key of its own, for what it had written down
    now = {desks.found(code).binding, ReferralGrounds.objects.get().binding}
    assert set(keys()) == {referral.binding, *now}
    assert deleting.finish() == 1
    assert set(keys()) == now


def test_key_without_a_row_of_which_the_ledger_knows_nothing_is_left(desks: Intake):
    """It was written before its row, which may be about to come; or the row comes back with a newer backup."""
    sealing.new_key(uuid4(), desks.desks["recovery"].agency_id)
    with clock.at(clock.now() + timedelta(days=400)):
        assert deleting.finish() == 0
    assert len(keys()) == 1


# what a backup brings back


def test_what_was_passed_on_is_not_on_the_list_of_the_deleted(desks: Intake, django_capture_on_commit_callbacks: Any):
    passed, deleted = desks.bring()[0], desks.bring()[0]
    with django_capture_on_commit_callbacks(execute=True):
        desks.pass_on(passed)
        desks.delete(deleted)
    assert set(struck.deleted()) == {deleted.binding}
    assert ShreddedReferralKey.objects.count() == 2


def test_what_was_passed_on_and_later_deleted_stays_away_from_both_desks(
    desks: Intake, django_capture_on_commit_callbacks: Any
):
    """A backup of before the passing holds row and key of the first desk, and a ledger that knows no passing."""
    first, code = desks.bring()
    row, key = Referral.objects.get(pk=first.pk), ReferralKey.objects.get(referral=first.binding)
    with django_capture_on_commit_callbacks(execute=True):
        desks.pass_on(first)
        second = desks.found(code)
    assert set(struck.deleted()) == set()
    shut = desks.close(second, "clinic")
    with django_capture_on_commit_callbacks(execute=True), clock.at(clock.now() + timedelta(days=60)):
        assert deleting.delete_due() == 1
    gone = struck.deleted()
    assert {first.binding, second.binding} <= set(gone)
    row.save(force_insert=True)
    key.save(force_insert=True)
    assert words(row) == ANSWERS
    assert struck.strike_again(gone) == [shut.pk]
    assert words(row) is None
    assert first.binding not in keys()


def test_row_and_key_that_came_back_go_again_and_the_ledger_says_so(desks: Intake, django_capture_on_commit_callbacks: Any):
    referral, _code = desks.bring()
    kept, _code = desks.bring()
    row, key = Referral.objects.get(pk=referral.pk), ReferralKey.objects.get(referral=referral.binding)
    with django_capture_on_commit_callbacks(execute=True):
        desks.delete(referral)
    row.save(force_insert=True)
    key.save(force_insert=True)
    ShreddedReferralKey.objects.all().delete()
    gone = {referral.binding: clock.now()}
    assert struck.strike_again(gone) == [referral.pk]
    assert struck.strike_again(gone) == []
    assert set(keys()) == {kept.binding}
    assert list(Referral.objects.values_list("pk", flat=True)) == [kept.pk]
    last = LedgerEntry.objects.filter(kind=EntryKind.REFERRAL_DELETED).latest("pk")
    assert last.detail == {"referral": referral.pk, "key": str(referral.binding), "replayed": True}


def test_command_deletes_again_what_came_back(desks: Intake, django_capture_on_commit_callbacks: Any, capsys: Any):
    referral, _code = desks.bring()
    row = Referral.objects.get(pk=referral.pk)
    with django_capture_on_commit_callbacks(execute=True):
        desks.delete(referral)
    row.save(force_insert=True)
    assert struck.unreadable() == [referral.pk]
    call_command("replay_shredded")
    assert "Keys destroyed of 0 referrals, referrals deleted again: 1.\n" in capsys.readouterr().out
    assert struck.unreadable() == []


def test_list_beside_the_backups_only_grows(desks: Intake, tmp_path: Path, django_capture_on_commit_callbacks: Any):
    earlier, later = desks.bring()[0], desks.bring()[0]
    with django_capture_on_commit_callbacks(execute=True):
        desks.delete(earlier)
    backups.remember_shredded(tmp_path)
    ShreddedReferralKey.objects.all().delete()  # even if the installation forgets
    with django_capture_on_commit_callbacks(execute=True):
        desks.delete(later)
    backups.remember_shredded(tmp_path)
    assert set(backups.referrals_in(tmp_path)) == {earlier.binding, later.binding}
    text = (tmp_path / backups.REFERRALS).read_text()
    assert struck.written(struck.read(text)) == text


def test_unreadable_list_stops_everything(tmp_path: Path):
    (tmp_path / backups.REFERRALS).write_text("half of a li")
    with pytest.raises(DumpFailed, match="does not read"):
        backups.referrals_in(tmp_path)


def test_master_keys_that_a_backup_needs_count_those_of_referrals(desks: Intake):
    desks.bring()
    assert backups._versions_needed() == [1]
