"""Inviting people, by the administrator; and what the link leads to, for who holds it."""

import logging
from smtplib import SMTPException
from typing import Any, cast

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import account_mail, invitations, second_factors
from agencies.account_forms import ChoosePasswordForm
from agencies.administration_forms import narrowed
from agencies.choices import AgencyRoleKind
from agencies.invitation_forms import InvitationForm, LostFactorForm
from agencies.models import Invitation, Member
from hub.core import access, clock, keyset
from hub.core.errors import DomainError, NotVisible, RuleRefused

log = logging.getLogger(__name__)
A_PAGE = 25
SAID = {
    "sent": gettext_lazy("The invitation is on its way."),
    "unsent": gettext_lazy("The invitation is kept, but the mail server did not take it. Send it again later."),
    "withdrawn": gettext_lazy("The invitation is withdrawn: its link opens nothing any more."),
    "forgotten": gettext_lazy("The second factors are taken away. The next sign-in asks for new ones."),
}


@access.administrator("GET")
def invitation_list(request: HttpRequest) -> HttpResponse:
    """The form to invite somebody, and the invitations that nobody has accepted yet."""
    return _page(request)


@access.administrator("POST", step_up=access.HERE)
def invite(request: HttpRequest) -> HttpResponse:
    """Send somebody a link; a form with a fault comes back with what was typed."""
    form = InvitationForm(request.POST)
    if form.is_valid():
        try:
            row, token = invitations.invite(by=_by(request), **form.cleaned_data)
        except RuleRefused as refused:
            form.add_error(refused.field or None, str(refused.message))
        else:
            return _mailed(request, row, token)
    return _page(request, form=form)


@access.administrator("POST", step_up=access.HERE)
def send_again(request: HttpRequest, key: int) -> HttpResponse:
    """A new link in place of the old one."""
    row = _row(key)
    token = invitations.send_again(by=_by(request), invitation=row)
    return _mailed(request, _row(key), token)


@access.administrator("POST", step_up=access.HERE)
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """The link dies."""
    invitations.withdraw(by=_by(request), invitation=_row(key))
    return _back("withdrawn")


@access.administrator("POST", step_up=access.HERE)
def lost_factor(request: HttpRequest) -> HttpResponse:
    """Take a member's second factors away, who lost them; never one's own."""
    form = LostFactorForm(request.POST, own=_by(request))
    if not form.is_valid():
        return _page(request, lost=form)
    member = form.cleaned_data["member"]
    second_factors.forget(by=_by(request), member=member)
    account_mail.changed(member, account_mail.ALL_REMOVED)
    return _back("forgotten")


@access.public("GET", "POST")
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """What the link leads to: a password of one's own, then the account, signed in, and on to the second factor."""
    try:
        invitation = invitations.found(token)
        member = Member(email=invitation.email, name=invitation.name)  # the password is held against these
        form = ChoosePasswordForm(member, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            made = invitations.accept(by=None, token=token, password=form.cleaned_data["new_password1"])
            return _signed_in(request, made)
    except DomainError as refused:
        return _closed(request, refused)
    context = {"form": form, "invitation": invitation, "roles": _roles(invitation), "demands": settings.DEMANDS_MFA}
    return render(request, "agencies/invitation.html", context, status=422 if form.errors else 200)


def _signed_in(request: HttpRequest, member: Member) -> HttpResponse:
    # whoever was signed in here before is somebody else
    logout(request)
    perform_password_login(request, {"email": member.email}, Login(user=member))
    return HttpResponseRedirect(reverse("mfa_index"), status=303)


def _closed(request: HttpRequest, refused: DomainError) -> HttpResponse:
    used = isinstance(refused, invitations.LinkUsed)
    title = _("This link was used") if used else _("This link is too old")
    if isinstance(refused, NotVisible):
        title = _("This link is not valid any more")
    status = 404 if isinstance(refused, NotVisible) else 410
    context = {"title": title, "message": refused.message, "used": used}
    return render(request, "agencies/invitation_closed.html", context, status=status)


def _mailed(request: HttpRequest, row: Invitation, token: str) -> HttpResponse:
    link = request.build_absolute_uri(reverse("account_invitation", args=[token]))
    try:
        invitations.mail(row, link)
    except (OSError, SMTPException) as failed:
        log.warning("an invitation was not mailed: %s", type(failed).__name__)
        return _back("unsent")
    return _back("sent")


def _page(request: HttpRequest, *, form: InvitationForm | None = None, lost: LostFactorForm | None = None) -> HttpResponse:
    of, sought = "invitations", request.GET.get("seek", "").replace("\0", "").strip()[:60]
    open_now = keyset.listed(invitations.waiting(), request.GET.get("at", ""), by="sent_at", of=of, size=A_PAGE)
    context = {
        "form": narrowed(form or InvitationForm(), sought),
        "lost": narrowed(lost or LostFactorForm(own=_by(request)), sought),
        "sought": sought,
        "losing": lost is not None,
        "lines": [_line(one) for one in open_now.rows],
        "pager": keyset.pager(request.GET, open_now, anchor="#waiting"),
        "said": SAID.get(request.GET.get("said", ""), ""),
        "unsent": request.GET.get("said") == "unsent",
        "days": settings.INVITATION_DAYS,
    }
    return render(request, "agencies/invitations.html", context, status=422 if form or lost else 200)


def _line(row: Invitation) -> dict[str, Any]:
    return {
        "key": row.pk,
        "name": row.name,
        "email": row.email,
        "about": ", ".join([row.agency.short_name, *_roles(row)]),
        "until": row.expires_at,
        "too_old": row.expires_at <= clock.now(),
    }


def _roles(row: Invitation) -> list[str]:
    return [str(AgencyRoleKind(one).label) for one in row.roles]


def _row(key: int) -> Invitation:
    row = invitations.waiting().filter(pk=key).first()
    if row is None:
        raise NotVisible(_("There is no such open invitation."))
    return row


def _by(request: HttpRequest) -> Member:
    return cast("Member", request.user)


def _back(said: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('invitations')}?said={said}", status=303)
