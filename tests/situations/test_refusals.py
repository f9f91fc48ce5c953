"""Refused access is in the ledger, outside the verb that was undone; mistakes of input are not."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from hub.core.errors import NotAllowed, NotVisible, RuleRefused, Stale
from hub.core.http import answer_for
from situations.loading import situation_for
from situations.models import LedgerEntry
from tests.cast import Cast, assemble


@pytest.fixture
def people(db: None) -> Cast:
    return assemble()


def request(user: Any, path: str = "/situations/1"):
    found = RequestFactory().get(path)
    found.user, found.session = user, SessionStore()
    return found


def refused_entries() -> list[tuple[str, str, dict[str, str]]]:
    return [
        (one.chain, one.actor.email.partition("@")[0], one.detail)
        for one in LedgerEntry.objects.filter(kind="refused")
        if one.actor
    ]


@pytest.mark.parametrize("error", [NotVisible, NotAllowed])
def test_refused_access_to_a_situation_stands_in_its_chain(people, error):
    situation = people.ready()
    assert answer_for(request(people["police"]), error("No.", situation=situation)).status_code == error.status
    assert refused_entries() == [(f"situation:{situation.pk}", "police", {"code": error.__name__.lower()})]


def test_forged_number_stands_in_the_chain_of_the_members_table(people):
    with pytest.raises(NotVisible) as refusal:
        situation_for(request(people["police"]), 987654)
    answer_for(request(people["police"]), refusal.value)
    assert refused_entries() == [(f"table:{people.table.pk}", "police", {"code": "notvisible"})]


def test_situation_of_another_agency_is_as_absent_as_a_forged_one(people):
    situation = people.ready()
    messages = set()
    for key in (situation.pk, 987654):
        with pytest.raises(NotVisible) as refusal:
            situation_for(request(people["police"]), key)
        messages.add(str(refusal.value.message))
    assert len(messages) == 1


def test_loader_gives_the_projection_of_who_asks(people):
    situation = people.ready()
    loaded = situation_for(request(people["schools"]), situation.pk)
    assert loaded.projection.profile
    assert loaded.standing.member_id == people["schools"].pk


@pytest.mark.parametrize("error", [RuleRefused, Stale])
def test_wrong_input_and_stale_state_are_no_refused_access(people, error):
    situation = people.ready()
    assert answer_for(request(people["police"]), error("No.", situation=situation)).status_code == error.status
    assert refused_entries() == []


def test_anonymous_call_enters_nothing(people):
    answer_for(request(AnonymousUser()), NotVisible("No."))
    assert refused_entries() == []
