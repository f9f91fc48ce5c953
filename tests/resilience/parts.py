"""One process of an installation, that can be killed, held and started again where it was."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.live import ROOT
from tests.resilience.record import now

STOPS_WITHIN_SECONDS = 30
READY_WITHIN_SECONDS = 180
"""A machine that does a lot else starts five processes slowly."""
NOISE = ("health_checker", "@harborview.example", '"level":"info"', "# ", " * ", "Demo mode")


@dataclass
class Part:
    """A process by its command. Everything is done to its own pid; nothing else is ever looked for."""

    name: str
    command: list[str]
    log: Path
    ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    options: Mapping[str, object] = field(default_factory=dict)
    child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Of the process as it runs now. Raises RuntimeError when it does not run."""
        if self.child is None:
            raise RuntimeError(f"{self.name} does not run")
        return self.child.pid

    def launch(self) -> "Part":
        """Starts it, without waiting until it is ready."""
        given = {"cwd": ROOT, **self.options}
        with self.log.open("ab") as output:
            self.child = subprocess.Popen(  # type: ignore[call-overload]
                self.command, stdout=output, stderr=output, env=dict(self.environment), **given
            )
        return self

    def wait(self) -> "Part":
        """Returns once it is ready. Raises RuntimeError with its own words if it ends instead."""
        if self.child is None:
            raise RuntimeError(f"{self.name} was not started")
        deadline = now() + READY_WITHIN_SECONDS
        while not self.ready():
            if not self.runs() or now() > deadline:
                raise RuntimeError(f"{self.name} did not start:\n{self.last_words()}")
            time.sleep(0.1)
        return self

    def start(self) -> "Part":
        """Starts it and waits until it is ready."""
        return self.launch().wait()

    def kill(self) -> None:
        """As when its power is cut: no handler runs."""
        self.end(signal.SIGKILL)

    def end(self, by: signal.Signals = signal.SIGTERM) -> None:
        """Asks it to end and waits for it; whoever will not listen is killed."""
        child, self.child = self.child, None
        if child is None:
            return
        child.send_signal(by)
        with suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGCONT)
        try:
            child.wait(STOPS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def hold(self) -> None:
        """It goes on existing and does nothing: connections stay open and nobody answers."""
        os.kill(self.pid, signal.SIGSTOP)

    def let_go(self) -> None:
        """The end of `hold`."""
        os.kill(self.pid, signal.SIGCONT)

    def runs(self) -> bool:
        """Whether the process is there."""
        return self.child is not None and self.child.poll() is None

    def last_words(self) -> str:
        """The end of its log, without what is said at every start."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join([one for one in lines if not any(word in one for word in NOISE)][-25:])
