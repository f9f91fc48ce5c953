"""What a session lacks before it may see any page."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from agencies import letting_in
from agencies.session_gate import GOES_ON
from hub.core import access

MAY_GO_ON = frozenset({"account_logout", "account_login", "account_reauthenticate", "healthz", "readyz"}) | GOES_ON
"""Names of views that a member without a second factor may use, beside those that set one up."""
SETTING_UP = "mfa_"


class SecondFactorMiddleware:
    """From the second sign-in on, a member without a second factor sees nothing but the pages that set one up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        name = (match.url_name or "") if match else ""
        if access.is_public(view) and not name.startswith("account_"):
            return None
        if name in MAY_GO_ON or name.startswith(SETTING_UP) or not letting_in.is_missing(request):
            return None
        return _set_up_first(request)


def _set_up_first(request: HttpRequest) -> HttpResponse:
    # as with a session that ended: a redirect would lose what was typed
    if request.headers.get("HX-Request") or request.headers.get("X-Autosave") or request.method == "POST":
        return render(request, "errors/second_factor.html", status=401)
    return HttpResponseRedirect(reverse("mfa_index"))
