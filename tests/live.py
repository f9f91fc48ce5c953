"""The real thing for tests that need it: a daphne process of its own data, and Debian's Chromium."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from hub.settings.keys import new_ledger_key, new_signing_key, new_vault_keys
from tests import prepared as kept
from tests.servers import free_port, fresh_database, process, two_roles, wait_until

ROOT = Path(__file__).resolve().parent.parent
SERVERS = ("DATABASE_URL", "KEYS_DATABASE_URL", "DATABASE_OWNER_URL", "KEYS_DATABASE_OWNER_URL", "REDIS_URL")
# Nothing but the page under test may reach for a network.
QUIET_CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass
class LiveHub:
    """A running installation."""

    address: str
    data: Path
    environment: Mapping[str, str]
    child: subprocess.Popen[bytes]

    @property
    def socket_address(self) -> str:
        return self.address.replace("http://", "ws://", 1)

    @property
    def log(self) -> Path:
        """What the server wrote, for tests that look for what must not be there."""
        return self.data / "server.log"

    def manage(self, *arguments: str) -> str:
        """Runs a management command on the same data and returns what it printed."""
        return manage(self.environment, *arguments)


def manage(environment: Mapping[str, str], *arguments: str) -> str:
    """Runs a management command. Raises RuntimeError with its error output if it fails."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=environment, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"manage.py {' '.join(arguments)}: {done.stderr}")
    return done.stdout


def environment_of(data: Path, *, demo: bool, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """A child's environment: embedded on `data`, with nothing of the tests' own settings in it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HUBTABLE_")}
    given = dict(extra or {})
    # on servers everything works by two roles, as in the compose file
    server = two_roles(given["DATABASE_URL"], given.get("KEYS_DATABASE_URL", "")) if given.get("DATABASE_URL") else {}
    return inherited | {
        "DJANGO_SETTINGS_MODULE": "hub.settings.base",
        **dict.fromkeys(SERVERS, ""),
        "HUBTABLE_DATA": str(data),
        # Only demo mode speaks plain HTTP; without it, requests carry X-Forwarded-Proto as from a TLS proxy.
        "HUBTABLE_DEMO": "1" if demo else "",
        "HUBTABLE_DEMANDS_MFA": "0",
        "HUBTABLE_DEMANDS_STEP_UP": "0",
        "HUBTABLE_USE_BANNER": "0",
        "HUBTABLE_BEHIND_PROXY": "" if demo else "1",
        **given,
        **server,
    }


def prepare(data: Path, *, demo: bool) -> Path:
    """Makes an embedded installation (filled with the demo community), to be copied by many; returns `data`."""
    kept.copy_to(data, make)
    if demo:
        manage(environment_of(data, demo=True), "prepare")
    return data


def make(data: Path) -> None:
    """Makes an empty installation as `serve` would, without its secrets."""
    manage(environment_of(data, demo=False), "prepare")
    shutil.rmtree(data / "secrets")


@contextmanager
def installation(data: Path, *, server: str = "", extra: Mapping[str, str] | None = None) -> Iterator[dict[str, str]]:
    """The environment of an empty installation with secrets of its own, on `server` or else on what this run is on.

    As `prepare` would make it, but not made again for each; a database on a server is dropped afterwards.
    """
    prepare(data, demo=False)
    _make_secrets(data / "secrets")
    server = server or os.environ.get("DATABASE_URL", "")
    with fresh_database(server, migrated=True) if server else nullcontext("") as url:
        if url:
            for name in kept.FILES.values():
                (data / name).unlink()
        yield environment_of(data, demo=False, extra={**(extra or {}), "DATABASE_URL": url})


def _make_secrets(place: Path) -> None:
    """As an embedded installation makes them when it starts; on servers nothing is made up, and it reads these."""
    place.mkdir(mode=0o700)
    for name, make_one in {"secret_key": new_signing_key, "vault_keys": new_vault_keys, "ledger_key": new_ledger_key}.items():
        (place / name).touch(mode=0o600)
        (place / name).write_text(f"{make_one()}\n", encoding="ascii")


@contextmanager
def live_hub(
    *,
    demo: bool = True,
    prepared: Path | None = None,
    port: int | None = None,
    extra: Mapping[str, str] | None = None,
) -> Iterator[LiveHub]:
    """A daphne process on its own data (a copy of `prepared` if given), ready when yielded, stopped by its pid.

    `extra` goes into its environment: DATABASE_URL and REDIS_URL put it on servers.
    """
    port = port or free_port()
    with tempfile.TemporaryDirectory(prefix="hubtable-live-") as directory:
        data = Path(directory) / "var"
        if prepared:
            shutil.copytree(prepared, data)
        else:
            data.mkdir()
        environment = environment_of(data, demo=demo, extra=extra)
        if not prepared and extra is None and not demo:
            prepare(data, demo=False)
        elif not prepared:
            manage(environment, "prepare")
        command = [sys.executable, "manage.py", "serve", "--prepared", "--port", str(port)]
        with process(command, data / "server.log", signal.SIGTERM, cwd=ROOT, env=environment) as child:
            hub = LiveHub(f"http://127.0.0.1:{port}", data, environment, child)
            wait_until(lambda: _healthy(hub.address), child, hub.log)
            yield hub


def _healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@contextmanager
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless. Until it closes, its loop in this thread keeps Django's ORM out of it."""
    executable = shutil.which("chromium")
    if executable is None:
        raise RuntimeError("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=QUIET_CHROMIUM)
        try:
            yield chromium
        finally:
            chromium.close()
