"""Puts conferences into the calendar; a clerk runs it daily, and running it twice changes nothing."""

from typing import Any

from django.core.management import BaseCommand

from agencies.models import Table
from conferences.scheduling import schedule


class Command(BaseCommand):
    help = "Schedules every table's conferences for the coming eight weeks, from its recurrence."

    def handle(self, *args: Any, **options: Any) -> None:
        for table in Table.objects.order_by("name"):
            made = schedule(by=None, table=table)
            self.stdout.write(f"{table.name}: {len(made)} new conferences.")
