"""The first half of a rotation; the second is `rotate_keys` (docs/operating.md, "Keys")."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from hub.core import keyring, master_keys
from hub.core.master_keys import KeyFile


class Command(BaseCommand):
    help = "Adds a master key to the file of an embedded installation, or says what HUBTABLE_VAULT_KEYS must get."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--print-key", action="store_true", help="make a key for the environment and print it")

    def handle(self, *args: Any, **options: Any) -> None:
        if type(keyring.provider()) is not keyring.SettingsKeys:
            raise CommandError(f"The master keys are kept by {settings.VAULT_PROVIDER}: make the new version there.")
        ring = settings.VAULT_KEYS
        if not isinstance(ring, KeyFile):
            self._say_what_to_set(max(ring, default=0) + 1, print_key=options["print_key"])
        elif options["print_key"]:
            raise CommandError(f"The master keys are in {ring.file}: no need to print one.")
        else:
            self._add_to(ring)

    def _add_to(self, ring: KeyFile) -> None:
        version = ring.add()
        self.stdout.write(
            f"Master key version {version} is in {ring.file}. Running processes take it up by themselves.\n"
            "Copy the file to where you keep its copy, apart from the data. Then: manage.py rotate_keys"
        )

    def _say_what_to_set(self, version: int, *, print_key: bool) -> None:
        entry = master_keys.new_entry(version) if print_key else f"{version}:<base64 of 32 random bytes>"
        if print_key:
            self.stderr.write("This key opens sealed identities. Keep it out of logs, mails and shell history.")
        self.stdout.write(
            f"Append to HUBTABLE_VAULT_KEYS, keeping what is there:\n,{entry}\n"
            "Restart every process with it. Then: manage.py rotate_keys"
        )
