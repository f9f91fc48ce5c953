"""Who works at an intake desk, and which desks are open: for the agency's representative and the table's coordinator."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import policies
from agencies.choices import AgencyRoleKind
from agencies.models import Agency, AgencyRole, Member, Seat, Table
from agencies.standing import in_force
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


DECIDED: tuple[tuple[type[Seat | IntakeDesk], dict[str, Any]], ...] = (
    (Seat, {"ended_on": None}),
    (IntakeDesk, {"is_open": True}),
)


@dataclass(frozen=True, slots=True)
class Where:
    """An agency at a table."""

    table: Table
    agency: Agency


@dataclass(frozen=True, slots=True)
class Place:
    """One desk that the member decides about, whether it exists yet or not. `ask`: who decides there too."""

    table: Table
    agency: Agency
    is_open: bool
    form: DeskForm
    failed: bool
    ask: list[Member]


@access.member("GET")
def settings(request: HttpRequest) -> HttpResponse:
    """Every desk that the member decides about, and the people of the own agency's desks."""
    return _page(request)


@access.member("POST", step_up=access.HERE)
def set_up(request: HttpRequest, table: int, agency: int) -> HttpResponse:
    """Open, change or close one desk."""
    member = member_of(request)
    where = next((one for one in _wheres(member) if (one.table.pk, one.agency.pk) == (table, agency)), None)
    if where is None:
        raise NotVisible(_("There is no such page, or it is not open to you."))
    form = DeskForm(request.POST, auto_id=_ids(where))
    if form.is_valid():
        try:
            setting_up.set_up(by=member, table=where.table, agency=where.agency, **form.cleaned_data)
        except RuleRefused as refused:
            form.refuse(refused)
        else:
            return _back("desk")
    return _page(request, failed=(where, form))


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


def _wheres(member: Member) -> list[Where]:
    """Where the member decides about a desk: the own agency's seats, or all of a table that they coordinate.

    A desk that is still open without a seat stands there too, so that it can be closed.
    """
    if not member.is_active:
        return []
    theirs = Q(table__coordinator=member)
    if policies.represents(member, member.agency):
        theirs |= Q(agency=member.agency_id)
    rows = [model.objects.filter(theirs, **state).select_related("table", "agency") for model, state in DECIDED]
    found = {(one.table_id, one.agency_id): Where(one.table, one.agency) for each in rows for one in each}
    return sorted(found.values(), key=lambda one: (one.table.name, one.agency.name))


def _ids(where: Where) -> str:
    return f"desk_{where.table.pk}_{where.agency.pk}_%s"


def _back(saved: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('desk_settings')}?saved={saved}", status=303)


def _page(
    request: HttpRequest, failed: tuple[Where, DeskForm] | None = None, staff_form: StaffForm | None = None
) -> HttpResponse:
    member = member_of(request)
    wheres = _wheres(member)
    represents = policies.represents(member, member.agency)
    if not wheres and not represents:
        raise NotVisible(_("There is no such page, or it is not open to you."))
    desks = IntakeDesk.objects.filter(table__in={one.table.pk for one in wheres})
    there = {(one.table_id, one.agency_id): one for one in desks}
    ask = _representatives({one.agency.pk for one in wheres} - {member.agency_id})
    places = [_place(one, there.get((one.table.pk, one.agency.pk)), failed, ask.get(one.agency.pk, [])) for one in wheres]
    closed = [one for one in places if not one.is_open]
    context: dict[str, Any] = {
        "places": [one for one in places if one.is_open],
        "closed": closed, "closed_failed": any(one.failed for one in closed),
        "represents": represents, "agency": member.agency.name, "saved": SAVED.get(request.GET.get("saved", ""), ""),
        "people": setting_up.staff(member.agency) if represents else [],
        "staff_form": staff_form or (StaffForm(agency=member.agency) if represents else None),
        "staff_failed": staff_form is not None,
    }  # fmt: skip
    return render(request, "situations/desk_settings.html", context, status=422 if failed or staff_form else 200)


def _representatives(agencies: set[int]) -> dict[int, list[Member]]:
    """Whom a coordinator asks where something waits, by agency: who reads there is not the coordinator's to see."""
    roles = AgencyRole.objects.filter(in_force(), role=AgencyRoleKind.REPRESENTATIVE, member__agency__in=agencies)
    found: dict[int, list[Member]] = {}
    for one in roles.filter(member__is_active=True).select_related("member").order_by("member__name"):
        found.setdefault(one.member.agency_id, []).append(one.member)
    return found


def _place(where: Where, desk: IntakeDesk | None, failed: tuple[Where, DeskForm] | None, ask: list[Member]) -> Place:
    form = DeskForm.of(desk or IntakeDesk(is_open=False), auto_id=_ids(where))
    sent = failed is not None and failed[0] == where
    if failed is not None and sent:
        form = failed[1]
    return Place(where.table, where.agency, desk is not None and desk.is_open, form, sent, ask)
