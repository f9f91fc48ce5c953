"""One's own second factors, where allauth's pages do not do: recovery codes, and taking a passkey away."""

from typing import cast

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.flows import can_generate_recovery_codes, generate_recovery_codes
from allauth.mfa.webauthn.internal.flows import remove_authenticator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies import second_factors
from agencies.models import Member
from hub.core import access
from hub.core.errors import NotVisible, RuleRefused
from hub.pressing import once


@access.member("GET", "POST", step_up=access.HERE)
@once.each_time  # codes whose answer was lost were seen by nobody: there are new ones
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """How many are left; posted, ten new ones in this one answer and never again. The old ones open nothing any more."""
    member = cast("Member", request.user)
    if not can_generate_recovery_codes(member):
        return redirect("mfa_index")
    if request.method == "POST":
        made = generate_recovery_codes(request).wrap()
        made.mark_as_viewed()
        return render(request, "mfa/recovery_codes/shown.html", {"codes": made.get_unused_codes()})
    kept = Authenticator.objects.filter(user_id=member.pk, type=Authenticator.Type.RECOVERY_CODES).first()
    codes = kept.wrap() if kept else None
    left = len(codes.get_unused_codes()) if codes and codes.did_view else None  # None: nobody has seen any yet
    return render(request, "mfa/recovery_codes/index.html", {"left": left})


@access.member("GET")
def passkeys(request: HttpRequest) -> HttpResponse:
    """The list stands on the page of all second factors."""
    return redirect("mfa_index")


@access.member("GET", "POST", step_up=access.HERE)
def remove_passkey(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a passkey of one's own away, asked once. Raises NotVisible for another's, RuleRefused for the last factor."""
    mine = Authenticator.objects.filter(user_id=request.user.pk, type=Authenticator.Type.WEBAUTHN)
    found = mine.filter(pk=pk).first()
    if found is None:
        raise NotVisible(_("There is no such passkey."))
    if not second_factors.can_remove(found):
        raise RuleRefused(_("This is your only second factor. Set up another one first."))
    if request.method == "GET":
        return render(request, "mfa/webauthn/authenticator_confirm_delete.html", {"authenticator": found})
    remove_authenticator(request, found)
    return HttpResponseRedirect(reverse("mfa_index"), status=303)
