"""Who works at an intake desk, and which desks are open: for the agency's representative and the table's coordinator."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import policies
from agencies.models import Agency, AgencyRole, Member, Seat, Table
from hub.core import access
from hub.core.errors import NotVisible, RuleRefused
from situations.desk_forms import DeskForm, StaffForm
from situations.loading import member_of
from situations.models import IntakeDesk
from situations.referrals import setting_up

SAVED = {
    "desk": gettext_lazy("The desk is saved."),
    "staff": gettext_lazy("From today this person works at the desk."),
    "staff-ended": gettext_lazy("This person works at the desk no more. What they had claimed is back in the queue."),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One desk that the member decides about, whether it exists yet or not."""

    table: Table
    agency: Agency
    is_open: bool
    form: DeskForm
    failed: bool


@access.member("GET")
def settings(request: HttpRequest) -> HttpResponse:
    """Every desk that the member decides about, and the people of the own agency's desks."""
    return _page(request)


@access.member("POST", step_up=access.HERE)
def set_up(request: HttpRequest, table: int, agency: int) -> HttpResponse:
    """Open, change or close one desk."""
    member = member_of(request)
    seat = next((one for one in _seats(member) if (one.table_id, one.agency_id) == (table, agency)), None)
    if seat is None:
        raise NotVisible(_("There is no such page, or it is not open to you."))
    form = DeskForm(request.POST, auto_id=_ids(seat))
    if form.is_valid():
        try:
            setting_up.set_up(by=member, table=seat.table, agency=seat.agency, **form.cleaned_data)
        except RuleRefused as refused:
            form.refuse(refused)
        else:
            return _back("desk")
    return _page(request, failed=(seat, form))


@access.member("POST", step_up=access.HERE)
def staff(request: HttpRequest) -> HttpResponse:
    """Name somebody of the own agency."""
    member = member_of(request)
    form = StaffForm(request.POST, agency=_represented(member))
    if form.is_valid():
        try:
            setting_up.name_intake(by=member, agency=member.agency, member=form.cleaned_data["member"])
        except RuleRefused as refused:
            form.refuse(refused)
        else:
            return _back("staff")
    return _page(request, staff_form=form)


@access.member("POST", step_up=access.HERE)
def staff_end(request: HttpRequest, key: int) -> HttpResponse:
    """End somebody's work at the desk."""
    member = member_of(request)
    role = AgencyRole.objects.select_related("member__agency").filter(pk=key, member__agency=_represented(member)).first()
    if role is None:
        raise NotVisible(_("There is no such role."))
    setting_up.end_intake(by=member, role=role)
    return _back("staff-ended")


def _represented(member: Member) -> Agency:
    if not policies.represents(member, member.agency):
        raise NotVisible(_("There is no such page, or it is not open to you."))
    return member.agency


def _seats(member: Member) -> list[Seat]:
    """The seats about whose desks the member decides: the own agency's, or all of a table that they coordinate."""
    rows = Seat.objects.filter(ended_on=None).select_related("table", "agency").order_by("table__name", "agency__name")
    own = rows.filter(agency=member.agency_id) if policies.represents(member, member.agency) else rows.none()
    coordinated = rows.filter(table__coordinator=member)
    return list((own | coordinated) if member.is_active else rows.none())


def _ids(seat: Seat) -> str:
    return f"desk_{seat.table_id}_{seat.agency_id}_%s"


def _back(saved: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('desk_settings')}?saved={saved}", status=303)


def _page(
    request: HttpRequest, failed: tuple[Seat, DeskForm] | None = None, staff_form: StaffForm | None = None
) -> HttpResponse:
    member = member_of(request)
    seats = _seats(member)
    represents = policies.represents(member, member.agency)
    if not seats and not represents:
        raise NotVisible(_("There is no such page, or it is not open to you."))
    there = {(one.table_id, one.agency_id): one for one in IntakeDesk.objects.filter(table__in={one.table_id for one in seats})}
    context: dict[str, Any] = {
        "places": [_place(one, there.get((one.table_id, one.agency_id)), failed) for one in seats],
        "represents": represents, "agency": member.agency.name, "saved": SAVED.get(request.GET.get("saved", ""), ""),
        "people": setting_up.staff(member.agency) if represents else [],
        "staff_form": staff_form or (StaffForm(agency=member.agency) if represents else None),
        "staff_failed": staff_form is not None,
    }  # fmt: skip
    return render(request, "situations/desk_settings.html", context, status=422 if failed or staff_form else 200)


def _place(seat: Seat, desk: IntakeDesk | None, failed: tuple[Seat, DeskForm] | None) -> Place:
    form = DeskForm.of(desk or IntakeDesk(is_open=False), auto_id=_ids(seat))
    sent = failed is not None and failed[0].pk == seat.pk
    if failed is not None and sent:
        form = failed[1]
    return Place(seat.table, seat.agency, desk is not None and desk.is_open, form, sent)
