"""One person's browser without a browser: HTTP and the board's socket of a running hub, everything kept that came back."""

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.cast import PASSWORD

Data = Mapping[str, str | Sequence[str]]


class _AsItComes(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like any other."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str
    location: str

    @property
    def said(self) -> str:
        """What a person would be told: banners and messages at fields, for a failure that can be read."""
        found = re.findall(r'class="(?:banner|save bad|errors?)\b.*?</(?:section|p|ul)>', self.text, re.DOTALL)
        told = re.sub(r"<[^>]*>|\s+", " ", " ".join(found))
        return f"{self.status} {told[:400] or self.text[:200]}"


@dataclass
class Visitor:
    """Somebody who has signed in."""

    address: str
    name: str
    cookies: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)
    answers: list[Answer] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    socket: ClientConnection | None = None

    def __post_init__(self) -> None:
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies), _AsItComes)

    def sign_in(self) -> "Visitor":
        """With the password that everybody of the cast has. Raises AssertionError if that is refused."""
        self.get("/account/login/")
        answer = self.post("/account/login/", login=f"{self.name}@harborview.example", password=PASSWORD)
        assert answer.status == 302, answer.said
        return self

    def get(self, path: str) -> Answer:
        return self._send(urllib.request.Request(self.address + path))

    def post(self, path: str, **data: str | Sequence[str]) -> Answer:
        """A form, as the page would send it."""
        headers = {"Origin": self.address, "X-CSRFToken": self._cookie("csrftoken")}
        body = urllib.parse.urlencode(data, doseq=True).encode()
        return self._send(urllib.request.Request(self.address + path, data=body, headers=headers))

    def done(self, path: str, **data: str | Sequence[str]) -> Answer:
        """The same where it must go through."""
        answer = self.post(path, **data)
        assert answer.status in {200, 302, 303}, (path, answer.said)
        return answer

    def refused(self, path: str, **data: str | Sequence[str]) -> Answer:
        """The same where it must not."""
        answer = self.post(path, **data)
        assert answer.status == 422 or re.search("points? to a person", answer.text), (path, answer.said)
        return answer

    def open_socket(self, stack: ExitStack, conference: int, face: str = "board") -> None:
        """Until `stack` closes."""
        url = f"{self.address.replace('http', 'ws', 1)}/ws/conferences/{conference}/{face}/"
        headers = {"Cookie": f"sessionid={self._cookie('sessionid')}"}
        connected = connect(
            url, origin=Origin(self.address), additional_headers=headers, max_size=None, max_queue=None, ping_interval=None
        )
        self.socket = stack.enter_context(connected)

    def hear_out(self) -> list[str]:
        """Everything that was pushed until nothing more comes."""
        assert self.socket is not None
        try:
            while True:
                self.frames.append(str(self.socket.recv(timeout=3)))
        except TimeoutError:
            return self.frames

    def _cookie(self, name: str) -> str:
        return next((one.value or "" for one in self.cookies if one.name == name), "")

    def _send(self, request: urllib.request.Request) -> Answer:
        try:
            with self._opener.open(request, timeout=60) as reply:
                answer = Answer(reply.status, reply.read().decode("latin-1"), "")
        except urllib.error.HTTPError as other:
            with other:
                answer = Answer(other.code, other.read().decode("latin-1"), other.headers.get("Location", ""))
        self.answers.append(answer)
        return answer
