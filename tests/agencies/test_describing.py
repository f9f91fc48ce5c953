"""Who is signed in, in the words of the bar."""

import pytest

from agencies.describing import describe
from tests.cast import assemble

pytestmark = pytest.mark.django_db


def test_member_has_name_agency_and_roles_in_one_query(django_assert_num_queries) -> None:
    people = assemble()
    with django_assert_num_queries(1):
        person = describe(people["facilitator"])
    assert (person.line, person.roles) == ("Facilitator, Clinic", frozenset({"facilitator"}))


def test_member_without_a_role_still_has_an_agency(django_assert_num_queries) -> None:
    people = assemble()
    with django_assert_num_queries(1):
        person = describe(people["administrator"])
    assert (person.line, person.roles) == ("Administrator, Police", frozenset())
