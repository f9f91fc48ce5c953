"""The demo community, from its material."""

from argparse import ArgumentParser
from datetime import date
from time import monotonic
from typing import Any

from django.core.management import BaseCommand, CommandError

from agencies.models import Table
from conferences.demo.loading import load
from hub.core import clock
from situations.models import LedgerEntry


class Command(BaseCommand):
    help = "Loads the invented community Harborview: a year of conferences, and one today."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is a table already")
        parser.add_argument("--today", type=date.fromisoformat, help="the day of its last conference (default: today)")

    def handle(self, *args: Any, **options: Any) -> None:
        if Table.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("There is a table already; the demo community is loaded into an empty database only.")
        start = monotonic()
        lived = load(options["today"] or clock.today())
        self.stdout.write(
            f"Harborview is loaded: {lived.conferences} past conferences, {len(lived.situations)} situations, "
            f"{LedgerEntry.objects.count()} ledger entries, in {monotonic() - start:.0f} s. "
            f"The de-identification guard asked {len(lived.asked)} times."
        )
