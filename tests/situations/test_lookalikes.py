"""How many earlier profiles look the same: from the threshold on; never which, never whether there is a single one."""

import pytest
from django.test import Client
from django.urls import reverse

from hub.core import audit
from situations import lookalikes
from situations.models import Situation
from tests.cast import PROFILE, Cast, assemble


@pytest.fixture
def people(db: None) -> Cast:
    people = assemble()
    people.table.small_cell_threshold = 5
    return people


def tabled(people: Cast, count: int, **profile: object) -> None:
    """Earlier situations of another agency, straight into the table: only their profiles matter."""
    made = people.draft("police", **profile)
    rows = Situation.objects.filter(pk=made.pk)
    with audit.acting(people["police"], "test"):
        for number in range(count):
            row = rows.get()
            row.pk, row.number, row.stage, row.tabled_at = None, f"2020-{number:04}", "tabled", row.written_at
            row.save()


@pytest.mark.parametrize(("earlier", "said"), [(0, None), (1, None), (4, None), (5, 5), (9, 9)])
def test_how_many_are_said_from_the_threshold_on(people: Cast, earlier: int, said: int | None):
    tabled(people, earlier)
    draft = people.draft()
    draft.table = people.table
    assert lookalikes.of(draft) == lookalikes.Alike(said, 5)


@pytest.mark.parametrize("other", [
    {"age_band": "18_24"}, {"sex": "female"}, {"town": ""}, {"language": "pt"}, {"subject_type": "family"},
    {"risk_factors": ["mental_health.grief"]},
])  # fmt: skip
def test_another_combination_does_not_count(people: Cast, other: dict[str, object]):
    tabled(people, 6, **other)
    draft = people.draft()
    draft.table = people.table
    assert lookalikes.of(draft).count is None
    assert set(other) <= set(PROFILE)


def test_none_and_one_look_the_same_on_the_page(people: Cast, client: Client):
    client.force_login(people["schools"])
    draft = people.draft()
    page = reverse("situation_write", args=[draft.pk])

    def said() -> str:
        return client.get(page).content.decode().split('id="alike"')[1].split("</div>")[0]

    before = said()
    assert "Fewer than 11 earlier profiles" in before
    tabled(people, 1)
    assert said() == before


def test_page_says_the_number_once_it_is_no_small_one(people: Cast, client: Client):
    client.force_login(people["schools"])
    draft = people.draft()
    tabled(people, 12)
    page = client.get(reverse("situation_write", args=[draft.pk])).content.decode()
    assert "12 earlier profiles of this table have the same kind of subject" in page
    assert "Fewer than" not in page


def test_one_query(people: Cast, django_assert_num_queries):
    draft = people.draft()
    draft.table = people.table
    with django_assert_num_queries(1):
        lookalikes.of(draft)
