"""Counts of a table's situations for the city's report, without exposing a person (PRODUCT: "Analyst").

Small cells are withheld as privacy.md 2.2 asks, steps 1 to 3: cells of 1 to k-1, then as many others as it takes that no
sum gives one away. One sign stands for both kinds: a sign of its own for the others would say "k or more", and with that a
total of 12 over "11 or more" and "fewer than 11" gives the 1 away. Only whole months are counted, so that two looks at the
page on two days differ by nobody.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agencies.models import Table
from hub.core import clock
from situations import taxonomy, vocabularies
from situations.choices import Stage
from situations.models import Situation
from situations.visibility import ENDED, TABLED_ON

MONTHS = 12
KEPT_SECONDS = 10 * 60
WHOLE: Hashable = ("whole",)
OPEN: Hashable = ("open",)
PERSONS: Hashable = ("subject", "person")


@dataclass(frozen=True, slots=True)
class Line:
    """Cells whose counts add up to the count of `whole`: a row, a column, or a group with its parts."""

    parts: tuple[Hashable, ...]
    whole: Hashable


@dataclass(frozen=True, slots=True)
class Cell:
    """One count with its name; None is withheld. `part`: stands under the cell before it."""

    name: str
    count: int | None
    part: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """One table of the page."""

    title: str
    column: str
    cells: tuple[Cell, ...]
    total: Cell | None

    @property
    def tells_something(self) -> bool:
        """Whether any cell that is not zero may be shown."""
        return any(cell.count for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Report:
    """All counts of one table over the last whole months."""

    since: datetime
    until: datetime
    threshold: int
    first: tuple[Counts, ...]
    second: tuple[Counts, ...]

    @property
    def largest_withheld(self) -> int:
        """The largest count that is always withheld."""
        return self.threshold - 1

    @property
    def counts(self) -> tuple[Counts, ...]:
        """Both columns of the page."""
        return self.first + self.second


def withheld(counts: Mapping[Hashable, int], lines: Sequence[Line], threshold: int) -> frozenset[Hashable]:
    """The cells to withhold, so that nobody can work out a count of 1 to `threshold` - 1 by adding and subtracting."""
    hidden = {key for key, count in counts.items() if 0 < count < threshold}
    while more := {key for line in lines for key in _one_more(line, counts, hidden, threshold)} - hidden:
        hidden |= more
    return frozenset(hidden)


def report(table: Table) -> Report:
    """Counts of the situations tabled in the last twelve whole months. Aggregates only: no line is about one situation."""
    since, until = _window()
    rows: list[Any] = list(
        Situation.objects.filter(table=table, tabled_at__gte=since, tabled_at__lt=until, stage__in=TABLED_ON).values_list(
            "stage", "subject_type", "age_band", "originating_agency__sector", "tabled_at", "conclusion_group",
            "conclusion_reason", "risk_factors", named=True,
        )
    )  # fmt: skip
    sheet, k = _Sheet({WHOLE: len(rows)}), table.small_cell_threshold
    sectors = {sector: sector.replace("_", " ") for sector in sorted({row.originating_agency__sector for row in rows})}
    months = {month: date_format(month, "M Y") for month in _months(since)}
    stages = sheet.add("stage", {one: one.label for one in Stage if one in TABLED_ON}, [row.stage for row in rows])
    conclusions = _add_conclusions(sheet, [row for row in rows if row.stage in ENDED])
    kinds = sheet.add("sector", sectors, [row.originating_agency__sector for row in rows])
    by_month = sheet.add("month", months, [_month(row.tabled_at) for row in rows])
    subjects = sheet.add("subject", vocabularies.SUBJECT_TYPES, [row.subject_type for row in rows])
    persons = [row.age_band for row in rows if row.subject_type == "person"]
    ages = sheet.add("age", vocabularies.AGE_BANDS, persons, PERSONS)
    hidden = withheld(sheet.counts, sheet.lines, k)
    first = (
        sheet.table(_("Conclusion"), _("Group and reason"), conclusions, hidden),
        sheet.table(_("Kind of originating agency"), _("Kind"), kinds, hidden),
        sheet.table(_("Month"), _("Month"), by_month, hidden),
    )
    second = (
        sheet.table(_("Stage"), _("Stage"), stages, hidden),
        sheet.table(_("Subject"), _("Subject"), subjects, hidden),
        sheet.table(_("Age band, of persons"), _("Age band"), ages, hidden, PERSONS),
        _categories([row.risk_factors for row in rows if row.stage != Stage.REJECTED], k),
    )
    return Report(since, until, k, first, second)


def kept(table: Table) -> Report:
    """The report as it was made at most ten minutes ago: counting reads every situation of a year.

    What is kept has its small cells withheld already, so that nothing lies in the cache that the page does not show.
    """
    since, _until = _window()
    place = f"counts:{table.pk}:{table.small_cell_threshold}:{since:%Y%m}:{get_language()}"
    found: Report | None = cache.get(place)
    if found is None:
        found = report(table)
        cache.set(place, found, KEPT_SECONDS)
    return found


def _one_more(line: Line, counts: Mapping[Hashable, int], hidden: set[Hashable], threshold: int) -> list[Hashable]:
    parts = [key for key in line.parts if key in hidden]
    unknown = len(parts) + (line.whole in hidden)
    too_little = line.whole not in hidden and parts and sum(counts[key] for key in parts) < threshold
    if not (unknown == 1 or too_little):
        return []
    shown = sorted((counts[key], place) for place, key in enumerate(line.parts) if counts[key] and key not in hidden)
    # where every other part is zero the whole says what the part is, so the whole goes too
    return [line.parts[shown[0][1]]] if shown else [line.whole]


Names = dict[Hashable, str]


@dataclass(slots=True)
class _Sheet:
    """All counts of a page as one system: tables that share a count would otherwise give away what each withholds."""

    counts: dict[Hashable, int]
    lines: list[Line] = field(default_factory=list)

    def add(self, kind: str, names: Mapping[Any, Any], found: Iterable[Hashable], whole: Hashable = WHOLE) -> Names:
        """Count `found` by name as parts of `whole`; what has no name is one part more. Returns the cells with their names."""
        tally = Counter(found)
        cells: Names = {(kind, key): str(name) for key, name in names.items()}
        self.counts |= {(kind, key): tally[key] for key in names}
        if unnamed := sum(count for key, count in tally.items() if key not in names):
            cells[kind, ""] = _("not said")
            self.counts[kind, ""] = unnamed
        self.lines.append(Line(tuple(cells), whole))
        return cells

    def table(self, title: str, column: str, names: Names, hidden: Collection[Hashable], whole: Hashable = WHOLE) -> Counts:
        """These cells as they may be shown."""
        cells = tuple(
            Cell(
                name, None if key in hidden else self.counts[key], isinstance(key, tuple) and key[0] in vocabularies.CONCLUSIONS
            )
            for key, name in names.items()
        )
        return Counts(title, column, cells, Cell(_("All"), None if whole in hidden else self.counts[whole]))


def _add_conclusions(sheet: _Sheet, ended: Sequence[Any]) -> Names:
    sheet.counts[OPEN] = sheet.counts[WHOLE] - len(ended)
    sheet.lines.append(Line(tuple(("stage", one) for one in Stage if one in TABLED_ON - ENDED), OPEN))
    names: Names = {OPEN: _("Not concluded yet")}
    leaves: list[Hashable] = [OPEN]
    for group, reasons in vocabularies.CONCLUSIONS.items():
        # a rejected situation is at that stage and in that group: one count, so one cell
        whole = ("stage", Stage.REJECTED) if group == "rejected" else ("group", group)
        found = [row.conclusion_reason for row in ended if row.conclusion_group == group]
        sheet.counts[whole] = len(found)
        names[whole] = str(vocabularies.CONCLUSION_GROUPS[group])
        parts = sheet.add(group, reasons, found, whole)
        names |= parts
        leaves += parts
    groups = tuple(("group", group) for group in vocabularies.CONCLUSIONS if group != "rejected")
    sheet.lines += [Line(groups, ("stage", Stage.CONCLUDED)), Line(tuple(leaves), WHOLE)]
    return names


def _categories(found: Sequence[list[str]], k: int) -> Counts:
    # one situation has several categories: nothing adds up, but a count near all of them says who is left out
    tally = Counter(category for codes in found for category in {taxonomy.factor(code).category for code in codes})
    cells = tuple(
        Cell(str(each.name), None if 0 < count < k or (count and 0 < len(found) - count < k) else count)
        for each in taxonomy.risk_categories()
        for count in [tally[each.code]]
    )
    return Counts(_("Risk category, of those not rejected"), _("Category"), cells, None)


def _window() -> tuple[datetime, datetime]:
    until = _month(clock.now())
    return until.replace(year=until.year - MONTHS // 12), until


def _months(since: datetime) -> list[datetime]:
    turns = [divmod(since.month - 1 + ahead, 12) for ahead in range(MONTHS)]
    return [_midnight(since.year + years, month + 1) for years, month in turns]


def _month(at: datetime) -> datetime:
    local = timezone.localtime(at)
    return _midnight(local.year, local.month)


def _midnight(year: int, month: int) -> datetime:
    # made anew, never moved: the clock's offset differs between summer and winter
    return timezone.make_aware(datetime(year, month, 1))  # noqa: DTZ001 - made aware in the same line
