"""Counts of a table's situations for the city's report, without exposing a person (PRODUCT: "Analyst").

Small cells are withheld as privacy.md 2.2 asks, steps 1 to 3: cells of 1 to k-1, then as many others as it takes that no
sum gives one away. One sign stands for both kinds: a sign of its own for the others would say "k or more", and with that a
total of 12 over "11 or more" and "fewer than 11" gives the 1 away. Only whole months are counted, so that two looks at the
page on two days differ by nobody.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies.models import Table
from hub.core import clock
from situations import taxonomy, vocabularies
from situations.choices import IN_AGENCY, Stage
from situations.models import Situation

MONTHS = 12


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


@dataclass(frozen=True, slots=True)
class Report:
    """All counts of one table over the last whole months."""

    since: datetime
    until: datetime
    threshold: int
    counts: tuple[Counts, ...]


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
        Situation.objects.filter(table=table, tabled_at__gte=since, tabled_at__lt=until)
        .exclude(stage__in=IN_AGENCY)
        .values_list(
            "stage", "subject_type", "age_band", "originating_agency__sector", "tabled_at", "conclusion_group",
            "conclusion_reason", "risk_factors", named=True,
        )
    )  # fmt: skip
    k = table.small_cell_threshold
    kinds = {kind: kind.replace("_", " ") for kind in sorted({row.originating_agency__sector for row in rows})}
    months = {month: date_format(month, "M Y") for month in _months(since)}
    return Report(since, until, k, (
        _conclusions([(row.conclusion_group, row.conclusion_reason) for row in rows], k),
        _plain(_("Stage"), dict(Stage.choices), [row.stage for row in rows], k),
        _plain(_("Subject"), vocabularies.SUBJECT_TYPES, [row.subject_type for row in rows], k),
        _plain(_("Age band"), vocabularies.AGE_BANDS, [row.age_band for row in rows], k),
        _plain(_("Kind of originating agency"), kinds, [row.originating_agency__sector for row in rows], k),
        _categories([row.risk_factors for row in rows if row.stage != Stage.REJECTED], k),
        _plain(_("Month"), months, [_month(row.tabled_at) for row in rows], k),
    ))  # fmt: skip


def _one_more(line: Line, counts: Mapping[Hashable, int], hidden: set[Hashable], threshold: int) -> list[Hashable]:
    parts = [key for key in line.parts if key in hidden]
    unknown = len(parts) + (line.whole in hidden)
    too_little = line.whole not in hidden and parts and sum(counts[key] for key in parts) < threshold
    if not (unknown == 1 or too_little):
        return []
    shown = sorted((counts[key], place) for place, key in enumerate(line.parts) if counts[key] and key not in hidden)
    # where every other part is zero the whole says what the part is, so the whole goes too
    return [line.parts[shown[0][1]]] if shown else [line.whole]


def _plain(title: str, names: Mapping[Any, Any], found: Iterable[Hashable], k: int) -> Counts:
    tally = Counter(found)
    unnamed = sum(count for key, count in tally.items() if key not in names)
    counts: dict[Hashable, int] = {key: tally[key] for key in names}
    if unnamed:
        counts[""] = unnamed
    words: dict[Any, Any] = {**names, "": _("not said")}
    whole = ("whole",)
    hidden = withheld({**counts, whole: sum(counts.values())}, [Line(tuple(counts), whole)], k)
    cells = tuple(_cell(str(words[key]), key, counts, hidden) for key in counts)
    return Counts(title, title, cells, _cell(_("All"), whole, {whole: sum(counts.values())}, hidden))


def _conclusions(found: Sequence[tuple[str, str]], k: int) -> Counts:
    tally, whole, still = Counter(found), ("whole",), ("", "")
    groups = {group: tuple((group, reason) for reason in reasons) for group, reasons in vocabularies.CONCLUSIONS.items()}
    counts: dict[Hashable, int] = {key: tally[key] for keys in groups.values() for key in keys}
    leaves = (*counts, still)
    counts |= {group: sum(tally[key] for key in keys) for group, keys in groups.items()}
    counts |= {still: tally[still], whole: len(found)}
    lines = [Line(keys, group) for group, keys in groups.items()]
    hidden = withheld(counts, [*lines, Line((*groups, still), whole), Line(leaves, whole)], k)
    cells = [_cell(_("Not concluded yet"), still, counts, hidden)]
    for group, keys in groups.items():
        cells.append(_cell(str(vocabularies.CONCLUSION_GROUPS[group]), group, counts, hidden))
        names = vocabularies.CONCLUSIONS[group]
        cells += [_cell(str(names[key[1]]), key, counts, hidden, part=True) for key in keys]
    return Counts(_("Conclusion"), _("Group and reason"), tuple(cells), _cell(_("All"), whole, counts, hidden))


def _categories(found: Sequence[list[str]], k: int) -> Counts:
    # one situation has several categories: nothing adds up, but a count near all of them says who is left out
    tally = Counter(category for codes in found for category in {taxonomy.factor(code).category for code in codes})
    hidden = {key for key, count in tally.items() if 0 < count < k or 0 < len(found) - count < k}
    cells = [_cell(str(each.name), each.code, {each.code: tally[each.code]}, hidden) for each in taxonomy.risk_categories()]
    return Counts(_("Risk category, of those not rejected"), _("Category"), tuple(cells), None)


def _cell(name: str, key: Hashable, counts: Mapping[Hashable, int], hidden: Iterable[Hashable], *, part: bool = False) -> Cell:
    return Cell(name, None if key in hidden else counts[key], part)


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
