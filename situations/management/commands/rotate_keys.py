"""The second half of a rotation; the first is `new_master_key` (docs/operating.md, "Keys")."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from hub.core.aead import VaultError
from hub.core.keyring import INDEX_VERSION
from situations import rekeying
from situations.rekeying import BATCH, Batch, Standing


class Command(BaseCommand):
    help = "Brings every data key under the newest master key; interrupted or run twice at once, nothing is lost."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=BATCH, metavar="N", help="data keys in one transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["batch"] < 1:
            raise CommandError("--batch takes a number from 1.")
        try:
            total = rekeying.rotate(by=None, batch=options["batch"], progress=self._tell)
            standing = rekeying.standing()
        except VaultError as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{total.rewrapped} data keys now under master key version {standing.newest}.")
        self._complain(total, standing)
        self._advise(standing)

    def _tell(self, done: Batch) -> None:
        self.stdout.write(f"  {done.rewrapped} rewrapped")

    def _complain(self, total: Batch, standing: Standing) -> None:
        for what, why in sorted(total.refused.items()):
            self.stderr.write(f"{what}: {why}")
        for version, count in standing.lost.items():
            self.stderr.write(f"{count} data keys need master key version {version}, which is not available. Put it back.")
        left = standing.waiting + sum(standing.lost.values())
        if left:
            raise CommandError(f"{left} data keys are not under version {standing.newest}. Remove no master key.")

    def _advise(self, standing: Standing) -> None:
        if standing.removable:
            versions = ", ".join(map(str, standing.removable))
            self.stdout.write(f"No data key needs version {versions} any more. Read docs/operating.md before removing it.")
        if standing.index_only:
            self.stdout.write(f"Version {INDEX_VERSION} must stay: the repeat-presentation index is made with it.")
