"""How many earlier profiles of a table share the same combination: the fewer, the sooner somebody is recognized by it.

Said to the writer before sending: how many, from the table's small-cell threshold on, and below it only that they are fewer.
"None" and "one" are not told apart, or a writer could ask with made-up drafts whether somebody was ever spoken about at the
table (PRODUCT, small cells). Combinations do not overlap, so no two numbers can be taken from each other.
"""

from dataclasses import dataclass

from situations.contents import STRONG
from situations.models import Situation


@dataclass(frozen=True, slots=True)
class Alike:
    """How many earlier profiles look the same: `count`, or None where they are fewer than `threshold`."""

    count: int | None
    threshold: int


def of(situation: Situation) -> Alike:
    """Compared are kind of subject, age band, sex, town, language and the strong factors, as they are saved. One query."""
    threshold = situation.table.small_cell_threshold
    same = Situation.objects.filter(
        table=situation.table_id, tabled_at__isnull=False, subject_type=situation.subject_type, age_band=situation.age_band,
        sex=situation.sex, town=situation.town, language=situation.language,
    )  # fmt: skip
    own = STRONG.intersection(situation.risk_factors)
    others = same.exclude(pk=situation.pk).order_by().values_list("risk_factors", flat=True)
    count = sum(STRONG.intersection(one) == own for one in others.iterator(chunk_size=200))
    return Alike(count if count >= threshold else None, threshold)
