"""What a conference that is not open yet will be about, and who is expected: for one reader, through `disclose`."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from agencies.choices import SPEAKING_ROLES, AgencyRoleKind
from agencies.models import AgencyRole, Agreement, Seat, Table
from agencies.standing import Standing, in_force
from conferences.agenda import follow_ups, newcomers
from conferences.models import Conference
from hub.core import clock
from hub.core.parts import Pair
from situations.disclosure import Audience, audiences, disclose, may_see
from situations.models import Situation
from situations.projection import Withheld
from situations.visibility import Field

SHOWN = frozenset({Field.NUMBER, Field.ORIGIN, Field.OUTLINE, Field.TIMES})


@dataclass(frozen=True)
class Ahead:
    """A situation that will be on the agenda; what the reader may not know is empty."""

    number: str
    kind: str
    brought_by: str
    submitted: datetime | None
    clock_ends: datetime | None
    ended: bool
    overdue: bool


def ahead(conference: Conference, standing: Standing) -> tuple[list[Ahead], list[Ahead]]:
    """Follow-ups and new situations in the order of the agenda-to-be, each as the reader may know it; others are left out."""
    known = follow_ups(conference), newcomers(conference)
    prefetch_related_objects([*known[0], *known[1]], "table", "originating_agency")
    found = audiences([*known[0], *known[1]], [standing])
    first, second = (
        [_ahead(one, audience) for one in group if (audience := found[one.pk, standing.member_id])] for group in known
    )
    return first, second


def expected(table: Table) -> list[Pair]:
    """Every seat of the table by its agency's name, with who may sit on it or why nobody may; in three queries."""
    day = clock.today()
    seats = list(Seat.objects.filter(table=table, ended_on=None).select_related("agency").order_by("agency__name"))
    agreed = Agreement.objects.filter(table=table, in_force_from__lte=day, in_force_until__gte=day)
    entering = set(agreed.values_list("agency_id", flat=True))
    roles = AgencyRole.objects.filter(in_force(), role__in=SPEAKING_ROLES, member__is_active=True)
    people: dict[int, list[str]] = {}
    # "representative" sorts after "deputy", and comes first
    rows = roles.filter(member__agency__in=[seat.agency_id for seat in seats]).order_by("-role", "member__name")
    for agency, role, name in rows.values_list("member__agency", "role", "member__name"):
        deputy = role == AgencyRoleKind.DEPUTY
        people.setdefault(agency, []).append(_("deputy %(name)s") % {"name": name} if deputy else name)
    return [
        Pair(
            seat.agency.name,
            "; ".join(people.get(seat.agency_id, ())) if seat.agency_id in entering else _("no agreement in force"),
        )
        for seat in seats
    ]


def _ahead(situation: Situation, audience: Audience) -> Ahead:
    seen = disclose(situation, audience, only=SHOWN)
    times = None if isinstance(seen.times, Withheld) else seen.times
    ends = times.clock_ends if times else None
    # the contacts are prefetched by the agenda; `disclose` would ask the database for each situation again
    ended = ends is not None and ends < clock.now()
    late = ended and not any(one.reached for one in situation.contacts.all())
    return Ahead(
        number=str(seen.number),
        kind="" if isinstance(seen.outline, Withheld) else seen.outline.line,
        brought_by="" if isinstance(seen.origin, Withheld) else seen.origin.short_name,
        submitted=times.submitted if times else None,
        clock_ends=ends,
        ended=ended,
        overdue=late and may_see(audience, Field.PLAN_STATUS),
    )
