"""The web's edge, once for all views: refusals become answers, GET cannot write, nothing personal is cached."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import InterfaceError, InternalError, OperationalError, connections
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from hub.core import measures, quiet
from hub.core.access import SignInNeeded, StepUpNeeded
from hub.core.errors import DomainError, NotAllowed, NotVisible, access_refused

log = logging.getLogger(__name__)

Handler = Callable[[HttpRequest], HttpResponse]
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER", "TRUNCATE")
WRITTEN = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
SIGNING_IN = (
    "agencies_member",
    "agencies_historicalmember",
    "agencies_signin",
    "agencies_signinfailure",
    "socialaccount_socialaccount",
    "usersessions_usersession",
)
_may_write: ContextVar[bool] = ContextVar("get_may_write", default=False)
_may_write_in: ContextVar[tuple[str, ...]] = ContextVar("get_may_write_in", default=("django_session",))


class WriteInGet(RuntimeError):
    """A GET tried to change the database: a programming error."""


@contextmanager
def ledger_may_write() -> Iterator[None]:
    """The one thing a GET may leave behind: the ledger's entry of a refused access."""
    token = _may_write.set(True)
    try:
        yield
    finally:
        _may_write.reset(token)


@contextmanager
def signing_in_may_write() -> Iterator[None]:
    """What a person's return from an OpenID provider may leave behind, which OAuth 2 lets come as a GET only.

    Six tables: the account (its last sign-in), its history, its sign-ins and failures, its binding to the provider, the list of
    own sessions. The request carries a state that this browser's session gave out once: what is prefetched or reloaded changes
    nothing.
    """
    token = _may_write_in.set((*_may_write_in.get(), *SIGNING_IN))
    try:
        yield
    finally:
        _may_write_in.reset(token)


def _written(sql: str) -> str:
    """The table that a statement writes, or as much of the statement as says so."""
    found = WRITTEN.match(sql)
    return found[1] if found else sql.split("(", 1)[0]


def _refuse_writes(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
    writes = not _may_write.get() and str(sql).lstrip().upper().startswith(WRITES)
    if writes and _written(str(sql).lstrip()) not in _may_write_in.get():
        raise WriteInGet(str(sql).split("(", 1)[0][:80])
    return execute(sql, params, many, context)


class ReadOnlyGetMiddleware:
    """GET and HEAD cannot write (sessions aside): a link that is prefetched or reloaded must change nothing."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        with ExitStack() as guarded:
            for connection in connections.all():
                guarded.enter_context(connection.execute_wrapper(_refuse_writes))
            return self.get_response(request)


class PrivateCacheMiddleware:
    """`no-store` on every page and fragment: a shared laptop's back button shows nothing after sign-out."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(settings.STATIC_URL):
            response.headers["Cache-Control"] = "no-store, private"
        return response


def _sign_in_again(request: HttpRequest) -> HttpResponse:
    # A fragment cannot be redirected without losing the page, and with it what was typed: say it in place.
    if request.headers.get("HX-Request") or request.headers.get("X-Autosave") or request.method == "POST":
        return render(request, "errors/signed_out.html", status=401)
    return redirect_to_login(request.get_full_path())


def _show_who(request: HttpRequest) -> HttpResponse:
    # as above: the page stays, and another window asks
    page = reverse("account_reauthenticate")
    if request.headers.get("HX-Request") or request.method == "POST":
        return render(request, "errors/step_up.html", {"step_up_url": page}, status=401)
    return redirect_to_login(request.get_full_path(), page)


def answer_for(request: HttpRequest, refusal: Exception) -> HttpResponse:
    """The one mapping of refusals: 401, 403, 404, 409, 422, each in plain words; refused access is entered in the ledger."""
    if isinstance(refusal, SignInNeeded):
        return _sign_in_again(request)
    if isinstance(refusal, StepUpNeeded):
        return _show_who(request)
    if not isinstance(refusal, DomainError):
        raise refusal
    if isinstance(refusal, NotAllowed | NotVisible):
        with ledger_may_write():
            access_refused.send(sender=type(refusal), error=refusal, member=getattr(request, "user", None))
    if not quiet.asked():
        measures.REFUSALS.labels(type(refusal).__name__).inc()
    context = {"message": refusal.message, "code": refusal.code, "field": getattr(refusal, "field", "")}
    return render(request, f"errors/{refusal.status}.html", context, status=refusal.status)


def unserved(error: BaseException | None) -> bool:
    """Whether the database did not do its work, as opposed to refusing what it was asked for."""
    # class XX is PostgreSQL's own failure: a full disk in the middle of a commit, for one
    broke = isinstance(error, InternalError) and str(getattr(error.__cause__, "sqlstate", "")).startswith("XX")
    return broke or isinstance(error, OperationalError | InterfaceError)


def busy(error: BaseException) -> HttpResponse:
    """503, in plain words: the database gave no turn, no connection or no answer; what was begun is undone or in doubt.

    It asks no database: that is what is busy. A page sends it again by itself.
    """
    log.warning("the database did not serve a request: %s", type(error.__cause__ or error).__name__)
    return HttpResponse(render_to_string("errors/503.html"), status=503, headers={"Retry-After": "2"})


def onward(request: HttpRequest, otherwise: str, wanted: str | None = None) -> str:
    """Where a reader was going (`next`, or `wanted`), if that is a page of ours; anything else leads to `otherwise`."""
    if wanted is None:
        wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if safe else otherwise


class DomainErrorMiddleware:
    """Turns what a view or verb refused into its answer."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            # Django says only which methods there are; a person who followed a link wants to know what to do
            allowed = response.headers["Allow"]
            response = render(request, "errors/405.html", status=response.status_code)
            response.headers["Allow"] = allowed
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DomainError | SignInNeeded | StepUpNeeded):
            return answer_for(request, exception)
        return busy(exception) if unserved(exception) else None
