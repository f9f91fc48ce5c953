"""The yearly review: every account as it was shown, who is closed with it, signed by name; and who is locked out."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from agencies import accounts_closing, reviewing
from agencies.choices import AgencyRoleKind
from agencies.models import AccountReview, AgencyRole, Invitation, Member, TableRole
from hub.core import clock
from hub.core.audit import acting
from hub.core.errors import NotAllowed
from tests.cast import PASSWORD, Cast, assemble
from tests.heard import Heard, revoked

pytestmark = pytest.mark.django_db
PAGE, REVIEW = "administration_accounts", "administration_account_review"


@pytest.fixture
def people() -> Cast:
    return assemble()


@pytest.fixture
def client(people: Cast) -> Client:
    client = Client()
    client.force_login(people["administrator"])
    return client


def signed(people: Cast, **changes: Any) -> dict[str, Any]:
    lines = reviewing.accounts()
    agencies = sorted({one.agency for one in lines})
    return {"seen": reviewing.digest(lines), "looked_at": agencies, "name": people["administrator"].name, **changes}


def test_the_page_lists_every_open_account_with_what_it_holds(client: Client, people: Cast) -> None:
    page = client.get(reverse(REVIEW)).content.decode()
    assert all(one.email in page for one in Member.objects.filter(is_active=True))
    assert "never" in page
    assert str(TableRole.objects.filter(member=people["facilitator"]).first().get_role_display()) in page  # type: ignore[union-attr]


def test_signing_records_each_line_and_its_hash(client: Client, people: Cast) -> None:
    assert reviewing.is_due()
    assert "It is due" in client.get(reverse(PAGE)).content.decode()
    answer = client.post(reverse(REVIEW), signed(people))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{reverse(PAGE)}?saved=reviewed")
    review = AccountReview.objects.get()
    assert len(review.accounts) == Member.objects.filter(is_active=True).count()
    assert review.text_hash == reviewing.digest([reviewing.Account(**one) for one in review.accounts])
    assert not reviewing.is_due()
    assert "It is due" not in client.get(reverse(PAGE)).content.decode()
    with clock.at(clock.now() + timedelta(days=366)):
        assert reviewing.is_due()


def test_whoever_is_marked_is_closed_with_it(client: Client, people: Cast) -> None:
    client.post(reverse(REVIEW), signed(people, close=[people["police"].pk]))
    assert not Member.objects.get(pk=people["police"].pk).is_active
    kept = {one["member"]: one["kept"] for one in AccountReview.objects.get().accounts}
    assert (kept[people["police"].pk], kept[people["schools"].pk]) == (False, True)


@pytest.mark.parametrize(
    "changes", [{"looked_at": []}, {"looked_at": ["Harborview Police"]}, {"name": ""}, {"name": "Somebody Else"}]
)
def test_incomplete_is_refused_and_closes_nobody(client: Client, people: Cast, changes: dict[str, Any]) -> None:
    answer = client.post(reverse(REVIEW), signed(people, close=[people["police"].pk], **changes))
    assert answer.status_code == 422
    assert f'value="{people["police"].pk}" checked' in answer.content.decode()
    assert Member.objects.get(pk=people["police"].pk).is_active
    assert not AccountReview.objects.exists()


def test_the_own_account_is_not_closed(client: Client, people: Cast) -> None:
    answer = client.post(reverse(REVIEW), signed(people, close=[people["administrator"].pk]))
    assert answer.status_code == 422
    assert Member.objects.get(pk=people["administrator"].pk).is_active


def test_accounts_that_changed_since_are_looked_at_again(client: Client, people: Cast) -> None:
    sent = signed(people, close=[people["police"].pk])
    with acting(None, "test"):
        AgencyRole.objects.create(member=people["schools"], role=AgencyRoleKind.SCREENER, started_on=clock.today())
    assert client.post(reverse(REVIEW), sent).status_code == 409
    assert Member.objects.get(pk=people["police"].pk).is_active


def test_last_sign_in_is_a_day_at_the_table(people: Cast) -> None:
    # half past three in the morning of the next day, by the clock of Greenwich
    Member.objects.filter(pk=people["police"].pk).update(last_login=datetime(2026, 3, 2, 3, 30, tzinfo=UTC))
    assert {one.last_sign_in for one in reviewing.accounts() if one.last_sign_in} == {"2026-03-01"}


@pytest.mark.parametrize("close", [["x"], ["٣"], ["999999"], ["-1"], ["9" * 5000]])
def test_marks_that_are_none_close_nobody(client: Client, people: Cast, close: list[str]) -> None:
    before = Member.objects.filter(is_active=True).count()
    assert client.post(reverse(REVIEW), signed(people, close=close)).status_code == 303
    assert Member.objects.filter(is_active=True).count() == before


@pytest.mark.parametrize("who", ["police", "facilitator", "privacy_officer"])
def test_others_are_refused(people: Cast, who: str) -> None:
    other = Client()
    other.force_login(people[who])
    assert [other.get(reverse(one)).status_code for one in (PAGE, REVIEW)] == [403, 403]
    assert other.post(reverse(REVIEW), signed(people)).status_code == 403
    assert other.post(reverse("administration_account_release", args=[people["schools"].pk])).status_code == 403
    with pytest.raises(NotAllowed):
        reviewing.sign(by=people[who], seen="", looked_at=set(), closing=set(), name="")


def test_anonymous_is_sent_to_sign_in(people: Cast) -> None:
    assert Client().get(reverse(REVIEW)).status_code == 302
    assert Client().post(reverse(REVIEW)).status_code == 401


def test_a_locked_account_is_listed_and_released(client: Client, people: Cast) -> None:
    assert "Nobody is locked out" in client.get(reverse(PAGE)).content.decode()
    Member.objects.filter(pk=people["police"].pk).update(locked_at=clock.now())
    page = client.get(reverse(PAGE)).content.decode()
    assert people["police"].name in page
    assert "locked after five failures" in page
    answer = client.post(reverse("administration_account_release", args=[people["police"].pk]))
    assert answer.status_code == 303
    assert Member.objects.get(pk=people["police"].pk).locked_at is None


def test_release_refusals(client: Client, people: Cast) -> None:
    assert client.post(reverse("administration_account_release", args=[999999])).status_code == 404
    assert client.post(reverse("administration_account_release", args=[people["administrator"].pk])).status_code == 403
    assert client.get(reverse("administration_account_release", args=[people["police"].pk])).status_code == 405


def test_closing_ends_everything_at_once(
    client: Client, people: Cast, heard: Heard, django_capture_on_commit_callbacks: Any
) -> None:
    cache.clear()
    hers = Client()
    hers.post("/account/login/", {"login": people["facilitator"].email, "password": PASSWORD})
    assert hers.get("/").status_code == 200
    with acting(None, "test"):
        Invitation.objects.create(
            email=people["facilitator"].email, name="F", agency=people["facilitator"].agency, token_hash="x",
            sent_at=clock.now(), expires_at=clock.now(),
        )  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("administration_account_closings"), {"member": people["facilitator"].pk})
    assert not Session.objects.filter(pk=hers.session.session_key).exists()
    assert hers.get("/").status_code == 302
    assert not TableRole.objects.filter(member=people["facilitator"], ended_on=None).exists()
    assert Invitation.objects.get().withdrawn_at is not None
    assert revoked(heard) == {people["facilitator"].pk}
    cache.clear()
    hers.post("/account/login/", {"login": people["facilitator"].email, "password": PASSWORD})
    assert "_auth_user_id" not in hers.session


def test_nobody_closes_the_own_account(people: Cast) -> None:
    with pytest.raises(NotAllowed):
        accounts_closing.close(by=people["administrator"], member=people["administrator"])
    with pytest.raises(NotAllowed):
        accounts_closing.close(by=people["police"], member=people["schools"])
