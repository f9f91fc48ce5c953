"""What is left of sign-ins once they have ended: nothing."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from agencies import ended_sessions
from hub.core import clock
from situations import clerk
from tests.cast import PASSWORD, assemble

pytestmark = pytest.mark.django_db


def sign_in(email: str = "schools@harborview.example") -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": email, "password": PASSWORD})
    return client


def test_rows_go_when_the_session_has_ended_and_not_before():
    assemble()
    client = sign_in()
    assert (Session.objects.count(), UserSession.objects.count()) == (1, 1)
    with clock.at(clock.now() + timedelta(hours=11)):
        assert ended_sessions.forget() == 0
    assert client.get("/").status_code == 200
    with clock.at(clock.now() + timedelta(hours=13)):
        assert ended_sessions.forget() == 2
        assert ended_sessions.forget() == 0
    assert (Session.objects.count(), UserSession.objects.count()) == (0, 0)


def test_clerk_does_it():
    assert ended_sessions.forget in [one.do for one in clerk.DUTIES]
