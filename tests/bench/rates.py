"""`board_render`: one rendering for everyone in the room. `verb_queries`: what one decision asks."""

import time
from collections.abc import Iterator

from conferences import chairing, steering
from conferences.board.panels import Renderer
from conferences.board.rendering import render
from situations.choices import Criterion
from tests.bench.figures import Figure, in_milliseconds
from tests.bench.hall import Hall, free_item
from tests.bench.queries import counted

RENDERINGS = 40


def renderings(hall: Hall) -> Iterator[Figure]:
    """One reading of the state and all panels of 12 viewers: facilitator, ten seats, projector."""
    chairing.take_in_hand(by=hall.chair, conference=hall.conference, item=free_item(hall))
    viewers = [(hall.chair.pk, False), (hall.chair.pk, True), *((one.pk, False) for one in hall.voices[:10])]
    connected = frozenset(member for member, _wall in viewers)
    times = []
    for _turn in range(RENDERINGS):
        start = time.perf_counter()
        render(hall.conference.pk, viewers, connected, Renderer())
        times.append(time.perf_counter() - start)
    yield from in_milliseconds("board_render", times)
    yield Figure("board_render_queries", counted(lambda: render(hall.conference.pk, viewers, connected, Renderer())), "queries")


def verbs(hall: Hall) -> Iterator[Figure]:
    """Questions of one decision at filter 2."""
    item = free_item(hall)
    chairing.take_in_hand(by=hall.chair, conference=hall.conference, item=item)

    def decide() -> None:
        data = {"criterion": Criterion.values[0], "holds": "false"}
        steering.act(by=hall.chair, conference=hall.conference, item=item, action="criterion", data=data, revision=None)

    yield Figure("verb_queries", counted(decide), "queries")
