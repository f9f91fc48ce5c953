"""Which tables a member has anything to do with: by the agency's seat, or by a role of the member's own."""

from django.db.models import Q

from agencies.models import Member, Table, TableRole
from agencies.standing import in_force


def tables_of(member: Member) -> list[Table]:
    """Tables at which the agency sits or the member has a role today by name, with or without an agreement; one query."""
    seated = Q(seats__agency_id=member.agency_id, seats__ended_on=None)
    role = Q(pk__in=TableRole.objects.filter(in_force(), member=member).values("table"))
    return list(Table.objects.filter(seated | role).distinct().order_by("name"))
