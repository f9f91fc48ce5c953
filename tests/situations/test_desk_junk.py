"""What looks like junk at a desk: looked through, closed, and what could be real brought into the queue."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from hub.core import clock
from hub.pressing.models import Press
from situations.choices import Pile
from situations.models import LedgerEntry, Referral
from situations.referrals import claiming, clocks, closing, desk, opening
from tests.situations.desk_story import SEALED, Story, second_desk, story

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Story:
    return story()


@pytest.fixture
def at_desk(told: Story, client: Client) -> Client:
    client.force_login(told["clinic"])
    return client


def test_what_is_unticked_goes_into_the_queue_and_waits_there(told: Story, at_desk: Client):
    keys = [told.family(pile=Pile.DOUBTFUL)[0].pk for _ in range(3)]
    page = at_desk.post(reverse("desk_junk"), {"key": keys[:2]}).content.decode()
    shown = [int(one) for one in re.findall(r'name="shown"\s+value="(\d+)"', page)]
    assert shown == keys[:2]
    sent = at_desk.post(reverse("desk_junk_close"), {"shown": shown, "key": keys[:1]}, follow=True)
    assert "Moved into the queue: 1." in sent.content.decode()
    junk, real, unseen = Referral.objects.order_by("pk")
    assert (junk.stage, junk.pile) == ("closed", "doubtful")
    assert (real.stage, real.pile) == ("read", "queue")
    assert (unseen.stage, unseen.pile) == ("received", "doubtful")
    entry = LedgerEntry.objects.get(kind="referral_sorted")
    assert entry.detail == {"referral": real.pk, "pile": "queue"}
    counted = desk.counts(told["clinic"])
    assert (counted["queue"], counted["waiting"], counted["doubtful"]) == (1, 1, 1)
    with clock.at(clock.now() + timedelta(days=4)):
        waits = clocks.reading(clocks.with_clocks(desk.listed(told["clinic"], "waiting")).get())
    assert waits is not None
    assert waits.late


def test_only_what_was_looked_at_and_still_lies_there_is_moved(told: Story):
    unread, _code = told.family(pile=Pile.DOUBTFUL)
    elsewhere, _code = told.family()
    shut, _code = told.family(pile=Pile.DOUBTFUL)
    opening.look_through(by=told["clinic"], keys=[shut.pk])
    closing.close_as_junk(by=told["clinic"], keys=[shut.pk])
    keys = [unread.pk, elsewhere.pk, shut.pk, 10**9]
    assert claiming.keep_as_real(by=told["clinic"], keys=keys) == 0
    second_desk(told)
    opening.look_through(by=told["clinic"], keys=[unread.pk])
    assert claiming.keep_as_real(by=told["recovery"], keys=keys) == 0
    assert not LedgerEntry.objects.filter(kind="referral_sorted").exists()


def test_looking_through_asks_who_it_is_as_opening_does(told: Story, at_desk: Client, settings: Settings):
    row, _code = told.family(pile=Pile.DOUBTFUL)
    settings.DEMANDS_STEP_UP = True
    answer = at_desk.post(reverse("desk_junk"), {"key": row.pk})
    assert answer.status_code != 200
    assert SEALED[0][:40] not in answer.content.decode()
    assert not LedgerEntry.objects.filter(kind="referral_read").exists()
    row.refresh_from_db()
    assert row.stage == "received"
    assert not Press.objects.exists()
