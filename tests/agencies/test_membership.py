"""Who joins: the administrator's verbs, and what ends at once."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from agencies import membership
from agencies.models import Member
from hub.core import clock
from hub.core.errors import NotAllowed
from tests.cast import PASSWORD, Cast, assemble, refused
from tests.heard import revoked

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return assemble()


VERBS: dict[str, Callable[[Member | None, Cast], Any]] = {
    "found_agency": lambda by, _: membership.found_agency(by=by, key="new", name="New", short_name="New", sector="other"),
    "add_member": lambda by, p: membership.add_member(
        by=by, roles=["deputy"], password=PASSWORD, email="New@X.example", name="New", agency=p.agencies["police"]
    ),
    "found_table": lambda by, _: membership.found_table(by=by, slug="new", name="New"),
    "seat_agency": lambda by, p: membership.seat_agency(by=by, table=p.table, agency=p.agencies["stranger"]),
    "give_table_role": lambda by, p: membership.give_table_role(by=by, table=p.table, member=p["police"], role="observer"),
    "sign_agreement": lambda by, p: membership.sign_agreement(
        by=by, table=p.table, agency=p.agencies["stranger"], until=date(2099, 1, 1), title="MOU", signed_by="Head"
    ),
    "end_agreement": lambda by, p: membership.end_agreement(
        by=by, agreement=p.agencies["police"].agreements.get(), on=clock.today()
    ),
    "close_account": lambda by, p: membership.close_account(by=by, member=p["police_deputy"]),
}


@pytest.mark.parametrize("verb", VERBS)
def test_administrator_changes_membership_and_is_named_in_the_history(people, verb):
    changed = VERBS[verb](people["administrator"], people)
    row = changed.history.first()
    assert (row.history_user, row.history_change_reason) == (people["administrator"], f"membership.{verb}")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["facilitator", "police", "privacy_officer", "outsider"])
def test_nobody_else_changes_membership(people, verb, who):
    with refused(NotAllowed):
        VERBS[verb](people[who], people)


def test_ended_agreement_and_closed_account_reach_open_sockets(people, heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        VERBS["end_agreement"](people["administrator"], people)
    assert revoked(heard) == set(Member.objects.filter(agency=people.agencies["police"]).values_list("pk", flat=True))
    heard.clear()
    with django_capture_on_commit_callbacks(execute=True):
        VERBS["close_account"](people["administrator"], people)
    assert revoked(heard) == {people["police_deputy"].pk}


def test_closed_account_is_signed_out_and_stays_out(people):
    client = Client()
    client.force_login(people["police"])
    assert client.session["_auth_user_id"]
    membership.close_account(by=None, member=people["police"])
    assert not client.login(email="police@harborview.example", password=PASSWORD)


def test_sign_in_leaves_no_history_row_and_a_new_password_leaves_one_without_it(people):
    member = people["police"]
    before = member.history.count()
    Client().force_login(member)
    assert member.history.count() == before
    assert {"password", "last_login"} & {field.name for field in member.history.model._meta.fields} == set()


def test_address_is_kept_in_lower_case(people):
    VERBS["add_member"](None, people)
    assert Member.objects.get_by_natural_key("NEW@x.example").email == "new@x.example"
