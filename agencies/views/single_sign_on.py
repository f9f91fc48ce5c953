"""Signing in at one's agency: the page that asks for a work address, the way to the provider, and the return from it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies import single_sign_on
from agencies.discovering import ProviderTrouble
from agencies.models import Member, SingleSignOn
from agencies.sign_on_forms import WorkAddressForm
from agencies.sign_on_refusals import SignOnRefused
from agencies.views import openid
from hub.core import access, measures
from hub.core.aead import VaultError
from hub.core.errors import NotVisible
from hub.core.http import signing_in_may_write
from hub.pressing import once

log = logging.getLogger(__name__)
ONWARD = "single_sign_on_onward"
"""Key of the session: the provider's name, and its address for a sign-in that has just begun."""


@access.public("GET", "POST")
def start(request: HttpRequest) -> HttpResponse:
    """Ask for a work address; its ending alone decides where to go on, so that nobody learns who has an account."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(reverse("today"), status=303)
    if request.method != "POST":
        return _page(request, WorkAddressForm())
    limited: HttpResponse | None = ratelimit.consume_or_429(request, action="login")
    if limited is not None:
        return limited
    form = WorkAddressForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    found = _chosen(form.cleaned_data["email"], form.cleaned_data["provider"])
    if not found:
        form.add_error("email", _("No agency's own sign-in is set up for this ending. Sign in with your password or passkey."))
        return _page(request, form)
    return _page(request, form, choices=found) if len(found) > 1 else _begun(request, found[0], form.cleaned_data["email"])


@access.member("POST")
@once.each_time
def again(request: HttpRequest) -> HttpResponse:
    """Ask who is signed in here once more, at the agency: for what needs it, or for a session that was left alone."""
    member = cast("Member", request.user)
    limited: HttpResponse | None = ratelimit.consume_or_429(request, action="reauthenticate", user=member)
    if limited is not None:
        return limited
    provider = single_sign_on.provider_of(member)
    if provider is None:
        raise NotVisible(_("There is no such sign-in."))
    return _begun(request, provider, member.email, again=member.pk)


def _chosen(email: str, key: str) -> list[SingleSignOn]:
    """The providers that are meant: one where somebody chose among several of the same ending."""
    found = single_sign_on.providers_for(email)
    return [one for one in found if one.key == key] or found


def _begun(request: HttpRequest, provider: SingleSignOn, email: str, again: int | None = None) -> HttpResponse:
    try:
        with _known_refusals(provider):
            then = get_next_redirect_url(request) or ""
            address = openid.begin(request, provider, email=email, then=then, again=again)
    except SignOnRefused as refused:
        return _refused(request, provider, refused)
    request.session[ONWARD] = [provider.name, address]
    return HttpResponseRedirect(reverse("single_sign_on_onward"), status=303)


@access.public("GET")
def onward(request: HttpRequest) -> HttpResponse:
    """A page that leads on to the provider by itself, once.

    Not a redirect of the form: `form-action` would have to name every provider, and every address that it leads on to.
    """
    name, address = request.session.pop(ONWARD, ("", ""))
    if not address:
        return HttpResponseRedirect(reverse("single_sign_on"))
    return render(request, "socialaccount/onward.html", {"name": name, "address": address})


@access.public("GET")
def come_back(request: HttpRequest, key: str) -> HttpResponse:
    """The provider's answer: the member is signed in, or a page says why not and nothing is changed."""
    provider = SingleSignOn.objects.filter(key=key, is_active=True).first()
    if provider is None:
        raise NotVisible(_("There is no such sign-in."))
    try:
        with _known_refusals(provider), signing_in_may_write():
            return openid.finish(request, provider)
    except SignOnRefused as refused:
        return _refused(request, provider, refused)


@contextmanager
def _known_refusals(provider: SingleSignOn) -> Iterator[None]:
    """What may be wrong with the provider, in words for who wanted to sign in there; the log has the details."""
    try:
        yield
    except ProviderTrouble as trouble:
        log.warning("a provider of single sign-on: %s", trouble.message)
        raise SignOnRefused("away" if trouble.away else "misconfigured") from trouble
    except VaultError as closed:
        log.exception("the secret of a provider of single sign-on does not open")
        raise SignOnRefused("misconfigured") from closed


def _refused(request: HttpRequest, provider: SingleSignOn, refused: SignOnRefused) -> HttpResponse:
    log.warning("single sign-on refused: %s", refused.code, extra={"facts": {"agency": provider.agency_id}})
    measures.REFUSALS.labels(type(refused).__name__).inc()
    here = request.user.is_authenticated
    context = {"message": refused.message, "code": refused.code, "name": provider.name, "here": here}
    return render(request, "socialaccount/refused.html", context, status=refused.status)


def _page(request: HttpRequest, form: WorkAddressForm, *, choices: list[SingleSignOn] | None = None) -> HttpResponse:
    context = {"form": form, "choices": choices, "next": get_next_redirect_url(request) or ""}
    return render(request, "socialaccount/start.html", context, status=422 if form.errors else 200)
