"""Joining: one page for the agency that asks, one queue for the table's facilitator. Neither shows a situation."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import joining, policies
from agencies.agency_forms import AskingForm, BecauseForm
from agencies.choices import JoiningState, Regime, TableRoleKind
from agencies.models import AgencyContact, Joining, Member, Seat, Table, TableRole
from agencies.standing import in_force
from hub.core import access
from hub.core.errors import NotVisible, RuleRefused
from hub.core.parts import Pair

OFFERED = 100
"""Tables that one can choose from at a time; the others are found by their name."""
DECIDED_SHOWN = 25
SAVED = {
    "asked": gettext_lazy("The table's facilitator has your request."),
    "withdrawn": gettext_lazy("The request is taken back."),
    "approved": gettext_lazy("Approved. Now the agreement is signed, then the seat is opened here."),
    "declined": gettext_lazy("Turned down. The agency reads your reason."),
    "seated": gettext_lazy("The seat is open."),
    "left": gettext_lazy("Your agency has left the table. Its seat has ended."),
}


@access.member("GET")
def asking(request: HttpRequest) -> HttpResponse:
    """What the own agency asked, and the form to ask with. `?seek=` narrows the tables to a name."""
    return _own(request)


@access.member("POST")
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a seat."""
    form = AskingForm(request.POST, tables=_tables(_by(request)))
    if form.is_valid():
        try:
            joining.ask(by=_by(request), **form.cleaned_data, answered=request.POST.dict())
        except RuleRefused as refused:
            form.refuse(refused)
        else:
            return _back("table_joining", "asked")
    return _own(request, form)


@access.member("POST")
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Take the own agency's request back."""
    joining.withdraw(by=_by(request), joining=_asked(key))
    return _back("table_joining", "withdrawn")


@access.member("GET")
def queue(request: HttpRequest) -> HttpResponse:
    """Requests to the tables that this member facilitates, or for the administrator to all."""
    return _queue(request)


@access.member("POST")
def approve(request: HttpRequest, key: int) -> HttpResponse:
    """Approve a request."""
    joining.approve(by=_by(request), joining=_waiting(request, key))
    return _back("table_joining_queue", "approved")


@access.member("POST")
def decline(request: HttpRequest, key: int) -> HttpResponse:
    """Turn a request down, with a reason."""
    row, form = _waiting(request, key), BecauseForm(request.POST, auto_id=f"because_{key}_%s")
    if form.is_valid():
        try:
            joining.decline(by=_by(request), joining=row, **form.cleaned_data, answered=request.POST.dict())
        except RuleRefused as refused:
            if refused.field not in form.fields:
                # decided or taken back meanwhile: its form is on the page no more
                raise
            form.refuse(refused)
        else:
            return _back("table_joining_queue", "declined")
    return _queue(request, failed=(key, form))


@access.member("POST", step_up=access.HERE)
def open_seat(request: HttpRequest, key: int) -> HttpResponse:
    """Open the seat of an approved agency."""
    joining.open_seat(by=_by(request), joining=_waiting(request, key))
    return _back("table_joining_queue", "seated")


def _by(request: HttpRequest) -> Member:
    return cast("Member", request.user)


def _back(name: str, saved: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse(name)}?saved={saved}", status=303)


def _asked(key: int) -> Joining:
    row = Joining.objects.filter(pk=key).first()
    if row is None:
        raise NotVisible(_("There is no such request, or it is not your agency's."))
    return row


def _waiting(request: HttpRequest, key: int) -> Joining:
    row = _queued(_by(request)).filter(pk=key).first()
    if row is None:
        raise NotVisible(_("There is no such request, or it is not to a table of yours."))
    return row


def _queued(member: Member) -> QuerySet[Joining]:
    rows = Joining.objects.select_related("table", "agency", "asked_by", "decided_by")
    if member.is_administrator:
        return rows
    mine = TableRole.objects.filter(in_force(), member=member, role=TableRoleKind.FACILITATOR).values("table")
    return rows.filter(table__in=mine)


def _tables(member: Member) -> QuerySet[Table]:
    seated = Seat.objects.filter(agency=member.agency_id, ended_on=None).values("table")
    asked = Joining.objects.filter(agency=member.agency_id, state__in=joining.OPEN).values("table")
    return Table.objects.exclude(pk__in=seated).exclude(pk__in=asked).order_by("name", "pk")


def _own(request: HttpRequest, form: AskingForm | None = None) -> HttpResponse:
    member = _by(request)
    sought = request.GET.get("seek", "").replace("\0", "").strip()[:60]
    shown = form or AskingForm(tables=_tables(member))
    offered = _tables(member).filter(name__icontains=sought).values_list("pk", "name")[:OFFERED]
    shown.fields["table"].widget.choices = [("", _("Choose")), *offered]
    rows = Joining.objects.filter(agency=member.agency_id).select_related("table", "agency", "asked_by")[:DECIDED_SHOWN]
    context = {
        "asked": _lines(list(rows)),
        "form": shown,
        "sought": sought,
        "represents": policies.represents(member, member.agency),
        "saved": SAVED.get(request.GET.get("saved", ""), ""),
    }
    return render(request, "agencies/joining.html", context, status=422 if form else 200)


def _queue(request: HttpRequest, failed: tuple[int, BecauseForm] | None = None) -> HttpResponse:
    member = _by(request)
    if not (member.is_administrator or _facilitates_any(member)):
        raise NotVisible(_("There is no such page, or it is not open to you."))
    rows = _queued(member)
    waiting = list(rows.filter(state__in=joining.OPEN).order_by("asked_at")[:OFFERED])
    context = {
        "waiting": [line | more for line, more in zip(_lines(waiting), _for_chair(waiting, failed, member), strict=True)],
        "decided": _lines(list(rows.exclude(state__in=joining.OPEN)[:DECIDED_SHOWN])),
        "saved": SAVED.get(request.GET.get("saved", ""), ""),
    }
    return render(request, "agencies/joining_queue.html", context, status=422 if failed else 200)


def _facilitates_any(member: Member) -> bool:
    return TableRole.objects.filter(in_force(), member=member, role=TableRoleKind.FACILITATOR).exists()


def _lines(rows: list[Joining]) -> list[dict[str, Any]]:
    approved = [one for one in rows if one.state == JoiningState.APPROVED]
    missing = joining.missing_of(approved) if approved else {}
    return [_line(one, missing.get(one.pk)) for one in rows]


def _line(one: Joining, missing: str | None) -> dict[str, Any]:
    return {
        "key": one.pk, "agency": one.agency.name, "table": one.table.name,
        "state": one.get_state_display(), "open": one.state in joining.OPEN, "asked": one.asked_at,
        "by": one.asked_by.name, "message": one.message, "because": one.because, "decided": one.decided_at,
        "missing": missing,
    }  # fmt: skip


def _for_chair(rows: list[Joining], failed: tuple[int, BecauseForm] | None, member: Member) -> list[dict[str, Any]]:
    mine = TableRole.objects.filter(in_force(), member=member, role=TableRoleKind.FACILITATOR)
    tables = set(mine.values_list("table_id", flat=True))
    people: dict[int, list[AgencyContact]] = {}
    for contact in AgencyContact.objects.filter(agency__in=[one.agency_id for one in rows], ended_on=None):
        people.setdefault(contact.agency_id, []).append(contact)
    return [_decision(one, failed, one.table_id in tables, people.get(one.agency_id, [])) for one in rows]


def _decision(
    one: Joining,
    failed: tuple[int, BecauseForm] | None,
    decides: bool,  # noqa: FBT001 - a fact like the others
    people: list[AgencyContact],
) -> dict[str, Any]:
    sent = failed[1] if failed and failed[0] == one.pk else None
    return {
        "pairs": _particulars(one, people),
        "form": sent or BecauseForm(auto_id=f"because_{one.pk}_%s"),
        "form_open": sent is not None,
        "decides": decides,
        "approved": one.state == JoiningState.APPROVED,
    }


def _particulars(one: Joining, contacts: list[AgencyContact]) -> list[Pair]:
    known = "; ".join(str(regime.label) for regime in Regime if regime in one.agency.regimes)
    people = "; ".join(f"{contact.name} ({contact.get_kind_display()})" for contact in contacts)
    pairs = [
        (_("Kind"), one.agency.get_kind_display()), (_("Laws that it is under"), known),
        (_("Towns served"), ", ".join(one.agency.towns)), (_("Contacts"), people),
    ]  # fmt: skip
    return [Pair(term, text or _("not given")) for term, text in pairs]
