"""A second factor of everybody: one sign-in without, then nothing opens before one is set up."""

import asyncio
import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as configured
from django.core import mail
from django.test import Client
from django.urls import reverse

from agencies import letting_in, second_factors
from agencies.models import Member
from conferences.board.admission import SIGN_IN, Caller, answers_to
from hub.core.aead import VaultError
from hub.core.errors import NotAllowed
from tests.agencies.authenticator import SECRET, code, recovery_codes, signed_in, with_app
from tests.cast import Cast, assemble, refused
from tests.live import environment_of, manage

pytestmark = pytest.mark.django_db
SET_UP = "/account/2fa/"
HALF = '{"id": "x", "rawId": "eA", "type": "public-key", "response": {"attestationObject": "eA"}}'


@pytest.fixture
def people() -> Cast:
    return assemble()


@pytest.fixture(autouse=True)
def _demanded(settings) -> None:
    settings.DEMANDS_MFA = settings.DEMANDS_STEP_UP = True


def inside(client: Client) -> bool:
    """Whether the browser is let in to a page."""
    answer = client.get(reverse("table_detail"))
    assert answer.status_code == 200 or answer.headers["Location"] == SET_UP
    return answer.status_code == 200


def test_one_sign_in_is_let_through_and_no_second(people: Cast) -> None:
    first = signed_in(people["police"])
    assert [inside(first), inside(first)] == [False, True]  # told once, then let through
    assert Member.objects.get(pk=people["police"].pk).grace_ended_at is not None
    second = signed_in(people["police"])
    assert not inside(second)
    assert inside(first)  # the one sign-in lasts as long as its session


def test_first_sign_in_is_told_so(people: Cast) -> None:
    client = signed_in(people["police"])
    assert "at your next sign-in nothing opens" in client.get(SET_UP).content.decode()
    assert inside(client)


@pytest.mark.parametrize("path", ["/", "/situations/", "/conferences/", "/account/password/change/", "/table/administration/"])
def test_from_the_second_on_every_page_leads_to_setting_up(people: Cast, path: str) -> None:
    signed_in(people["administrator"])
    answer = signed_in(people["administrator"]).get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, SET_UP)


def test_what_was_typed_stays_when_a_post_is_refused(people: Cast) -> None:
    signed_in(people["schools"])
    answer = signed_in(people["schools"]).post(reverse("situation_new"), {"table": people.table.pk})
    assert answer.status_code == 401
    assert "data-refusal" in answer.content.decode()


def test_signing_out_health_and_setting_up_stay_open(people: Cast) -> None:
    signed_in(people["police"])
    client = signed_in(people["police"])
    opens = ["/healthz", SET_UP, "/account/2fa/passkeys/add/", "/account/2fa/totp/activate/", "/account/logout/"]
    assert [client.get(one).status_code for one in opens] == [200] * len(opens)
    assert client.post("/account/logout/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_app_set_up_lets_in_at_once_and_leads_to_recovery_codes(
    people: Cast, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    signed_in(people["police"])
    client = signed_in(people["police"])
    client.get("/account/2fa/totp/activate/")
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/account/2fa/totp/activate/", {"code": code(client.session["mfa.totp.secret"])})
    assert answer.headers["Location"] == "/account/2fa/recovery-codes/"
    assert inside(client)
    told = [(one.to, one.subject) for one in mailoutbox if "app was added" in one.body]
    assert told == [(["police@harborview.example"], "HubTable: your account was changed")]


def test_wrong_code_sets_nothing_up(people: Cast) -> None:
    client = signed_in(people["police"])
    client.get("/account/2fa/totp/activate/")
    assert "This code is not right" in client.post("/account/2fa/totp/activate/", {"code": "000000"}).content.decode()
    assert not Authenticator.objects.exists()


def test_with_an_app_the_password_alone_signs_nobody_in(people: Cast) -> None:
    with_app(people["police"])
    client = Client()
    answer = client.post("/account/login/", {"login": people["police"].email, "password": "harborview-demo"})
    assert answer.headers["Location"] == "/account/2fa/authenticate/"
    assert client.get("/").status_code == 302
    assert "not signed in" in client.post("/account/2fa/authenticate/", {"code": "000000"}).content.decode()
    assert "_auth_user_id" not in client.session
    client.post("/account/2fa/authenticate/", {"code": code()})
    assert inside(client)
    assert Member.objects.get(pk=people["police"].pk).grace_ended_at is None


def test_recovery_code_signs_in_once(people: Cast) -> None:
    with_app(people["police"])
    given = recovery_codes(people["police"])[0]
    for worked in (True, False):
        client = Client()
        client.post("/account/login/", {"login": people["police"].email, "password": "harborview-demo"})
        client.post("/account/2fa/authenticate/", {"code": given})
        assert ("_auth_user_id" in client.session) is worked


def test_codes_are_shown_in_one_answer_only(people: Cast) -> None:
    client = signed_in(with_app(people["police"]))
    before = recovery_codes(people["police"])
    shown = client.post("/account/2fa/recovery-codes/").content.decode()
    codes = recovery_codes(people["police"])
    assert all(one in shown for one in codes)
    assert not set(before) & set(codes)
    later = client.get("/account/2fa/recovery-codes/").content.decode()
    assert "10 of your codes are unused" in later
    assert not any(one in later for one in codes)


def test_who_has_no_factor_gets_no_codes(people: Cast) -> None:
    client = signed_in(people["police"])
    assert client.post("/account/2fa/recovery-codes/").headers["Location"] == SET_UP
    assert not Authenticator.objects.exists()


def test_secrets_are_sealed_in_the_database(people: Cast) -> None:
    with_app(people["police"])
    stored = json.dumps([one.data for one in Authenticator.objects.all()])
    assert SECRET not in stored
    assert base64.b32decode(SECRET).decode() not in stored
    row = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    row.data["secret"] = row.data["secret"][:-8] + "AAAAAAA="
    with pytest.raises(VaultError):
        row.wrap().validate_code(code())


def test_last_factor_cannot_be_taken_away(people: Cast) -> None:
    client = signed_in(with_app(people["police"]))
    assert "only second factor" in client.get("/account/2fa/totp/deactivate/").content.decode()
    client.post("/account/2fa/totp/deactivate/")
    assert second_factors.has_factor(people["police"].pk)


def passkey_of(member: Member) -> Authenticator:
    """A row as allauth writes it; nobody can sign with it."""
    data = {"name": "Laptop", "credential": {"clientExtensionResults": {}}}
    return Authenticator.objects.create(user=member, type=Authenticator.Type.WEBAUTHN, data=data)


def test_passkey_is_taken_away_by_its_owner_alone(people: Cast) -> None:
    key = passkey_of(people["police"])
    other = signed_in(with_app(people["schools"]))
    assert other.post(reverse("mfa_remove_webauthn", args=[key.pk])).status_code == 404
    assert other.post(reverse("mfa_edit_webauthn", args=[key.pk]), {"name": "Mine"}).status_code == 404
    with_app(people["police"])
    client = Client()
    client.post("/account/login/", {"login": people["police"].email, "password": "harborview-demo"})
    client.post("/account/2fa/authenticate/", {"code": recovery_codes(people["police"])[0]})
    assert client.get(reverse("mfa_remove_webauthn", args=[key.pk])).status_code == 200
    assert Authenticator.objects.filter(pk=key.pk).exists()
    assert client.post(reverse("mfa_remove_webauthn", args=[key.pk])).status_code == 303
    assert not Authenticator.objects.filter(pk=key.pk).exists()


@pytest.mark.parametrize("credential", ["", "{}", "[]", '"x"', "null", '{"id": "x", "response": {}}', "not json"])
@pytest.mark.parametrize("path", ["/account/2fa/passkeys/sign-in/", "/account/reauthenticate/"])
def test_forged_passkey_signs_nobody_in(people: Cast, path: str, credential: str) -> None:
    client = signed_in(with_app(people["police"])) if "reauth" in path else Client()
    client.get(path, headers={"accept": "application/json"})
    before = client.session.get("account_authentication_methods")
    assert client.post(path, {"credential": credential}).status_code in {302, 422}
    assert client.session.get("account_authentication_methods") == before


def test_forged_passkey_is_not_added(people: Cast) -> None:
    client = signed_in(people["police"])
    for credential in (
        "",
        "{}",
        "[]",
        '{"id": "x", "rawId": "eA", "type": "public-key", "response": {"attestationObject": "eA"}}',
    ):
        client.get("/account/2fa/passkeys/add/")
        typed = {"credential": credential, "passwordless": "on", "name": "Mine"}
        assert client.post("/account/2fa/passkeys/add/", typed).status_code == 200
    assert not Authenticator.objects.exists()


def test_lost_factors_are_taken_away_by_another_administrator(people: Cast) -> None:
    police, admin = signed_in(with_app(people["police"])), signed_in(with_app(people["administrator"]))
    lost = reverse("second_factor_lost")
    assert admin.post(lost, {"member": people["administrator"].pk}).status_code == 422
    mail.outbox.clear()
    assert admin.post(lost, {"member": people["police"].pk}).status_code == 303
    [letter] = mail.outbox
    assert (letter.to, "took all of its second factors away" in letter.body) == ([people["police"].email], True)
    assert not Authenticator.objects.filter(user=people["police"]).exists()
    assert police.get("/table/").status_code == 302
    assert "/account/login/" in police.get("/table/").headers["Location"]
    again = signed_in(people["police"])
    assert [inside(again), inside(again)] == [False, True]
    assert not inside(signed_in(people["police"]))


@pytest.mark.parametrize("who", ["police", "facilitator", "administrator"])
def test_nobody_else_takes_factors_away(people: Cast, who: str) -> None:
    with_app(people["administrator"])
    with refused(NotAllowed):
        second_factors.forget(by=people[who], member=people["administrator"])


def test_socket_is_refused_to_who_must_set_one_up(people: Cast) -> None:
    conference = people.conference()
    with_grace = signed_in(people["police"])
    without = signed_in(people["police"])
    keys = [one.session.session_key or "" for one in (with_grace, without)]
    loop = asyncio.new_event_loop()
    callers = [Caller(key, conference.pk, wall=False, answer=loop.create_future()) for key in keys]
    loop.close()
    assert answers_to(callers) == [people["police"].pk, -SIGN_IN]


def test_single_sign_on_that_is_trusted_marks_the_session(people: Cast) -> None:
    signed_in(people["police"])
    client = signed_in(people["police"])
    session = client.session
    session[letting_in.SEEN] = True
    session.save()
    assert inside(client)


def test_where_none_is_demanded_nobody_is_asked(people: Cast, settings) -> None:
    settings.DEMANDS_MFA = False
    for _turn in range(3):
        assert inside(signed_in(people["police"]))
    assert Member.objects.get(pk=people["police"].pk).grace_ended_at is None


@pytest.mark.parametrize(("demo", "demanded"), [(False, [True, True, True]), (True, [False, False, False])])
def test_demand_is_on_unless_it_is_a_demonstration(tmp_path: Path, demo: bool, demanded: list[bool]) -> None:
    environment = environment_of(tmp_path, demo=demo)
    for name in ("HUBTABLE_DEMANDS_MFA", "HUBTABLE_DEMANDS_STEP_UP", "HUBTABLE_USE_BANNER"):
        del environment[name]
    asked = "from django.conf import settings as s; print([s.DEMANDS_MFA, s.DEMANDS_STEP_UP, s.USE_BANNER])"
    assert manage(environment, "shell", "--no-imports", "-c", asked).splitlines()[-1] == str(demanded)


def test_second_factor_is_asked_after_access_is_declared() -> None:
    assert configured.MFA_PASSKEY_LOGIN_ENABLED
    assert configured.MIDDLEWARE.index("agencies.refusals.SecondFactorMiddleware") > configured.MIDDLEWARE.index(
        "hub.core.access.DeclaredAccessMiddleware"
    )


def test_picture_for_an_app_is_drawn_by_the_page(people: Cast) -> None:
    page = signed_in(people["police"]).get("/account/2fa/totp/activate/").content.decode()
    assert re.search(r'viewBox="0 0 \d+ \d+" aria-label="[^"]+"><path d="M4,4H', page)
    assert "data:image" not in page
