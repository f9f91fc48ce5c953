"""Moves an installation to other databases (docs/moving-up.md)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError

from hub.core import ownership
from hub.core.running import Busy
from situations import moving
from situations.moving import Moved
from situations.moving_places import CannotMove

SHOWN = 12


class Command(BaseCommand):
    help = "Copies both databases to other ones, compares every row and verifies the ledger there. Changes nothing here."
    # the tables that other checks look at may not be there yet
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", required=True, metavar="URL", help="an empty database for the data, as its owner")
        parser.add_argument("--keys-to", required=True, metavar="URL", help="an empty database for the wrapped keys")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with ownership.owning():
                moved = moving.move(options["to"], options["keys_to"])
        except (CannotMove, Busy) as refused:
            raise CommandError(f"{refused} Nothing was moved.") from refused
        except DatabaseError as failed:
            raise CommandError(f"A database refused: {type(failed).__name__}. Nothing was moved.") from failed
        self._tell(moved)

    def _tell(self, moved: Moved) -> None:
        for one in moved.tables:
            self.stdout.write(f"{one.rows:>12} {one.digest[:SHOWN]} {one.name}")
        rows = sum(one.rows for one in moved.tables)
        self.stdout.write(f"Moved {rows} rows of {len(moved.tables)} tables; each is the same on both sides.")
        self.stdout.write(f"The ledger is whole there: {moved.entries} entries in {moved.chains} chains.")
        self.stdout.write(f"Checkpoints that hold there: {moved.checkpoints}.")
        if moved.again:
            self.stdout.write("An earlier copy, in which nobody had worked, has gone for it.")
        self.stdout.write("Sessions are left behind: everybody signs in again. Nothing was changed here.")
