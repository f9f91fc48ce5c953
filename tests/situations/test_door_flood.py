"""What machines send does not bury what a family sends; and limits hold without a list of addresses."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from itertools import count
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.cache import cache
from pytest_django import DjangoDbBlocker
from redis import Redis

from hub.core import clock
from situations.choices import Pile
from situations.models import IntakeDesk, Referral
from situations.referrals import bringing, limits, proof_of_work, receipts, steps
from situations.referrals.answers import Answers
from tests.cast import assemble, scene
from tests.situations.door import Visitor, open_desk

pytestmark = pytest.mark.django_db
FLOOD, BY_HTTP = 10_000, 300


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[IntakeDesk]:
    with scene(django_db_blocker):
        yield open_desk(assemble())


@pytest.fixture
def desk(db: None, made: IntakeDesk) -> IntakeDesk:
    return made


@pytest.fixture(autouse=True)
def one_quick_hour(monkeypatch):
    """Within one hour, with hashes that cost nothing: how slow they are is no matter here."""
    monkeypatch.setattr(receipts, "COST", 2)
    monkeypatch.setattr(limits, "PAUSE_SECONDS", 0)
    with clock.at(clock.now().replace(minute=10)):
        yield


def arrive(desk: IntakeDesk, address: str, words: str, *, worked: bool = False) -> Pile:
    pile = limits.pile_of(address, worked=worked, trapped=False, words=words)
    bringing.bring(by=None, desk=desk, answers=Answers(happening=words), language="en", pile=pile, binding=uuid4())
    return pile


def test_ten_thousand_an_hour_from_everywhere_do_not_bury_one(desk):
    for number in range(FLOOD):
        arrive(desk, f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", f"Buy {number} of these")
    assert arrive(desk, "203.0.113.9", "My sister does not eat any more.", worked=True) == Pile.QUEUE
    assert Referral.objects.count() == FLOOD + 1, "nothing is thrown away"
    assert Referral.objects.filter(pile=Pile.QUEUE).count() <= limits.PAUSED.together + 1


def test_flood_by_one_address_leaves_the_common_budget_to_others(desk):
    for number in range(BY_HTTP):
        arrive(desk, "198.51.100.1", f"Buy {number}")
    assert Referral.objects.filter(pile=Pile.QUEUE).count() == limits.PAUSED.one
    assert arrive(desk, "203.0.113.9", "My sister does not eat any more.") == Pile.QUEUE


def test_flood_at_the_pages_themselves(desk):
    for number in range(BY_HTTP // 3):
        sender = Visitor(f"198.51.100.{number % 5}").up_to_look(happening=f"Junk {number}")
        assert sender.send().code
    assert Visitor("203.0.113.9").up_to_look(happening="He is not well.").send().code
    assert Referral.objects.filter(pile=Pile.QUEUE).count() == 5 * limits.PAUSED.one + 1


def test_same_words_again_lie_apart(desk):
    assert arrive(desk, "203.0.113.1", "Win money  NOW") == Pile.QUEUE
    assert arrive(desk, "203.0.113.2", "win money now") == Pile.DOUBTFUL


def test_over_the_ceiling_the_page_says_whom_to_call(desk, monkeypatch):
    visitor = Visitor().up_to_look()
    monkeypatch.setattr(limits, "CEILING", 0)
    visitor.send()
    assert visitor.page.status_code == 429
    assert visitor.heading == "Too much is coming in right now"
    assert not Referral.objects.exists()


def cached() -> str:
    """Every key and value of the cache, as they lie there."""
    place = str(settings.CACHES["default"]["LOCATION"])
    if not place.startswith("redis"):
        return repr(getattr(cache, "_cache"))  # noqa: B009 - of one kind of cache only
    with closing(Redis.from_url(place)) as store:
        return repr([(key, store.get(key)) for key in store.scan_iter(match="*counted:*")])


def test_no_cached_value_holds_an_address(desk):
    arrive(desk, "203.0.113.77", "He is not well.")
    arrive(desk, "2001:db8::77", "She is not well.")
    kept = cached()
    assert "counted:" in kept
    for piece in ("203.0.113", "2001:db8", "not well"):
        assert piece not in kept


def test_addresses_of_one_network_of_the_newer_kind_count_as_one(desk):
    piles = [arrive(desk, f"2001:db8:0:1::{number:x}", f"Words {number}") for number in range(limits.PAUSED.one + 1)]
    assert piles[-1] == Pile.DOUBTFUL


def test_budget_begins_anew_with_the_hour(desk):
    for number in range(limits.PAUSED.one + 1):
        last = arrive(desk, "203.0.113.9", f"Words {number}")
    assert last == Pile.DOUBTFUL
    with clock.at(clock.now() + timedelta(hours=1)):
        assert arrive(desk, "203.0.113.9", "Other words") == Pile.QUEUE


def test_more_work_is_asked_for_while_very_many_come(desk):
    assert limits.bits() == proof_of_work.BITS
    for number in range(3 * limits.EACH_LOAD):
        limits.pile_of(f"10.0.0.{number}", worked=False, trapped=False, words=str(number))
    assert limits.bits() > proof_of_work.BITS


def solved(state: steps.State, bits: int) -> str:
    return next(
        str(number)
        for number in count()
        if int.from_bytes(hashlib.sha256(f"{state.challenge}:{number}".encode()).digest()) >> (256 - bits) == 0
    )


def test_proof_of_work_spares_the_pause_and_counts_for_its_own_sending_alone(desk, monkeypatch):
    monkeypatch.setattr(limits, "PAUSE_SECONDS", 20)
    monkeypatch.setattr(limits, "BITS", 6)
    first, second = Visitor().up_to_look(), Visitor().up_to_look(happening="Something else")
    assert second.send().heading == "Wait a moment, please"
    state = steps.opened(first.fields.hidden["state"])
    assert state is not None
    proof = solved(state, 6)
    assert first.send(proof=proof).code
    other = steps.opened(second.fields.hidden["state"])
    assert other is not None
    assert proof_of_work.is_done(state.challenge, proof, bits=6)
    assert not proof_of_work.is_done(state.challenge, "1" * 13, bits=0)
    assert state.challenge != other.challenge


def test_pause_says_what_is_left_of_it_and_is_asked_for_once(desk, monkeypatch):
    monkeypatch.setattr(limits, "PAUSE_SECONDS", 900)
    visitor = Visitor().up_to_look()
    began = steps.opened(visitor.fields.hidden["state"])
    visitor.send()
    assert re.search(r"wait (8\d\d|900) seconds. Count slowly to", visitor.page.content.decode())
    assert "http-equiv" not in visitor.page.content.decode()
    # back, a change, and sending again: the pause still counts from the first page of the visit
    visitor.press("look").press("edit:what").press(happening="Said anew.")
    again = steps.opened(visitor.fields.hidden["state"])
    assert began is not None
    assert again is not None
    assert again.begun == began.begun
    monkeypatch.setattr(limits, "PAUSE_SECONDS", 0)
    assert visitor.send().code


def test_wrong_codes_come_to_an_end(desk):
    visitor = Visitor("203.0.113.5")
    code = Visitor().up_to_look().send().code
    for number in range(limits.TRIES):
        assert visitor.client.post("/help/code/", {"code": f"{number:020}"}).status_code == 422
    assert visitor.client.post("/help/code/", {"code": code}).status_code == 429
    assert Visitor("203.0.113.6").client.post("/help/code/", {"code": code}).status_code == 200, "others are not held up"


def test_codes_that_begin_alike_come_to_an_end_from_many_addresses(desk):
    for number in range(limits.TRIES_OF_PREFIX):
        Visitor(f"198.51.100.{number}").client.post("/help/code/", {"code": f"7777{number:016}"})
    assert Visitor("203.0.113.6").client.post("/help/code/", {"code": "7777" + "0" * 16}).status_code == 429
    assert Visitor("203.0.113.6").client.post("/help/code/", {"code": "1" * 20}).status_code == 422


@pytest.mark.parametrize("typed", ["", "x", "A" * 300_000, "é" * 40, "AAAA====", "\x00"])
def test_what_is_no_state_of_ours_begins_anew(desk, typed):
    visitor = Visitor()
    visitor.page = visitor.client.post("/help/", {"state": typed, "step": "look", "go": "send", "desk": "-1"})
    assert visitor.page.status_code == 200
    assert visitor.heading == "Before you start"
    assert visitor.client.post("/help/code/", {"ticket": typed}).status_code in {200, 422}


@pytest.mark.parametrize(
    ("step", "go"), [("sent", "on"), ("type", "on"), ("x", "edit:x"), ("call", "back"), ("", ""), ("look", "edit:sent")]
)
def test_steps_out_of_turn_break_nothing(desk, step, go):
    visitor = Visitor().press(step=step, go=go)
    assert visitor.page.status_code in {200, 422}
    assert not Referral.objects.exists()
