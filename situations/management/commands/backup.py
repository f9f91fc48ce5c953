"""Once, by cron or a timer, or every night from a service of its own (docs/operating.md, "Backups")."""

import logging
from argparse import ArgumentParser, ArgumentTypeError
from datetime import time
from pathlib import Path
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import Error, connections

from hub import metrics
from hub.core import clock, measures, running
from hub.core.aead import VaultError
from hub.core.dumping import DumpFailed
from situations import backups, nightly

logger = logging.getLogger(__name__)

FAILED = (DumpFailed, VaultError, Error, OSError)
AGAIN_AFTER_SECONDS = 900
"""After a nightly backup that failed."""


def oclock(text: str) -> time:
    """A time of day, 02:30."""
    try:
        return time.fromisoformat(text)
    except ValueError as wrong:
        raise ArgumentTypeError(f"{text!r} is not a time of day such as 02:30") from wrong


def some(text: str) -> int:
    """A number from 1."""
    if not text.isdecimal() or not int(text):
        raise ArgumentTypeError(f"{text!r} is not a number from 1")
    return int(text)


class Command(BaseCommand):
    help = "Backs up the data and, apart from it, the wrapped keys; deletes backups of keys that are too old."
    stealth_options = ("stop",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path)
        parser.add_argument("--nightly", type=oclock, metavar="HH:MM", help="stay, and make one at this time of every day")
        parser.add_argument("--keep", type=some, metavar="N", help="delete all but the newest N backups of the data")

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["directory"]
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            if options["nightly"] is None:
                self.make(directory, options["keep"])
                return
        except FAILED as refused:
            raise CommandError(_said(refused)) from refused
        metrics.serve()
        self.every_night(directory, options, options.get("stop") or running.stopped_by_signal())

    def every_night(self, directory: Path, options: dict[str, Any], stop: Event) -> None:
        """Until told to stop. A backup that fails is told and tried again; the next night's comes in any case."""
        while not stop.is_set():
            last = nightly.last_made(directory)
            measures.BACKUP.set(last.timestamp() if last else 0)
            due = nightly.next_due(clock.now(), last, options["nightly"])
            if stop.wait(max(0.0, (due - clock.now()).total_seconds())):
                return
            try:
                self.make(directory, options["keep"])
            except FAILED as failed:
                logger.error("The backup failed: %s", _said(failed))  # noqa: TRY400  its words are our own, its places are known
                stop.wait(AGAIN_AFTER_SECONDS)
            connections.close_all()  # a restore counts who is connected

    def make(self, directory: Path, keep: int | None) -> None:
        """One backup, and what it says."""
        made = backups.make(directory)
        self.stdout.write(f"Backup {made.stamp}: data {_size(made.data)}, keys {_size(made.keys)}.")
        if made.expired:
            self.stdout.write(f"Backups of keys deleted after {settings.KEY_BACKUP_DAYS} days: {len(made.expired)}.")
        if keep and (gone := nightly.thin(directory, keep)):
            self.stdout.write(f"Older backups of the data deleted: {sum(file.suffix == '.json' for file in gone)}.")
        self.stdout.write("The master keys are not in it: keep them somewhere else.")
        self.stdout.flush()


def _said(error: Exception) -> str:
    """In our own words; what a database or the system says may quote what is in it."""
    return str(error) if isinstance(error, DumpFailed | VaultError) else type(error).__name__


def _size(file: Path) -> str:
    return f"{max(1, round(file.stat().st_size / 1024))} kB"
