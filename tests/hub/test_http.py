"""The web's edge: refusals become answers in one place, and GET changes nothing."""

import pytest
from django.db import IntegrityError, InterfaceError, InternalError, OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, path

from agencies.models import Table
from hub.core import access
from hub.core.errors import DomainError, NotAllowed, NotVisible, RuleRefused, Stale
from hub.core.http import WriteInGet
from tests.cast import assemble

REFUSALS: dict[int, type[DomainError]] = {404: NotVisible, 403: NotAllowed, 409: Stale, 422: RuleRefused}


@access.public("GET", "POST")
def refusing(request: HttpRequest, status: int) -> HttpResponse:
    raise REFUSALS[status]("Words for the person.")


@access.public("GET", "POST")
def writing(request: HttpRequest) -> HttpResponse:
    Table.objects.update(name="Changed")
    return HttpResponse("done")


@access.public()
def hidden_writing(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("  update agencies_table set name = 'Changed'")
    return HttpResponse("done")


class Broke(Exception):
    """What the database's driver says; `sqlstate` as psycopg's errors have it."""

    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


FAILURES: dict[str, tuple[type[Exception], str, int]] = {
    "no connection": (OperationalError, "08006", 503),
    "closed": (InterfaceError, "", 503),
    "its own failure": (InternalError, "XX000", 503),
    "our fault": (InternalError, "25P02", 500),
    "refused": (IntegrityError, "23505", 500),
}


@access.public("POST")
def failing(request: HttpRequest, how: str) -> HttpResponse:
    error, state, _status = FAILURES[how]
    raise error("secret row") from Broke(state)


def undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("never")


@access.member("GET", "POST")
def members(request: HttpRequest) -> HttpResponse:
    return HttpResponse("members")


@access.administrator("POST")
def administrators(request: HttpRequest) -> HttpResponse:
    return HttpResponse("administrators")


urlpatterns: list[URLPattern | URLResolver] = [
    path("refusing/<int:status>", refusing),
    path("writing", writing),
    path("hidden", hidden_writing),
    path("failing/<how>", failing),
    path("undeclared", undeclared),
    path("members", members),
    path("administrators", administrators),
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def handlers():
    """The pages of the frame need the real URL table; what is tested here is status and words."""
    from hub import urls

    with override_settings(ROOT_URLCONF=__name__):
        urlpatterns.extend(one for one in urls.urlpatterns if one not in urlpatterns)
        yield


@pytest.fixture
def client(handlers) -> Client:
    return Client()


@pytest.mark.parametrize("status", REFUSALS)
def test_each_refusal_has_its_status_and_its_words(client, status):
    answer = client.get(f"/refusing/{status}")
    assert answer.status_code == status
    assert "Words for the person." in answer.content.decode()


def test_every_answer_is_kept_out_of_caches(client):
    assert client.get("/refusing/403").headers["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("page", ["/writing", "/hidden"])
def test_get_cannot_write(client, page):
    assemble()
    for method in (client.get, client.head):
        with pytest.raises(WriteInGet), transaction.atomic():
            method(page)
    assert Table.objects.get().name == "Harborview Hub"


def test_post_can(client):
    assemble()
    assert client.post("/writing").status_code == 200
    assert Table.objects.get().name == "Changed"


def test_undeclared_view_is_refused_to_everybody(client):
    people = assemble()
    assert client.get("/undeclared").status_code == 403
    client.force_login(people["administrator"])
    assert client.get("/undeclared").status_code == 403


def test_members_page_sends_the_anonymous_to_sign_in_and_a_fragment_says_it_in_place(client):
    answer = client.get("/members?x=1")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/login/?next=/members%3Fx%3D1")
    for answer in (
        client.post("/members"), client.get("/members", headers={"hx-request": "true"}),
        client.get("/members", headers={"x-autosave": "1"}),
    ):  # fmt: skip
        assert answer.status_code == 401


def test_administrators_page_is_for_the_administrator(client):
    people = assemble()
    assert client.post("/administrators").status_code == 401
    client.force_login(people["facilitator"])
    assert client.post("/administrators").status_code == 403
    client.force_login(people["administrator"])
    assert client.post("/administrators").status_code == 200


def test_other_methods_are_refused(client):
    people = assemble()
    client.force_login(people["administrator"])
    assert client.get("/administrators").status_code == 405
    assert client.put("/members").status_code == 405
    answer = client.get("/administrators")
    assert answer.headers["Allow"] == "POST"
    assert "Go back, and press the button there." in answer.content.decode()


def test_closed_account_is_anonymous_at_once(client):
    people = assemble()
    client.force_login(people["police"])
    assert client.get("/members").status_code == 200
    type(people["police"]).objects.filter(pk=people["police"].pk).update(is_active=False)
    assert client.get("/members").status_code == 302


@pytest.mark.parametrize("how", FAILURES)
def test_a_database_that_does_not_serve_is_told_from_what_it_refuses(how: str):
    client = Client(raise_request_exception=False)
    answer = client.post(f"/failing/{how}")
    assert answer.status_code == FAILURES[how][2]
    assert (b"HubTable is busy" in answer.content) == (answer.status_code == 503)
    assert b"secret" not in answer.content
