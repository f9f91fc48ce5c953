"""What begins with a process that serves, beside answering. Commands and tests begin none of it.

Apps register here in `AppConfig.ready`, so that the kernel's `serve` need not know them.
"""

from collections.abc import Callable

_beginnings: list[Callable[[], None]] = []


def with_server(begin: Callable[[], None]) -> None:
    """Call this on the event loop once the server listens."""
    _beginnings.append(begin)


def begin() -> None:
    """The server listens."""
    for one in _beginnings:
        one()
