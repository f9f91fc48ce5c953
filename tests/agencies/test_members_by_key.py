"""A member is asked for by key at each request: as every manager answers, in a question that is put into SQL once."""

from typing import Any

import pytest
from django.test import Client

from agencies.models import Member
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return assemble()


def test_a_member_is_found_by_key_in_one_question(people: Cast, django_assert_num_queries: Any) -> None:
    for name in ("police", "schools"):
        with django_assert_num_queries(1):
            assert Member.objects.get(pk=people[name].pk) == people[name]
    assert Member.objects.get(pk=str(people["police"].pk)) == people["police"]


def test_an_agency_knows_its_own_members_only(people: Cast) -> None:
    agency = people.agencies["police"]
    assert agency.members.get(pk=people["police"].pk) == people["police"]
    with pytest.raises(Member.DoesNotExist):
        agency.members.get(pk=people["schools"].pk)


@pytest.mark.parametrize("key", [0, -1, 10**9, 2**63 - 1, 2**63, 2**80, None])
def test_a_number_that_nobody_has_is_nobodys(people: Cast, key: Any) -> None:
    with pytest.raises(Member.DoesNotExist):
        Member.objects.get(pk=key)


def test_a_link_with_a_number_of_any_size_is_answered_with_a_page(client: Client) -> None:
    assert client.get("/account/password/reset/key/zzzzzzzzzzzzz-abc/").status_code == 200
