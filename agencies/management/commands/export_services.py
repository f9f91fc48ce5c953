"""The directory as a file on this machine."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand

from agencies import hsds_export


class Command(BaseCommand):
    help = "Writes the directory in the Open Referral form (HSDS 3)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--form", choices=sorted(hsds_export.FORMS), default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        write = hsds_export.FORMS[options["form"]][0]
        with options["file"].open("wb") as file:
            write(file)
