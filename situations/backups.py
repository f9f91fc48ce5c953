"""Backups: the data, the wrapped keys apart from it and for a short time only, and the list of keys that were destroyed.

    DIRECTORY/data/<stamp>.sqlite3 or .pgdump     everything but keys; <stamp>.json says what it is
    DIRECTORY/keys/<stamp>.sqlite3 or .pgdump     wrapped keys, deleted after `HUBTABLE_KEY_BACKUP_DAYS`
    DIRECTORY/shredded.jsonl                      every key ever destroyed; only grows
    DIRECTORY/shredded_referrals.jsonl            the same of referrals that were deleted
    DIRECTORY/checkpoint.json                     the newest signed checkpoint of the ledger

The master keys are in none of them. `restoring` puts a backup back.
"""

import json
import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import django
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.recorder import MigrationRecorder

from hub import keystore
from hub.core import clock, dumping
from hub.core.dumping import DumpFailed
from hub.core.keyring import provider
from hub.keystore.models import DataKey, ReferralKey, ShreddedKey
from situations import checkpoints, ledger, sealing
from situations.models import Checkpoint, LedgerEntry
from situations.referrals import deleting
from situations.referrals import struck as referrals_struck

STAMP = "%Y%m%dT%H%M%SZ"
FOLDERS = {DEFAULT_DB_ALIAS: "data", keystore.DATABASE: "keys"}
SHREDDED, CHECKPOINT = "shredded.jsonl", "checkpoint.json"
REFERRALS = "shredded_referrals.jsonl"
K = TypeVar("K")
Struck = tuple[int, int]
"""Situation and agency of a destroyed key."""


@dataclass(frozen=True)
class Made:
    """A finished backup; `expired`: older backups of keys that were deleted on this occasion."""

    stamp: str
    data: Path
    keys: Path
    expired: list[Path]


def make(directory: Path) -> Made:
    """Back both databases up. Raises DumpFailed; what is unfinished has no manifest and is never restored.

    Data first: a key made in between is one too many in the backup, and no identity in it lacks its key.
    """
    sealing.finish_shredding()
    deleting.finish()
    _check_owner(directory)
    stamp = clock.now().astimezone(UTC).strftime(STAMP)
    files = {alias: _place(directory, alias, stamp) for alias in FOLDERS}
    for alias, file in files.items():
        dumping.dump(alias, file)
    remember_shredded(directory)
    newest = Checkpoint.objects.order_by("-at", "-pk").first()
    if newest is not None:
        write(directory / CHECKPOINT, json.dumps(checkpoints.document(newest), indent=1))
    write(manifest_of(directory, stamp), json.dumps(_manifest(stamp, files, newest), indent=1, sort_keys=True))
    return Made(stamp, files[DEFAULT_DB_ALIAS], files[keystore.DATABASE], _expire(directory))


def remember_shredded(directory: Path) -> None:
    """Add every destroyed key to the directory's lists; nothing is ever taken from them."""
    write(directory / REFERRALS, referrals_struck.written(referrals_struck.deleted() | referrals_in(directory)))
    struck = shredded_in(directory)
    struck |= {
        (one.situation, one.agency): one.at for one in ShreddedKey.objects.all() if (one.situation, one.agency) not in struck
    }
    lines = [
        json.dumps({"agency": agency, "at": ledger.utc(at), "situation": situation})
        for (situation, agency), at in sorted(struck.items())
    ]
    write(directory / SHREDDED, "".join(f"{line}\n" for line in lines))


def shredded_in(directory: Path) -> dict[Struck, datetime]:
    """The directory's list. Raises DumpFailed if it does not read: without it a restore could bring back what was shredded."""
    return _listed(directory / SHREDDED, _struck)


def referrals_in(directory: Path) -> referrals_struck.Struck:
    """The same of referrals."""
    return _listed(directory / REFERRALS, referrals_struck.read)


def _struck(text: str) -> dict[Struck, datetime]:
    rows = [json.loads(line) for line in text.splitlines()]
    return {(int(one["situation"]), int(one["agency"])): datetime.fromisoformat(one["at"]) for one in rows}


def _listed(file: Path, read: Callable[[str], dict[K, datetime]]) -> dict[K, datetime]:
    try:
        return read(file.read_text(encoding="utf-8")) if file.exists() else {}
    except (ValueError, KeyError, TypeError) as broken:
        raise DumpFailed(f"{file} does not read; put back a copy of it before anything else.") from broken


def installation() -> str:
    """Tells one installation's backups from another's, whose numbers mean other situations. Follows from the index key."""
    return sha256(provider().index_key(b"hubtable installation")).hexdigest()[:16]


def manifest_of(directory: Path, stamp: str) -> Path:
    """Where the manifest of a backup lies."""
    return directory / FOLDERS[DEFAULT_DB_ALIAS] / f"{stamp}.json"


def manifests(directory: Path) -> Iterator[dict[str, Any]]:
    """The manifests of all finished backups, oldest first."""
    for file in sorted((directory / FOLDERS[DEFAULT_DB_ALIAS]).glob("*.json")):
        yield json.loads(file.read_text(encoding="utf-8"))


def digest(file: Path) -> str:
    """SHA-256 (hex) of a file."""
    hashed = sha256()
    with file.open("rb") as content:
        while block := content.read(1 << 20):
            hashed.update(block)
    return hashed.hexdigest()


def write(file: Path, text: str) -> None:
    """Put a file there whole or not at all, for its owner only."""
    draft = file.with_name(f".{file.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as handle:
        handle.write(text)
    dumping.sync(draft)
    draft.replace(file)
    dumping.sync(file.parent)


def _place(directory: Path, alias: str, stamp: str) -> Path:
    folder = directory / FOLDERS[alias]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / f"{stamp}{dumping.suffix(alias)}"


def _check_owner(directory: Path) -> None:
    if any(one["installation"] != installation() for one in manifests(directory)):
        raise DumpFailed(f"{directory} holds backups of another installation: give each a directory of its own.")


def _manifest(stamp: str, files: dict[str, Path], newest: Checkpoint | None) -> dict[str, Any]:
    recorded = MigrationRecorder(connection).applied_migrations()
    return {
        "stamp": stamp,
        "installation": installation(),
        "files": {
            FOLDERS[alias]: {"name": file.name, "bytes": file.stat().st_size, "sha256": digest(file)}
            for alias, file in files.items()
        },
        "ledger": {
            "entries": LedgerEntry.objects.count(),
            "chains": len(checkpoints.heads(None)),
            "checkpoint": checkpoints.body(newest) if newest else None,
        },
        "master_keys_needed": _versions_needed(),
        "versions": {"django": django.get_version(), "python": platform.python_version()},
        "migrations": {app: max(name for one, name in recorded if one == app) for app, _name in recorded},
    }


def _versions_needed() -> list[int]:
    return sorted({one for model in (DataKey, ReferralKey) for one in model.objects.values_list("master_version", flat=True)})


def _expire(directory: Path) -> list[Path]:
    """Delete what is older than `HUBTABLE_KEY_BACKUP_DAYS`: shredding reaches no further back than the oldest of these."""
    oldest = (clock.now().astimezone(UTC) - timedelta(days=settings.KEY_BACKUP_DAYS)).strftime(STAMP)
    gone = [file for file in (directory / FOLDERS[keystore.DATABASE]).iterdir() if file.name.partition(".")[0] < oldest]
    for file in gone:
        file.unlink()
    return sorted(gone)
