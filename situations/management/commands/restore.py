"""Puts a backup back, with everything stopped (docs/operating.md, "Restoring")."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError

from hub.core import ownership
from hub.core.aead import VaultError
from hub.core.dumping import DumpFailed
from hub.core.running import Busy
from situations import restoring
from situations.restoring import NotEmpty, Restored


class Command(BaseCommand):
    help = "Restores a backup, destroys again every key that was destroyed since, and verifies the ledger."
    # the tables that other checks look at may not be there yet
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path)
        parser.add_argument("--at", default="", metavar="STAMP", help="which backup, by its name; the newest unless given")
        parser.add_argument("--yes", action="store_true", help="replace what is there; it becomes one more backup first")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with ownership.owning():
                done = restoring.restore(options["directory"], stamp=options["at"], replace=options["yes"])
        except NotEmpty as refused:
            raise CommandError(f"{refused} Say --yes to replace it; what is there becomes one more backup first.") from refused
        except (DumpFailed, Busy, VaultError) as refused:
            raise CommandError(str(refused)) from refused
        except DatabaseError as failed:
            raise CommandError(
                f"A database refused: {type(failed).__name__}. Serve nothing before this has run through."
            ) from failed
        self._tell(done)

    def _tell(self, done: Restored) -> None:
        self.stdout.write(f"Restored {done.stamp}.")
        if done.kept:
            self.stdout.write(f"What was there before is backup {done.kept}.")
        if done.keys != done.stamp:
            self.stdout.write(f"Its backup of keys has expired; the keys are those of {done.keys or 'nowhere'}.")
        self.stdout.write(f"Identities shredded again: {len(done.shredded_again)}.")
        for situation in done.unreadable:
            self.stdout.write(f"Situation {situation}: the identity is sealed under a key that is gone.")
        self.stdout.write(f"Referrals deleted again: {len(done.referrals_deleted)}.")
        for referral in done.referrals_unreadable:
            self.stdout.write(f"Referral {referral}: its words are sealed under a key that is gone.")
        for line in done.lost:
            self.stdout.write(f"Later than this backup, and lost: {line}")
        for line in done.broken:
            self.stderr.write(line)
        if done.broken:
            raise CommandError("The restored ledger does not hold.")
        self.stdout.write("The ledger is whole.")
