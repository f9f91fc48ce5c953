"""A proof about one entry, for a court's expert; `docs/verify_proof.py` verifies it without HubTable."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from situations.models import Situation
from situations.proofs import NoProof, prove


class Command(BaseCommand):
    help = "Writes, as JSON, the proof that an entry stood in the ledger when a checkpoint was signed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "chain", help='a situation\'s number, or a chain as verify_ledger names it ("situation:7", "table:1")'
        )
        parser.add_argument("sequence", type=int, help="which entry of the chain")
        parser.add_argument("--root", default="", help="against the checkpoint with this root (or its beginning), as printed")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            proof = prove(_chain(options["chain"]), options["sequence"], root=options["root"])
        except NoProof as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(json.dumps(proof, indent=1, sort_keys=True))


def _chain(said: str) -> str:
    if ":" in said:
        return said
    found = list(Situation.objects.filter(number=said).exclude(number="").values_list("pk", flat=True)[:2])
    if len(found) != 1:
        raise CommandError(f"{'No situation has' if not found else 'Two tables have a situation with'} the number {said}.")
    return f"situation:{found[0]}"
