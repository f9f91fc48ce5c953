"""Who is signed in, for the bar of every page: name, agency, roles."""

from typing import Any

from django.db.models import CharField, Value

from agencies.models import Agency, AgencyRole, Member, TableRole
from agencies.standing import in_force
from hub.core.page import Person


def describe(user: Any) -> Person:
    """The member in the words of the bar, in one query: the agency's name comes with the roles."""
    if not isinstance(user, Member):
        return Person(name=str(user))
    own = AgencyRole.objects.filter(in_force(), member=user).values_list("role", "role")
    at_tables = TableRole.objects.filter(in_force(), member=user).values_list("role", "role")
    agency = (
        Agency.objects.order_by()
        .filter(pk=user.agency_id)
        .annotate(role=Value("", CharField()))
        .values_list("role", "short_name")
    )
    rows = dict(agency.union(own, at_tables))
    return Person(name=user.name, agency=rows.pop("", ""), roles=frozenset(rows))
