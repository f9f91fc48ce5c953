"""The ways in: HTTP through the whole stack of middlewares, and what the relay would send over every open socket."""

from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from channels.layers import get_channel_layer
from django.test import Client, TestCase

from conferences.board import rendering
from conferences.board.panels import Printed, Renderer
from conferences.models import Conference
from tests.cast import Cast

WALL = "projector"
ANONYMOUS = "anonymous"


@dataclass(frozen=True)
class Reply:
    """Everything that came back: status, and headers and body in lower case."""

    status: int
    text: str
    announced: tuple[Any, ...]
    error: str = ""


@dataclass
class Doors:
    """One browser for each person, and a socket for each at the board."""

    people: Cast
    browsers: dict[str, Client] = field(default_factory=dict)
    printed: Printed | None = None

    def send(self, who: str, path: str, data: dict[str, Any] | None, **headers: str) -> Reply:
        """GET without data, POST with."""
        announced: list[Any] = []
        layer = get_channel_layer()
        go_on = layer.group_send

        async def listen(group: str, message: Any) -> None:
            announced.append((group, tuple(sorted(message.items()))))
            await go_on(group, message)

        with patch.object(layer, "group_send", listen), TestCase.captureOnCommitCallbacks(execute=True):
            browser = self.browser(who)
            answer: Any = browser.get(path, headers=headers) if data is None else browser.post(path, data, headers=headers)
        lines = "\n".join(f"{name}: {value}" for name, value in answer.items())
        return Reply(answer.status_code, f"{lines}\n{answer.content.decode()}".lower(), tuple(announced), _error(answer))

    def pushed(self, conference: Conference) -> dict[str, dict[str, str] | None]:
        """What is on each screen once the relay has sent what changed: a person's panels, or None for a closed socket."""
        members = {name: one.pk for name, one in self.people.members.items()}
        viewers = [(pk, False) for pk in members.values()] + [(members["facilitator"], True)]
        # as the relay does it: what it keeps must never be shown too late
        renderer = Renderer(before=self.printed)
        with patch.object(rendering, "close_old_connections", lambda: None):
            sent = rendering.render(conference.pk, viewers, frozenset(members.values()), renderer).panels
        self.printed = renderer.printed
        names = {pk: name for name, pk in members.items()}
        return {WALL if wall else names[pk]: panels for (pk, wall), panels in sent.items()}

    def browser(self, who: str) -> Client:
        """Signed in, which is an entry of its own."""
        if who not in self.browsers:
            self.browsers[who] = Client(raise_request_exception=False)
            if who != ANONYMOUS:
                self.browsers[who].force_login(self.people[who])
        return self.browsers[who]


def _error(answer: Any) -> str:
    return repr(answer.exc_info[1]) if getattr(answer, "exc_info", None) else ""
