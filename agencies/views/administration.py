"""What only the administrator does: agreements and accounts. The administrator sees no situation at all."""

from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import accounts_closing, membership
from agencies.administration_forms import AccountForm, AgreementForm, EndingForm, agencies_named, narrowed
from agencies.models import Agreement, Member
from hub.core import access, clock, keyset
from hub.core.errors import NotVisible

A_PAGE = 25
SAVED = {
    "agreement": gettext_lazy("The agreement is recorded."),
    "end": gettext_lazy("The agreement's last day is set."),
    "account": gettext_lazy("The account is closed."),
}


@access.administrator("GET")
def administration(request: HttpRequest) -> HttpResponse:
    """Agreements in force or to come, and the accounts. `?seek=` narrows lists and choices to a name, `?at=` is a cursor."""
    return _page(request)


@access.administrator("POST", step_up=access.HERE)
def agreements(request: HttpRequest) -> HttpResponse:
    """Record a signed agreement, in force from today."""
    form = AgreementForm(request.POST)
    if not form.is_valid():
        return _page(request, sign=form)
    membership.sign_agreement(by=_by(request), **form.cleaned_data)
    return _back("agreement")


@access.administrator("POST", step_up=access.HERE)
def agreement_end(request: HttpRequest, agreement: int) -> HttpResponse:
    """Set the last day of an agreement; after it the agency sees nothing of the table."""
    row = Agreement.objects.select_related("table", "agency").filter(pk=agreement).first()
    if row is None:
        raise NotVisible(_("There is no such agreement."))
    form = EndingForm(request.POST, agreement=row)
    if not form.is_valid():
        return _page(request, ending=form)
    membership.end_agreement(by=_by(request), agreement=row, on=form.cleaned_data["on"])
    return _back("end")


@access.administrator("POST", step_up=access.HERE)
def account_closings(request: HttpRequest) -> HttpResponse:
    """Close an account; what the person did stays in the record."""
    form = AccountForm(request.POST, own=_by(request))
    if not form.is_valid():
        return _page(request, account=form)
    accounts_closing.close(by=_by(request), member=form.cleaned_data["member"])
    return _back("account")


def _by(request: HttpRequest) -> Member:
    return cast("Member", request.user)


def _back(saved: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('administration')}?saved={saved}", status=303)


def _page(
    request: HttpRequest,
    *,
    sign: AgreementForm | None = None,
    ending: EndingForm | None = None,
    account: AccountForm | None = None,
) -> HttpResponse:
    failed: forms.Form | None = sign or ending or account
    sought = request.GET.get("seek", "").replace("\0", "").strip()[:60]
    found = keyset.listed(
        _in_force(sought), request.GET.get("at", ""), by="in_force_until", of="agreements", size=A_PAGE, newest_first=False
    )
    context = {
        "lines": [_line(row, ending) for row in _with_chosen(found.rows, ending)],
        "pager": keyset.pager(request.GET, found, anchor="#agreements", words=keyset.IN_ORDER),
        "sought": sought,
        "sign": narrowed(sign or AgreementForm(), sought),
        "signing": sign is not None,
        "account": narrowed(account or AccountForm(own=_by(request)), sought),
        "closing": account is not None,
        "saved": SAVED.get(request.GET.get("saved", ""), ""),
    }
    return render(request, "agencies/administration.html", context, status=422 if failed else 200)


def _in_force(sought: str) -> QuerySet[Agreement]:
    rows = Agreement.objects.filter(in_force_until__gte=clock.today()).select_related("table", "agency")
    return rows.filter(Q(agency__in=agencies_named(sought)) | Q(table__name__icontains=sought)) if sought else rows


def _with_chosen(rows: list[Agreement], ending: EndingForm | None) -> list[Agreement]:
    """The page's agreements, and before them the one whose form was sent, wherever it stands in the list."""
    if ending is None or ending.agreement in rows:
        return rows
    return [ending.agreement, *rows]


def _line(row: Agreement, ending: EndingForm | None) -> dict[str, Any]:
    sent = ending if ending is not None and ending.agreement.pk == row.pk else None
    return {
        "agency": row.agency.name,
        "table": row.table.name,
        "title": row.title,
        "until": row.in_force_until,
        "form": sent or EndingForm(agreement=row),
        "open": sent is not None,
        "key": row.pk,
    }
