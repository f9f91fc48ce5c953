"""Restoring a backup without bringing back what was shredded since: the list of destroyed keys is held against it.

Rule: crypto-shredding is worth what the oldest readable copy of the key is worth, so every restored copy loses the keys
that were destroyed after it was made, before anybody is served.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Q

from hub import keystore
from hub.core import dumping, running, second_wall
from hub.core.dumping import DumpFailed
from hub.core.running import Busy
from hub.core.second_wall import Reason
from hub.keystore.models import DataKey, ShreddedKey
from situations import backups, checkpoints, ledger, retention, sealing
from situations.backups import FOLDERS
from situations.models import Identity, LedgerEntry, Situation
from situations.referrals import deleting, struck
from situations.visibility import IDENTITY_FIELDS


class NotEmpty(DumpFailed):
    """There is an installation already, and nobody said that it may be replaced."""


@dataclass(frozen=True)
class Restored:
    """What was done, and what has to be told."""

    stamp: str
    keys: str
    """The backup that the keys came from; another one than `stamp` when those had expired, empty when there was none."""
    kept: str
    """The backup of what was there before, empty when there was nothing."""
    shredded_again: list[int]
    unreadable: list[int]
    """Situations whose identity lies there without a key."""
    referrals_deleted: list[int]
    referrals_unreadable: list[int]
    broken: list[str]
    """What does not hold of the ledger."""
    lost: list[str]
    """What the newest checkpoint in the directory holds and a backup made before it cannot."""


def restore(directory: Path, *, stamp: str = "", replace: bool = False) -> Restored:
    """Put a backup (the newest unless named) in the place of what is there. Interrupted, run it again before serving.

    Raises DumpFailed for a backup that is missing or damaged, NotEmpty without `replace` over data, Busy while others work.
    """
    with running.alone():
        chosen = _chosen(directory, stamp)
        _nobody_connected()
        kept = _kept(directory, replace=replace)
        keys = _keys_for(directory, chosen["stamp"])
        dumping.load(DEFAULT_DB_ALIAS, _file(directory, chosen, DEFAULT_DB_ALIAS))
        if keys is not None:
            dumping.load(keystore.DATABASE, keys)
        call_command("migrate", interactive=False, verbosity=0)
        again = _replay(directory)
        deleted = struck.strike_again(backups.referrals_in(directory))
        deleting.finish()
        Session.objects.all().delete()  # who was signed in then may have lost the account since
        broken, lost = _verified(directory, chosen)
    return Restored(
        chosen["stamp"], keys.name.partition(".")[0] if keys else "", kept, again, _unreadable(), deleted, struck.unreadable(),
        broken, lost,
    )  # fmt: skip


def _chosen(directory: Path, stamp: str) -> dict[str, Any]:
    found = [one for one in backups.manifests(directory) if not stamp or one["stamp"] == stamp]
    if not found:
        raise DumpFailed(f"There is no finished backup {stamp or 'at all'} in {directory}.")
    chosen = found[-1]
    if chosen["installation"] != backups.installation():
        raise DumpFailed("This backup is another installation's, or master key 1 is not the one that it was made with.")
    for alias, folder in FOLDERS.items():
        file = _file(directory, chosen, alias)
        if alias == keystore.DATABASE and not file.exists():
            continue
        if not file.exists() or backups.digest(file) != chosen["files"][folder]["sha256"]:
            raise DumpFailed(f"{folder}/{file.name} is not what was backed up: it is missing or was changed.")
    return chosen


def _nobody_connected() -> None:
    if any(dumping.others_connected(alias) for alias in FOLDERS):
        raise Busy("The database server knows of other connections: stop every process of HubTable first.")


def _kept(directory: Path, *, replace: bool) -> str:
    """What is there becomes one more backup; with it the list of destroyed keys is brought up to now."""
    tables = connections[DEFAULT_DB_ALIAS].introspection.table_names()
    if LedgerEntry._meta.db_table not in tables or not _anything():  # noqa: SLF001 - Django's documented way
        return ""
    if not replace:
        raise NotEmpty("There is an installation already.")
    return backups.make(directory).stamp


def _anything() -> bool:
    return LedgerEntry.objects.exists() or Situation.objects.exists()


def _keys_for(directory: Path, stamp: str) -> Path | None:
    """The keys of the same backup, or, once they have expired, the newest there are."""
    held = sorted((directory / FOLDERS[keystore.DATABASE]).glob(f"*{dumping.suffix(keystore.DATABASE)}"))
    same = [file for file in held if file.name.partition(".")[0] == stamp]
    return same[0] if same else held[-1] if held else None


def _file(directory: Path, manifest: dict[str, Any], alias: str) -> Path:
    return directory / FOLDERS[alias] / Path(manifest["files"][FOLDERS[alias]]["name"]).name


def _replay(directory: Path) -> list[int]:
    """Destroy again what was destroyed, keys first, and have the record say so; returns the situations' numbers."""
    sealing.destroy_again(backups.shredded_in(directory))
    sealing.finish_shredding()
    numbers = [*ShreddedKey.objects.values_list("situation", flat=True), *DataKey.objects.values_list("situation", flat=True)]
    dumping.never_again(Situation, max(numbers, default=0))
    return replay_shredded()


@second_wall.passing(Reason.STORED)
def replay_shredded() -> list[int]:
    """Empty every identity whose keys are on the list of those destroyed; returns the situations' numbers. Safe to repeat."""
    gone = set(ShreddedKey.objects.values_list("situation", flat=True))
    again = [one for one in Situation.objects.filter(retention.sealed()).order_by("pk") if one.pk in gone]
    for situation in again:
        retention.shred_again(by=None, situation=situation)
    return [one.pk for one in again]


@second_wall.passing(Reason.STORED)
def _unreadable() -> list[int]:
    filled = Q()
    for field in IDENTITY_FIELDS:
        filled |= ~Q(**{field.value: b""})
    readable = set(DataKey.objects.values_list("situation", "agency"))
    sealed = Identity.objects.filter(filled, shredded_at=None).values_list("situation_id", "agency_id")
    return sorted(situation for situation, agency in sealed if (situation, agency) not in readable)


def _verified(directory: Path, chosen: dict[str, Any]) -> tuple[list[str], list[str]]:
    broken = [f"{one.chain} entry {one.sequence}: {one.why}" for one in ledger.verify()]
    broken += [f"{one.what}: {one.why}" for one in checkpoints.verify()]
    if LedgerEntry.objects.count() < chosen["ledger"]["entries"]:
        broken.append("the ledger has fewer entries than when the backup was made")
    file = directory / backups.CHECKPOINT
    if not file.exists():
        return broken, []
    document = json.loads(file.read_text(encoding="utf-8"))
    doubts = [f"{one.what}: {one.why}" for one in checkpoints.compare(document)]
    # a checkpoint of later holds what an earlier backup cannot: that is the price of restoring it, not a forgery
    made = datetime.strptime(chosen["stamp"], backups.STAMP).replace(tzinfo=UTC)
    later = datetime.fromisoformat(document["checkpoint"]["at"]) > made
    return (broken, doubts) if later else ([*broken, *doubts], [])
