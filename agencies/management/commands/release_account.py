"""Release an account that nobody else can: the only administrator's own."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agencies import locking
from agencies.models import Member


class Command(BaseCommand):
    """`manage.py release_account person@agency.example`; the history says that the command line did it."""

    help = "Let a locked or disabled account sign in again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        member = Member.objects.filter(email=email.lower(), is_active=True).first()
        if member is None:
            raise CommandError("There is no open account with this address.")
        locking.release(by=None, member=member)
        self.stdout.write("Released.")
