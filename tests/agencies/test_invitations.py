"""Invitations: one link, one account, once; and what everybody else gets."""

import hashlib
import re
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.test import Client
from django.urls import reverse

from agencies import invitations
from agencies.models import AgencyRole, Invitation, Member
from hub.core import clock
from hub.core.errors import NotAllowed, NotVisible, RuleRefused
from tests.cast import PASSWORD, Cast, assemble, refused
from tests.hub.test_mail import Kept
from tests.servers import free_port

pytestmark = pytest.mark.django_db
ADDRESS = "new.colleague@harborview.example"
CHOSEN = "nine copper lanterns at noon"


@pytest.fixture
def people() -> Cast:
    return assemble()


def typed(people: Cast, **changes: object) -> dict[str, object]:
    agency = people.agencies["clinic"].pk
    whom = {"name": "Sorrel Vane", "email": ADDRESS, "position": "Clinician", "agency": agency, "roles": ["deputy"]}
    return whom | changes


def invited(people: Cast, **changes: object) -> tuple[Invitation, str]:
    fields = typed(people, agency=people.agencies["clinic"]) | changes
    return invitations.invite(by=people["administrator"], **fields)  # type: ignore[arg-type]


def page(token: str) -> str:
    return reverse("account_invitation", args=[token])


def accepted(client: Client, token: str, password: str = CHOSEN) -> int:
    return client.post(page(token), {"new_password1": password, "new_password2": password}).status_code


def token_of(message: object) -> str:
    found = re.search(r"/account/invitation/([\w-]+)/", str(message))
    assert found is not None
    return found[1]


def test_link_makes_the_account_that_was_meant_and_signs_it_in(client: Client, people: Cast) -> None:
    admin = Client()
    admin.force_login(people["administrator"])
    assert admin.post(reverse("invitation_new"), typed(people)).status_code == 303
    token = token_of(mail.outbox[0].body)
    assert mail.outbox[0].to == [ADDRESS]
    assert "Sorrel Vane" in client.get(page(token)).content.decode()
    assert accepted(client, token) == 303
    member = Member.objects.get(email=ADDRESS)
    assert (member.name, member.position, member.agency) == ("Sorrel Vane", "Clinician", people.agencies["clinic"])
    assert list(AgencyRole.objects.filter(member=member).values_list("role", flat=True)) == ["deputy"]
    assert not member.is_administrator
    assert client.session["_auth_user_id"] == str(member.pk)
    assert client.get(reverse("mfa_index")).status_code == 200


def test_only_a_digest_of_the_link_is_stored(people: Cast) -> None:
    row, token = invited(people)
    assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert len(token) >= 43
    assert token not in repr(list(Invitation.objects.values()) + list(Invitation.history.values()))


def test_getting_the_link_makes_nothing(client: Client, people: Cast) -> None:
    _row, token = invited(people)
    for _turn in range(2):
        assert client.get(page(token)).status_code == 200
    assert not Member.objects.filter(email=ADDRESS).exists()


def test_second_use_says_that_it_was_used(client: Client, people: Cast) -> None:
    _row, token = invited(people)
    accepted(client, token)
    other = Client()
    assert accepted(other, token, "another password altogether") == 410
    assert "was used" in other.get(page(token)).content.decode()
    assert "_auth_user_id" not in other.session
    assert Member.objects.get(email=ADDRESS).check_password(CHOSEN)


def test_link_is_too_old_from_its_last_moment_on(client: Client, people: Cast) -> None:
    row, token = invited(people)
    with clock.at(row.expires_at - timedelta(seconds=1)):
        assert client.get(page(token)).status_code == 200
    with clock.at(row.expires_at):
        assert accepted(client, token) == 410
        assert "too old" in client.get(page(token)).content.decode()
    assert row.expires_at - row.sent_at == timedelta(days=7)


def test_unknown_and_withdrawn_look_alike(client: Client, people: Cast) -> None:
    row, token = invited(people)
    invitations.withdraw(by=people["administrator"], invitation=row)
    answers = [client.get(page(one)) for one in (token, "x" * 43, token + "\u00e9", "\ud7ff")]
    assert {one.status_code for one in answers} == {404}
    assert len({one.content.partition(b"<main")[2] for one in answers}) == 1
    assert ADDRESS not in answers[0].content.decode()
    assert accepted(client, token) == 404


def test_sent_again_the_old_link_dies(client: Client, people: Cast) -> None:
    row, old = invited(people)
    admin = Client()
    admin.force_login(people["administrator"])
    with clock.at(row.expires_at + timedelta(days=1)):
        assert admin.post(reverse("invitation_again", args=[row.pk])).status_code == 303
        new = token_of(mail.outbox[-1].body)
        assert client.get(page(old)).status_code == 404
        assert accepted(client, new) == 303


@pytest.mark.parametrize("password", ["short", "password123456", "123456789012", "new.colleague"])
def test_weak_password_makes_no_account(client: Client, people: Cast, password: str) -> None:
    _row, token = invited(people)
    refused = client.post(page(token), {"new_password1": password, "new_password2": password})
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["new_password1"], "said where it is chosen"
    assert not Member.objects.filter(email=ADDRESS).exists()


def test_two_different_passwords_make_no_account(client: Client, people: Cast) -> None:
    _row, token = invited(people)
    assert client.post(page(token), {"new_password1": CHOSEN, "new_password2": CHOSEN + "x"}).status_code == 422
    assert not Member.objects.filter(email=ADDRESS).exists()


def test_who_was_signed_in_on_that_device_is_signed_out(client: Client, people: Cast) -> None:
    _row, token = invited(people)
    client.force_login(people["police"])
    assert people["police"].name in client.get(page(token)).content.decode()
    accepted(client, token)
    assert client.session["_auth_user_id"] == str(Member.objects.get(email=ADDRESS).pk)


@pytest.mark.parametrize("who", ["police", "facilitator", "privacy_officer", "outsider"])
def test_only_the_administrator_invites(client: Client, people: Cast, who: str) -> None:
    row, _token = invited(people)
    client.force_login(people[who])
    keyed = [reverse(name, args=[row.pk]) for name in ("invitation_again", "invitation_withdraw")]
    posts = [reverse("invitation_new"), reverse("second_factor_lost"), *keyed]
    assert client.get(reverse("invitations")).status_code == 403
    assert {client.post(one, typed(people, email="x@harborview.example")).status_code for one in posts} == {403}
    with refused(NotAllowed):
        invitations.invite(by=people[who], **typed(people, agency=people.agencies["clinic"], email="x@harborview.example"))  # type: ignore[arg-type]
    with refused(NotAllowed):
        invitations.withdraw(by=people[who], invitation=row)
    with refused(NotAllowed):
        invitations.send_again(by=people[who], invitation=row)


def test_get_on_an_action_is_405(client: Client, people: Cast) -> None:
    row, _token = invited(people)
    client.force_login(people["administrator"])
    keyed = [reverse(name, args=[row.pk]) for name in ("invitation_again", "invitation_withdraw")]
    assert {client.get(one).status_code for one in (reverse("invitation_new"), *keyed)} == {405}


@pytest.mark.parametrize(
    "change",
    [{"email": ""}, {"email": "nobody"}, {"name": ""}, {"agency": "999"}, {"roles": ["administrator"]}, {"name": "x" * 121}],
)
def test_form_with_a_fault_comes_back(client: Client, people: Cast, change: dict[str, object]) -> None:
    client.force_login(people["administrator"])
    answer = client.post(reverse("invitation_new"), typed(people, **change))
    assert answer.status_code == 422
    assert "Clinician" in answer.content.decode()
    assert (Invitation.objects.count(), mail.outbox) == (0, [])


def test_address_with_an_account_or_an_invitation_is_refused(client: Client, people: Cast) -> None:
    invited(people)
    with refused(RuleRefused, "email"):
        invited(people, email=ADDRESS.upper())
    with refused(RuleRefused, "email"):
        invited(people, email=people["police"].email)
    client.force_login(people["administrator"])
    assert client.post(reverse("invitation_new"), typed(people, email=ADDRESS.title())).status_code == 422


def test_two_administrators_do_not_invite_one_address_at_once(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = invitations._not_yet_known

    def then_another_is_invited(address: str) -> None:
        looked(address)
        monkeypatch.setattr(invitations, "_not_yet_known", looked)
        invited(people)

    monkeypatch.setattr(invitations, "_not_yet_known", then_another_is_invited)
    with pytest.raises(RuleRefused) as raised:
        invited(people)
    assert raised.value.field == "email"


def test_role_that_is_none_is_refused(people: Cast) -> None:
    with refused(RuleRefused, "roles"):
        invited(people, roles=["facilitator"])


def test_accepted_and_withdrawn_ones_are_closed_to_the_administrator_too(client: Client, people: Cast) -> None:
    row, token = invited(people)
    accepted(client, token)
    with refused(NotVisible):
        invitations.send_again(by=people["administrator"], invitation=row)
    with refused(NotVisible):
        invitations.withdraw(by=people["administrator"], invitation=row)


def test_account_made_meanwhile_is_not_taken_over(client: Client, people: Cast) -> None:
    row, token = invited(people)
    Member.objects.filter(pk=people["police"].pk).update(email=ADDRESS)
    assert accepted(client, token) == 410
    assert Member.objects.get(email=ADDRESS).check_password(PASSWORD)
    with refused(RuleRefused):
        invitations.send_again(by=people["administrator"], invitation=row)


def test_list_shows_who_is_waited_for(client: Client, people: Cast) -> None:
    invited(people)
    client.force_login(people["administrator"])
    shown = client.get(reverse("invitations")).content.decode()
    assert ADDRESS in shown
    assert "open until" in shown


def test_choices_are_narrowed_and_still_accepted(client: Client, people: Cast) -> None:
    client.force_login(people["administrator"])
    shown = client.get(reverse("invitations"), {"seek": "Clinic"}).content.decode()
    assert "Harborview Clinic</option>" in shown
    assert "Harborview Police</option>" not in shown
    police = typed(people, agency=people.agencies["police"].pk)
    assert client.post(reverse("invitation_new") + "?seek=Clinic", police).status_code == 303


def test_mail_goes_over_a_real_server_and_its_link_works(client: Client, people: Cast, settings) -> None:
    box = Kept()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    admin = Client()
    admin.force_login(people["administrator"])
    try:
        answer = admin.post(reverse("invitation_new"), typed(people))
    finally:
        server.stop()
    assert answer.headers["Location"].endswith("said=sent")
    assert [one["To"] for one in box.mails] == [ADDRESS]
    assert accepted(client, token_of(box.mails[0].get_payload(decode=True).decode())) == 303  # type: ignore[union-attr]


def test_mail_server_that_is_down_keeps_the_invitation(people: Cast, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    admin = Client()
    admin.force_login(people["administrator"])
    answer = admin.post(reverse("invitation_new"), typed(people))
    assert "did not take it" in admin.get(answer.headers["Location"]).content.decode()
    assert Invitation.objects.get().accepted_at is None
