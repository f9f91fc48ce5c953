"""Daily, by cron or a timer (docs/operating.md, "Backups")."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from hub.core.aead import VaultError
from hub.core.dumping import DumpFailed
from situations import backups


class Command(BaseCommand):
    help = "Backs up the data and, apart from it, the wrapped keys; deletes backups of keys that are too old."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["directory"]
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            made = backups.make(directory)
        except (DumpFailed, VaultError) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"Backup {made.stamp}: data {_size(made.data)}, keys {_size(made.keys)}.")
        if made.expired:
            self.stdout.write(f"Backups of keys deleted after {settings.KEY_BACKUP_DAYS} days: {len(made.expired)}.")
        self.stdout.write("The master keys are not in it: keep them somewhere else.")


def _size(file: Path) -> str:
    return f"{max(1, round(file.stat().st_size / 1024))} kB"
