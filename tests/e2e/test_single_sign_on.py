"""Single sign-on in a real browser: over a real provider, past the page's own policy, and back."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests import live
from tests.agencies.oidc_provider import running
from tests.agencies.oidc_provider.running import OpenIDProvider
from tests.e2e import scene
from tests.e2e.people import PHONE, Person
from tests.servers import free_port

pytestmark = pytest.mark.e2e
BACK = "/account/agency/from/police/"


@dataclass
class Town:
    """A hub, the provider of its police, and a browser."""

    hub: live.LiveHub
    provider: OpenIDProvider
    browser: Browser

    def person(self, size: tuple[int, int] = (1280, 768)) -> Person:
        return Person.at(self.browser, self.hub.address, size)


@pytest.fixture(scope="module")
def town(empty_hub: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    data, port = tmp_path_factory.mktemp("sso") / "var", free_port()
    shutil.copytree(empty_hub, data)
    people = {"marisol": "police@harborview.example", "stranger": "stranger@harborview.example"}
    with running.provider(people, redirect_uris=[f"http://127.0.0.1:{port}{BACK}"]) as provider:
        scene.play({**live.environment_of(data, demo=False), "PROVIDER_ISSUER": provider.issuer}, "single_sign_on")
        with live.live_hub(prepared=data, demo=True, port=port) as hub, live.browser() as browser:
            yield Town(hub, provider, browser)


def to_the_provider(person: Person) -> None:
    person.page.goto("/account/login/?next=/conferences/")
    person.page.get_by_role("link", name="Sign in with your agency").click()
    person.page.get_by_label("Work e-mail").fill("police@harborview.example")
    person.button("Go on to your agency").click()
    expect(person.page.get_by_role("heading", name="City sign-in", exact=True)).to_be_visible()


def agree(person: Person) -> None:
    """The first time, whoever owns the account signs in once as before."""
    person.sees("Is this account yours?")
    person.page.get_by_role("link", name="Sign in with a password or passkey").click()
    person.sign_in_here("police")


def sign_in_there(person: Person, name: str) -> None:
    person.page.locator("[name=username]").fill(name)
    person.page.locator("[name=password]").fill(running.PASSWORD)
    person.button("Sign in to the city").click()


def test_member_signs_in_and_stands_where_they_wanted_to(town: Town) -> None:
    person = town.person()
    to_the_provider(person)
    sign_in_there(person, "marisol")
    agree(person)
    person.page.wait_for_url("**/conferences/")
    person.sees("Police")
    other = town.person()
    to_the_provider(other)
    sign_in_there(other, "marisol")
    other.page.wait_for_url("**/conferences/")


def test_page_without_script_leads_to_the_provider_too(town: Town) -> None:
    context = town.browser.new_context(java_script_enabled=False, base_url=town.hub.address)
    page = context.new_page()
    page.goto("/account/agency/")
    page.get_by_label("Work e-mail").fill("police@harborview.example")
    page.get_by_role("button", name="Go on to your agency").click()
    expect(page.get_by_role("heading", name="City sign-in", exact=True)).to_be_visible()
    page.locator("[name=username]").fill("marisol")
    page.locator("[name=password]").fill(running.PASSWORD)
    page.get_by_role("button", name="Sign in to the city").click()
    page.wait_for_url(re.compile(rf"{town.hub.address}/(account/agency/first/)?$"))


def test_stranger_reads_why_not_and_can_start_again(town: Town) -> None:
    person = town.person(PHONE)
    to_the_provider(person)
    sign_in_there(person, "stranger")
    person.sees("You are not signed in", "there is no open account for you here", "no_account")
    person.page.get_by_role("link", name="Start again").click()
    expect(person.page.get_by_label("Work e-mail")).to_be_visible()


def test_way_back_leads_to_no_used_sign_in(town: Town) -> None:
    person = town.person()
    to_the_provider(person)
    person.page.go_back()
    expect(person.page.get_by_label("Work e-mail")).to_be_visible()
