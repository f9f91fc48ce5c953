"""What a press is answered with while this process is behind with its boards."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conferences.board.line import Line, Viewer
from conferences.board.relay import DATABASE, RELAYS, Relay
from tests.cast import Cast, assemble, item_of, to_filter2

pytestmark = pytest.mark.django_db
NEVER = float("inf")


class Reader:
    """A client that reads, or does not."""

    def __init__(self, *, stuck: bool) -> None:
        self.stuck = stuck

    def stuck_for(self) -> float:
        return 1.0 if self.stuck else 0.0

    def prepare(self, text: str) -> str:
        return text

    def send(self, frame: Any) -> None: ...

    def close(self, code: int) -> None: ...


class Scene:
    """The facilitator presses at a board whose relay never gets round to rendering."""

    def __init__(self) -> None:
        people: Cast = assemble()
        situation, self.conference = people.ready(), people.conference()
        to_filter2(people, self.conference, situation)
        self.viewer = Viewer(people["facilitator"].pk, wall=False)
        self.relay = RELAYS[self.conference.pk] = Relay(self.conference.pk)
        self.client, self.turn = Client(), count()
        self.client.force_login(people["facilitator"])
        self.url = reverse("board_act", args=[self.conference.pk, item_of(self.conference, situation).pk, "criterion"])

    def look(self, *, stuck: bool = False) -> None:
        self.relay.lines[self.viewer] = {Line(self.viewer, "session", NEVER, Reader(stuck=stuck))}

    def press(self, **headers: str) -> Any:
        holds = "true" if next(self.turn) % 2 else "false"
        data = {"criterion": "probable_harm", "holds": holds}
        return self.client.post(self.url, data, headers=headers or {"X-Hears": "1"}).json()


@pytest.fixture
def scene() -> Iterator[Scene]:
    made = Scene()
    yield made
    RELAYS.pop(made.conference.pk, None)


def test_a_board_that_is_behind_is_not_made_once_more_for_the_answer_when_a_socket_brings_it(scene: Scene) -> None:
    scene.look()
    answer = scene.press()
    scene.conference.refresh_from_db()
    assert (answer["revision"], answer["panels"]) == (scene.conference.revision, {})


def test_who_would_be_brought_nothing_is_answered_with_the_board(scene: Scene) -> None:
    assert scene.press()["panels"]  # without a socket
    scene.look()
    assert scene.press(accept="*/*")["panels"], "the socket is another device's"
    scene.look(stuck=True)
    assert scene.press()["panels"]
    scene.look()
    scene.relay.failures = 1
    assert scene.press()["panels"]
    scene.relay.failures = 0
    DATABASE.begin(OSError())
    try:
        assert scene.press()["panels"]
    finally:
        DATABASE.end()
