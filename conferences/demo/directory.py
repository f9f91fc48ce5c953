"""The service directory of the invented community, from the day of its founding; public crisis numbers are not invented."""

from agencies import crisis, directory
from agencies.directory import Entry as Said
from agencies.models import Service
from conferences.demo.founding import Community
from conferences.demo.source import Entry
from hub.core.audit import acting


def fill(material: Entry, community: Community) -> None:
    """Enter the state's crisis numbers and every service of the material, each under its key there."""
    crisis.enter(by=None)
    with acting(None, "demo: the service directory"):
        for one in material["services"]:
            if not one["public_crisis"]:
                directory.write(Service(key=one["key"]), directory.checked(_said(one, community)))


def _said(one: Entry, community: Community) -> Said:
    agency = community.agencies.get(one["agency"] or "")
    return Said(
        name=one["name"],
        organisation=agency.name if agency else "",
        agency_id=agency.pk if agency else None,
        type=one["type"],
        age_from=one["ages"]["from"] or None,
        age_to=one["ages"]["to"],
        languages=tuple(one["languages"]),
        hours=one["hours"],
        always_open=one["always_open"],
        phone=one["phone"],
        eligibility=one["eligibility"],
        after_hours=one["after_hours"] or "",
        towns=tuple(one["towns"]),
        needs=tuple(one["needs"]),
    )
