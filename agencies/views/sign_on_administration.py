"""The administrator's pages of single sign-on: which agencies have it, and one agency's provider."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import account_mail, discovering, single_sign_on
from agencies.models import Agency, Member, SingleSignOn
from agencies.page_forms import PageForm
from agencies.sign_on_forms import ForgettingForm, ProviderForm
from hub.core import access
from hub.core.errors import NotVisible, RuleRefused

SAVED = {
    "provider": gettext_lazy("The provider is saved. Try it before you tell the agency."),
    "forgotten": gettext_lazy("The number is forgotten. The next sign-in is bound anew."),
}


@access.administrator("GET")
def overview(request: HttpRequest) -> HttpResponse:
    """Every agency, and where its members sign in."""
    rows = Agency.objects.select_related("single_sign_on").order_by("name")
    lines = [{"agency": one, "provider": getattr(one, "single_sign_on", None)} for one in rows]
    return render(request, "agencies/sign_on.html", {"lines": lines})


@access.administrator("GET", "POST")
def provider(request: HttpRequest, agency: int) -> HttpResponse:
    """One agency's provider: shown without its secret, set up or changed."""
    of = _agency(agency)
    row = _row(of)
    if request.method != "POST":
        return _page(request, of, row)
    access.require_step_up(request, access.HERE)
    form = ProviderForm(request.POST, row=row)
    if form.is_valid():
        before = _told(row)
        try:
            now = single_sign_on.set_up(by=_by(request), agency=of, **form.cleaned_data)
        except RuleRefused as refused:
            form.refuse(refused)
        else:
            if before != _told(now):
                account_mail.provider_changed(now)
            return _back(of, "provider")
    return _page(request, of, row, form=form)


@access.administrator("POST")
def trial(request: HttpRequest, agency: int) -> HttpResponse:
    """Ask the provider for its description and show what is right and wrong with it. Nothing is written."""
    of = _agency(agency)
    row = _required(of)
    return _page(request, of, row, findings=discovering.examine(row.issuer))


@access.administrator("POST", step_up=access.HERE)
def forgetting(request: HttpRequest, agency: int) -> HttpResponse:
    """Forget one member's number at the provider."""
    of = _agency(agency)
    row, form = _required(of), ForgettingForm(request.POST)
    if form.is_valid():
        try:
            single_sign_on.forget(by=_by(request), provider=row, email=form.cleaned_data["email"])
        except RuleRefused as refused:
            form.refuse(refused)
        else:
            return _back(of, "forgotten")
    return _page(request, of, row, forget=form)


def _told(row: SingleSignOn | None) -> tuple[Any, ...] | None:
    """What the agency's representatives are told of when it changes: who can open accounts, and with how much."""
    if row is None:
        return None
    return (row.issuer, row.client_id, row.demands_mfa, row.trusts_its_mfa, tuple(row.domains), row.is_active)


def _by(request: HttpRequest) -> Member:
    return cast("Member", request.user)


def _agency(key: int) -> Agency:
    row = Agency.objects.filter(pk=key).first()
    if row is None:
        raise NotVisible(_("There is no such agency."))
    return row


def _row(agency: Agency) -> SingleSignOn | None:
    return SingleSignOn.objects.filter(agency=agency).first()


def _required(agency: Agency) -> SingleSignOn:
    row = _row(agency)
    if row is None:
        raise NotVisible(_("This agency has no sign-in of its own."))
    return row


def _back(agency: Agency, saved: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('administration_sign_on_of', args=[agency.pk])}?saved={saved}", status=303)


def _page(
    request: HttpRequest,
    agency: Agency,
    row: SingleSignOn | None,
    *,
    form: ProviderForm | None = None,
    forget: ForgettingForm | None = None,
    findings: list[discovering.Finding] | None = None,
) -> HttpResponse:
    failed: PageForm | None = form or forget
    back = reverse("single_sign_on_return", args=[agency.key])
    context: dict[str, Any] = {
        "agency": agency,
        "provider": row,
        "form": form or ProviderForm(row=row),
        "forget": forget or ForgettingForm(),
        "findings": findings,
        "good": bool(findings) and all(one.good for one in findings or ()),
        "redirect_uri": request.build_absolute_uri(back),
        "saved": SAVED.get(request.GET.get("saved", ""), ""),
    }
    return render(request, "agencies/sign_on_of.html", context, status=422 if failed else 200)
