"""What a session lacks before it may see any page."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from agencies import letting_in
from agencies.session_gate import GOES_ON
from hub.core import access

MAY_GO_ON = frozenset({"account_logout", "account_login", "account_reauthenticate", "account_reauthenticated"}) | GOES_ON
"""Names of views that a member without a second factor may use, beside those that set one up."""
SETTING_UP, WHERE = "mfa_", "mfa_index"
LIBRARIES = ("account_", "mfa_", "socialaccount_")
"""Starts of names of libraries' views, which are public only in that they guard themselves."""


class SecondFactorMiddleware:
    """From the second sign-in on, a member without a second factor sees nothing but the pages that set one up.

    The one sign-in without begins there too, to be told so, and goes on from there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        name = (match.url_name or "") if match else ""
        if access.is_public(view) and not name.startswith(LIBRARIES):
            return None
        if name == WHERE:
            letting_in.is_untold(request)  # this page tells it
        if name in MAY_GO_ON or name.startswith(SETTING_UP):
            return None
        if letting_in.is_missing(request) or (_is_whole_page(request) and letting_in.is_untold(request)):
            return _set_up_first(request)
        return None


def _is_whole_page(request: HttpRequest) -> bool:
    return request.method == "GET" and not (request.headers.get("HX-Request") or request.headers.get("X-Autosave"))


def _set_up_first(request: HttpRequest) -> HttpResponse:
    # as with a session that ended: a redirect would lose what was typed
    if not _is_whole_page(request):
        return render(request, "errors/second_factor.html", status=401)
    return HttpResponseRedirect(reverse(WHERE))
