"""Rotation of the master keys: everything opens before, during and after, and nothing that was shredded comes back."""

import logging
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from hub.core.aead import VaultError
from hub.keystore.models import DataKey
from situations import identity, rekeying, retention
from situations.models import BlindIndex, Identity, LedgerEntry, Situation
from situations.rekeying import Batch
from tests.cast import IDENTITY, Cast, assemble
from tests.live import ROOT, installation, manage

OLD, NEW, NEWER, WRONG = (bytes([number]) * 32 for number in (1, 2, 3, 4))

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db: None, settings: Settings) -> Cast:
    settings.VAULT_KEYS = {1: OLD}
    return assemble()


@pytest.fixture
def situations(people: Cast, settings: Settings) -> list[Situation]:
    """Three sealed identities under version 1; version 2 has just been added."""
    made = [people.draft() for _ in range(3)]
    settings.VAULT_KEYS = {1: OLD, 2: NEW}
    return made


def versions() -> list[int]:
    return list(DataKey.objects.order_by("pk").values_list("master_version", flat=True))


def opens(people: Cast, situation: Situation) -> bool:
    return identity.read(by=people["schools"], situation=situation) == IDENTITY


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("rotate_keys", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def complaints(match: str) -> str:
    err = StringIO()
    with pytest.raises(CommandError, match=match):
        call_command("rotate_keys", stdout=StringIO(), stderr=err)
    return err.getvalue()


def stop(done: Batch) -> None:
    raise KeyboardInterrupt


def test_rotated_identities_open_and_their_ciphertext_was_not_touched(people, situations):
    def sealed() -> list[tuple[object, ...]]:
        rows = [*Identity.objects.order_by("pk").values_list(*IDENTITY), *Identity.history.values_list(*IDENTITY)]
        return [tuple(map(bytes, row)) for row in rows]

    before, entries = sealed(), LedgerEntry.objects.count()
    indexes = list(BlindIndex.objects.order_by("pk").values_list("digest", flat=True))
    assert rekeying.rotate(by=None).rewrapped == 3
    assert versions() == [2, 2, 2]
    assert sealed() == before
    assert LedgerEntry.objects.count() == entries
    assert list(BlindIndex.objects.order_by("pk").values_list("digest", flat=True)) == indexes
    assert all(opens(people, one) for one in situations)


def test_identities_open_while_only_some_are_rotated(people, situations):
    with pytest.raises(KeyboardInterrupt):
        rekeying.rotate(by=None, batch=1, progress=stop)
    assert versions() == [2, 1, 1]
    assert all(opens(people, one) for one in situations)


def test_interrupted_rotation_goes_on_where_it_stopped(people, situations):
    with pytest.raises(KeyboardInterrupt):
        rekeying.rotate(by=None, batch=2, progress=stop)
    kept = [bytes(one.wrapped) for one in DataKey.objects.filter(master_version=2).order_by("pk")]
    assert rekeying.rotate(by=None, batch=2).rewrapped == 1
    assert [bytes(one.wrapped) for one in DataKey.objects.order_by("pk")[:2]] == kept
    assert rekeying.rotate(by=None).rewrapped == 0
    assert all(opens(people, one) for one in situations)


def test_old_key_can_leave_the_ring_after_rotation(people, situations, settings):
    rekeying.rotate(by=None)
    settings.VAULT_KEYS = {1: OLD, 2: NEW, 3: NEWER}
    assert rekeying.rotate(by=None).rewrapped == 3
    assert rekeying.standing().removable == [2]
    settings.VAULT_KEYS = {1: WRONG, 3: NEWER}
    assert all(opens(people, one) for one in situations)


def test_key_sealed_before_every_process_was_restarted_is_found_by_the_next_run(people, situations, settings):
    rekeying.rotate(by=None)
    settings.VAULT_NEWEST = 1
    people.draft()
    settings.VAULT_NEWEST = 0
    assert rekeying.standing().waiting == 1
    assert not rekeying.standing().index_only
    assert rekeying.rotate(by=None).rewrapped == 1


def test_shredded_identity_stays_unreadable(people, situations, django_capture_on_commit_callbacks):
    stored = DataKey.objects.get(situation=situations[0].pk)
    with django_capture_on_commit_callbacks(execute=True):
        retention.shred(by=None, situation=situations[0])
    assert rekeying.rotate(by=None).rewrapped == 2
    assert not DataKey.objects.filter(situation=situations[0].pk).exists()
    assert identity.sealed_fields(situations[0]) == []
    assert stored.master_version == 1


def test_key_shredded_in_the_middle_of_a_rotation_does_not_come_back(people, situations, django_capture_on_commit_callbacks):
    def shred_last(done: Batch) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            retention.shred(by=None, situation=situations[2])

    assert rekeying.rotate(by=None, batch=2, progress=shred_last).rewrapped == 2
    assert versions() == [2, 2]


def test_another_run_in_the_middle_of_a_rotation_takes_the_rest(people, situations):
    others: list[Batch] = []

    def other_run(done: Batch) -> None:
        others.append(rekeying.rotate(by=None))

    assert rekeying.rotate(by=None, batch=1, progress=other_run).rewrapped == 1
    assert [one.rewrapped for one in others] == [2]
    assert all(opens(people, one) for one in situations)


def test_two_runs_at_once_share_the_work(tmp_path: Path) -> None:
    with installation(tmp_path) as environment:
        drafts = "from tests.cast import assemble; people = assemble(); [people.draft() for _ in range(20)]"
        manage(environment, "shell", "--no-imports", "-c", drafts)
        manage(environment, "new_master_key")
        command = [sys.executable, "manage.py", "rotate_keys", "--batch", "1"]
        runs = [
            subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        said = [run.communicate(timeout=60) for run in runs]
        assert [run.returncode for run in runs] == [0, 0], said
        shared = sum(int(line.split()[0]) for out, _err in said for line in out.splitlines() if "data keys now" in line)
        count = (
            "from hub.keystore.models import DataKey as K; print(K.objects.filter(master_version=2).count(), K.objects.count())"
        )
        rotated, there = manage(environment, "shell", "--no-imports", "-c", count).split()
    assert int(rotated) == int(there) == shared == 20


# what goes wrong


def test_wrong_key_under_a_right_number_is_told_and_nothing_is_overwritten(people, situations, settings):
    before = [bytes(one.wrapped) for one in DataKey.objects.order_by("pk")]
    settings.VAULT_KEYS = {1: WRONG, 2: NEW}
    said = complaints("3 data keys are not under version 2. Remove no master key.")
    assert f"Situation {situations[0].pk}: It does not open under master key version 1: another key stands" in said
    assert WRONG.hex() not in said
    assert [bytes(one.wrapped) for one in DataKey.objects.order_by("pk")] == before


def test_one_key_that_does_not_open_does_not_keep_the_others(people, situations):
    DataKey.objects.filter(situation=situations[0].pk).update(wrapped=b"\x00" * 60)
    assert complaints("1 data keys are not").count("Situation") == 1
    assert versions() == [1, 2, 2]


def test_missing_key_is_told_with_what_needs_it(people, situations, settings):
    settings.VAULT_KEYS = {2: NEW}
    assert "3 data keys need master key version 1, which is not available. Put it back." in complaints("Remove no master key")
    with pytest.raises(VaultError, match="Master key version 1 is not available"):
        opens(people, situations[0])


def test_ring_without_its_newest_key_is_told(people, situations, settings):
    settings.VAULT_NEWEST = 7
    complaints("Master key version 7 is not available")


def test_batch_of_nothing_is_refused(people):
    with pytest.raises(CommandError, match="from 1"):
        call_command("rotate_keys", "--batch", "0")


# what is said


def test_command_counts_and_says_what_must_stay(people, situations, settings, caplog):
    with caplog.at_level(logging.INFO, logger="situations.rekeying"):
        assert command("--batch", "2") == (
            "  2 rewrapped\n  1 rewrapped\n3 data keys now under master key version 2.\n"
            "Version 1 must stay: the repeat-presentation index is made with it.\n"
        )
    assert caplog.messages == ["Data keys rewrapped: 3, refused: 0"]
    settings.VAULT_KEYS = {1: OLD, 2: NEW, 3: NEWER}
    assert "No data key needs version 2 any more. Read docs/operating.md before removing it.\n" in command()


def test_nothing_to_rotate_is_said(people, settings):
    people.draft()
    assert command() == "0 data keys now under master key version 1.\n"


def test_rotation_goes_through_the_door_of_another_provider(people, settings, tmp_path):
    settings.VAULT_PROVIDER, settings.DATA_DIR = "tests.key_directory.DirectoryKeys", tmp_path
    for name, key in {"1": OLD, "index": WRONG}.items():
        (tmp_path / f"{name}.key").write_bytes(key)
    situation = people.draft()
    (tmp_path / "2.key").write_bytes(NEW)
    assert rekeying.rotate(by=None).rewrapped == 1
    (tmp_path / "1.key").unlink()
    assert opens(people, situation)
