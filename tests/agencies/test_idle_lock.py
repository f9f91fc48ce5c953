"""A session left alone for fifteen minutes is refused everything but to be unlocked; twelve hours end it whatever happens."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies import idling
from agencies.idle_cover import who
from agencies.models import Member, Sitting
from conferences.board.admission import members_by_session
from tests.cast import PASSWORD, Cast, assemble, item_of, to_filter4
from tests.live import environment_of, manage

pytestmark = pytest.mark.django_db
OVER = 15 * 60 + 5
HERE, LOCK, UNLOCK = "/account/here/", "/account/lock/", "/account/unlock/"


@pytest.fixture
def people() -> Cast:
    return assemble()


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def change(client: Client, **values: Any) -> None:
    """As if the session had been left like that."""
    session = client.session
    session.update(values)
    session.save()


def left_alone(member: Member, seconds: float = OVER) -> Client:
    client = signed_in(member)
    change(client, active=int(time.time() - seconds))
    return client


def unlock(client: Client, member: Member, password: str = PASSWORD, **more: str) -> int:
    cache.clear()
    return client.post(UNLOCK, {"password": password, "who": who(member), **more}, headers={"X-Idle": "1"}).status_code


def test_a_page_leads_to_unlocking_and_back(people: Cast) -> None:
    client = left_alone(people["police"])
    answer = client.get("/situations/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/unlock/?next=%2Fsituations%2F")
    page = client.get(answer.headers["Location"])
    assert "Show that it is you" in page.content.decode()
    cache.clear()
    answer = client.post(UNLOCK, {"password": PASSWORD, "next": "/situations/"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/situations/")
    assert client.get("/situations/").status_code == 200


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {"X-Autosave": "1"}])
def test_parts_of_a_page_are_refused_in_place(people: Cast, headers: dict[str, str]) -> None:
    answer = left_alone(people["police"]).get("/situations/", headers=headers)
    assert answer.status_code == 401
    assert "What you typed is kept" in answer.content.decode()


@pytest.mark.parametrize("path", ["/", "/table/", "/account/password/change/", "/account/sessions/", "/account/2fa/"])
def test_nothing_is_shown(people: Cast, path: str) -> None:
    answer = left_alone(people["police"]).get(path)
    assert answer.headers["Location"].startswith(UNLOCK)


def test_nothing_is_done(people: Cast) -> None:
    assert left_alone(people["police"]).post("/situations/new/", {}).status_code == 401
    assert left_alone(people["police"]).post("/account/sessions/end/").status_code == 401


@pytest.mark.parametrize("path", ["/healthz", "/account/logout/"])
def test_what_shows_nothing_goes_on(people: Cast, path: str) -> None:
    assert left_alone(people["police"]).get(path).status_code == 200


def test_a_page_that_is_asked_for_counts_and_a_draft_that_saves_itself_does_not(people: Cast) -> None:
    client = left_alone(people["police"], 14 * 60)
    client.get("/situations/", headers={"X-Autosave": "1"})
    assert time.time() - client.session["active"] > 800
    client.get("/situations/")
    assert time.time() - client.session["active"] < 60


def test_the_session_is_written_once_a_minute_at_most(people: Cast) -> None:
    client = left_alone(people["police"], 70)
    with CaptureQueriesContext(connection) as first:
        client.get("/situations/")
    with CaptureQueriesContext(connection) as second:
        client.get("/situations/")
    written = [sum('UPDATE "django_session"' in str(one["sql"]) for one in each.captured_queries) for each in (first, second)]
    assert written == [1, 0]


def test_the_page_says_how_long_ago_somebody_was_there(people: Cast) -> None:
    client = left_alone(people["police"], 600)
    mine = {"who": who(people["police"])}
    assert client.post(HERE, mine | {"ago": "300"}).status_code == 204
    assert 298 <= time.time() - client.session["active"] <= 310
    for ago in ("-5", "later", "9" * 300, "٣"):
        assert client.post(HERE, mine | {"ago": ago}).status_code == 204


def test_nobody_moves_the_time_back(people: Cast) -> None:
    client = signed_in(people["police"])
    client.post(HERE, {"who": who(people["police"]), "ago": "800"})
    assert time.time() - client.session["active"] < 60


def test_a_page_that_says_so_too_late_is_refused(people: Cast) -> None:
    client = left_alone(people["police"])
    assert client.post(HERE, {"who": who(people["police"]), "ago": "0"}).status_code == 401
    assert client.get("/").status_code == 302


def test_a_page_locks_its_session_at_once(people: Cast) -> None:
    client = signed_in(people["police"])
    assert client.post(LOCK).status_code == 204
    assert client.get("/").status_code == 302
    assert unlock(client, people["police"]) == 204
    assert client.get("/").status_code == 200


def test_a_wrong_password_says_so_and_five_end_the_session(people: Cast) -> None:
    client = left_alone(people["police"])
    assert [unlock(client, people["police"], "wrong") for _ in range(5)] == [422, 422, 422, 422, 401]
    assert "_auth_user_id" not in client.session
    assert Member.objects.get(pk=people["police"].pk).locked_at is not None


def test_a_locked_account_is_not_unlocked_by_its_password(people: Cast) -> None:
    client = left_alone(people["police"])
    elsewhere = signed_in(people["police"])
    Member.objects.filter(pk=people["police"].pk).update(locked_at=timezone.now())
    assert unlock(client, people["police"]) == 401
    assert "_auth_user_id" not in client.session
    # somebody else locked it from outside: the owner's other sessions, a board perhaps, go on
    assert "_auth_user_id" in elsewhere.session


def test_fifth_failure_at_the_lock_ends_every_session(people: Cast) -> None:
    client, elsewhere = left_alone(people["police"]), Client()
    elsewhere.post("/account/login/", {"login": people["police"].email, "password": PASSWORD})
    assert "_auth_user_id" in elsewhere.session
    assert [unlock(client, people["police"], password="not it") for _ in range(5)] == [422] * 4 + [401]
    assert "_auth_user_id" not in elsewhere.session


def test_another_person_does_not_uncover_the_page(people: Cast) -> None:
    client = signed_in(people["schools"])
    assert unlock(client, people["police"]) == 409
    assert client.post(HERE, {"who": who(people["police"])}).status_code == 409


def test_a_forged_passkey_unlocks_nothing_and_is_counted(people: Cast) -> None:
    client = left_alone(people["police"])
    assert client.get("/account/unlock/passkey/").status_code == 200
    for forged in ("{", "{}", '{"id": "a"}', "[]"):
        assert unlock(client, people["police"], credential=forged) == 422
    assert client.get("/").status_code == 302
    assert people["police"].sign_in_failures.count() == 4


@pytest.mark.parametrize("path", [HERE, LOCK, UNLOCK])
def test_nobody_signed_in_is_told_to(client: Client, path: str) -> None:
    assert client.post(path).status_code == 401


def test_unlocking_leads_nowhere_else(people: Cast) -> None:
    cache.clear()
    answer = left_alone(people["police"]).post(UNLOCK, {"password": PASSWORD, "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"


def at_the_board(people: Cast, board: str) -> Client:
    """Who presides opened the board in this session, and has let the room talk since."""
    client = signed_in(people["facilitator"])
    assert client.get(board).status_code == 200
    long_ago = int(time.time() - 16 * 60)
    Sitting.objects.update(opened_at=timezone.now() - timedelta(minutes=17))
    change(client, active=long_ago, desk=long_ago)
    return client


def test_desk_of_an_earlier_conference_is_none(people: Cast) -> None:
    board = reverse("board", args=[people.conference().pk])
    client = at_the_board(people, board)
    Sitting.objects.update(opened_at=timezone.now() - timedelta(minutes=14))
    assert client.get(board).status_code == 302


def test_who_presides_keeps_the_board_and_nothing_else(people: Cast) -> None:
    conference = people.conference()
    board, projector = reverse("board", args=[conference.pk]), reverse("projector", args=[conference.pk])
    client, elsewhere = at_the_board(people, board), left_alone(people["facilitator"])
    assert client.get("/situations/").status_code == 302
    assert client.post(HERE, {"who": who(people["facilitator"]), "desk": "1"}).status_code == 204
    assert client.get(projector).status_code == 200
    assert client.get(board).status_code == 200
    assert [elsewhere.get(board).status_code, elsewhere.get(projector).status_code] == [302, 302]
    assert elsewhere.post(HERE, {"who": who(people["facilitator"]), "desk": "1"}).status_code == 401
    seat = left_alone(people["police"])
    assert seat.get(board).status_code == 302
    assert seat.post(HERE, {"who": who(people["police"]), "desk": "1"}).status_code == 401


def test_desk_that_was_left_alone_opens_no_identity_whatever_is_touched_before(people: Cast) -> None:
    situation = people.ready()
    conference = people.conference()
    to_filter4(people, conference, situation)
    board, item = reverse("board", args=[conference.pk]), item_of(conference, situation).pk
    path = reverse("board_identity", args=[conference.pk, item])
    assert signed_in(people["facilitator"]).post(path).status_code != 401
    client = at_the_board(people, board)
    client.get(board)
    client.post(reverse("board_act", args=[conference.pk, item, "note"]))
    client.post(HERE, {"who": who(people["facilitator"]), "ago": "0"})
    opening = reverse("board_act", args=[conference.pk, item, "open-identity"])
    assert [client.post(one, {}).status_code for one in (path, opening)] == [401, 401]
    assert client.get("/situations/").status_code == 302
    assert unlock(client, people["facilitator"]) == 204
    assert 401 not in [client.post(one, {}).status_code for one in (path, opening)]


def test_an_installation_may_lock_the_board_too(people: Cast, settings: Any) -> None:
    settings.IDLE_BOARD_EXEMPT = False
    conference = people.conference()
    board = reverse("board", args=[conference.pk])
    assert left_alone(people["facilitator"]).get(board).status_code == 302


def test_the_sign_in_ends_after_twelve_hours_whatever_happens(people: Cast) -> None:
    client = signed_in(people["police"])
    change(client, began=int(time.time() - 11.5 * 3600))
    client.get("/situations/")
    assert unlock(client, people["police"]) == 204
    row = Session.objects.get(pk=client.session.session_key)
    assert row.expire_date < timezone.now() + timedelta(minutes=31)
    change(client, began=int(time.time() - 12.1 * 3600))
    assert client.get("/").headers["Location"].startswith("/account/login/")


def test_what_another_request_changed_meanwhile_stays(people: Cast) -> None:
    client = left_alone(people["police"], 120)
    held = client.session
    held.get("active")  # read before the other one writes
    change(client, banner=True)
    idling.note(held)
    assert client.session["banner"] is True
    assert time.time() - client.session["active"] < 60


def test_sockets_of_a_session_left_alone_are_not_let_in_but_those_of_who_presides(people: Cast) -> None:
    board = reverse("board", args=[people.conference().pk])
    seat, elsewhere = left_alone(people["police"]), left_alone(people["facilitator"])
    chair, fresh = at_the_board(people, board), signed_in(people["schools"])
    keys = [str(one.session.session_key) for one in (seat, elsewhere, chair, fresh)]
    assert set(members_by_session(keys)) == set(keys[2:])


@pytest.mark.parametrize("minutes", ["0", "31"])
def test_more_than_half_an_hour_is_not_to_be_had(tmp_path: Path, minutes: str) -> None:
    environment = environment_of(tmp_path, demo=False, extra={"HUBTABLE_IDLE_MINUTES": minutes})
    with pytest.raises(RuntimeError, match=f"HUBTABLE_IDLE_MINUTES must be from 1 to 30, not {minutes}"):
        manage(environment, "check")


def test_the_sign_in_is_where_a_session_that_ended_leads(people: Cast) -> None:
    client = signed_in(people["police"])
    client.post(LOCK)
    client.post("/account/logout/")
    assert client.get("/").headers["Location"].startswith("/account/login/")
