"""Five refused sign-ins in fifteen minutes lock an account until an administrator releases it; nobody learns which exist."""

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies import locking
from agencies.models import Member, SignIn, SignInFailure
from hub.core import clock
from hub.core.errors import NotAllowed
from tests.cast import PASSWORD, Cast, assemble

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"


@pytest.fixture
def people() -> Cast:
    return assemble()


def address(name: str) -> str:
    return f"{name}@harborview.example"


def sign_in(client: Client, name: str, password: str) -> str:
    cache.clear()  # allauth's own limits have tests of their own
    answer = client.post(LOGIN, {"login": address(name), "password": password})
    return "" if answer.status_code == 302 else " ".join(answer.content.decode().split())


def fail(people: Cast, name: str, times: int) -> None:
    for _ in range(times):
        sign_in(Client(), name, "not the password at all")


def locked(people: Cast, name: str) -> bool:
    return Member.objects.get(pk=people[name].pk).locked_at is not None


def test_the_fifth_failure_locks_and_the_right_password_does_not_help(people: Cast) -> None:
    fail(people, "police", 4)
    assert not locked(people, "police")
    fail(people, "police", 1)
    assert locked(people, "police")
    assert "After five failures the account is locked" in sign_in(Client(), "police", PASSWORD)


def test_failures_are_counted_by_every_way_to_write_the_address(people: Cast) -> None:
    for name in ("police", "Police", "POLICE", "poLice", " police"):
        sign_in(Client(), name, "wrong")
    assert locked(people, "police")


def test_failures_of_longer_ago_count_no_more(people: Cast) -> None:
    with clock.at(clock.now() - timedelta(minutes=15, seconds=1)):
        fail(people, "police", 4)
    fail(people, "police", 4)
    assert not locked(people, "police")


def test_a_sign_in_clears_what_was_refused_before(people: Cast) -> None:
    fail(people, "police", 4)
    assert sign_in(Client(), "police", PASSWORD) == ""
    fail(people, "police", 4)
    assert not locked(people, "police")
    assert SignInFailure.objects.filter(member=people["police"]).count() == 8  # kept, for whoever asks what was tried
    assert SignIn.objects.filter(member=people["police"]).count() == 1


def test_a_locked_account_an_unknown_one_and_a_wrong_password_are_answered_alike(people: Cast) -> None:
    fail(people, "police", 5)
    said = {sign_in(Client(), name, pw).split("<main")[1].replace(address(name), "?")
            for name, pw in [("police", PASSWORD), ("police", "wrong"), ("schools", "wrong"), ("nobody", "wrong")]}  # fmt: skip
    said = {part.split('press_key" value="')[0].split('csrfmiddlewaretoken" value="')[0] for part in said}
    assert len(said) == 1


def test_an_unknown_address_costs_the_same_questions(people: Cast) -> None:
    asked = {}
    for name in ("schools", "nobody"):
        client = Client()
        client.get(LOGIN)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            sign_in(client, name, "wrong")
        asked[name] = [
            [word for word in str(one["sql"]).split()[:3] if not any(name in word for name in ("_x", "_curs"))]
            for one in seen.captured_queries
        ]
    assert asked["schools"] == asked["nobody"]
    assert SignInFailure.objects.filter(member=None).count() == 1


def test_an_open_session_goes_on_when_somebody_else_locks_the_account(people: Cast) -> None:
    client = Client()
    client.force_login(people["police"])
    fail(people, "police", 5)
    assert client.get("/").status_code == 200


def test_wrong_codes_lock_too_and_the_right_one_then_does_not_help(people: Cast) -> None:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(people["police"], secret)
    client = Client()
    assert sign_in(client, "police", PASSWORD) == ""
    for _ in range(5):
        cache.clear()
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert locked(people, "police")
    right = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    cache.clear()
    client.post(reverse("mfa_authenticate"), {"code": right})
    assert "_auth_user_id" not in client.session


def test_a_password_alone_clears_nothing_where_a_code_is_asked_for(people: Cast) -> None:
    totp.TOTP.activate(people["police"], totp.generate_totp_secret())
    for _ in range(5):
        client = Client()
        sign_in(client, "police", PASSWORD)
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert locked(people, "police")


def test_wrong_passwords_of_who_is_asked_again_count(people: Cast) -> None:
    client = Client()
    client.force_login(people["police"])
    for _ in range(5):
        cache.clear()
        client.post(reverse("account_reauthenticate"), {"password": "wrong"})
    assert locked(people, "police")


def test_wrong_passwords_where_another_is_chosen_count_and_the_right_one_then_does_not_help(people: Cast) -> None:
    client = Client()
    client.force_login(people["police"])
    new = {"password1": "marmalade kettle sundown", "password2": "marmalade kettle sundown"}
    for given in (*["wrong"] * 5, PASSWORD):
        cache.clear()
        assert client.post(reverse("account_change_password"), {"oldpassword": given, **new}).status_code == 200
    assert locked(people, "police")
    assert Member.objects.get(pk=people["police"].pk).check_password(PASSWORD)


def test_the_right_password_chooses_another(people: Cast) -> None:
    client = Client()
    client.force_login(people["police"])
    new = {"password1": "marmalade kettle sundown", "password2": "marmalade kettle sundown"}
    assert client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, **new}).status_code == 302
    assert Member.objects.get(pk=people["police"].pk).check_password("marmalade kettle sundown")


def test_release_lets_in_again_and_begins_to_count_anew(people: Cast) -> None:
    fail(people, "police", 5)
    locking.release(by=people["administrator"], member=people["police"])
    fail(people, "police", 4)
    assert not locked(people, "police")
    assert sign_in(Client(), "police", PASSWORD) == ""
    row = Member.history.filter(id=people["police"].pk).latest()
    assert (row.history_user_id, row.history_change_reason) == (people["administrator"].pk, "locking.release")


@pytest.mark.parametrize("who", ["police", "facilitator", "privacy_officer"])
def test_nobody_else_releases(people: Cast, who: str) -> None:
    fail(people, "schools", 5)
    with pytest.raises(NotAllowed):
        locking.release(by=people[who], member=people["schools"])
    assert locked(people, "schools")


def test_an_administrator_does_not_release_the_own_account(people: Cast) -> None:
    fail(people, "administrator", 5)
    with pytest.raises(NotAllowed):
        locking.release(by=people["administrator"], member=people["administrator"])
    locking.release(by=None, member=people["administrator"])  # from the command line
    assert not locked(people, "administrator")


def test_what_was_refused_is_forgotten_after_more_than_a_year(people: Cast) -> None:
    with clock.at(clock.now() - timedelta(days=401)):
        fail(people, "police", 1)
    fail(people, "police", 1)
    assert locking.forget() == 1
    assert SignInFailure.objects.count() == 1
