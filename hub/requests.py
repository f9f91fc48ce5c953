"""One line and two figures for every request: which view, how it ended, how long it took. Never whose, or about whom.

Of a request to somebody's door (`hub.core.quiet`) there is neither, unless it failed.

Each request has an id. Behind a proxy it is the proxy's (X-Request-Id, which ours always sets anew), otherwise made here. It
goes into every log line written meanwhile, into the answer's header, and onto error pages as "reference".
"""

import logging
import re
import sys
from collections.abc import Callable
from time import perf_counter
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from hub.core import measures, quiet
from hub.core.http import busy, unserved
from hub.core.reference import reference

log = logging.getLogger(__name__)

Handler = Callable[[HttpRequest], HttpResponse]
WELL_FORMED = re.compile(r"[0-9A-Za-z-]{8,64}")
NO_VIEW = "none"
METHODS = frozenset({"GET", "HEAD", "POST"})


class RequestsMiddleware:
    """Names, times and counts each request; gives its answer the security headers that Django has no setting for."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began, token = perf_counter(), reference.set(_id_of(request))
        try:
            with quiet.answering(request.path_info):
                return self._answered(request, began)
        finally:
            reference.reset(token)

    def _answered(self, request: HttpRequest, began: float) -> HttpResponse:
        response = self.get_response(request)
        response.headers["X-Request-Id"] = reference.get()
        for name, value in settings.MORE_SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        _tell(request, response.status_code, perf_counter() - began)
        return response


def _id_of(request: HttpRequest) -> str:
    given = request.headers.get("X-Request-Id", "") if settings.BEHIND_PROXY else ""
    return given if WELL_FORMED.fullmatch(given) else uuid4().hex


def _tell(request: HttpRequest, status: int, seconds: float) -> None:
    # the pattern's name: a path holds numbers of situations, and somebody who mistypes an address may type a name
    match = request.resolver_match
    view = (match.view_name if match else "") or NO_VIEW
    if not quiet.asked():
        measures.REQUESTS.labels(view, f"{status // 100}xx").inc()
        measures.SECONDS.labels(view).observe(seconds)
    method = request.method if request.method in METHODS else "other"
    facts = {"view": view, "method": method, "status": status, "ms": round(seconds * 1000, 1)}
    log.log(logging.ERROR if status >= 500 else logging.INFO, "answered", extra={"facts": facts})  # noqa: PLR2004


def broken(request: HttpRequest) -> HttpResponse:
    """The page for what nobody foresaw. It asks no database: that may be what broke."""
    if (error := sys.exc_info()[1]) is not None and unserved(error):  # outside of views, where the session is read
        return busy(error)
    return HttpResponse(render_to_string("500.html", {"reference": reference.get()}), status=500)
