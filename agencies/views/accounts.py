"""Accounts, for the administrator: who is locked or disabled, and their release; the yearly review."""

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies import locking, reviewing
from agencies.models import Member
from hub.core import access
from hub.core.errors import NotVisible, RuleRefused
from hub.core.text import whole_number

MOST = 200
"""Accounts in the list at a time; releasing some shows the others."""


@access.administrator("GET")
def accounts(request: HttpRequest) -> HttpResponse:
    """Locked and disabled accounts, and when all of them were looked at last."""
    shut = Member.objects.filter(is_active=True).exclude(locked_at=None, disabled_at=None).select_related("agency")
    context = {
        "shut": list(shut.order_by("name")[:MOST]),
        "own": request.user.pk,
        "last": reviewing.last(),
        "due": reviewing.is_due(),
        "saved": request.GET.get("saved", ""),
    }
    return render(request, "agencies/accounts.html", context)


@access.administrator("POST", step_up=access.HERE)
def account_release(request: HttpRequest, key: int) -> HttpResponse:
    """Let a locked or disabled account sign in again; never one's own."""
    member = Member.objects.filter(pk=key, is_active=True).first()
    if member is None:
        raise NotVisible(_("There is no such account."))
    locking.release(by=_by(request), member=member)
    return HttpResponseRedirect(f"{reverse('administration_accounts')}?saved=released", status=303)


@access.administrator("GET", "POST")
def account_review(request: HttpRequest) -> HttpResponse:
    """Every account by agency; POST closes those marked and enters the review."""
    if request.method != "POST":
        return _review(request, None)
    access.require_step_up(request, access.HERE)
    try:
        reviewing.sign(
            by=_by(request), seen=request.POST.get("seen", ""), looked_at=set(request.POST.getlist("looked_at")),
            closing=_marked(request), name=request.POST.get("name", "")[:200],
        )  # fmt: skip
    except RuleRefused as refused:
        return _review(request, refused)
    return HttpResponseRedirect(f"{reverse('administration_accounts')}?saved=reviewed", status=303)


def _marked(request: HttpRequest) -> set[int]:
    return {key for one in request.POST.getlist("close") if (key := whole_number(one)) is not None}


def _by(request: HttpRequest) -> Member:
    return cast("Member", request.user)


def _review(request: HttpRequest, refused: RuleRefused | None) -> HttpResponse:
    lines = reviewing.accounts()
    marked, looked_at = _marked(request), set(request.POST.getlist("looked_at"))
    agencies = dict.fromkeys(one.agency for one in lines)
    groups = [
        {
            "agency": agency,
            "looked_at": agency in looked_at,
            "lines": [(one, one.member in marked) for one in lines if one.agency == agency],
        }
        for agency in agencies
    ]
    context = {
        "groups": groups,
        "seen": reviewing.digest(lines),
        "own": request.user.pk,
        "name": request.POST.get("name", ""),
        "refused": refused.message if refused else "",
        "number": len(lines),
    }
    return render(request, "agencies/account_review.html", context, status=422 if refused else 200)
