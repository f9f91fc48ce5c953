import pytest
from django.db import connections
from django.db.utils import OperationalError
from django.test import Client


@pytest.mark.django_db
def test_healthz_answers_when_the_database_does(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("alias", ["default", "keys"])
@pytest.mark.django_db
def test_healthz_says_503_when_a_database_is_away(client: Client, alias: str) -> None:
    def away(*_: object) -> None:
        raise OperationalError("secret host name")

    with connections[alias].execute_wrapper(away):
        answer = client.get("/healthz")
    assert answer.status_code == 503
    assert b"secret" not in answer.content


@pytest.mark.django_db
def test_healthz_takes_no_post(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
