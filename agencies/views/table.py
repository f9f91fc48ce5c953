"""The table: what it is for, who sits at it, which agreements are in force. No situation is ever read here."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies import cadence, policies
from agencies.belonging import tables_of
from agencies.choices import AgencyRoleKind, TableRoleKind
from agencies.models import AgencyRole, Agreement, Member, Pledge, Seat, Table, TableRole
from agencies.profiling import IDENTIFIERS
from agencies.standing import Standing, in_force, standing_of
from hub.core import access, clock
from hub.core.parts import Action, Pair
from hub.core.text import whole_number

ENDS_SOON = 30
"""Days before its end at which an agreement is pointed out."""

OFFERED = 100
"""Tables that the administrator chooses from at a time."""
SEATS_SEE_IT = 3


@dataclass(frozen=True, slots=True)
class SeatLine:
    """One seat: who speaks on it, and whether its agreement holds."""

    agency: str
    representatives: str
    deputies: str
    pledged: int
    speakers: int
    agreement_until: date | None
    ends_in: int | None


@access.member("GET")
def table_detail(request: HttpRequest) -> HttpResponse:
    """Each table of the member; those of an agency without an agreement in force show nothing but that.

    The administrator, who may look at every table, chooses one (`?table=`) from those whose name fits (`?seek=`).
    """
    member = cast("Member", request.user)
    own = tables_of(member)
    context: dict[str, Any] = {"administers": member.is_administrator, "others": [], "sought": ""}
    if member.is_administrator:
        own, context["sought"] = _chosen(request, own), _sought(request)
        others = Table.objects.filter(name__icontains=context["sought"]).exclude(pk__in=[one.pk for one in own])
        context["others"] = others.order_by("name", "pk").values_list("pk", "name")[:OFFERED]
    return render(request, "agencies/table.html", context | {"tables": [_shown(member, table) for table in own]})


def _sought(request: HttpRequest) -> str:
    return request.GET.get("seek", "").replace("\0", "").strip()[:60]


def _chosen(request: HttpRequest, own: list[Table]) -> list[Table]:
    """The table that the administrator asked for; else the own ones, and where there are none, the first."""
    key = whole_number(request.GET.get("table", ""))
    if key is not None:
        return list(Table.objects.filter(pk=key))
    return own or list(Table.objects.order_by("name", "pk")[:1])


def seat_lines(table: Table) -> list[SeatLine]:
    """The open seats by name of agency, in four queries whatever their number."""
    seats = list(Seat.objects.filter(table=table, ended_on=None).select_related("agency").order_by("agency__name"))
    roles = AgencyRole.objects.filter(
        in_force(), member__agency__in=[seat.agency_id for seat in seats], member__is_active=True
    ).select_related("member")
    speakers: dict[int, dict[str, list[Member]]] = {}
    for role in roles.order_by("member__name"):
        speakers.setdefault(role.member.agency_id, {}).setdefault(role.role, []).append(role.member)
    pledged = set(Pledge.objects.filter(table=table, day=clock.today()).values_list("member_id", flat=True))
    until = agreements(table)
    return [_line(seat, speakers.get(seat.agency_id, {}), pledged, until.get(seat.agency_id)) for seat in seats]


def agreements(table: Table) -> dict[int, date]:
    """Agency to the last day of its agreement with the table, of those in force today."""
    day = clock.today()
    rows = Agreement.objects.filter(table=table, in_force_from__lte=day, in_force_until__gte=day).order_by("in_force_until")
    return dict(rows.values_list("agency", "in_force_until"))


def _line(seat: Seat, by_role: dict[str, list[Member]], pledged: set[int], until: date | None) -> SeatLine:
    representatives = by_role.get(AgencyRoleKind.REPRESENTATIVE, [])
    deputies = by_role.get(AgencyRoleKind.DEPUTY, [])
    speakers = {one.pk for one in (*representatives, *deputies)}
    left = (until - clock.today()).days if until else None
    return SeatLine(
        seat.agency.name, _names(representatives), _names(deputies), len(speakers & pledged), len(speakers), until,
        left if left is not None and left <= ENDS_SOON else None,
    )  # fmt: skip


def _names(members: list[Member]) -> str:
    return ", ".join(one.name for one in members)


def _shown(member: Member, table: Table) -> dict[str, Any]:
    standing = standing_of(member, table)
    if not (standing.belongs or member.is_administrator):
        return {"name": table.name, "open": False}
    return {
        "name": table.name,
        "open": True,
        "glance": table.pk if _glances(member, table, standing) else None,
        "line": _rhythm(table),
        "mission": table.mission,
        "seats": seat_lines(table),
        "settings": _settings(table),
        "roles": _roles(table),
        "standing": _standing(standing) if standing.belongs else [],
        "ways": _ways(member, table, standing),
    }


def _ways(member: Member, table: Table, standing: Standing) -> list[Action]:
    """Where one goes from here, for whom."""
    ways = []
    if policies.keeps_table(member, table):
        ways.append(Action(_("Profile, settings, roles"), href=reverse("table_profile", args=[table.pk])))
    if standing.facilitates or member.is_administrator:
        ways.append(Action(_("Who asks for a seat"), href=reverse("table_joining_queue")))
    if standing.facilitates or policies.keeps_table(member, table):
        ways.append(Action(_("Training"), href=f"{reverse('table_training')}?table={table.pk}"))
    if standing.belongs:
        ways.append(Action(_("Words that point to nobody"), href=reverse("table_words", args=[table.pk])))
        ways.append(Action(_("My yearly pledge"), href=reverse("table_yearly_pledge", args=[table.pk])))
    represents = standing.seated and AgencyRoleKind.REPRESENTATIVE in standing.agency_roles
    if represents or table.coordinator_id == member.pk:
        ways.append(Action(_("Intake desks"), href=reverse("desk_settings")))
    if represents:
        ways.append(Action(_("Leave this table"), href=reverse("table_leaving", args=[table.pk])))
    return ways


def _glances(member: Member, table: Table, standing: Standing) -> bool:
    """The own agency's line is a representative's; the whole page that of who keeps or facilitates the table."""
    own = standing.seated and AgencyRoleKind.REPRESENTATIVE in standing.agency_roles
    return own or standing.facilitates or policies.keeps_table(member, table)


def _rhythm(table: Table) -> str:
    when = cadence.in_words(table)
    protocol = _("protocol: %(protocol)s") % {"protocol": table.get_protocol_display()}
    return "; ".join(part for part in (when, table.place, table.region, protocol) if part)


def _settings(table: Table) -> list[Pair]:
    names = ", ".join(str(IDENTIFIERS[name]) for name in table.filter3_identifiers)
    opens = (
        _("at filter 3: %(what)s") % {"what": names}
        if table.identity_opens_at_filter == SEATS_SEE_IT
        else _("at filter 4 only")
    )
    return [
        Pair(_("Identity opens"), opens),
        Pair(_("Response clock"), _("%(hours)s h from the AER decision") % {"hours": table.response_clock_hours}),
        Pair(_("A situation"), _("%(minutes)s minutes") % {"minutes": table.minutes_per_situation}),
        Pair(_("Quorum"), _("%(seats)s seats") % {"seats": table.quorum_seats}),
        Pair(_("Shredding"), _("%(days)s days after conclusion") % {"days": table.retention_days}),
        Pair(_("Small cells"), _("under %(cells)s not shown") % {"cells": table.small_cell_threshold}),
        Pair(_("Risk factors"), _("categories only") if table.category_only else _("by category and factor")),
    ]


def _roles(table: Table) -> list[Pair]:
    rows = TableRole.objects.filter(in_force(), table=table, member__is_active=True).select_related("member__agency")
    held: dict[str, list[str]] = {}
    for one in rows.order_by("member__name"):
        held.setdefault(one.role, []).append(f"{one.member.name} ({one.member.agency.short_name})")
    return [Pair(str(role.label), "; ".join(held[role])) for role in TableRoleKind if role in held]


def _standing(standing: Standing) -> list[Pair]:
    return [Pair(_("Your pledge today"), _("given") if standing.pledged else _("not given yet"))]
