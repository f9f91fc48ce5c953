"""Showing once more who one is, in the middle of a session: by passkey, code or password."""

from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password, resume_request
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies import locking, single_sign_on
from agencies.account_forms import CodeAgainForm, PasskeyAgainForm, PasswordAgainForm
from agencies.models import Member
from hub.core import access
from hub.core.errors import NotAllowed
from hub.core.http import onward

FOUND, SEE_OTHER = 302, 303


@access.member("GET", "POST")
def step_up(request: HttpRequest) -> HttpResponse:
    """The ways that the member has; posted, on to `next` (this site only) or to the page that says to go back."""
    failed: forms.Form | None = None
    if request.method == "POST":
        limited = ratelimit.consume_or_429(request, action="reauthenticate", user=request.user)
        if limited:
            return cast("HttpResponse", limited)
        failed = _tried(request)
        if failed is None:
            return _onwards(request)
    context = _ways(request, failed) | {"next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "account/reauthenticate.html", context, status=422 if failed else 200)


@access.member("GET")
def done(request: HttpRequest) -> HttpResponse:
    """Where a window of its own ends: back to the one that asked."""
    return render(request, "account/reauthenticated.html")


def _onwards(request: HttpRequest) -> HttpResponse:
    answer: HttpResponse = resume_request(request) or HttpResponseRedirect(onward(request, reverse("account_reauthenticated")))
    if answer.status_code == FOUND:
        answer.status_code = SEE_OTHER
    return answer


def _tried(request: HttpRequest) -> forms.Form | None:
    """None when it is the member; otherwise the form that says what was wrong. Each success is recorded in the session."""
    member = cast("Member", request.user)
    if not locking.may_sign_in(member):
        raise NotAllowed(_("This account is locked until an administrator releases it."))
    if "password" in request.POST:
        return _by_password(request, member)
    if "credential" in request.POST:
        return by_passkey(request, member)
    form = CodeAgainForm(request.POST, user=member)
    if not form.is_valid():
        return form
    form.save()
    return None


def by_passkey(request: HttpRequest, member: Member) -> forms.Form | None:
    """None when it is a passkey of the member's, as the session then knows; a failure is counted as a password's is."""
    form = PasskeyAgainForm(request.POST, user=member)
    if not form.is_valid():
        locking.failed(by=None, member=member)
        return form
    form.save()
    return None


def _by_password(request: HttpRequest, member: Member) -> forms.Form | None:
    form = PasswordAgainForm(request.POST)
    if form.is_valid() and not (
        member.has_usable_password() and get_adapter().reauthenticate(member, form.cleaned_data["password"])
    ):
        form.add_error("password", _("This is not your password."))
    if form.errors:
        return form
    reauthenticate_by_password(request)
    return None


def _ways(request: HttpRequest, failed: forms.Form | None) -> dict[str, object]:
    member = cast("Member", request.user)
    kinds = set(Authenticator.objects.filter(user_id=member.pk).values_list("type", flat=True))
    ways: dict[str, object] = {"failed": failed, "options": None, "code": None, "password": None}
    ways["agency"] = single_sign_on.provider_of(member)
    if Authenticator.Type.WEBAUTHN in kinds:
        ways["options"] = begin_authentication(member)
    if kinds - {Authenticator.Type.WEBAUTHN}:
        ways["code"] = failed if isinstance(failed, CodeAgainForm) else CodeAgainForm(user=member)
    if member.has_usable_password():
        ways["password"] = failed if isinstance(failed, PasswordAgainForm) else PasswordAgainForm()
    return ways
