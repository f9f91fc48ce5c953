"""Nobody used it for 83 days: a mail. For 90: disabled, until an administrator releases it. Never the last administrator."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from agencies import locking, unused_accounts
from agencies.models import Member
from hub.core import clock
from situations import clerk
from tests.cast import PASSWORD, Cast, assemble

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    cast = assemble()
    Member.objects.update(last_login=clock.now())
    return cast


def used(member: Member, days: float) -> None:
    then = clock.now() - timedelta(days=days)
    Member.objects.filter(pk=member.pk).update(joined_at=then, last_login=then)


def disabled(member: Member) -> bool:
    return Member.objects.get(pk=member.pk).disabled_at is not None


def a_week_later() -> None:
    with clock.at(clock.now() + timedelta(days=7, minutes=1)):
        unused_accounts.disable()


def test_one_mail_a_week_before(people: Cast) -> None:
    used(people["police"], 83.1)
    used(people["schools"], 82.9)
    assert (unused_accounts.warn(), unused_accounts.warn()) == (1, 0)
    assert [one.to for one in mail.outbox] == [[people["police"].email]]
    assert "has not been used" in mail.outbox[0].body
    assert not disabled(people["police"])


def test_disabled_after_ninety_days_and_not_before(people: Cast) -> None:
    used(people["police"], 83.1)
    unused_accounts.warn()
    unused_accounts.disable()
    assert not disabled(people["police"])
    a_week_later()
    assert disabled(people["police"])
    assert not disabled(people["schools"])


def test_nobody_is_disabled_who_was_not_told_a_week_before(people: Cast) -> None:
    used(people["police"], 400)
    assert unused_accounts.disable() == 0
    unused_accounts.warn()
    assert unused_accounts.disable() == 0
    a_week_later()
    assert disabled(people["police"])


def test_signing_in_after_the_mail_is_enough(people: Cast) -> None:
    used(people["police"], 84)
    unused_accounts.warn()
    Member.objects.filter(pk=people["police"].pk).update(last_login=clock.now())
    a_week_later()
    assert not disabled(people["police"])


def test_an_account_that_was_never_used_counts_from_its_making(people: Cast) -> None:
    Member.objects.filter(pk=people["police"].pk).update(joined_at=clock.now() - timedelta(days=91), last_login=None)
    unused_accounts.warn()
    a_week_later()
    assert disabled(people["police"])


def test_disabled_cannot_sign_in_until_released_and_is_not_disabled_again(people: Cast) -> None:
    used(people["police"], 91)
    Member.objects.filter(pk=people["police"].pk).update(disabled_at=clock.now(), warned_at=clock.now() - timedelta(days=8))
    client = Client()
    sent = {"login": people["police"].email, "password": PASSWORD}
    cache.clear()
    client.post("/account/login/", sent)
    assert "_auth_user_id" not in client.session
    locking.release(by=people["administrator"], member=people["police"])
    assert (unused_accounts.warn(), unused_accounts.disable()) == (0, 0)
    cache.clear()
    client.post("/account/login/", sent)
    assert client.session["_auth_user_id"] == str(people["police"].pk)


def test_never_the_last_administrator(people: Cast) -> None:
    second = people["privacy_officer"]
    Member.objects.filter(pk=second.pk).update(is_administrator=True)
    for one in (people["administrator"], second):
        used(one, 91)
    unused_accounts.warn()
    a_week_later()
    assert [disabled(people["administrator"]), disabled(second)].count(True) == 1


def test_closed_accounts_are_left_alone(people: Cast) -> None:
    used(people["police"], 91)
    Member.objects.filter(pk=people["police"].pk).update(is_active=False)
    assert unused_accounts.warn() == 0
    assert mail.outbox == []


def test_the_clerk_does_it(people: Cast) -> None:
    names = [duty.name for duty in clerk.DUTIES]
    assert "disable accounts that nobody uses" in names
    used(people["police"], 84)
    wanted = tuple(duty for duty in clerk.DUTIES if "account" in duty.name)
    assert dict(clerk.go_round(wanted))["warn before an account is disabled"] == 1


def test_the_command_line_releases_where_no_administrator_can(people: Cast) -> None:
    Member.objects.filter(pk=people["administrator"].pk).update(locked_at=clock.now())
    call_command("release_account", people["administrator"].email.upper())
    assert Member.objects.get(pk=people["administrator"].pk).locked_at is None
    with pytest.raises(CommandError):
        call_command("release_account", "nobody@harborview.example")
