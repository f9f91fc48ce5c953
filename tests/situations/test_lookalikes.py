"""How many earlier profiles look the same: in steps from the threshold on, never which, never whether there is one."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hub.core import audit, clock
from situations import lookalikes
from situations.models import Situation
from tests.cast import PROFILE, Cast, assemble

LAST_MONTH = clock.now() - timedelta(days=32)


@pytest.fixture
def people(db: None) -> Cast:
    people = assemble()
    people.table.small_cell_threshold = 5
    return people


def tabled(people: Cast, count: int, *, by: str = "police", at: datetime | None = None, **profile: object) -> None:
    """Earlier situations, straight into the table: only their profiles matter."""
    made = people.draft(by, **profile)
    rows = Situation.objects.filter(pk=made.pk)
    with audit.acting(people[by], "test"):
        for number in range(count):
            row = rows.get()
            row.pk, row.number, row.stage, row.tabled_at = None, f"{by}-{number:04}", "tabled", at or LAST_MONTH
            row.save()


@pytest.mark.parametrize(("earlier", "said"), [(0, None), (4, None), (5, 5), (9, 5), (10, 10), (23, 10)])
def test_how_many_are_said_in_steps_from_the_threshold_on(people: Cast, earlier: int, said: int | None):
    tabled(people, earlier)
    draft = people.draft()
    draft.table = people.table
    assert lookalikes.of(draft) == lookalikes.Alike(said, 5)


@pytest.mark.parametrize("other", [
    {"age_band": "18_24"}, {"sex": "female"}, {"town": ""}, {"language": "pt"}, {"subject_type": "family"},
    {"risk_factors": ["mental_health.grief"]},
])  # fmt: skip
def test_another_combination_does_not_count(people: Cast, other: dict[str, Any]):
    tabled(people, 6, **other)
    draft = people.draft()
    draft.table = people.table
    assert lookalikes.of(draft).count is None
    assert set(other) <= set(PROFILE)


def test_what_the_own_agency_brought_does_not_count_so_that_it_cannot_be_taken_away(people: Cast):
    tabled(people, 4, by="schools")
    tabled(people, 4)
    draft = people.draft()
    draft.table = people.table
    assert lookalikes.of(draft).count is None


def test_what_was_tabled_in_this_month_counts_from_the_next_on(people: Cast):
    begins = timezone.localtime(clock.now()).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    tabled(people, 5, at=begins)
    draft = people.draft()
    draft.table = people.table
    assert lookalikes.of(draft).count is None
    with clock.at(begins + timedelta(days=32)):
        assert lookalikes.of(draft).count == 5


def test_none_and_one_look_the_same_on_the_page(people: Cast, client: Client):
    client.force_login(people["schools"])
    draft = people.draft()
    page = reverse("situation_write", args=[draft.pk])

    def said() -> str:
        return client.get(page).content.decode().split('id="alike"')[1].split("</div>")[0]

    before = said()
    assert "Fewer than 11 earlier profiles of other agencies at this table, up to the end of last month, perhaps none" in before
    tabled(people, 1)
    assert said() == before


def test_page_says_the_number_once_it_is_no_small_one(people: Cast, client: Client):
    client.force_login(people["schools"])
    draft = people.draft()
    tabled(people, 12)
    page = client.get(reverse("situation_write", args=[draft.pk])).content.decode()
    assert "11 or more earlier profiles of other agencies at this table, up to the end of last month" in page
    assert "Fewer than" not in page


def test_one_query(people: Cast, django_assert_num_queries):
    draft = people.draft()
    draft.table = people.table
    with django_assert_num_queries(1):
        lookalikes.of(draft)
