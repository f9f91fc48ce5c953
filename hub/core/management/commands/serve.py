"""Everything from an empty directory to a running board, in one process."""

from argparse import ArgumentParser
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from channels.routing import get_default_application
from daphne.endpoints import build_endpoint_description_strings
from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections

from hub import metrics
from hub.core import running, serving
from hub.core.memory import settle_memory
from hub.core.running import Busy
from hub.core.wire import WireServer, on_loop
from hub.draining import Leaving

CLERK_ENDS_WITHIN_SECONDS = 20
"""The clerk finishes what it has in hand; what it has not begun, the next one does."""
DEMO_PASSWORD = "harborview-demo"  # noqa: S105  published on purpose; demo mode refuses deployment
DEMO_DOMAIN = "harborview.example"
DEMO_ACCOUNTS = (
    "facilitator",
    "police",
    "schools",
    "dmh",
    "dcf",
    "cbhc",
    "recovery",
    "family",
    "housing",
    "aging",
    "fire",
    "privacy",
    "analyst",
    "observer",
    "admin",
)


class HubServer(Leaving, WireServer):
    """daphne as HubTable runs it."""


class Command(BaseCommand):
    help = "Prepares the installation and serves it with one daphne process, in which the clerk works too."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--prepared", action="store_true", help="only serve: something else prepares it and runs the clerk")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with running.at_work():
                self.serve(options)
        except Busy as held:
            raise CommandError(str(held)) from held

    def serve(self, options: dict[str, Any]) -> None:
        """Until it is told to stop. Raises CommandError when the port is taken."""
        if not options["prepared"]:
            call_command("prepare", stdout=self.stdout)
        connections.close_all()  # the threads that serve open their own
        address = f"http://{options['host']}:{options['port']}/"
        stop = Event()
        # in this process, whose memory the open boards share; a bigger installation runs `manage.py clerk` apart
        clerk = Thread(target=call_command, args=("clerk",), kwargs={"stop": stop}, name="clerk", daemon=True)
        begins = None if options["prepared"] else clerk
        metrics.serve()
        server = self.server(options["host"], options["port"], lambda: self.ready(address, begins))
        server.run()
        stop.set()
        if clerk.is_alive():
            clerk.join(CLERK_ENDS_WITHIN_SECONDS)
        if server.abort_start:
            raise CommandError(f"Port {options['port']} is taken; choose another, for example: make run PORT=8123")

    def server(self, host: str, port: int, ready: Callable[[], object]) -> "HubServer":
        return HubServer(
            get_default_application(),
            drain_seconds=settings.DRAIN_SECONDS,
            endpoints=build_endpoint_description_strings(host=host, port=port),
            ready_callable=ready,
            # No access log: addresses, times and case numbers together say who looked at what.
            action_logger=None,
            verbosity=0,
            websocket_timeout=-1,  # sockets end with their session, or within a day and not all at once (conferences.consumers)
            websocket_max_message_size=64 * 1024,
            websocket_max_frame_size=64 * 1024,
            server_name="",
        )

    def ready(self, address: str, clerk: Thread | None) -> None:
        """Called once the socket listens."""
        settle_memory()
        on_loop(serving.begin)
        self.announce(address)
        if clerk is not None:
            clerk.start()

    def announce(self, address: str) -> None:
        """Says where to go."""
        self.stdout.write(f"HubTable is ready at {address}")
        if settings.DEMO:
            self.stdout.write(f"Demo mode, invented people. Password of every account: {DEMO_PASSWORD}")
            for name in DEMO_ACCOUNTS:
                self.stdout.write(f"  {name}@{DEMO_DOMAIN}")
        self.stdout.flush()
