"""The accounting of disclosures: the search, what it found, the letter, the list; and suspensions for law enforcement.

Every answer that shows anything is the answer to a POST: it writes the ledger first, and no name stands in an address.
"""

import csv

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hub.core import access, clock, keyset
from hub.core.errors import NotVisible, RuleRefused
from hub.core.text import whole_number
from hub.pressing import once
from situations import accounting, accounting_page, suspensions
from situations.accounting import Accounting, Asked
from situations.accounting_forms import LetterForm, PeriodForm, SearchForm, SuspensionForm
from situations.loading import member_of

A_PAGE = 25


@access.member("GET", "POST")
@once.each_time
def search(request: HttpRequest) -> HttpResponse:
    """The form; posted, the accounting. Raises NotVisible to all but the agency's privacy officer, as every view here."""
    member = member_of(request)
    accounting.require_officer(member)
    form = SearchForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        days = {one: form.cleaned_data[one] for one in ("since", "until")}
        try:
            found = accounting.of(by=member, asked=form.asked(), **days)
        except RuleRefused as refused:
            form.add_error(None, str(refused.message))
        else:
            return _shown(request, found, LetterForm(initial={"since": found.since, "until": found.until}))
    status = 422 if form.errors else 200
    context = {"form": form, "agency": member.agency.name, "years": accounting.YEARS}
    return render(request, "situations/accounting.html", context, status=status)


@access.member("POST", step_up=access.HERE)
@once.each_time
def letter(request: HttpRequest) -> HttpResponse:
    """The same accounting as a letter to the person, as PDF."""
    member = member_of(request)
    accounting.require_officer(member)
    form = LetterForm(request.POST)
    if not form.is_valid():
        return _shown(request, _again(request, "page"), form, status=422)
    found = _again(request, "letter")
    typed = {one: form.cleaned_data[one] for one in ("reference", "addressee")}
    made = accounting_page.letter(found, officer=member, **typed)
    return HttpResponse(made, content_type="application/pdf", headers=_named("pdf"))


@access.member("POST", step_up=access.HERE)
@once.each_time
def sheet(request: HttpRequest) -> HttpResponse:
    """The same accounting as a list for a spreadsheet (CSV)."""
    found = _again(request, "list")
    answer = HttpResponse(content_type="text/csv; charset=utf-8", headers=_named("csv"))
    csv.writer(answer).writerows(accounting_page.sheet(found))
    return answer


@access.member("GET", "POST")
def suspension_list(request: HttpRequest) -> HttpResponse:
    """What law-enforcement officials have asked for, and the form to record it."""
    member = member_of(request)
    accounting.require_officer(member)
    typed = request.POST if request.method == "POST" else None
    form = SuspensionForm(typed, officials=suspensions.official_agencies(member))
    if request.method == "POST" and form.is_valid():
        try:
            suspensions.record(by=member, **form.cleaned_data)
        except RuleRefused as refused:
            form.add_error(refused.field or None, str(refused.message))
        else:
            return redirect("accounting_suspensions")
    of, at = f"suspensions:{member.pk}", request.GET.get("at", "")
    found = keyset.listed(suspensions.of_agency(member), at, by="starts_on", of=of, size=A_PAGE)
    context = {
        "form": form,
        "recorded": accounting_page.statements(found.rows),
        "pager": keyset.pager(request.GET, found, anchor="#recorded"),
        "oral_days": suspensions.ORAL_DAYS,
    }
    return render(request, "situations/accounting_suspensions.html", context, status=422 if form.errors else 200)


@access.member("POST")
def suspension_end(request: HttpRequest, key: int) -> HttpResponse:
    """The official takes it back: it counts until today only."""
    suspensions.end(by=member_of(request), key=key)
    return redirect("accounting_suspensions")


def _shown(request: HttpRequest, found: Accounting, form: LetterForm, status: int = 200) -> HttpResponse:
    context = {
        "found": found,
        "rows": accounting_page.rows(found),
        "since": accounting_page.day(found.since),
        "until": accounting_page.day(found.until),
        "form": form,
    }
    return render(request, "situations/accounting_found.html", context, status=status)


def _again(request: HttpRequest, form: str) -> Accounting:
    """The accounting that was shown, made anew from the ids and days in its form. Raises NotVisible for forged ones."""
    member = member_of(request)
    accounting.require_officer(member)
    ids = [whole_number(one) for one in request.POST.getlist("situation")]
    days = PeriodForm(request.POST)
    if None in ids or not days.is_valid():
        raise NotVisible(_("There is no such accounting."))
    referral = whole_number(request.POST.get("referral", "")) or 0
    asked = Asked(situations=tuple(one for one in ids if one is not None), referral=referral)
    return accounting.of(by=member, asked=asked, form=form, **days.cleaned_data)


def _named(ending: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="accounting-{clock.today():%Y-%m-%d}.{ending}"'}
