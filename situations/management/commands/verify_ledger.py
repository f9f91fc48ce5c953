"""Is the ledger whole? For the clerk, a cron job, and whoever is handed a copy of the database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from situations import checkpoints, ledger
from situations.checkpoints import Doubt
from situations.models import Checkpoint, LedgerEntry


class Command(BaseCommand):
    help = "Verifies every chain of the ledger and every checkpoint; exits 1 and names what does not hold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--checkpoint", type=Path, metavar="FILE", help="a checkpoint that was downloaded from the minutes")

    def handle(self, *args: Any, **options: Any) -> None:
        broken = list(ledger.verify())
        doubts = [*checkpoints.verify(), *(_compared(options["checkpoint"]) if options["checkpoint"] else ())]
        chains = LedgerEntry.objects.order_by().values("chain").distinct().count()
        if not broken and not doubts:
            self._whole(chains, from_file=options["checkpoint"] is not None)
            return
        for one in broken:
            self.stderr.write(f"{one.chain} entry {one.sequence}: {one.why}")
        for doubt in dict.fromkeys(doubts):
            self.stderr.write(f"{doubt.what}: {doubt.why}")
        if broken:
            raise CommandError(f"The ledger is broken in {len(broken)} of {chains} chains.")
        raise CommandError("The ledger is not what its checkpoints hold.")

    def _whole(self, chains: int, *, from_file: bool) -> None:
        self.stdout.write(f"The ledger is whole: {LedgerEntry.objects.count()} entries in {chains} chains.")
        if made := Checkpoint.objects.count():
            self.stdout.write(f"Checkpoints that hold: {made}.")
        if from_file:
            self.stdout.write("It is what the checkpoint in the file holds.")


def _compared(file: Path) -> list[Doubt]:
    try:
        return list(checkpoints.compare(json.loads(file.read_bytes())))
    except OSError as missing:
        raise CommandError(f"{file} cannot be read.") from missing
    except ValueError as broken:
        raise CommandError(f"{file}: this is not a checkpoint of HubTable.") from broken
