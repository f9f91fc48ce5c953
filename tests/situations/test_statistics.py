"""Small cells: no count of 1 to k-1 can be worked out by adding and subtracting, and the page names no situation."""

import random
from collections.abc import Hashable
from datetime import datetime
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hub.core import clock
from situations import statistics
from situations.statistics import Line, withheld
from tests.cast import IDENTITY, Cast, act, assemble, to_filter2, to_filter4

K = 5
LAST_MONTH = timezone.make_aware(datetime(2026, 10, 14, 10))  # noqa: DTZ001
NOW = timezone.make_aware(datetime(2026, 11, 19, 10))  # noqa: DTZ001

Counts = dict[Hashable, int]


def grid(rows: list[list[int]]) -> tuple[Counts, list[Line]]:
    """A table of rows and columns with the totals of both, and of all."""
    height, width = len(rows), len(rows[0])
    counts: Counts = {(r, c): rows[r][c] for r in range(height) for c in range(width)}
    counts |= {(r, "all"): sum(rows[r]) for r in range(height)}
    counts |= {("all", c): sum(row[c] for row in rows) for c in range(width)}
    counts["all", "all"] = sum(map(sum, rows))
    lines = [Line(tuple((r, c) for c in range(width)), (r, "all")) for r in [*range(height), "all"]]
    lines += [Line(tuple((r, c) for r in range(height)), ("all", c)) for c in [*range(width), "all"]]
    return counts, lines


def possible(counts: Counts, lines: list[Line], hidden: frozenset[Hashable], most: int) -> dict[Hashable, set[int]]:
    """Every value that each withheld cell can have, as an attacker who tries all of them finds out. Zero is always shown."""
    cells = sorted(hidden, key=str)
    found: dict[Hashable, set[int]] = {cell: set() for cell in cells}
    for guess in product(range(1, most + 1), repeat=len(cells)):
        tried = {**counts, **dict(zip(cells, guess, strict=True))}
        if all(sum(tried[key] for key in line.parts) == tried[line.whole] for line in lines):
            for cell, value in zip(cells, guess, strict=True):
                found[cell].add(value)
    return found


def one_line(*counts: int) -> tuple[Counts, list[Line]]:
    return {**dict(enumerate(counts)), "all": sum(counts)}, [Line(tuple(range(len(counts))), "all")]


def test_cells_from_1_to_k_less_1_are_withheld_and_zero_is_shown() -> None:
    assert withheld(*one_line(1, 4, 5, 0, 30), K) == {0, 1}


def test_single_small_cell_takes_the_next_smallest_with_it() -> None:
    assert withheld(*one_line(3, 20, 9, 0), K) == {0, 2}


def test_small_cells_whose_sum_is_small_take_another_with_them() -> None:
    assert withheld(*one_line(1, 2, 9, 40), K) == {0, 1, 2}


def test_where_nothing_else_can_hide_it_the_total_goes_too() -> None:
    assert withheld(*one_line(3, 0, 0), K) == {0, "all"}


def test_nothing_small_withholds_nothing() -> None:
    assert withheld(*one_line(0, 5, 12), K) == frozenset()


def test_withheld_group_withholds_among_its_parts() -> None:
    counts: Counts = {"a1": 9, "a2": 0, "b1": 2, "b2": 30, "a": 9, "b": 32, "all": 41}
    lines = [Line(("a1", "a2"), "a"), Line(("b1", "b2"), "b"), Line(("a", "b"), "all")]
    hidden = withheld(counts, lines, K)
    assert {"b1", "b2"} <= hidden
    assert "a1" not in hidden or "a" in hidden


@pytest.mark.parametrize("seed", range(40))
def test_differencing_attacker_works_out_no_withheld_count_of_a_line(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - a repeatable series of tables, no secret
    counts, lines = one_line(*(dice.choice([0, 0, 1, 2, 3, 6, 9, 12]) for _cell in range(4)))
    hidden = withheld(counts, lines, K)
    assert all(len(values) > 1 for values in possible(counts, lines, hidden, 24).values()) or counts["all"] < K


@pytest.mark.parametrize("seed", range(40))
def test_differencing_attacker_works_out_no_withheld_count_of_rows_and_columns(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - as above
    counts, lines = grid([[dice.choice([0, 2, 5, 6, 7]) for _column in range(3)] for _row in range(2)])
    hidden = withheld(counts, lines, K)
    for line in lines:
        unknown = [key for key in (*line.parts, line.whole) if key in hidden]
        assert len(unknown) != 1
        inner = [key for key in line.parts if key in hidden]
        assert line.whole in hidden or not inner or sum(counts[key] for key in inner) >= K
    if len(hidden) <= 5:
        found = possible(counts, lines, hidden, 20)
        assert all(len(found[key]) > 1 for key in hidden if counts[key] < K)


def test_two_tables_that_share_a_count_give_nothing_away_together() -> None:
    counts: Counts = {"open": 3, "rejected": 6, "concluded": 14, "lowered": 9, "still": 5, "all": 23}
    lines = [
        Line(("open", "rejected", "concluded"), "all"),
        Line(("lowered", "still"), "concluded"),
        Line(("open", "rejected", "lowered", "still"), "all"),
    ]
    hidden = withheld(counts, lines, K)
    assert "open" in hidden
    assert len(possible(counts, lines, hidden, 20)["open"]) > 1


@pytest.fixture
def people() -> Cast:
    return assemble()


@pytest.fixture
def counted() -> Cast:
    """Two situations tabled last month, one rejected and one at filter 4."""
    with clock.at(LAST_MONTH):
        people = assemble()
        rejected, led = people.ready(), people.ready()
        conference = people.conference()
        to_filter2(people, conference, rejected)
        act(people["facilitator"], conference, rejected, "reject", reason="not_aer")
        to_filter4(people, conference, led)
    return people


def find(report: statistics.Report, title: str) -> dict[str, int | None]:
    counts = next(one for one in report.counts if one.title == title)
    total = {counts.total.name: counts.total.count} if counts.total else {}
    return {cell.name: cell.count for cell in counts.cells} | total


@pytest.mark.django_db
def test_small_table_shows_zeros_and_withholds_the_rest(counted: Cast) -> None:
    with clock.at(NOW):
        report = statistics.report(counted.table)
    assert find(report, "Age band, of persons")["12-17"] is None
    assert find(report, "Age band, of persons")["0-5"] == 0
    assert find(report, "Age band, of persons")["All"] is None
    assert find(report, "Conclusion")["Not AER"] is None
    assert find(report, "Conclusion")["Deceased"] == 0


@pytest.mark.django_db
def test_counts_are_right_where_they_may_be_shown(counted: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counted.table, "small_cell_threshold", 1)
    with clock.at(NOW):
        report = statistics.report(counted.table)
    assert find(report, "Conclusion")["Rejected"] == 1
    assert find(report, "Stage")["filter 4"] == 1
    assert find(report, "Subject") == {"Person": 2, "Family": 0, "Group": 0, "Location": 0, "All": 2}
    assert find(report, "Kind of originating agency") == {"schools": 2, "All": 2}
    assert find(report, "Month")["Oct 2026"] == 2
    assert find(report, "Risk category, of those not rejected")["Suicide"] == 1


@pytest.mark.django_db
def test_the_month_that_is_not_over_is_not_counted(counted: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counted.table, "small_cell_threshold", 1)
    with clock.at(LAST_MONTH):
        assert find(statistics.report(counted.table), "Stage")["All"] == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "status"), [("analyst", 200), ("facilitator", 200), ("police", 403), ("outsider", 403)])
def test_counts_are_for_analyst_and_facilitator(client: Client, people: Cast, who: str, status: int) -> None:
    client.force_login(people[who])
    assert client.get(reverse("counts")).status_code == status


@pytest.mark.django_db
def test_counts_page_names_no_situation(client: Client, counted: Cast) -> None:
    client.force_login(counted["analyst"])
    with clock.at(NOW):
        html = client.get(reverse("counts")).content.decode()
    assert "Nothing here can be shown" in html
    assert "2026-00" not in html
    assert not [value for value in IDENTITY.values() if value in html]
    assert client.post(reverse("counts")).status_code == 405


@pytest.mark.django_db
def test_anonymous_is_sent_to_sign_in(client: Client) -> None:
    assert client.get(reverse("counts")).status_code == 302


@pytest.mark.django_db
def test_report_is_kept_as_it_may_be_shown(counted: Cast, django_assert_num_queries: Any) -> None:
    first = statistics.kept(counted.table)
    assert first == statistics.report(counted.table)
    with django_assert_num_queries(0):
        assert statistics.kept(counted.table) == first
    assert [cell.count for each in first.counts for cell in each.cells if 0 < (cell.count or 0) < first.threshold] == []
