"""Everything that must be there before a process can serve."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, call_command


class Command(BaseCommand):
    help = "Makes or updates tables, loads the demo community in demo mode, enters crisis numbers, collects static files."

    def handle(self, *args: Any, **options: Any) -> None:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
        call_command("migrate", interactive=False, verbosity=0, stdout=self.stdout)
        if settings.DEMO:
            call_command("load_demo", if_empty=True, stdout=self.stdout)
        call_command("crisis_numbers", stdout=self.stdout)
        call_command("collectstatic", interactive=False, verbosity=0, stdout=self.stdout)
