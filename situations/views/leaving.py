"""Leaving a table, and taking over what another agency left: pages for who speaks for an agency."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies import policies
from agencies.models import Seat, Table
from hub.core import access
from hub.core.errors import NotAllowed, NotVisible, RuleRefused
from situations import leaving, taking_over
from situations.leaving_forms import LeavingForm
from situations.loading import member_of, situation_for


@access.member("GET")
def leave(request: HttpRequest, key: int) -> HttpResponse:
    """What leaving this table would mean: every open role is asked about."""
    table = _table(request, key)
    return _page(request, table, _form(request, table))


@access.member("POST", step_up=access.HERE)
def leave_now(request: HttpRequest, key: int) -> HttpResponse:
    """Leave."""
    table = _table(request, key)
    form = _form(request, table, sent=True)
    if form.is_valid():
        try:
            leaving.leave(
                by=member_of(request), table=table, because=form.cleaned_data["because"], decisions=form.decisions(),
                ends_agreement=form.cleaned_data["ends_agreement"], answered=request.POST.dict(),
            )  # fmt: skip
        except RuleRefused as refused:
            form.refuse(refused)
        else:
            return HttpResponseRedirect(f"{reverse('table_joining')}?saved=left", status=303)
    return _page(request, table, form, status=422)


@access.member("GET")
def offers(request: HttpRequest) -> HttpResponse:
    """Roles that a leaving agency handed over to the own one."""
    said = {
        "accepted": _("Accepted: the plan is open to your agency."),
        "declined": _("Declined. The facilitator assigns another agency."),
    }
    context = {"offered": taking_over.offered(member_of(request)), "saved": said.get(request.GET.get("saved", ""), "")}
    return render(request, "situations/taking_over.html", context)


@access.member("POST")
def take_over(request: HttpRequest, key: int) -> HttpResponse:
    """Take a role over."""
    taking_over.accept(by=member_of(request), situation=situation_for(request, key).situation)
    return HttpResponseRedirect(f"{reverse('situation_offers')}?saved=accepted", status=303)


@access.member("POST")
def turn_down(request: HttpRequest, key: int) -> HttpResponse:
    """Decline a role."""
    taking_over.decline(by=member_of(request), situation=situation_for(request, key).situation)
    return HttpResponseRedirect(f"{reverse('situation_offers')}?saved=declined", status=303)


def _table(request: HttpRequest, key: int) -> Table:
    member = member_of(request)
    seat = Seat.objects.filter(table=key, agency=member.agency_id, ended_on=None).select_related("table").first()
    if seat is None:
        raise NotVisible(_("Your agency has no seat at such a table."))
    if not policies.represents(member, member.agency):
        raise NotAllowed(_("Your agency's representative decides that it leaves."))
    return seat.table


def _form(request: HttpRequest, table: Table, *, sent: bool = False) -> LeavingForm:
    member = member_of(request)
    roles, successors = leaving.open_roles(member, table), leaving.successors(member, table)
    return LeavingForm(request.POST if sent else None, roles=roles, successors=successors)


def _page(request: HttpRequest, table: Table, form: LeavingForm, status: int = 200) -> HttpResponse:
    context = {"table": table, "form": form, "roles": form.roles}
    return render(request, "situations/leaving.html", context, status=status)
