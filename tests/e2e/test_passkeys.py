"""A passkey in real Chromium, with its virtual authenticator: from the invitation's link to signing in without a password."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from tests import live
from tests.e2e.people import PATIENCE
from tests.live import LiveHub

CHOSEN = "nine copper lanterns at noon"


@pytest.fixture
def hub(empty_hub: Path, tmp_path: Path) -> Iterator[LiveHub]:
    """A hub that demands a second factor, at an address at which browsers have passkeys."""
    data = tmp_path / "var"
    shutil.copytree(empty_hub, data)
    extra = {"HUBTABLE_DEMANDS_MFA": "1", "HUBTABLE_DEMANDS_STEP_UP": "1"}
    with live.live_hub(prepared=data, extra=extra) as running:
        yield running


def invited(hub: LiveHub) -> str:
    """The path of an invitation's link."""
    command = [sys.executable, "-m", "tests.e2e.inviting"]
    done = subprocess.run(command, cwd=live.ROOT, env=hub.environment, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def local(hub: LiveHub) -> str:
    return hub.address.replace("127.0.0.1", "localhost")


def opened(browser: Browser, hub: LiveHub) -> BrowserContext:
    context = browser.new_context(base_url=local(hub))
    context.set_default_timeout(PATIENCE)
    return context


def with_authenticator(page: Page, *, verifies: bool = True) -> CDPSession:
    """The device's own authenticator, as a laptop's finger sensor."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": verifies, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def accept(page: Page, path: str) -> None:
    page.goto(path)
    page.locator("[name=new_password1]").fill(CHOSEN)
    page.locator("[name=new_password2]").fill(CHOSEN)
    page.get_by_role("button", name="Make my account").click()
    page.wait_for_url("**/account/2fa/")


def add_passkey(page: Page) -> None:
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add this device").click()


def test_from_the_link_to_signing_in_without_a_password(hub: LiveHub, chromium: Browser) -> None:
    page = opened(chromium, hub).new_page()
    with_authenticator(page)
    accept(page, invited(hub))
    expect(page.get_by_text("Without a second factor you are let in once")).to_be_visible()
    add_passkey(page)
    page.wait_for_url("**/recovery-codes/")
    page.get_by_role("button", name="Show my codes").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="I have them: go on").click()
    expect(page).to_have_url(f"{local(hub)}/")
    page.goto("/account/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/account/login/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(f"{local(hub)}/")
    expect(page.get_by_text("Sorrel Vane").first).to_be_attached()
    again_by_passkey(page)


def again_by_passkey(page: Page) -> None:
    """In the middle of the session, with the same passkey."""
    page.goto("/account/reauthenticate/")
    page.get_by_role("button", name="Use my passkey").click()
    page.wait_for_url("**/reauthenticate/done/")


def test_password_is_followed_by_the_passkey(hub: LiveHub, chromium: Browser) -> None:
    page = opened(chromium, hub).new_page()
    with_authenticator(page)
    accept(page, invited(hub))
    add_passkey(page)
    page.wait_for_url("**/recovery-codes/")
    page.context.clear_cookies()
    page.goto("/account/login/")
    page.locator("[name=login]").fill("new.colleague@harborview.example")
    page.locator("[name=password]").fill(CHOSEN)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/2fa/authenticate/")
    page.get_by_role("button", name="Use my passkey").click()
    expect(page).to_have_url(f"{local(hub)}/")


def test_device_that_does_not_know_its_owner_adds_nothing(hub: LiveHub, chromium: Browser) -> None:
    page = opened(chromium, hub).new_page()
    with_authenticator(page, verifies=False)
    accept(page, invited(hub))
    add_passkey(page)
    expect(page.get_by_text("It was stopped, or took too long")).to_be_visible()
    page.goto("/account/2fa/")
    expect(page.get_by_role("link", name="Add a passkey")).to_be_visible()


def test_passkey_of_nobody_here_signs_nobody_in(hub: LiveHub, chromium: Browser) -> None:
    page = opened(chromium, hub).new_page()
    with_authenticator(page)
    page.goto("/account/login/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("It was stopped, or took too long")).to_be_visible()
