"""Requests that leave no time of day behind: those of somebody who brings a case, whom nobody may find by what was logged.

Whoever has the logs of a day and knows when somebody was at a library's computer could join the two (privacy.md 6.6). So what
is answered under these paths is neither counted nor told, but for failures; and a failure is told with its day alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

PATHS = ("/help/", "/partner/")
"""Of the public door and of partner agencies; what lies below them is quiet whether it is there or not."""

_quiet: ContextVar[bool] = ContextVar("quiet", default=False)


@contextmanager
def answering(path: str) -> Iterator[None]:
    """Around the answer to a request for this path."""
    token = _quiet.set(f"{path}/".startswith(PATHS))
    try:
        yield
    finally:
        _quiet.reset(token)


def asked() -> bool:
    """Whether what is done now leaves no time behind."""
    return _quiet.get()
