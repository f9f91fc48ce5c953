"""Own sessions: where one is signed in, locking a page that nobody looks at, and showing who it is to go on."""

from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.webauthn.internal import auth
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies import idling, locking, own_sessions, single_sign_on
from agencies.idle_cover import who
from agencies.models import Member
from agencies.views.step_up import by_passkey
from hub.core import access
from hub.core.http import onward
from hub.pressing import once

NOT_RIGHT = 422
ANOTHER = 409
LEFT = 401


@access.member("GET")
def sessions(request: HttpRequest) -> HttpResponse:
    """Where the member is signed in."""
    found = own_sessions.of(_member(request), here=str(request.session.session_key))
    return render(request, "agencies/sessions.html", {"sessions": found, "ended": request.GET.get("saved") == "ended"})


@access.member("POST")
def session_end(request: HttpRequest, key: int) -> HttpResponse:
    """Sign out at one place; of one's own."""
    ended = own_sessions.end(by=_member(request), key=key)
    if ended == request.session.session_key:
        logout(request)
        return _see(reverse("account_login"))
    return _see(f"{reverse('sessions')}?saved=ended")


@access.member("POST")
def sessions_end(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere, here too."""
    member = _member(request)
    own_sessions.end_all(by=member, member=member)
    logout(request)
    return _see(reverse("account_login"))


@access.member("POST")
@once.each_time
def session_here(request: HttpRequest) -> HttpResponse:
    """A page says that somebody was there `ago` seconds before now; 401 once the session is locked, 409 if it is another's.

    With `desk` it asks only whether it may stay open although nobody touched it: 204 for who presides over a sitting table.
    """
    if request.POST.get("who") != who(request.user):
        return HttpResponse(status=ANOTHER)
    asked = bool(request.POST.get("desk"))
    presides = (asked or idling.is_over(request.session)) and idling.at_desk(request.session, request.user.pk)
    if asked:
        return HttpResponse(status=204 if presides else LEFT)
    if idling.is_over(request.session) and not presides:
        return HttpResponse(status=LEFT)
    ago = request.POST.get("ago", "")
    idling.note(request.session, ago=int(ago[:6]) if ago.isascii() and ago.isdigit() else 0, grain=1)
    own_sessions.seen_today(_member(request), str(request.session.session_key))
    return HttpResponse(status=204)


@access.member("POST")
@once.each_time
def session_lock(request: HttpRequest) -> HttpResponse:
    """Nobody is there any more: nothing is answered until somebody shows who it is."""
    idling.lock(request.session)
    return HttpResponse(status=204)


@access.member("GET")
def session_passkey(request: HttpRequest) -> JsonResponse:
    """What a browser needs to ask for the member's passkey."""
    return JsonResponse({"request_options": auth.begin_authentication(_member(request))})


@access.member("GET", "POST")
@once.each_time
def session_unlock(request: HttpRequest) -> HttpResponse:
    """Go on after a while: by the password, or a passkey. To a page's own script 204, 422 with a sentence, 409, or 401."""
    quietly = "X-Idle" in request.headers
    if request.method != "POST":
        return _page(request, "")
    if quietly and request.POST.get("who") != who(request.user):
        return HttpResponse(status=ANOTHER)
    was_open = locking.may_sign_in(_member(request))
    refusal = _refusal(request)
    if not refusal:
        idling.unlock(request.session)
        return HttpResponse(status=204) if quietly else _see(onward(request, reverse("today")))
    if not locking.may_sign_in(_member(request)):
        if was_open:
            # the fifth failure was here, in a session that is open already: whoever sits there is not its owner
            own_sessions.end_all(by=None, member=_member(request))
        logout(request)
        return HttpResponse(status=LEFT) if quietly else _see(reverse("account_login"))
    return HttpResponse(refusal, status=NOT_RIGHT, content_type="text/plain") if quietly else _page(request, refusal)


def _refusal(request: HttpRequest) -> str:
    """Why it stays locked; empty when somebody showed who it is."""
    member = _member(request)
    try:
        return _by_passkey(request, member) if request.POST.get("credential") else _by_password(request, member)
    except ValidationError as refused:
        return " ".join(refused.messages)


def _by_password(request: HttpRequest, member: Member) -> str:
    if not get_adapter().reauthenticate(member, request.POST.get("password", "")[:4096]):
        return _("The password is not right. After five failures the account is locked until your administrator releases it.")
    reauthenticate_by_password(request)
    return ""


def _by_passkey(request: HttpRequest, member: Member) -> str:
    if locking.may_sign_in(member) and by_passkey(request, member) is None:
        return ""
    return _("The passkey was not taken. Try it once more, or use your password.")


def _page(request: HttpRequest, refusal: str) -> HttpResponse:
    context = {
        "refusal": refusal, "next": onward(request, reverse("today")), "has_password": _member(request).has_usable_password(),
        "agency": single_sign_on.provider_of(_member(request)),
    }  # fmt: skip
    return render(request, "agencies/unlock.html", context, status=NOT_RIGHT if refusal else 200)


def _member(request: HttpRequest) -> Member:
    return cast("Member", request.user)


def _see(place: str) -> HttpResponse:
    return HttpResponseRedirect(place, status=303)
