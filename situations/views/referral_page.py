"""The frame that all pages of the public door share: way out, crisis numbers, language; no cookie, no session, no referrer."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, TypeVar

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.loader import render_to_string
from django.utils import translation

from agencies import crisis
from agencies.models.tables import QUICK_EXIT
from hub.core import languages
from situations.models import IntakeDesk

Context = dict[str, Any]
View = TypeVar("View", bound=Callable[..., HttpResponse])


def from_our_pages(view: View) -> View:
    """Let a form that somebody else's site sends lead to the empty page: it could carry answers, or a code, of its own maker.

    A browser that says nothing of where a form comes from is believed: then no earlier page tells anybody the code (`steps`).
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
            return HttpResponseRedirect(request.path, status=303)
        return view(request, *args, **kwargs)

    return answered  # type: ignore[return-value]


def page(template: str, context: Context, *, desk: IntakeDesk | None = None, town: str = "", status: int = 200) -> HttpResponse:
    """One page in the language that is set now. `desk`: whose table chose the way out, and whose towns' numbers stand there."""
    towns: Collection[str] = [town] if town else desk.table.towns if desk else []
    frame = {
        "language": translation.get_language(),
        "tongues": settings.LANGUAGES,
        "numbers": crisis.numbers_for(towns),
        "exit_url": desk.table.quick_exit if desk else QUICK_EXIT,
        "demo": settings.DEMO,
    }
    # without the request: no part of the page may ask for a session, a member or a token that needs a cookie
    answer = HttpResponse(render_to_string(f"help/{template}.html", {**frame, **context}), status=status)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Content-Language"] = str(frame["language"])
    return answer


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, to be made into a digest at once; empty where a proxy does not say it."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""


def wanted(posted: QueryDict, otherwise: str) -> str:
    """The language whose button was pressed, or the one that held."""
    code = posted.get("language", "")
    return code if languages.known(code) else otherwise


def spoken(request: HttpRequest) -> str:
    """The language of somebody who comes with nothing in hand: what the browser asks for, or the page's button said before."""
    return wanted(
        request.POST, request.POST.get("spoken", "") if languages.known(request.POST.get("spoken", "")) else _browser()
    )


def _browser() -> str:
    code = translation.get_language() or settings.LANGUAGE_CODE
    return code if languages.known(code) else settings.LANGUAGE_CODE
