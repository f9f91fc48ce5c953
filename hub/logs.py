"""Logs say what happened and where, never to whom."""

import logging
import traceback
from types import TracebackType

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class ContentFreeFormatter(logging.Formatter):
    """Leaves out what exceptions say: a database's complaint quotes the row, and a row may be a person.

    Kept are the exception's type and the places in the code, which is what mending needs.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        if isinstance(record.args, tuple) and any(isinstance(value, BaseException) for value in record.args):
            record = logging.makeLogRecord(record.__dict__)
            record.args = tuple(_name(value) for value in record.args or ())
        return super().format(record)

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802  logging's own name
        kind, _, frames = ei
        places = "".join(traceback.format_tb(frames))
        return f"{places}{kind.__name__ if kind else ''}"


def _name(value: object) -> object:
    return type(value).__name__ if isinstance(value, BaseException) else value
