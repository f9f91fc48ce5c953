"""Scarcity: a disk without room, a database without connections. Nothing here needs to be root."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg


def family(pid: int) -> list[int]:
    """A process that we started and those that it started."""
    file = Path(f"/proc/{pid}/task/{pid}/children")
    return [pid, *(int(one) for one in file.read_text().split())] if file.exists() else []


def no_room(pid: int, size: int, **account: Any) -> None:
    """From now on no file may grow beyond `size` bytes: what a full disk does, to these processes alone."""
    _limit(pid, size, account)


def room_again(pid: int, **account: Any) -> None:
    """The end of `no_room`."""
    _limit(pid, -1, account)


def _limit(pid: int, size: int, account: dict[str, Any]) -> None:
    for one in family(pid):
        # by their own account: even root may not set the limits of somebody else's processes everywhere. A server that
        # panics ends its children while we look, so nobody minds one that is gone.
        command = ["prlimit", f"--pid={one}", f"--fsize={size if size >= 0 else 'unlimited'}:"]
        subprocess.run(command, check=False, capture_output=True, **account)


@dataclass
class Hoard:
    """Every connection of a server, in the hands of another client."""

    taken: list[psycopg.Connection]

    @classmethod
    def of(cls, url: str) -> "Hoard":
        """Takes all connections of the server at `url`, those of HubTable's database too."""
        server, _slash, name = url.rpartition("/")
        hoard = cls([])
        _take(server, hoard.taken)
        _send_away(server, name)
        _take(server, hoard.taken)
        return hoard

    def release(self) -> None:
        """Gives all back."""
        while self.taken:
            self.taken.pop().close()


def _take(server: str, taken: list[psycopg.Connection]) -> None:
    refused = 0
    # more than once: whoever was sent away comes back at the same moment
    while refused < 5:
        try:
            taken.append(psycopg.connect(f"{server}/postgres", connect_timeout=5))
        except psycopg.OperationalError:
            refused += 1


def _send_away(server: str, name: str) -> None:
    place = server.rpartition("@")[2]
    with psycopg.connect(f"postgresql://postgres@{place}/postgres") as connection:
        query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE starts_with(datname, %s)"
        connection.execute(query, [name])
