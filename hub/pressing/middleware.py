"""The edge of a press: reads its key, answers a repeated one, and keeps where the answer led."""

from collections.abc import Callable
from datetime import timedelta
from time import sleep
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from hub.core import clock
from hub.core.access import THIRD_PARTY_PUBLIC
from hub.core.errors import DomainError, RuleRefused, Stale
from hub.core.http import answer_for
from hub.pressing import once
from hub.pressing.models import Press

BY_SCRIPT = "X-Press-Page"
"""A form that the script sends asks for the place to go to instead of a redirect, which it would follow unseen."""
LED_TO = "X-Press-To"
SEE_OTHER, REDIRECTS, REFUSALS = 303, range(300, 400), range(400, 500)
TOO_LATE = frozenset({Stale.status, RuleRefused.status})
BEING_MADE = timedelta(seconds=5)
WAIT, WAITS = 0.05, 20


class PressMiddleware:
    """A press decides once (docs/architecture.md). Without a key (pages of an older version) nothing is remembered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with once.request():
            response = _unless_repeated(request, self.get_response(request))
            _keep(response)
        if response.status_code in REDIRECTS and BY_SCRIPT in request.headers:
            return HttpResponse(status=204, headers={LED_TO: response.headers["Location"]})
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        key = request.headers.get(once.HEADER) or request.POST.get(once.FIELD, "")
        if not key or not _remembered(request, view):
            return None
        if not once.KEY.fullmatch(key):
            return answer_for(request, RuleRefused(_("This page is not as we sent it. Load it again.")))
        once.begin(once.described(request, key, kwargs))
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        press = once.current()
        if press is None or not isinstance(exception, once.Repeated):
            return None
        return _answered(request, press, once.row_of(press))


def _remembered(request: HttpRequest, view: Any) -> bool:
    ours = not str(getattr(view, "__module__", "")).startswith(THIRD_PARTY_PUBLIC)
    return ours and request.method == "POST" and request.user.is_authenticated and not getattr(view, "each_time", False)


def _keep(response: HttpResponse) -> None:
    press = once.current()
    if press is None or not press.entered:
        return
    rows = Press.objects.filter(member=press.member, key=press.key)
    if response.status_code in REFUSALS:
        # one verb was carried out and the next refused: the corrected form is a new press
        rows.delete()
    elif response.status_code in REDIRECTS:
        rows.update(where=response.headers.get("Location", ""))


def _unless_repeated(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A view may refuse before its verb is asked, because the press itself has moved things on."""
    press = once.current()
    if press is None or press.entered or response.status_code not in TOO_LATE:
        return response
    row = once.row_of(press)
    return _answered(request, press, row) if row and once.same(row, press) else response


def _answered(request: HttpRequest, press: once.Pressed, row: Press | None) -> HttpResponse:
    try:
        if row is None:
            raise _refused_meanwhile()
        if not once.same(row, press):
            line = _("This page was sent once already, with something else on it. Nothing was changed now: load it again.")
            raise RuleRefused(line)
        return _as_now(request, row)
    except DomainError as refusal:
        return answer_for(request, refusal)


def _refused_meanwhile() -> Stale:
    return Stale(_("This was being refused just now. Load the page again to see how it stands."))


def _as_now(request: HttpRequest, row: Press) -> HttpResponse:
    """What the view says of now, otherwise the way to where the first answer led. Raises what the view's loader refuses."""
    match = request.resolver_match
    again: once.Again | None = getattr(match.func, "again", None) if match else None
    answer = again(request, *match.args, **match.kwargs) if again and match else None
    return answer or HttpResponseRedirect(_where(request, row), status=SEE_OTHER)


def _where(request: HttpRequest, row: Press) -> str:
    """Where the first answer led; if nobody will ever know (the process died), the page that this came from.

    Raises Stale if the first request is being refused.
    """
    for _turn in range(WAITS):
        # the first request may still be making its answer
        if row.where or row.made_at < clock.now() - BEING_MADE:
            break
        sleep(WAIT)
        try:
            row.refresh_from_db(fields=["where"])
        except Press.DoesNotExist:
            # its second verb was refused, so there is no such press any more
            raise _refused_meanwhile() from None
    if row.where:
        return row.where
    messages.info(request, _("This had arrived already and was not done twice. The page shows how it stands now."))
    came_from = request.headers.get("Referer", "")
    return came_from if url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()}) else "/"
