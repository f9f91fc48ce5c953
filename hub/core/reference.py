"""The id of the request that is being answered: in its log lines, in its answer's header, and on its error page."""

from contextvars import ContextVar

reference: ContextVar[str] = ContextVar("request_id", default="")
"""Empty outside of requests."""
