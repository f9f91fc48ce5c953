"""What a signed-in session lacks before it may see a page: somebody in front of it, and the use banner acknowledged."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from agencies import idling, use_banner
from hub.core import access

GOES_ON = frozenset(
    {
        "session_unlock", "session_passkey", "session_lock", "session_here", "use_banner", "account_logout",
        "single_sign_on_again",
    }
)  # fmt: skip
"""Names of views that a locked session may use, and one that has not acknowledged the banner."""
SIGNING_IN = ("account_login", "account_reset", "mfa_authenticate", "mfa_login")
"""Starts of names of allauth's views that are there for who is not signed in."""
DESK = frozenset({"board", "board_panels", "board_form", "board_act", "board_steer", "board_basis", "projector"})
"""Names of views that stay open to who presides over a table that sits, in the session that is at its board."""
OPENS_IDENTITY = "open-identity"
"""The action of `board_act` that needs somebody in front of the desk: whoever walks past must not read a name."""
AT_DESK = DESK | {"board_identity", "conference_open"}
"""Names of views whose use makes a session the desk of who presides."""


class SessionGateMiddleware:
    """Stands before every view that shows something; costs no query but once a minute, and where a session is locked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if SESSION_KEY not in request.session or not _shows_something(request, view):
            return None
        if idling.is_over(request.session) and (kwargs.get("action") == OPENS_IDENTITY or not _at_desk(request)):
            return _first(request, "session_unlock")
        if use_banner.is_awaited(request.session):
            return _first(request, "use_banner")
        if not request.headers.get("X-Autosave"):
            idling.note(request.session, desk=_name(request) in AT_DESK)
        return None


def _name(request: HttpRequest) -> str:
    return (request.resolver_match.url_name or "") if request.resolver_match else ""


def _shows_something(request: HttpRequest, view: Any) -> bool:
    name = _name(request)
    open_to_all = access.is_public(view) and not name.startswith(("account_", "mfa_", "socialaccount_"))
    return not (open_to_all or name in GOES_ON or name.startswith(SIGNING_IN))


def _at_desk(request: HttpRequest) -> bool:
    return _name(request) in DESK and request.user.is_authenticated and idling.at_desk(request.session, request.user.pk)


def _first(request: HttpRequest, name: str) -> HttpResponse:
    # as with a session that ended: a redirect would lose what was typed
    if request.headers.get("HX-Request") or request.headers.get("X-Autosave") or request.method == "POST":
        return render(request, "errors/signed_out.html", status=401)
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': request.get_full_path()})}")
