"""Filter 3: "no role" and no answer are the same to everybody else: on sockets, on pages, in the revision and in the ledger."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from conferences import driving
from conferences.models import Conference
from situations.choices import AnswerKind
from situations.models import LedgerEntry
from tests.cast import assemble, fresh, item_of, scene, to_filter3
from tests.security import reading
from tests.security.community import Community
from tests.security.witness import announcements

pytestmark = pytest.mark.django_db
ANSWERING = "police"
OWN = frozenset({"police", "police_deputy"})
"""Those of the answering agency, who may know what it has said."""
TOKEN = re.compile(rb'(csrfmiddlewaretoken" value="|press_key" value="|X-CSRFToken": ")[A-Za-z0-9]+')


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Community]:
    with scene(django_db_blocker):
        found = Community(assemble())
        found.situations["opened"] = found.people.ready()
        found.conference = found.people.conference("schools", "police", "clinic", "recovery", "recorder", "observer")
        to_filter3(found.people, found.conference, found.situations["opened"])
        driving.drive(by=found.people["facilitator"], conference=found.conference, what="timer", data={"running": "0"})
        yield found


def everything_others_get(town: Community) -> dict[tuple[str, str], Any]:
    """Socket frames and panels over HTTP of everyone outside the answering agency, and both revisions."""
    got: dict[tuple[str, str], Any] = {(who, "socket"): sent for who, sent in reading.read_sockets(town) if who not in OWN}
    for account in reading.accounts(town):
        if account not in {*OWN, reading.ANONYMOUS}:
            answer = reading.client_of(town, account).get(reverse("board_panels", args=[town.conference.pk]))
            got[account, "panels"] = answer.json()["panels"] if answer.status_code == 200 else answer.status_code
    got["board", "revision"] = Conference.objects.get(pk=town.conference.pk).revision
    got["situation", "revision"] = fresh(town.situations["opened"]).revision
    return got


def answer(town: Community, client: Client, **data: str) -> Any:
    item = item_of(town.conference, town.situations["opened"])
    client.force_login(town.people[ANSWERING])
    return client.post(reverse("board_act", args=[town.conference.pk, item.pk, "answer"]), data)


def test_no_role_changes_nothing_for_anybody_else(town: Community, client: Client, monkeypatch: pytest.MonkeyPatch):
    silent = everything_others_get(town)
    entries = LedgerEntry.objects.count()
    with announcements(monkeypatch) as announced:
        assert answer(town, client, kind=AnswerKind.NO_ROLE).status_code == 200
    assert announced == []
    assert LedgerEntry.objects.count() == entries
    assert everything_others_get(town) == silent


def test_an_offer_is_announced_so_that_the_comparison_above_could_fail(
    town: Community, client: Client, monkeypatch: pytest.MonkeyPatch
):
    silent = everything_others_get(town)
    with announcements(monkeypatch) as announced:
        assert answer(town, client, kind=AnswerKind.CAN_HELP, offer="A quiet room.").status_code == 200
    assert everything_others_get(town) != silent
    assert len(announced) == 1


def test_saying_no_role_twice_or_after_a_refused_answer_stays_unseen(town: Community, client: Client):
    silent = everything_others_get(town)
    assert answer(town, client, kind=AnswerKind.SERVING_NOW).status_code == 422
    assert [answer(town, client, kind=AnswerKind.NO_ROLE).status_code for _again in range(2)] == [200, 200]
    assert everything_others_get(town) == silent


def test_minutes_and_record_are_the_same_too(town: Community, client: Client):
    before = _afterwards(town)
    answer(town, client, kind=AnswerKind.NO_ROLE)
    assert _afterwards(town) == before


def _afterwards(town: Community) -> list[bytes]:
    pages = [
        ("facilitator", reverse("minutes", args=[town.conference.pk])),
        ("privacy_officer", reverse("situation_detail", args=[town.situations["opened"].pk])),
        ("schools", reverse("situation_detail", args=[town.situations["opened"].pk])),
    ]
    return [TOKEN.sub(b"", reading.client_of(town, account).get(path).content) for account, path in pages]
