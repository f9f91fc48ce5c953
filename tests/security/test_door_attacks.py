"""The public door under attack: forged, old and repeated states, guessed codes, lies in headers, and text of every kind."""

import base64
import json
import re
import time
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from hub.core import clock, counting, vault
from hub.keystore.models import ReferralKey
from situations.choices import Pile
from situations.models import Referral, ReferralMessage
from situations.referrals import limits, receipts, steps
from situations.referrals.steps import State
from tests.cast import assemble
from tests.intake import Intake, intake, words
from tests.security.family import MARKED, Family, unmarked

pytestmark = pytest.mark.django_db
HOSTILE = {
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "template": "{{ request.user }} {% load x %} ${7*7} %(name)s {0}",
    "right to left": "\u202eabc\u202c \u0645\u0631\u062d\u0628\u0627 \u2066x\u2069",
    "no characters": "a\0b\x1b[31m\x7f\u200b\ufeff",
    "many marks": "e" + "\u0301" * 150,
    "a link": "javascript:alert(1) https://evil.example/?q=",
}


@pytest.fixture
def desks() -> Intake:
    return intake(assemble())


@pytest.fixture
def family(desks: Intake) -> Family:
    return walked(desks)


def walked(desks: Intake, **headers: Any) -> Family:
    """Up to the last page before it is sent."""
    client = Client(raise_request_exception=True)
    made = Family(
        lambda path, form: client.post(path, form, **headers).content.decode(), unmarked(happening=f"Case {id(client)}")
    )
    made.walk(desks.desks["recovery"].pk)
    return made


def send(state: str, client: Client | None = None, **more: str) -> Any:
    return (client or Client()).post("/help/", {"state": state, "step": "look", "go": "send", **more})


# the sealed state


def sealed_with(key: bytes, **state: Any) -> str:
    text = json.dumps({"at": int(clock.now().timestamp()), **state})
    return base64.urlsafe_b64encode(vault.seal(text, key=key, context="referral steps")).decode()


@pytest.mark.parametrize(
    "value",
    ["", "x", "=" * 50, "\0", "A" * 199_999, "A" * 300_000, "é" * 20, base64.b64encode(b'{"desk": 1}').decode(), "null", "[]"],
)
def test_state_that_is_not_ours_begins_anew_and_brings_nothing(desks: Intake, value: str):
    answer = send(value)
    assert answer.status_code == 200
    assert Referral.objects.count() == 0


def test_state_under_another_key_or_of_another_purpose_is_none(desks: Intake, family: Family):
    desk = desks.desks["recovery"].pk
    forged = sealed_with(bytes(32), desk=desk, language="en", answers={})
    ticket = steps.ticket("a" * 64, "en")
    for value in (forged, ticket, family.hidden("state")[:-8] + "AAAAAAA="):
        assert steps.opened(value) is None
    assert steps.of_ticket(family.hidden("state"), seconds=60) is None
    assert Client().post("/help/code/", {"ticket": family.hidden("state"), "go": "look"}).status_code == 200


def test_state_older_than_two_hours_brings_nothing(family: Family, monkeypatch: pytest.MonkeyPatch):
    state = family.hidden("state")
    later = time.time() + steps.AGE_SECONDS + 5
    monkeypatch.setattr(time, "time", lambda: later)
    assert send(state, proof=family.proof()).status_code == 200
    assert Referral.objects.count() == 0


def test_sent_state_sent_again_changes_nothing_also_with_other_answers(family: Family):
    family.send()
    before = Referral.objects.values().get()
    other = steps.opened(family.state)
    assert other is not None
    for state in (family.state, steps.sealed(other.answered({"happening": "Something else."}))):
        send(state, proof="0")
    assert Referral.objects.values().get() == before


def test_state_of_what_was_deleted_brings_it_back_no_more(
    desks: Intake, family: Family, django_capture_on_commit_callbacks: Any
):
    """Its key was destroyed for good: the Back button within two hours must not make a row that a restored backup deletes."""
    code = family.send()
    cache.clear()
    with django_capture_on_commit_callbacks(execute=True):
        desks.delete(desks.found(code))
    answer = send(family.state, proof="0")
    assert Referral.objects.count() == ReferralKey.objects.count() == 0
    assert answer.status_code in {200, 422}


def test_state_can_be_read_by_nobody_who_carries_it(family: Family):
    raw = base64.urlsafe_b64decode(family.hidden("state"))
    assert b"Case" not in raw
    assert b"happening" not in raw


# what is typed


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_text_of_every_kind_is_kept_and_shown_as_text(desks: Intake, kind: str):
    text = HOSTILE[kind]
    client = Client()
    family = Family(lambda path, form: client.post(path, form).content.decode())
    family.answers = unmarked(happening=f"Case {text}", own_name=text, tried=text)
    code = family.bring(desks.desks["recovery"].pk)
    assert not [page for page in family.pages if "<script>alert" in page or "<img src=x" in page]
    assert not [page for page in family.pages if re.search(r"[\0\x1b\x7f]", page)]
    kept = words(desks.found(code))
    assert kept is not None
    assert "\0" not in kept.happening
    opened = desks.staff["recovery"]
    worker = Client()
    worker.force_login(opened)
    page = worker.post(f"/desk/{desks.found(code).pk}/read/").content.decode()
    assert "Case" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("field", ["happening", "own_name"])
def test_answer_that_is_too_long_is_asked_for_again_and_not_cut(desks: Intake, field: str):
    step = {"happening": "what", "own_name": "names"}[field]
    state = steps.sealed(State(desk=desks.desks["recovery"].pk, language="en", answers=unmarked()))
    given = {"happening": "x", "danger": "soon", field: "y" * 5000}
    answer = Client().post("/help/", {"state": state, "step": step, "go": "on", **given})
    assert answer.status_code == 422
    assert "y" * 5000 in answer.content.decode()


@pytest.mark.parametrize("codes", [{"relation": "king"}, {"danger": "<b>"}, {"knows": "\0"}, {"reach": "pigeon"}])
def test_answer_that_is_none_of_the_choices_is_refused(desks: Intake, codes: dict[str, str]):
    (name,) = codes
    step = {"relation": "who", "danger": "what", "knows": "knows", "reach": "reach"}[name]
    state = steps.sealed(State(desk=desks.desks["recovery"].pk, language="en", answers=unmarked()))
    assert Client().post("/help/", {"state": state, "step": step, "go": "on", "happening": "x", **codes}).status_code == 422


@pytest.mark.parametrize("step", ["", "nowhere", "look", "\0", "../", "sent", "type", "before" * 500])
@pytest.mark.parametrize("go", ["on", "back", "edit:", "edit:nowhere", "send", "", "\0"])
def test_any_step_with_any_button_answers_with_a_page(desks: Intake, step: str, go: str):
    state = steps.sealed(State(desk=desks.desks["recovery"].pk, language="en", answers=unmarked()))
    assert Client().post("/help/", {"state": state, "step": step, "go": go}).status_code in {200, 422}


@pytest.mark.parametrize("language", ["es", "xx", "../../etc/passwd", "en\0", "zh-hans", "a" * 5000, "<script>", ""])
def test_language_that_is_none_of_ours_is_english_or_refused_in_words(desks: Intake, language: str):
    for path in ("/help/", "/help/code/"):
        for answer in (
            Client().get(path, {"language": language}),
            Client().post(path, {"language": language}),
            Client().get(path, headers={"Accept-Language": language.replace("\0", "") or "x"}),
        ):
            assert answer.status_code in {200, 422}
            assert "<script>" not in answer.content.decode().replace("<script src", "")


# codes


def test_wrong_code_is_answered_as_one_that_was_deleted(desks: Intake, django_capture_on_commit_callbacks: Any):
    referral, code = desks.bring()
    with django_capture_on_commit_callbacks(execute=True):
        desks.delete(referral)
    pages = [Client().post("/help/code/", {"code": one}) for one in (code, receipts.new_code())]
    assert {one.status_code for one in pages} == {422}
    first, second = (one.content.decode() for one in pages)
    assert re.sub(r"\d{4}", "", first) == re.sub(r"\d{4}", "", second)


@pytest.mark.parametrize(
    "code", ["", "1" * 19, "1" * 21, "\u0661" * 20, "1" * 5000, "0x" + "1" * 18, "1234 5678 9012 3456 789O", "\0" * 20]
)
def test_what_can_be_no_code_is_told_so_and_counts_as_no_try(desks: Intake, code: str):
    client = Client()
    assert {client.post("/help/code/", {"code": code}).status_code for _ in range(limits.TRIES + 1)} == {422}
    _referral, real = desks.bring()
    assert client.post("/help/code/", {"code": real}).status_code == 200


def test_guessing_is_stopped_for_the_address_that_guesses(desks: Intake):
    """Twenty tries in ten minutes: at 10^20 codes nobody lives long enough (docs/intake-privacy.md)."""
    statuses = [Client().post("/help/code/", {"code": receipts.new_code()}).status_code for _ in range(limits.TRIES + 1)]
    assert statuses == [422] * limits.TRIES + [429]


def test_forwarded_address_is_believed_from_our_own_proxy_alone(desks: Intake, settings: Settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    for number in range(limits.TRIES + 1):
        client = Client(headers={"X-Forwarded-For": f"198.51.100.{number}", "X-Real-Ip": f"198.51.100.{number}"})
        last = client.post("/help/code/", {"code": receipts.new_code()})
    assert last.status_code == 429


def test_code_of_one_writes_nothing_into_the_thread_of_another(desks: Intake):
    mine, other = desks.bring()[1], desks.bring()[0]
    client = Client()
    page = client.post("/help/code/", {"code": mine}).content.decode()
    ticket = re.search(r'name="ticket" value="([^"]*)"', page)
    assert ticket
    client.post("/help/code/", {"ticket": ticket[1], "number": "1", "text": "Mine.", "go": "write", "referral": str(other.pk)})
    assert ReferralMessage.objects.get().referral_id == desks.found(mine).pk


# floods


def test_flood_lies_apart_and_a_real_one_stays_in_the_queue(desks: Intake):
    """From one address: past its budget everything is doubtful, another address is not, and nothing is thrown away."""
    for number in range(40):
        pile = limits.pile_of("198.51.100.1", worked=True, trapped=False, words=f"junk {number}")
        desks.bring(pile=pile)
    assert limits.pile_of("198.51.100.2", worked=True, trapped=False, words="my son") == Pile.QUEUE
    assert Referral.objects.filter(pile=Pile.QUEUE).count() == limits.WORKED.one
    assert Referral.objects.count() == 40


def test_ten_thousand_junk_sendings_an_hour_from_everywhere_leave_the_queue_readable():
    """The common budget bounds what a person at the desk has to look through, whoever sends from how many addresses."""
    piles = [
        limits.pile_of(f"2001:db8:{number:x}::1", worked=bool(number % 2), trapped=False, words=f"junk {number}")
        for number in range(10_000)
    ]
    assert piles.count(Pile.QUEUE) == limits.WORKED.together + limits.PAUSED.together


def test_over_the_ceiling_nobody_is_told_that_it_arrived(monkeypatch: pytest.MonkeyPatch, family: Family):
    monkeypatch.setattr(limits, "CEILING", 0)
    answer = send(family.hidden("state"), proof=family.proof())
    assert answer.status_code == 429
    assert Referral.objects.count() == 0


def test_address_stands_in_no_key_of_the_cache(monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []

    def overheard(real: Any) -> Any:
        def call(key: str, *rest: Any, **more: Any) -> Any:
            asked.append(key)
            return real(key, *rest, **more)

        return call

    for name in ("add", "incr", "get", "set"):
        monkeypatch.setattr(cache, name, overheard(getattr(cache, name)))
    limits.pile_of("198.51.100.77", worked=True, trapped=False, words=MARKED.happening)
    limits.may_try("198.51.100.77")
    assert len(asked) > 6
    assert not [one for one in asked if "198.51" in one or b"198.51.100.77".hex() in one or "zwhat" in one.lower()]


def test_same_address_is_another_one_the_next_day():
    today = counting.digest("one", "198.51.100.77")
    with clock.at(clock.now() + timedelta(days=1)):
        assert counting.digest("one", "198.51.100.77") != today
