"""Agreements and accounts: the administrator's alone, with an answer for each wrong input."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Agreement, Member
from hub.core import clock
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db
PAGE = "administration"
POSTS = ["administration_agreements", "administration_account_closings"]


@pytest.fixture
def people() -> Cast:
    return assemble()


def agreement_of(people: Cast, key: str = "police") -> Agreement:
    return Agreement.objects.get(agency=people.agencies[key])


def ending(people: Cast) -> str:
    return reverse("administration_agreement_end", args=[agreement_of(people).pk])


@pytest.mark.parametrize("who", ["police", "facilitator", "privacy_officer", "outsider"])
def test_others_are_refused(client: Client, people: Cast, who: str) -> None:
    client.force_login(people[who])
    assert client.get(reverse(PAGE)).status_code == 403
    assert [client.post(reverse(name)).status_code for name in POSTS] == [403, 403]
    assert client.post(ending(people)).status_code == 403


def test_anonymous_is_sent_to_sign_in(client: Client, people: Cast) -> None:
    assert client.get(reverse(PAGE)).status_code == 302
    assert client.post(ending(people)).status_code == 401


def test_get_on_an_action_is_405(client: Client, people: Cast) -> None:
    client.force_login(people["administrator"])
    assert [client.get(reverse(name)).status_code for name in POSTS] == [405, 405]
    assert client.get(ending(people)).status_code == 405


def test_agreement_ends_on_the_day_chosen(client: Client, people: Cast) -> None:
    client.force_login(people["administrator"])
    answer = client.post(ending(people), {"on": clock.today().isoformat()})
    assert answer.status_code == 303
    assert "last day is set" in client.get(answer.headers["Location"]).content.decode()
    assert agreement_of(people).in_force_until == clock.today()


@pytest.mark.parametrize("on", ["", "soon", "1999-01-01", "2120-01-01"])
def test_wrong_last_day_is_refused_at_its_field(client: Client, people: Cast, on: str) -> None:
    before = agreement_of(people).in_force_until
    client.force_login(people["administrator"])
    answer = client.post(ending(people), {"on": on})
    assert answer.status_code == 422
    assert "a day" in answer.content.decode()
    assert agreement_of(people).in_force_until == before


def test_agreement_that_is_none_is_404(client: Client, people: Cast) -> None:
    client.force_login(people["administrator"])
    assert client.post(reverse("administration_agreement_end", args=[999]), {"on": "2030-01-01"}).status_code == 404


def signed(people: Cast, **changes: str) -> dict[str, str]:
    until = (clock.today() + timedelta(days=365)).isoformat()
    stranger = str(people.agencies["stranger"].pk)
    return {"table": str(people.table.pk), "agency": stranger, "title": "MOU", "signed_by": "Head", "until": until, **changes}


def test_signed_agreement_is_recorded(client: Client, people: Cast) -> None:
    client.force_login(people["administrator"])
    answer = client.post(reverse(POSTS[0]), signed(people))
    assert answer.status_code == 303
    assert "The agreement is recorded" in client.get(answer.headers["Location"]).content.decode()
    assert agreement_of(people, "stranger").in_force_from == clock.today()


@pytest.mark.parametrize(
    "change", [{"until": "1999-01-01"}, {"until": ""}, {"agency": "999"}, {"title": ""}, {"signed_by": ""}]
)
def test_incomplete_agreement_is_refused(client: Client, people: Cast, change: dict[str, str]) -> None:
    client.force_login(people["administrator"])
    assert client.post(reverse(POSTS[0]), signed(people, **change)).status_code == 422
    assert not Agreement.objects.filter(agency=people.agencies["stranger"]).exists()


def test_account_is_closed_and_can_no_more_sign_in(client: Client, people: Cast) -> None:
    client.force_login(people["administrator"])
    assert client.post(reverse(POSTS[1]), {"member": people["police"].pk}).status_code == 303
    assert not Member.objects.get(pk=people["police"].pk).is_active
    client.force_login(people["police"])
    assert client.get(reverse("table_detail")).status_code == 302


def test_own_account_cannot_be_closed(client: Client, people: Cast) -> None:
    client.force_login(people["administrator"])
    assert client.post(reverse(POSTS[1]), {"member": people["administrator"].pk}).status_code == 422
    assert Member.objects.get(pk=people["administrator"].pk).is_active
