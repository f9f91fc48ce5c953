"""A directory of any size, from a file on this machine."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from agencies import hsds_import


class Command(BaseCommand):
    help = "Takes in services in the Open Referral form (HSDS 3): JSON, services.csv, or tables in a zip. All of it or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--end-missing", action="store_true", help="end what an earlier file had and this one lacks")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                made = hsds_import.bring_in(by=None, file=file, name=path.name, end_missing=options["end_missing"])
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        for one in made.report:
            self.stdout.write(f"line {one['line']}, {one['field'] or 'file'}: {one['why']} ({one['times']} times)")
            for key in one.get("services", ()):
                self.stdout.write(f"    service {key}")
        if hsds_import.was_refused(made):
            raise CommandError("Nothing of the file was taken.")
        self.stdout.write(f"{made.added} services added, {made.changed} changed, {made.ended} ended.")
