"""Does a certificate of shredding hold here? `docs/verify_certificate.py` reads its signature without HubTable."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from situations import certificates


class Command(BaseCommand):
    help = "Verifies a downloaded certificate against signature, ledger and storage; exits 1 and says what does not hold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            file = json.loads(options["file"].read_bytes())
            why = certificates.fault(file)
        except (OSError, ValueError, TypeError) as refused:
            raise CommandError(f"It cannot be read: {refused}") from refused
        if why:
            raise CommandError(f"It does not hold: {why}.")
        document = file["certificate"]
        self.stdout.write(
            f"It holds: {document['situation']} was shredded at {document['at']}, certificate {document['certificate']}."
        )
