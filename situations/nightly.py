"""A backup every night, for an installation that has no cron: when the next is due, and how many are kept."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from django.utils import timezone

from situations import backups

DAY = timedelta(days=1)
APART = timedelta(hours=12)
"""Two nightly backups are at least so far apart, however clocks are set in between."""


def last_made(directory: Path) -> datetime | None:
    """When the newest finished backup in the directory was begun."""
    stamps = [manifest["stamp"] for manifest in backups.manifests(directory)]
    return datetime.strptime(stamps[-1], backups.STAMP).replace(tzinfo=UTC) if stamps else None


def next_due(now: datetime, last: datetime | None, at: time) -> datetime:
    """`at` o'clock of the table's own time zone; at once when there is no backup of the last day."""
    if last is None or not now - DAY < last <= now:
        return now
    earliest = timezone.localtime(max(now, last + APART))
    coming = (timezone.make_aware(datetime.combine(earliest.date() + days * DAY, at)).astimezone(UTC) for days in (0, 1))
    return next(one for one in coming if one >= earliest)


def thin(directory: Path, keep: int) -> list[Path]:
    """Delete all but the newest `keep` backups of the data; those of keys go by their own days. Returns what was deleted."""
    stamps = [manifest["stamp"] for manifest in backups.manifests(directory)]
    gone: list[Path] = []
    for stamp in stamps[:-keep]:
        # the manifest first: what has none is never restored
        manifest = backups.manifest_of(directory, stamp)
        gone += [manifest, *sorted(file for file in manifest.parent.glob(f"{stamp}.*") if file != manifest)]
    for file in gone:
        file.unlink()
    return gone
