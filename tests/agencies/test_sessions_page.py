"""Where one is signed in: in plain words, with no address; ended one by one or all at once, and never anybody else's."""

from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies import own_sessions
from agencies.own_sessions import device_of
from tests.cast import PASSWORD, Cast, assemble
from tests.heard import Heard, revoked

pytestmark = pytest.mark.django_db
PAGE = "/account/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/18.5 Safari/604.1"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


@pytest.fixture
def people() -> Cast:
    return assemble()


def at(name: str, user_agent: str) -> Client:
    cache.clear()
    client = Client(headers={"User-Agent": user_agent})
    client.post("/account/login/", {"login": f"{name}@harborview.example", "password": PASSWORD})
    return client


def row_of(client: Client) -> UserSession:
    found: UserSession = UserSession.objects.get(session_key=client.session.session_key)
    return found


@pytest.mark.parametrize(
    ("said", "word"),
    [
        (FIREFOX, "Firefox, Windows"), (PHONE, "Safari, iPhone"), (CHROME, "Chrome, Linux"),
        (CHROME.replace("Safari/537.36", "Safari/537.36 Edg/140.0"), "Edge, Linux"),
        ("curl/8.1", "A browser, a device"), ("", "A browser, a device"), ("Firefox, Windows", "Firefox, Windows"),
        ("<script>alert(1)</script>", "A browser, a device"),
    ],
)  # fmt: skip
def test_a_device_in_two_words(said: str, word: str) -> None:
    assert device_of(said) == word


def test_the_page_names_devices_this_one_first_and_no_address(people: Cast) -> None:
    at("police", PHONE)
    here = at("police", FIREFOX)
    page = here.get(PAGE).content.decode()
    assert page.index("Firefox, Windows") < page.index("Safari, iPhone")
    assert page.count(">this device<") == 1
    assert set(UserSession.objects.values_list("ip", "user_agent")) == {
        ("0.0.0.0", "Firefox, Windows"), ("0.0.0.0", "Safari, iPhone"),  # noqa: S104 - nobody's
    }  # fmt: skip


def test_signing_out_there_ends_that_session_and_closes_boards(
    people: Cast, heard: Heard, django_capture_on_commit_callbacks: Any
) -> None:
    there, here = at("police", PHONE), at("police", FIREFOX)
    assert there.get("/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        answer = here.post(reverse("session_end", args=[row_of(there).pk]))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}?saved=ended")
    assert there.get("/").status_code == 302
    assert here.get("/").status_code == 200
    assert revoked(heard) == {people["police"].pk}


def test_signing_out_here_leads_to_the_sign_in(people: Cast) -> None:
    here = at("police", FIREFOX)
    assert here.post(reverse("session_end", args=[row_of(here).pk])).headers["Location"] == "/account/login/"
    assert here.get("/").status_code == 302


def test_everywhere_is_everywhere_and_only_one_s_own(people: Cast) -> None:
    mine = [at("police", PHONE), at("police", CHROME), at("police", FIREFOX)]
    other = at("schools", FIREFOX)
    assert mine[2].post(reverse("sessions_end")).status_code == 303
    assert [one.get("/").status_code for one in mine] == [302, 302, 302]
    assert other.get("/").status_code == 200
    assert UserSession.objects.count() == Session.objects.count() == 1


def test_another_s_session_is_not_there(people: Cast) -> None:
    mine, other = at("police", FIREFOX), at("schools", FIREFOX)
    assert mine.post(reverse("session_end", args=[row_of(other).pk])).status_code == 404
    assert other.get("/").status_code == 200


def test_what_ended_meanwhile_is_not_listed(people: Cast) -> None:
    there, here = at("police", PHONE), at("police", FIREFOX)
    Session.objects.filter(pk=there.session.session_key).delete()
    assert "iPhone" not in here.get(PAGE).content.decode()


def test_list_costs_the_same_however_many(people: Cast) -> None:
    asked = []
    for _more in range(3):
        at("police", FIREFOX)
        with CaptureQueriesContext(connection) as queries:
            own_sessions.of(people["police"], here="")
        asked.append(len(queries))
    assert asked == [1, 1, 1]


def test_the_day_of_the_last_use_is_kept_and_no_hour(people: Cast) -> None:
    here = at("police", FIREFOX)
    key = str(here.session.session_key)
    UserSession.objects.update(last_seen_at="2026-01-01T05:00:00+00:00")
    own_sessions.seen_today(people["police"], key)
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    assert row_of(here).last_seen_at == own_sessions.of(people["police"], here=key)[0].seen == today


def test_refusals(client: Client, people: Cast) -> None:
    assert client.get(PAGE).status_code == 302
    assert client.post(reverse("sessions_end")).status_code == 401
    client.force_login(people["police"])
    assert client.get(reverse("sessions_end")).status_code == 405
    assert client.get(reverse("session_end", args=[1])).status_code == 405
