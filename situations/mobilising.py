"""What the directory offers for the risk factors in hand: by category of risk, the table's towns and the age band.

The person's town is never asked: what is offered says where the table works, not where somebody lives. Whoever may not see the
profile is offered nothing, because the offers would tell its categories.
"""

from collections.abc import Collection
from dataclasses import dataclass

from agencies import crisis, directory_search
from situations import taxonomy
from situations.models import Situation
from situations.projection import Profile, Projection


@dataclass(frozen=True, slots=True)
class Offer:
    """One service that fits. `call`: what a phone dials, empty for what is no number."""

    key: int
    name: str
    type: str
    phone: str
    call: str


def fitting(situation: Situation, seen: Projection, towns: Collection[str]) -> tuple[Offer, ...]:
    """At most five services that fit what may be seen of the situation; one question, or none."""
    if not isinstance(seen.profile, Profile):
        return ()
    by_name = {str(one.name): one.code for one in taxonomy.risk_categories()}
    found = directory_search.offered(
        needs=[by_name[str(one.name)] for one in seen.profile.risk if str(one.name) in by_name],
        towns=[" ".join(str(one).lower().split()) for one in towns],
        ages=ages_of(situation.age_band),
    )
    return tuple(Offer(one.pk, one.name, one.type, one.phone, crisis.dialled(one.phone)) for one in found)


def ages_of(band: str | None) -> tuple[int, int | None] | None:
    """The first and last age of a band ("12_17", "60_plus"); None where none is known."""
    if not band:
        return None
    first, _sign, last = band.partition("_")
    return int(first), int(last) if last.isdigit() else None
