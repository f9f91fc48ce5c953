"""What comes over the wire from elsewhere: forged forms, foreign origins, stolen and fixed sessions, ways out of the site."""

from typing import Any

import pytest
from asgiref.sync import async_to_sync
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client
from django.urls import reverse

from agencies import membership
from conferences.consumers import is_resume
from hub.asgi import application
from tests.cast import PASSWORD, Cast, assemble, footprint

ELSEWHERE = ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "https:evil.example",
             "\thttps://evil.example", "/%0d%0aSet-Cookie:stolen=1", "/\r\nSet-Cookie: stolen=1")  # fmt: skip


@pytest.fixture
def people(db: None) -> Cast:
    return assemble()


def signed_in(people: Cast, who: str = "police", **more: Any) -> Client:
    client = Client(**more)
    client.force_login(people[who])
    return client


def test_every_post_needs_its_token(people: Cast):
    conference = people.conference("police")
    client, before = signed_in(people, enforce_csrf_checks=True), footprint()
    posts = [
        reverse("situation_new"),
        reverse("pledge"),
        reverse("board_steer", args=[conference.pk, "enter"]),
        reverse("conference_open", args=[conference.pk]),
    ]
    assert [client.post(path).status_code for path in posts] == [403] * len(posts)
    assert footprint() == before


def test_sign_in_needs_its_token(people: Cast):
    answer = Client(enforce_csrf_checks=True).post("/account/login/", {"login": people["police"].email, "password": PASSWORD})
    assert answer.status_code == 403


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_nobody_is_led_elsewhere(people: Cast, wanted: str):
    sign_in = Client().post("/account/login/", {"login": people["police"].email, "password": PASSWORD, "next": wanted})
    pledge = signed_in(people).post(reverse("pledge"), {"next": wanted})
    for answer in (sign_in, pledge):
        where = answer.headers["Location"]
        assert where.startswith("/")
        assert not where.startswith(("//", "/\\"))
        assert "stolen" not in answer.cookies
        assert not {"\r", "\n"} & set(where)


def test_signing_in_changes_the_session_and_out_ends_it(people: Cast):
    client = Client()
    client.get("/account/login/")
    session = client.session
    session["seen"] = "before"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = fixed = str(session.session_key)
    client.post("/account/login/", {"login": people["police"].email, "password": PASSWORD})
    own = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert own != fixed
    stranger = Client()
    stranger.cookies[settings.SESSION_COOKIE_NAME] = fixed
    assert stranger.get(reverse("situation_list")).status_code == 302
    client.post("/account/logout/")
    stranger.cookies[settings.SESSION_COOKIE_NAME] = own
    assert stranger.get(reverse("situation_list")).status_code == 302


def test_session_cookie_is_out_of_reach_of_scripts_and_other_sites():
    assert settings.SESSION_COOKIE_HTTPONLY is True
    assert settings.SESSION_COOKIE_SECURE is True
    assert settings.CSRF_COOKIE_SECURE is True
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"


def test_closed_account_is_out_at_once(people: Cast):
    client = signed_in(people)
    assert client.get(reverse("situation_list")).status_code == 200
    membership.close_account(by=people["administrator"], member=people["police"])
    assert client.get(reverse("situation_list")).status_code == 302


def test_members_cannot_change_the_address_they_were_invited_by(people: Cast):
    client = signed_in(people)
    assert client.get("/account/email/").status_code == 404
    assert client.post("/account/email/", {"email": "me@evil.example", "action_add": ""}).status_code == 404
    assert client.get("/account/").status_code == 404


def test_foreign_host_is_refused(people: Cast):
    assert signed_in(people).get("/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("path", ["situations/", "conferences/", "", "table/"])
@pytest.mark.parametrize(
    "query", ["page=%00", "number=%00", "stage=%00&number=%F0%9F%98%80", "number=" + "9" * 5000, "page=-1e9"]
)
def test_odd_queries_change_nothing_and_break_nothing(people: Cast, path: str, query: str):
    assert signed_in(people).get(f"/{path}?{query}").status_code == 200


@pytest.mark.parametrize(
    "frame",
    ["", "{", "[]", "null", '{"resume": "1"}', '{"resume": true}', '{"resume": 1, "topic": "board.2"}', '{"resume": 1e3}',
     '{"type": "hint"}', "[" * 100_000, "9" * 5000],
)  # fmt: skip
def test_socket_frames_that_are_not_a_resume_are_none(frame: str):
    assert is_resume(frame) is False


@pytest.mark.parametrize("origin", [b"https://evil.example", b"null", None])
def test_socket_from_another_origin_is_refused(origin: bytes | None):
    async def connects() -> bool:
        headers = [(b"host", b"testserver"), *([(b"origin", origin)] if origin else [])]
        socket = WebsocketCommunicator(application, "/ws/conferences/1/board/", headers=headers)
        connected, _code = await socket.connect()
        return bool(connected)

    assert async_to_sync(connects)() is False


def test_projector_is_not_for_seats(people: Cast):
    conference = people.conference("police", "recorder")
    path = reverse("projector", args=[conference.pk])
    who = ("facilitator", "recorder", "police", "observer", "privacy_officer", "outsider")
    assert [signed_in(people, one).get(path).status_code for one in who] == [200, 200, 403, 403, 403, 404]
