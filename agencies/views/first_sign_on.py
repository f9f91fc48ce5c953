"""The first time from an agency's provider: the page that asks the account's owner, and the link that is mailed to them."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from agencies import account_mail, first_sign_on
from agencies.models import Member
from hub.core import access
from hub.core.errors import RuleRefused
from hub.core.http import onward

GONE = 410


@access.public("GET", "POST")
def first(request: HttpRequest) -> HttpResponse:
    """Say that the account opens from there once its owner agrees, and how; POST mails the link."""
    found = first_sign_on.waiting(request.session)
    if found is None:
        return _closed(request, _("This sign-in waited too long, or went on already. Start again from the sign-in page."))
    member, provider, kept = found
    refusal = ""
    if request.method == "POST":
        limited: HttpResponse | None = ratelimit.consume_or_429(request, action="reset_password", key=member.email)
        if limited is not None:
            return limited
        try:
            secret = first_sign_on.link(request.session)
        except RuleRefused as refused:
            refusal = str(refused.message)
        else:
            address = request.build_absolute_uri(reverse("single_sign_on_first_link", args=[secret]))
            sent = account_mail.first_link(member, provider, address)
            return HttpResponseRedirect(f"{reverse('single_sign_on_first')}?{'sent' if sent else 'unsent'}=1", status=303)
    context = {
        "provider": provider.name, "refusal": refusal, "sent": "sent" in request.GET, "unsent": "unsent" in request.GET,
        "sign_in": f"{reverse('account_login')}?{urlencode({'next': onward(request, reverse('today'), kept['then'])})}",
    }  # fmt: skip
    return render(request, "socialaccount/first.html", context, status=422 if refusal else 200)


@access.public("GET", "POST")
def first_link(request: HttpRequest, secret: str) -> HttpResponse:
    """The link of the letter; POST signs its owner in and lets the provider open the account from then on.

    It counts in the browser that came from the provider and nowhere else: otherwise whoever was asked by a letter would open
    the own account to somebody who sits elsewhere.
    """
    found = first_sign_on.waiting(request.session)
    if found is None or not first_sign_on.is_link(request.session, secret):
        words = _(
            "This link was used, is older than 30 minutes, was replaced by a newer one, or was opened in another browser than "
            "the one in which the sign-in was begun. Start again from the sign-in page."
        )
        return _closed(request, words)
    member, provider, kept = found
    if request.method != "POST":
        return render(request, "socialaccount/first_link.html", {"provider": provider.name, "name": member.name})
    return _signed_in(request, member, onward(request, reverse("today"), kept["then"]))


def _signed_in(request: HttpRequest, member: Member, then: str) -> HttpResponse:
    if request.user.is_authenticated and request.user.pk != member.pk:
        kept = request.session[first_sign_on.WAITS]
        get_adapter(request).logout(request)
        request.session[first_sign_on.WAITS] = kept
    answer: HttpResponse = perform_login(request, Login(user=member, redirect_url=then, email=member.email))
    answer.status_code = 303 if answer.status_code == HttpResponseRedirect.status_code else answer.status_code
    return answer


def _closed(request: HttpRequest, words: str) -> HttpResponse:
    return render(request, "socialaccount/first_closed.html", {"message": words}, status=GONE)
