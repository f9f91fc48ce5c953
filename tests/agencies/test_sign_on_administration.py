"""Setting up single sign-on: the administrator's alone, with an answer for each wrong input, and a secret that stays one."""

from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from agencies import single_sign_on
from agencies.models import Agency, SingleSignOn
from hub.core.aead import VaultError
from hub.core.errors import NotAllowed, RuleRefused
from hub.core.http import WriteInGet, signing_in_may_write
from tests.cast import Cast, assemble
from tests.servers import free_port

pytestmark = pytest.mark.django_db
SECRET = "a secret that nobody sees again"
TYPED = {
    "name": "City sign-in", "issuer": "https://id.city.example", "client_id": "hubtable", "secret": SECRET,
    "domains": "City.example, @police.city.example city.example", "is_active": "on",
}  # fmt: skip


@pytest.fixture
def people() -> Cast:
    return assemble()


@pytest.fixture
def administrator(client: Client, people: Cast) -> Client:
    client.force_login(people["administrator"])
    return client


def url(people: Cast, name: str = "administration_sign_on_of", agency: str = "police") -> str:
    return reverse(name, args=[people.agencies[agency].pk])


POSTS = ["administration_sign_on_of", "administration_sign_on_trial", "administration_sign_on_forgetting"]


@pytest.mark.parametrize("who", ["police", "facilitator", "privacy_officer", "outsider"])
def test_others_are_refused(client: Client, people: Cast, who: str) -> None:
    client.force_login(people[who])
    assert client.get(reverse("administration_sign_on")).status_code == 403
    assert client.get(url(people)).status_code == 403
    assert [client.post(url(people, name), TYPED).status_code for name in POSTS] == [403] * 3
    assert not SingleSignOn.objects.exists()


def test_others_are_refused_by_the_verbs_too(people: Cast) -> None:
    with pytest.raises(NotAllowed):
        single_sign_on.set_up(by=people["police"], agency=people.agencies["police"], secret=SECRET)
    with pytest.raises(NotAllowed):
        single_sign_on.forget(by=people["police"], provider=SingleSignOn(key="x"), email="police@harborview.example")


def test_get_on_an_action_is_405(administrator: Client, people: Cast) -> None:
    assert [administrator.get(url(people, name)).status_code for name in POSTS[1:]] == [405, 405]


def test_agency_that_is_not_there_is_404(administrator: Client, people: Cast) -> None:
    assert administrator.get(reverse("administration_sign_on_of", args=[0])).status_code == 404
    assert [administrator.post(url(people, name)).status_code for name in POSTS[1:]] == [404, 404]


def test_provider_is_set_up_and_its_secret_is_sealed(administrator: Client, people: Cast) -> None:
    answer = administrator.post(url(people), TYPED)
    assert answer.status_code == 303
    row = SingleSignOn.objects.get()
    assert (row.key, row.domains, row.trusts_its_mfa) == ("police", ["city.example", "police.city.example"], False)
    assert SECRET.encode() not in bytes(row.secret)
    assert single_sign_on.secret_of(row) == SECRET
    page = administrator.get(answer.headers["Location"]).content.decode()
    assert SECRET not in page
    assert "The provider is saved." in page
    assert f"http://testserver{reverse('single_sign_on_return', args=['police'])}" in page
    assert "City sign-in" in administrator.get(reverse("administration_sign_on")).content.decode()


def test_secret_opens_for_its_own_agency_only(administrator: Client, people: Cast) -> None:
    administrator.post(url(people), TYPED)
    moved = SingleSignOn(agency=people.agencies["clinic"], secret=SingleSignOn.objects.get().secret)
    with pytest.raises(VaultError):
        single_sign_on.secret_of(moved)


def test_secret_left_empty_stays(administrator: Client, people: Cast) -> None:
    administrator.post(url(people), TYPED)
    assert administrator.post(url(people), {**TYPED, "secret": "", "name": "Another name"}).status_code == 303
    row = SingleSignOn.objects.get()
    assert (row.name, single_sign_on.secret_of(row)) == ("Another name", SECRET)


def test_representatives_are_told_of_another_provider_and_of_nothing_less(
    administrator: Client, people: Cast, mailoutbox: list[Any]
) -> None:
    administrator.post(url(people), TYPED)
    administrator.post(url(people), TYPED | {"name": "Another name"})
    administrator.post(url(people), TYPED | {"issuer": "https://id.elsewhere.example"})
    assert [one.to for one in mailoutbox] == [["police@harborview.example"]] * 2
    assert ["https://id.city.example" in mailoutbox[0].body, "https://id.elsewhere.example" in mailoutbox[1].body] == [
        True,
        True,
    ]
    assert SECRET not in str([one.body for one in mailoutbox])


@pytest.mark.parametrize(
    ("change", "words"),
    [({"trusts_its_mfa": "on"}, "A second factor that it says"), ({"demands_mfa": "on"}, "for a second factor"),
     ({"domains": "city.example other.example"}, "other.example"), ({"is_active": ""}, "It is switched off")],
)  # fmt: skip
def test_representatives_are_told_of_what_counts_there(
    administrator: Client, people: Cast, mailoutbox: list[Any], change: dict[str, str], words: str
) -> None:
    administrator.post(url(people), TYPED)
    assert words not in mailoutbox[0].body
    administrator.post(url(people), TYPED | change)
    assert len(mailoutbox) == 2
    assert words in mailoutbox[1].body


def test_another_provider_asks_who_it_is(administrator: Client, people: Cast, settings: Settings) -> None:
    settings.DEMANDS_STEP_UP = True
    session = administrator.session
    session["account_authentication_methods"] = []
    session.save()
    assert administrator.post(url(people), TYPED).status_code == 401
    assert not SingleSignOn.objects.exists()


def test_history_holds_no_readable_secret(administrator: Client, people: Cast) -> None:
    administrator.post(url(people), TYPED)
    assert [SECRET.encode() in bytes(one.secret) for one in SingleSignOn.history.all()] == [False]


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("name", ""),
        ("issuer", ""),
        ("issuer", "http://id.city.example"),
        ("issuer", "id.city.example"),
        ("issuer", "https://id.city.example?tenant=1"),
        ("issuer", "https://id.city.example/.well-known/openid-configuration"),
        ("client_id", ""),
        ("secret", ""),
        ("domains", ""),
        ("domains", "city"),
        ("domains", "someone@city.example"),
        ("domains", "*.city.example"),
        ("domains", ", ,"),
    ],
)
def test_wrong_input_is_refused_at_its_field(administrator: Client, people: Cast, field: str, given: str) -> None:
    answer = administrator.post(url(people), {**TYPED, field: given})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert SECRET not in answer.content.decode()
    assert not SingleSignOn.objects.exists()


def bound(people: Cast) -> SocialAccount:
    return SocialAccount.objects.create(user=people["police"], provider="police", uid="42")


@pytest.mark.parametrize(
    ("change", "kept"), [({"issuer": "https://id2.city.example"}, 0), ({"client_id": "two"}, 0), ({"name": "New"}, 1)]
)
def test_another_provider_forgets_whom_the_old_one_knew(
    administrator: Client, people: Cast, change: dict[str, str], kept: int
) -> None:
    administrator.post(url(people), TYPED)
    bound(people)
    administrator.post(url(people), {**TYPED, **change})
    assert SocialAccount.objects.count() == kept


def test_one_number_is_forgotten(administrator: Client, people: Cast) -> None:
    administrator.post(url(people), TYPED)
    bound(people)
    where = url(people, "administration_sign_on_forgetting")
    assert administrator.post(where, {"email": "clinic@harborview.example"}).status_code == 422
    assert administrator.post(where, {"email": ""}).status_code == 422
    assert SocialAccount.objects.count() == 1
    assert administrator.post(where, {"email": "police@harborview.example"}).status_code == 303
    assert not SocialAccount.objects.exists()


def test_trial_says_what_is_wrong_and_writes_nothing(administrator: Client, people: Cast, settings: Settings) -> None:
    settings.SINGLE_SIGN_ON_PLAIN_LOOPBACK = True
    administrator.post(url(people), {**TYPED, "issuer": f"http://127.0.0.1:{free_port()}"})
    answer = administrator.post(url(people, "administration_sign_on_trial"))
    assert answer.status_code == 200
    assert "The provider cannot be used yet" in answer.content.decode()
    assert "cannot be reached" in answer.content.decode()
    assert SingleSignOn.history.count() == 1


def test_first_set_up_needs_a_secret(people: Cast) -> None:
    with pytest.raises(RuleRefused):
        single_sign_on.set_up(by=None, agency=people.agencies["police"], secret="", name="x")


def test_return_may_write_what_signing_in_needs_and_nothing_else(administrator: Client, people: Cast, rf: Any) -> None:
    from hub.core.http import ReadOnlyGetMiddleware

    def sign_in(_request: Any) -> Any:
        with signing_in_may_write():
            bound(people)

    def more(_request: Any) -> Any:
        with signing_in_may_write():
            Agency.objects.update(phone="")

    ReadOnlyGetMiddleware(sign_in)(rf.get("/"))
    assert SocialAccount.objects.count() == 1
    for refused in (more, lambda _request: bound(people)):
        with pytest.raises(WriteInGet):
            ReadOnlyGetMiddleware(refused)(rf.get("/"))
