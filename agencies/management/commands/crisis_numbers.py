"""The public crisis numbers, as a part of getting ready to serve."""

from typing import Any

from django.core.management import BaseCommand

from agencies import crisis


class Command(BaseCommand):
    help = "Enters the state's public crisis numbers that the directory lacks; changes none that is there."

    def handle(self, *args: Any, **options: Any) -> None:
        entered = crisis.enter(by=None)
        if entered:
            self.stdout.write(f"{entered} public crisis numbers are entered: ring each of them once.")
