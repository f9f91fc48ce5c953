"""Pages of a list by cursor: nothing lost, nothing twice, whatever comes and goes between two of them."""

from datetime import timedelta

import pytest
from django.http import QueryDict

from hub.core import clock, keyset
from hub.core.errors import RuleRefused
from situations.choices import NoticeKind
from situations.models import Notice
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db
LIST = "notices:1"
MOMENT = clock.now()


@pytest.fixture
def people() -> Cast:
    return assemble()


@pytest.fixture
def rows(people: Cast) -> list[int]:
    """Seven notices, newest first, of which four are of one moment."""
    made = [tell(people, minutes=minutes) for minutes in (9, 5, 5, 5, 5, 2, 1)]
    return [one.pk for one in sorted(made, key=lambda one: (one.at, one.pk), reverse=True)]


def tell(people: Cast, *, minutes: int) -> Notice:
    at = MOMENT - timedelta(minutes=minutes)
    return Notice.objects.create(member=people["police"], table=people.table, kind=NoticeKind.SHRED_DUE, at=at)


def page(at: str = "", *, newest_first: bool = True, size: int = 3) -> keyset.Cut[Notice]:
    return keyset.listed(Notice.objects.all(), at, by="at", of=LIST, size=size, newest_first=newest_first)


def keys(cut: keyset.Cut[Notice]) -> list[int]:
    return [one.pk for one in cut.rows]


def test_no_row_is_lost_or_twice_among_equal_ones_and_the_way_back_is_the_same(rows: list[int]) -> None:
    first = page()
    second = page(first.onward)
    third = page(second.onward)
    assert keys(first) + keys(second) + keys(third) == rows
    assert (first.back, third.onward) == ("", "")
    assert keys(page(third.back)) == keys(second)
    again = page(second.back)
    assert (keys(again), again.back) == (keys(first), "")


def test_list_in_order_goes_the_other_way(rows: list[int]) -> None:
    first = page(newest_first=False, size=5)
    second = page(first.onward, newest_first=False, size=5)
    assert keys(first) + keys(second) == rows[::-1]
    assert keys(page(second.back, newest_first=False, size=5)) == keys(first)


def test_what_comes_and_goes_between_two_pages_moves_no_other_row(people: Cast, rows: list[int]) -> None:
    first = page()
    tell(people, minutes=0)
    Notice.objects.filter(pk__in=rows[1:3]).delete()  # the last row of the page among them
    assert keys(page(first.onward)) == rows[3:6]
    Notice.objects.filter(pk__in=rows[3:]).delete()
    gone = page(first.onward)
    assert (gone.rows, gone.back, gone.onward) == ([], "", "")


def test_list_that_fits_has_no_other_pages(rows: list[int]) -> None:
    whole = page(size=7)
    assert (keys(whole), whole.back, whole.onward) == (rows, "", "")
    assert keyset.pager(QueryDict(""), whole) is None


@pytest.mark.parametrize("text", ["x", "a" * 5000, "%00", "é", "AAAA", "bm90IGEgY3Vyc29y"])
def test_what_is_no_cursor_is_refused_in_words(rows: list[int], text: str) -> None:
    with pytest.raises(RuleRefused, match="not there any more"):
        page(text)


def test_cursor_is_of_one_list_and_cannot_be_changed(rows: list[int]) -> None:
    cursor = page().onward
    with pytest.raises(RuleRefused):
        keyset.place(cursor, of="notices:2")
    changed = cursor[:-2] + ("A" if cursor[-2] != "A" else "B") + cursor[-1]
    with pytest.raises(RuleRefused):
        keyset.place(changed, of=LIST)


def test_pager_keeps_what_else_the_address_says(rows: list[int]) -> None:
    query = QueryDict("stage=draft&at=old&table=3")
    ways = keyset.pager(query, keyset.Cut([1], back="b", onward="o"), anchor="#list")
    assert ways is not None
    assert (ways.start, ways.back, ways.onward) == (
        "?stage=draft&table=3#list", "?stage=draft&table=3&at=b#list", "?stage=draft&table=3&at=o#list",
    )  # fmt: skip


def test_several_lists_become_one(people: Cast, rows: list[int]) -> None:
    def spot(one: Notice) -> keyset.Spot:
        return one.at, one.pk

    def both(at: str) -> keyset.Cut[Notice]:
        place = keyset.place(at, of=LIST)
        halves = [Notice.objects.filter(pk__in=rows[::2]), Notice.objects.filter(pk__in=rows[1::2])]
        parts = [keyset.beyond(one, place, by="at")[:4] for one in halves]
        return keyset.cut(keyset.merged(parts, place, spot), place, of=LIST, size=3, spot=spot)

    first = both("")
    second = both(first.onward)
    assert keys(first) + keys(second) == rows[:6]
    assert keys(both(second.back)) == keys(first)
