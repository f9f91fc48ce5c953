"""The clerk's loop: for a service of its own, for cron (`--once`), and inside `serve`."""

import logging
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import close_old_connections

from hub import metrics
from hub.core import measures, running
from hub.core.running import Busy
from situations import clerk

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Does what is due (shredding, warnings, the day's checkpoint), every HUBTABLE_CLERK_SECONDS; any number may run."
    stealth_options = ("stop",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="one round; exits 1 when a duty failed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Goes round until told to stop; the duty in hand is finished first. `stop`: the Event of who runs it in a thread."""
        stop: Event | None = options.get("stop")
        if stop is None and not options["once"]:
            metrics.serve()  # inside `serve` it is that process's own
        stop = stop or running.stopped_by_signal()
        try:
            with running.at_work():
                failed = self.rounds(stop, once=options["once"])
        except Busy as held:
            raise CommandError(str(held)) from held
        if options["once"] and failed:
            raise CommandError(f"The clerk could not {'; '.join(failed)}.")

    def rounds(self, stop: Event, *, once: bool) -> list[str]:
        """Round after round; the names of the duties that failed in the last one."""
        failed: list[str] = []
        while not stop.is_set():
            failed = self.round(stop)
            if once:
                break
            close_old_connections()  # a server that went away between two rounds is found again
            stop.wait(settings.CLERK_SECONDS)
        return failed

    def round(self, stop: Event) -> list[str]:
        """One round; the names of the duties that failed."""
        failed = []
        for name, done in clerk.go_round(stop=stop):
            if done < 0:
                failed.append(name)
                measures.CLERK_FAILED.labels(name).inc()
            elif done:
                self.stdout.write(f"{name}: {done}")
        measures.CLERK_ROUND.set_to_current_time()
        return failed
