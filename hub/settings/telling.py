"""How logs are written: plain lines for a terminal, or JSON lines for a machine that keeps and searches them."""

import logging
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from hub.logs import told

FORMATTERS = {"plain": "hub.logs.ContentFreeFormatter", "json": "hub.logs.JsonFormatter"}


def logging_as(how: str) -> dict[str, Any]:
    """Django's LOGGING. Raises ImproperlyConfigured for a form that there is not."""
    if how not in FORMATTERS:
        raise ImproperlyConfigured(f"HUBTABLE_LOGS must be plain or json, not {how!r}.")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"content_free": {"()": FORMATTERS[how]}},
        "filters": {
            "unforeseen": {"()": "django.utils.log.CallbackFilter", "callback": unforeseen},
            "told": {"()": "django.utils.log.CallbackFilter", "callback": told},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "content_free", "filters": ["told"]}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            # Django's own handlers would print query values and mail whole requests.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # what else it says of an answer, hub.requests says without the path
            "django.request": {"filters": ["unforeseen"]},
            "daphne": {"level": "WARNING"},
            # a terminal is told what went wrong, a machine every request
            "hub.requests": {"level": "INFO" if how == "json" else "ERROR"},
        },
    }


def unforeseen(record: logging.LogRecord) -> bool:
    """Whether it tells of an exception that nobody turned into an answer."""
    return bool(record.exc_info)
