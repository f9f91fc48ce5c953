"""Starts the provider on a loopback port and speaks for a browser at it."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.live import ROOT
from tests.servers import free_port, process, wait_until

CLIENT_ID, CLIENT_SECRET, PASSWORD = (
    "hubtable-of-the-tests",
    "a secret between the two, never shown",
    "city-password-of-the-tests",
)
PROVIDER = "tests.agencies.oidc_provider"


@dataclass
class OpenIDProvider:
    """A running provider."""

    issuer: str
    home: Path

    def behave(self, **whims: Any) -> None:
        """From now on do this wrong (`claims.whims`); nothing: everything right."""
        whole = self.home / "whims.json"
        whole.with_suffix(".new").write_text(json.dumps(whims))
        whole.with_suffix(".new").replace(whole)

    def sign_in(self, address: str, name: str) -> str:
        """What a browser does from the provider's own address until it is sent back; returns where it is sent."""
        with requests.Session() as browser:
            page = browser.get(address, timeout=10)
            token = unescape(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[0])
            form = {"csrfmiddlewaretoken": token, "username": name, "password": PASSWORD}
            answer = browser.post(page.url, form, headers={"Referer": page.url}, allow_redirects=False, timeout=10)
            asked = urljoin(page.url, answer.headers["Location"])
            return browser.get(asked, allow_redirects=False, timeout=10).headers["Location"]


def _key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@contextmanager
def provider(people: Mapping[str, str], *, redirect_uris: list[str]) -> Iterator[OpenIDProvider]:
    """A provider with these people (name to e-mail) and one client, ready when yielded, stopped by its pid."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="hubtable-openid-") as directory:
        home = Path(directory)
        (home / "key.pem").write_text(_key())
        environment = {
            **os.environ, "DJANGO_SETTINGS_MODULE": f"{PROVIDER}.settings", "PROVIDER_HOME": directory,
            "PROVIDER_ISSUER": f"{address}/o", "PROVIDER_PASSWORD": PASSWORD,
        }  # fmt: skip
        given = {"people": dict(people), "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "redirect_uris": redirect_uris}
        subprocess.run(
            [sys.executable, "-m", f"{PROVIDER}.people"],
            cwd=ROOT,
            env=environment,
            check=True,
            input=json.dumps(given),
            text=True,
        )
        command = [sys.executable, "-m", "django", "runserver", "--noreload", f"127.0.0.1:{port}"]
        with process(command, home / "log", signal.SIGTERM, cwd=ROOT, env=environment) as child:
            running = OpenIDProvider(f"{address}/o", home)
            wait_until(lambda: _answers(f"{running.issuer}/.well-known/openid-configuration"), child, home / "log")
            yield running


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=2).ok
    except requests.RequestException:
        return False
