"""Is the ledger whole? For the clerk, a cron job, and whoever is handed a copy of the database."""

from typing import Any

from django.core.management import BaseCommand, CommandError

from situations import ledger
from situations.models import LedgerEntry


class Command(BaseCommand):
    help = "Verifies every chain of the ledger; exits 1 and names the first broken entry of each broken chain."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = list(ledger.verify())
        chains = LedgerEntry.objects.order_by().values("chain").distinct().count()
        if not broken:
            self.stdout.write(f"The ledger is whole: {LedgerEntry.objects.count()} entries in {chains} chains.")
            return
        for one in broken:
            self.stderr.write(f"{one.chain} entry {one.sequence}: {one.why}")
        raise CommandError(f"The ledger is broken in {len(broken)} of {chains} chains.")
