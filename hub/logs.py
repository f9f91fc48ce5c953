"""Logs say what happened and where, never to whom.

Plain lines for a terminal, JSON lines for a machine (HUBTABLE_LOGS=json), under the same rules:

- what exceptions say is left out: a database's complaint quotes the row, and a row may be a person. Kept are the exception's
  type and the places in the code, which is what mending needs;
- of what libraries log, words that they filled in are left out (Django names the path, and a path holds a situation's number);
  numbers stay. Our own modules are trusted to name no person and no content;
- while somebody is answered who must not be found by it (`hub.core.quiet`), failures alone are told, with their day.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from hub.core import quiet
from hub.core.reference import reference

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
OURS = ("hub", "agencies", "situations", "conferences", "tests")
LEFT_OUT = "..."


def told(record: logging.LogRecord) -> bool:
    """Whether the line is written at all."""
    return record.levelno >= logging.ERROR or not quiet.asked()


class ContentFreeFormatter(logging.Formatter):
    """One readable line and, for an exception, the places it came through."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        record = logging.makeLogRecord(record.__dict__)
        facts = " ".join(f"{name}={value}" for name, value in getattr(record, "facts", {}).items())
        record.msg, record.args = f"{message_of(record)} {facts}".rstrip(), None
        record.exc_text = record.stack_info = None
        return super().format(record)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802  logging's own name
        return super().formatTime(record, "%Y-%m-%d" if quiet.asked() else datefmt)

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802  logging's own name
        kind, _, frames = ei
        places = "".join(traceback.format_tb(frames))
        return f"{places}{kind.__name__ if kind else ''}"


class JsonFormatter(logging.Formatter):
    """One JSON object a line: at, level, logger, message, request, and what the line is about."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "at": str(at.date()) if quiet.asked() else at.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message_of(record),
        }
        if request := reference.get():
            line["request"] = request
        line |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            line["places"] = [f"{one.filename}:{one.lineno} {one.name}" for one in traceback.extract_tb(record.exc_info[2])]
        return json.dumps(line)


def message_of(record: logging.LogRecord) -> str:
    """The record's words without what an exception or somebody from outside has put into them."""
    ours = record.name.partition(".")[0] in OURS
    args = record.args
    if isinstance(args, tuple):
        args = tuple(_named(value, ours=ours) for value in args)
    elif isinstance(args, dict):
        args = {name: _named(value, ours=ours) for name, value in args.items()}
    told = str(record.msg) % args if args else str(record.msg)
    error = record.exc_info[1] if record.exc_info else None
    if ours or error is None:
        return told
    # asyncio and Django write the exception itself into the words, not only beside them
    first = told.partition("\n")[0]
    return first.replace(str(error), type(error).__name__) if str(error) else first


def _named(value: object, *, ours: bool) -> object:
    if isinstance(value, BaseException):
        return type(value).__name__
    if ours or isinstance(value, int | float):
        return value
    return LEFT_OUT
