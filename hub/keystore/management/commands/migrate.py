"""Django's `migrate`, for both databases: one that leaves the second behind would leave identities without keys."""

from typing import Any

from django.conf import settings
from django.core.management import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS

from hub.core import ownership
from hub.keystore import DATABASE
from hub.keystore.router import APP


class Command(migrate.Command):
    help = "Updates the schema of the keys' database, then of the data's, as the owner; --database names a single one."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database=None)

    def get_check_kwargs(self, options: Any) -> Any:
        return {**super().get_check_kwargs(options), "databases": _meant(options)}

    def handle(self, *args: Any, **options: Any) -> None:
        with ownership.owning():
            for database in _meant(options):
                self.bring_up(database, args, {**options, "database": database})

    def bring_up(self, database: str, args: Any, given: dict[str, Any]) -> None:
        """One database. Raises CommandError where somebody holds what has to be changed."""
        try:
            with ownership.waiting_for_locks(database, settings.LOCK_SECONDS):
                if database == DATABASE and not any(given[one] for one in ("app_label", "fake", "plan", "check_unapplied")):
                    super().handle(*args, **{**given, "app_label": APP, "run_syncdb": False})
                    # the router lets no other app do anything here: going through its models again takes as long as the data's
                    given |= {"fake": True, "verbosity": 0}
                super().handle(*args, **given)
        except ownership.LockHeld as held:
            raise CommandError(
                f"Somebody else held what a migration changes for {settings.LOCK_SECONDS} seconds, so it gave up: nobody waits "
                "behind it. What it did of a migration in one transaction is undone, earlier migrations stay. Of one outside a "
                "transaction something may remain: an index that was left invalid must be dropped first. Run it again when no "
                "long report runs."
            ) from held
        ownership.grant(database)


def _meant(options: dict[str, Any]) -> list[str]:
    if options["database"]:
        return [options["database"]]
    if options["app_label"]:
        return [DATABASE if options["app_label"] == APP else DEFAULT_DB_ALIAS]
    # keys first: the data's migrations once move keys over
    return [DATABASE, DEFAULT_DB_ALIAS]
