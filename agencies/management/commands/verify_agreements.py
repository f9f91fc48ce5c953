"""Are the agreements still what was sent and signed? For the clerk, and whoever is handed a copy of the database."""

from typing import Any

from django.core.management import BaseCommand, CommandError

from agencies import signing
from agencies.choices import DocumentState
from agencies.models import Document


class Command(BaseCommand):
    help = "Compares the text of every agreement that was sent with its hash; exits 1 and names those that were altered."

    def handle(self, *args: Any, **options: Any) -> None:
        total = Document.objects.exclude(state=DocumentState.DRAFT).count()
        altered = signing.altered()
        for one in altered:
            what = f"{one.agency.name}, {one.get_kind_display()}, version {one.version} (document {one.pk})"
            self.stderr.write(f"{what}: the text is not the one that was sent.")
        if altered:
            raise CommandError(f"{len(altered)} of {total} agreements were altered.")
        self.stdout.write(f"{total} agreements are as they were sent.")
