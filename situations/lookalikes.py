"""How many earlier profiles of a table share the same combination: the fewer, the sooner somebody is recognized by it.

Said to the writer before sending, and never as a number that something could be taken from: steps of the table's small-cell
threshold ("11 or more", "22 or more"), and below it only that they are fewer. "None" and "one" are not told apart, or a writer
could ask with made-up drafts whether somebody was ever spoken about at the table (PRODUCT, small cells). The own agency's are
not counted, since it knows them and could take them away; nor is what was tabled in the month that runs, so that two readings
before and after a meeting say nothing about it. What remains: a step reached between two months tells that somebody joined.
"""

from dataclasses import dataclass

from django.utils import timezone

from hub.core import clock
from situations.contents import STRONG
from situations.models import Situation

STEPS = 2
"""Past so many times the threshold the number tells a writer nothing more."""


@dataclass(frozen=True, slots=True)
class Alike:
    """How many earlier profiles look the same: at least `count`, a multiple of `threshold`, or None where they are fewer."""

    count: int | None
    threshold: int


def of(situation: Situation) -> Alike:
    """Compared are kind of subject, age band, sex, town, language and the strong factors, as they are saved. One query."""
    threshold = situation.table.small_cell_threshold
    month = timezone.localtime(clock.now()).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    same = Situation.objects.filter(
        table=situation.table_id, tabled_at__lt=month, subject_type=situation.subject_type, age_band=situation.age_band,
        sex=situation.sex, town=situation.town, language=situation.language,
    ).exclude(originating_agency=situation.originating_agency_id)  # fmt: skip
    own = STRONG.intersection(situation.risk_factors)
    others = same.order_by().values_list("risk_factors", flat=True)
    count = sum(STRONG.intersection(one) == own for one in others.iterator(chunk_size=200))
    return Alike(min(count // threshold, STEPS) * threshold or None, threshold)
