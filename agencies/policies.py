"""Who may change what stands about an agency and about a table, apart from any situation. Each asks at most twice."""

from django.utils.translation import gettext as _

from agencies.choices import AgencyRoleKind, ContactKind, TableRoleKind
from agencies.models import Agency, AgencyContact, AgencyRole, Member, Seat, Table, TableRole
from agencies.standing import in_force
from hub.core.errors import NotAllowed


def represents(member: Member, agency: Agency) -> bool:
    """Whether the member is a representative of this agency today."""
    if member.agency_id != agency.pk or not member.is_active:
        return False
    roles = AgencyRole.objects.filter(in_force(), member=member, role=AgencyRoleKind.REPRESENTATIVE)
    return roles.exists()


def heads(member: Member, agency: Agency) -> bool:
    """Whether the member is the agency's head: the head's contact has the address of the member's account."""
    contacts = AgencyContact.objects.filter(agency=agency, kind=ContactKind.HEAD, ended_on=None, email__iexact=member.email)
    return member.agency_id == agency.pk and member.is_active and contacts.exists()


def keeps_agency(member: Member, agency: Agency) -> bool:
    """Whether the member keeps the agency's page: its representative, its head, or the administrator."""
    return member.is_administrator or represents(member, agency) or heads(member, agency)


def keeps_table(member: Member, table: Table) -> bool:
    """Whether the member keeps the table's profile, settings and roles: its coordinator, or the administrator."""
    return member.is_active and (member.is_administrator or table.coordinator_id == member.pk)


def facilitates(member: Member, table: Table) -> bool:
    """Whether the member holds the table's facilitator role today, with or without an agreement of the own agency."""
    roles = TableRole.objects.filter(in_force(), table=table, member=member, role=TableRoleKind.FACILITATOR)
    return member.is_active and roles.exists()


def coordinates(member: Member, agency: Agency) -> bool:
    """Whether the member coordinates a table at which this agency sits."""
    seats = Seat.objects.filter(agency=agency, ended_on=None, table__coordinator=member)
    return member.is_active and seats.exists()


def require_agency(member: Member | None, agency: Agency) -> None:
    """Raise NotAllowed unless the member keeps the agency's page. None is the clerk."""
    if member is not None and not keeps_agency(member, agency):
        raise NotAllowed(_("Only the agency's representative, its head or the administrator can change this."))


def require_table(member: Member | None, table: Table) -> None:
    """Raise NotAllowed unless the member keeps the table's page. None is the clerk."""
    if member is not None and not keeps_table(member, table):
        raise NotAllowed(_("Only the table's coordinator or the administrator can change this."))
