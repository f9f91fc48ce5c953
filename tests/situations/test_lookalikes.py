"""How many earlier profiles look the same: said in two steps, never which, never whether there is a single one."""

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


@pytest.mark.parametrize(("earlier", "many"), [(0, False), (1, False), (4, False), (5, True), (9, True)])
def test_only_whether_there_are_as_many_as_the_threshold(people: Cast, earlier: int, many: bool):
    tabled(people, earlier)
    draft = people.draft()
    draft.table = people.table
    assert lookalikes.of(draft) == lookalikes.Alike(many, 5)


@pytest.mark.parametrize("other", [
    {"age_band": "18_24"}, {"sex": "female"}, {"town": ""}, {"language": "pt"}, {"subject_type": "family"},
    {"risk_factors": ["mental_health.grief"]},
])  # fmt: skip
def test_another_combination_does_not_count(people: Cast, other: dict[str, object]):
    tabled(people, 6, **other)
    draft = people.draft()
    draft.table = people.table
    assert not lookalikes.of(draft).many
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


def test_one_query(people: Cast, django_assert_num_queries):
    draft = people.draft()
    draft.table = people.table
    with django_assert_num_queries(1):
        lookalikes.of(draft)
