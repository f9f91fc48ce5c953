"""The daily checkpoint, besides the one at each conference's close."""

from typing import Any

from django.core.management import BaseCommand

from situations import checkpoints, ledger


class Command(BaseCommand):
    help = "Signs where every chain of the ledger stands now; for cron, daily."

    def handle(self, *args: Any, **options: Any) -> None:
        made = checkpoints.make(by=None, table=None)
        self.stdout.write(
            f"Checkpoint of {ledger.utc(made.at)}, key {made.key}: "
            f"{made.entries} entries in {made.chains} chains, root {made.root}"
        )
