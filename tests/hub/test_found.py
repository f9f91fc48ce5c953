"""`manage.py found`: the first agency, administrator and table of a real installation, once."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from agencies import membership
from agencies.models import Agency, Member, Table

pytestmark = pytest.mark.django_db
GIVEN = [
    "--agency", "Harborview Police Department", "--short-name", "Police", "--regimes", "police", "--name", "Ada Quist",
    "--email", "Ada@Harborview.example", "--table", "Harborview Hub", "--address", "https://hub.example/",
]  # fmt: skip


def run(*args: str) -> list[str]:
    out = StringIO()
    call_command("found", *args, stdout=out)
    return out.getvalue().splitlines()


def test_all_three_are_founded_and_the_link_makes_a_password_once(client: Client) -> None:
    link = run(*GIVEN)[-1]
    who = Member.objects.get()
    assert (who.email, who.is_administrator, who.has_usable_password()) == ("ada@harborview.example", True, False)
    assert (Agency.objects.get().regimes, Table.objects.get().slug) == (["police"], "harborview-hub")
    assert link.startswith("https://hub.example/account/password/reset/key/")
    page = client.get(link.removeprefix("https://hub.example"), follow=True)
    password = "a harbour with seven lanterns"
    answer = client.post(page.request["PATH_INFO"], {"password1": password, "password2": password})
    assert answer.status_code == 302
    who.refresh_from_db()
    assert who.check_password(password)
    again = Client().get(link.removeprefix("https://hub.example"), follow=True)
    assert "password1" not in again.content.decode()


def test_link_is_printed_again_only_before_the_first_sign_in(client: Client) -> None:
    run(*GIVEN)
    lines = run("--again", "--email", "ada@harborview.example")
    assert len(lines) == 2
    client.force_login(Member.objects.get())
    with pytest.raises(CommandError, match="waits for a first sign-in"):
        run("--again", "--email", "ada@harborview.example")


def test_nothing_is_founded_twice() -> None:
    run(*GIVEN)
    with pytest.raises(CommandError, match="founded already"):
        run(*GIVEN)
    assert (Agency.objects.count(), Member.objects.count(), Table.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    ("args", "said"),
    [(GIVEN[:-4], "--table"), ([], "--agency --name --email --table"), (["--again"], "--email"),
     ([*GIVEN, "--regimes", "martial"], "Unknown law"), ([*GIVEN, "--email", "nobody"], "valid email")],
)  # fmt: skip
def test_what_is_missing_or_wrong_is_said_and_nothing_is_founded(args: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(*args)
    assert not Agency.objects.exists()


def test_administrator_of_a_new_installation_can_name_the_own_people_at_once(client: Client) -> None:
    run(*GIVEN)
    who, table = Member.objects.get(), Table.objects.get()
    colleague = membership.add_member(
        by=None, roles=[], password="a harbour", email="bo@harborview.example", name="Bo", agency=who.agency
    )
    client.force_login(who)
    data = {"member": colleague.pk, "role": "facilitator"}
    assert client.post(reverse("table_profile_roles", args=[table.pk]), data).status_code == 303
    assert client.post(reverse("table_profile_coordinator", args=[table.pk]), {"member": colleague.pk}).status_code == 303
