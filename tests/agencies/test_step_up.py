"""Showing once more who one is: before identities, exports, and changes of rights; and nothing typed is lost."""

import time
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from agencies import membership
from agencies.choices import ContactKind
from agencies.models import AgencyContact, Agreement, Invitation, Member, Service
from hub.core import access
from hub.core.audit import acting
from situations.choices import EntryKind
from situations.models import BreakGlass, LedgerEntry
from tests.agencies.authenticator import code, signed_in, with_app
from tests.cast import PASSWORD, SAID, Cast, assemble, given_for, item_of, to_filter4

pytestmark = pytest.mark.django_db
AGAIN = "/account/reauthenticate/"
MINUTE = 60


@pytest.fixture
def people() -> Cast:
    return assemble()


@pytest.fixture(autouse=True)
def _demanded(settings) -> None:
    settings.DEMANDS_STEP_UP = True


def after(client: Client, minutes: float) -> Client:
    """The same browser so much later: what it has shown is older."""
    session = client.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [one | {"at": one["at"] - minutes * MINUTE} for one in records]
    session.save()
    return client


def test_signing_in_counts_for_a_quarter_of_an_hour(people: Cast) -> None:
    client = signed_in(people["privacy_officer"])
    path = reverse("privacy_export", args=["openings"])
    assert client.get(path).status_code == 200
    assert after(client, 14.9).get(path).status_code == 200
    answer = after(client, 0.2).get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{AGAIN}?next={path}"


@pytest.mark.parametrize("way", ["password", "code"])
def test_shown_again_it_goes_on_where_it_was_pressed(people: Cast, way: str) -> None:
    member = people["privacy_officer"]
    client = after(signed_in(with_app(member) if way == "code" else member), 16)
    path = reverse("privacy_export", args=["openings"])
    page = client.get(client.get(path).headers["Location"])
    assert f'value="{path}"' in page.content.decode()
    given = PASSWORD if way == "password" else code()
    answer = client.post(AGAIN, {way: given, "next": path})
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "typed", [{"password": "wrong"}, {"password": ""}, {"code": "000000"}, {"code": ""}, {}, {"credential": "{}"}]
)
def test_what_does_not_show_it_changes_nothing(people: Cast, typed: dict[str, str]) -> None:
    client = after(signed_in(with_app(people["privacy_officer"])), 16)
    assert client.post(AGAIN, typed).status_code == 422
    assert client.get(reverse("privacy_export", args=["openings"])).status_code == 302


def test_forged_passkeys_are_counted_as_wrong_passwords_are(people: Cast) -> None:
    member = people["privacy_officer"]
    client = after(signed_in(with_app(member)), 16)
    for forged in ("{", "{}", '{"id": "a"}', "[]"):
        assert client.post(AGAIN, {"credential": forged}).status_code == 422
    assert member.sign_in_failures.count() == 4


def test_other_peoples_password_does_not_do(people: Cast) -> None:
    Member.objects.filter(pk=people["police"].pk).update(password=people["schools"].password)
    other = people["schools"]
    other.set_password("something else entirely")
    other.save(update_fields=["password"])
    client = after(signed_in(people["privacy_officer"]), 16)
    assert client.post(AGAIN, {"password": "something else entirely"}).status_code == 422


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example"])
def test_it_leads_nowhere_else(people: Cast, there: str) -> None:
    client = signed_in(people["privacy_officer"])
    answer = client.post(AGAIN, {"password": PASSWORD, "next": there})
    assert answer.headers["Location"] == reverse("account_reauthenticated")


def test_stranger_cannot_ask(client: Client) -> None:
    assert client.get(AGAIN).status_code == 302
    assert client.post(AGAIN, {"password": PASSWORD}).status_code == 401
    assert client.get(reverse("account_reauthenticated")).status_code == 302


def test_identity_is_not_opened_and_nothing_is_entered(people: Cast) -> None:
    situation = people.ready()
    conference = people.conference()
    to_filter4(people, conference, situation)
    client = after(signed_in(people["clinic"]), 16)
    before = LedgerEntry.objects.count()
    answer = client.post(reverse("situation_identity", args=[situation.pk]), headers={"hx-request": "true"})
    assert answer.status_code == 401
    assert answer.content.decode().lstrip().startswith("<section")
    assert "data-refusal" in answer.content.decode()
    assert LedgerEntry.objects.count() == before
    client.post(AGAIN, {"password": PASSWORD})
    opened = client.post(reverse("situation_identity", args=[situation.pk]))
    assert "Zephyrine" in opened.content.decode()


def test_at_the_board_it_counts_for_two_hours(people: Cast) -> None:
    situation = people.ready()
    conference = people.conference()
    to_filter4(people, conference, situation)
    client = after(signed_in(people["clinic"]), 119)
    item = item_of(conference, situation).pk
    path = reverse("board_identity", args=[conference.pk, item])
    assert client.post(path).status_code == 200
    assert after(client, 2).post(path).status_code == 401
    opening = reverse("board_act", args=[conference.pk, item, "open-identity"])
    assert client.post(opening, {"basis": "hipaa_authorization"}).status_code == 401
    assert client.post(reverse("board_act", args=[conference.pk, item, "answer"]), {"kind": "no_role"}).status_code != 401


def test_rights_do_not_change(people: Cast) -> None:
    client = after(signed_in(people["administrator"]), 16)
    agreement = Agreement.objects.filter(agency=people.agencies["police"]).get()
    posts = {
        reverse("administration_agreement_end", args=[agreement.pk]): {"on": "2030-01-01"},
        reverse("administration_agreements"): {},
        reverse("administration_account_closings"): {"member": str(people["police"].pk)},
        reverse("invitation_new"): {"name": "A", "email": "a@b.example", "agency": str(people.agencies["police"].pk)},
        reverse("second_factor_lost"): {"member": str(people["police"].pk)},
    }
    assert {client.post(path, typed).status_code for path, typed in posts.items()} == {401}
    assert not Invitation.objects.exists()
    assert Member.objects.get(pk=people["police"].pk).is_active


def test_who_signs_for_an_agency_does_not_change(people: Cast) -> None:
    client = after(signed_in(people["police"]), 16)
    mine = people.agencies["police"]
    with acting(None, "test"):
        head = AgencyContact.objects.create(agency=mine, kind=ContactKind.HEAD, name="Ada Quay", email=people["police"].email)
    typed = {"kind": "head", "name": "Somebody Else", "email": "else@harborview.example"}
    assert client.post(reverse("table_agency_contacts", args=[mine.pk]), typed).status_code == 401
    assert client.post(reverse("table_agency_contact_end", args=[mine.pk, head.pk])).status_code == 401
    assert list(AgencyContact.objects.filter(agency=mine, ended_on=None, kind=ContactKind.HEAD)) == [head]


def test_rights_come_before_it(people: Cast) -> None:
    client = after(signed_in(people["police"]), 16)
    assert client.post(reverse("invitation_new")).status_code == 403


def test_breaking_the_glass_needs_it_and_its_form_does_not(people: Cast) -> None:
    situation = people.ready()
    people.conference()  # which gives it its number
    situation.refresh_from_db()
    membership.give_table_role(by=None, table=people.table, member=people["police"], role="break_glass")
    client = after(signed_in(people["police"]), 16)
    assert client.get(reverse("break_glass")).status_code == 200
    typed = {
        "table": people.table.pk,
        "number": situation.number,
        "reason": "The crisis team needs an address tonight: danger to life.",
        **given_for("table_agreement"),
        **SAID,
    }
    answer = client.post(reverse("break_glass"), typed)
    assert answer.status_code == 401
    assert not BreakGlass.objects.exists()
    assert not situation.ledger.filter(kind=EntryKind.IDENTITY_READ).exists()
    client.post(AGAIN, {"password": PASSWORD})
    client.post(reverse("break_glass"), typed)
    assert BreakGlass.objects.get().situation == situation


def test_accounting_leaves_only_then(people: Cast) -> None:
    client = after(signed_in(people["privacy_officer"]), 16)
    for name in ("accounting_letter", "accounting_sheet"):
        assert client.post(reverse(name)).status_code == 401


def test_second_factors_are_changed_only_then(people: Cast) -> None:
    client = after(signed_in(with_app(people["police"])), 16)
    for path in ("/account/2fa/passkeys/add/", "/account/2fa/totp/deactivate/", "/account/2fa/recovery-codes/"):
        assert client.get(path).headers["Location"].startswith(AGAIN)


def test_time_of_another_member_in_the_same_browser_does_not_count(people: Cast, rf) -> None:
    client = signed_in(people["police"])
    session = client.session
    session["account_authentication_methods_user"] = str(people["schools"].pk)
    session.save()
    request = rf.get("/")
    request.session, request.user = client.session, people["police"]
    assert not access.is_fresh(request, access.HERE)


def test_clock_set_back_does_not_make_it_last(people: Cast, rf) -> None:
    client = after(signed_in(people["police"]), -5)
    request = rf.get("/")
    request.session, request.user = client.session, people["police"]
    assert time.time() < request.session["account_authentication_methods"][0]["at"]
    assert not access.is_fresh(request, access.HERE)


def test_where_it_is_not_demanded_nobody_is_asked(people: Cast, settings) -> None:
    settings.DEMANDS_STEP_UP = False
    client = after(signed_in(people["privacy_officer"]), 600)
    assert client.get(reverse("privacy_export", args=["openings"])).status_code == 200


def test_sheet_of_who_is_trained_leaves_only_then(people: Cast) -> None:
    client = signed_in(people["police"])
    assert client.get(reverse("table_training_sheet")).status_code == 200
    assert after(client, 16).get(reverse("table_training_sheet")).status_code == 302


def test_crisis_numbers_do_not_change(people: Cast) -> None:
    client = after(signed_in(people["administrator"]), 16)
    call_command("crisis_numbers", stdout=StringIO())
    row = Service.objects.get(key="988")
    file = SimpleUploadedFile("services.json", b'[{"id": "x", "name": "Crew"}]')
    posts: dict[str, dict[str, object]] = {
        reverse("directory_change", args=[row.pk]): {"name": row.name, "phone": "555-0100"},
        reverse("directory_end", args=[row.pk]): {},
        reverse("directory_new"): {"name": "Line", "phone": "555-0100", "public_crisis": "on"},
        reverse("directory_imports"): {"file": file},
    }
    assert {client.post(path, typed).status_code for path, typed in posts.items()} == {401}
    assert client.post(reverse("directory_new"), {"name": "No crisis line", "phone": "555-0100"}).status_code == 303
