"""One rendering for everybody: as many questions for three as for one, and nobody is shown what another one may see."""

import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import AgencyRole
from conferences import driving, steering
from conferences.announcing import notices
from conferences.board import panels, rendering
from conferences.board.face import face_for
from conferences.board.panels import Renderer, panels_of
from conferences.board.state import BoardState
from conferences.models import Conference
from hub.core.audit import acting
from hub.core.unchanged import Unchanged
from situations.choices import Criterion
from situations.models import Situation
from tests.cast import AGENCIES, SAID, Cast, act, assemble, given_for, item_of, to_filter2, to_filter3

pytestmark = pytest.mark.django_db
RENDERING = 17
"""Questions of one rendering at filter 2."""
DECISION = 22
"""Questions and statements of one decision of the facilitator."""
PRESS = 40
"""The same of a seat's press, from the session to the last panel of its answer."""


@pytest.fixture(autouse=True)
def _own_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    # the relay's thread gives its connection back; here it is the test's own, in the middle of its transaction
    monkeypatch.setattr(rendering, "close_old_connections", lambda: None)


def in_session(situations: int, *present: str) -> tuple[Cast, Conference, Situation]:
    people = assemble()
    brought = [people.ready() for _one in range(situations)]
    conference = people.conference(*present)
    return people, conference, to_filter2(people, conference, brought[0])


def render(people: Cast, conference: Conference, *names: str, before: Any = None) -> dict[str, dict[str, str] | None]:
    viewers = [(people[name].pk, False) for name in names]
    everybody = frozenset(one.pk for one in people.members.values())
    sent = rendering.render(conference.pk, viewers, everybody, Renderer(before)).panels
    who = {one.pk: name for name, one in people.members.items()}
    return {who[member]: panels for (member, _wall), panels in sent.items()}


@pytest.mark.parametrize("situations", [1, 3])
@pytest.mark.parametrize(
    ("present", "viewers"),
    [
        (("police", "schools"), ("facilitator",)),
        (("police", "schools"), ("facilitator", "police", "schools")),
        (("police", "schools", "clinic", "recovery"), ("facilitator", "police", "schools", "clinic", "recovery", "observer")),
    ],
)
def test_questions_grow_neither_with_viewers_nor_seats_nor_items(situations, present, viewers):
    people, conference, _situation = in_session(situations, *present)
    with CaptureQueriesContext(connection) as asked:
        assert set(render(people, conference, *viewers)) == set(viewers)
    assert len(asked) == RENDERING


@pytest.mark.parametrize("situations", [1, 3])
@pytest.mark.parametrize("present", [("police", "schools"), ("police", "schools", "clinic", "recovery", "recorder")])
def test_a_decision_asks_the_same_whoever_is_there(situations, present):
    people, conference, situation = in_session(situations, *present)
    criterion = Criterion.values[0]
    act(people["facilitator"], conference, situation, "criterion", criterion=criterion, holds="true")
    item = item_of(conference, situation)
    with CaptureQueriesContext(connection) as asked:
        steering.act(
            by=people["facilitator"], conference=conference, item=item, action="criterion",
            data={"criterion": criterion, "holds": "false"}, revision=None,
        )  # fmt: skip
    assert len(asked) == DECISION


@pytest.mark.parametrize("situations", [1, 3])
@pytest.mark.parametrize("present", [("police", "schools"), ("police", "schools", "clinic", "recovery", "recorder")])
def test_a_press_and_its_answer_ask_the_same_whoever_is_there(client: Client, situations, present):
    people, conference, situation = in_session(situations, *present)
    client.force_login(people["police"])
    address = reverse("board_act", args=[conference.pk, item_of(conference, situation).pk, "agree"])
    client.post(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.post(address).status_code == 200
    assert len(asked) == PRESS


def stages(people: Cast) -> Iterator[tuple[str, Conference]]:
    """One situation from nothing in hand to filter 4, with something of its own for every agency to see."""
    situation = people.ready()
    people.ready("police")
    conference = people.conference(*AGENCIES, "police_deputy", "recorder", "observer")
    yield "nothing in hand", conference
    situation = to_filter2(people, conference, situation)
    act(people["police"], conference, situation, "dissent", reason="Not severe.", **SAID)
    act(people["clinic"], conference, situation, "agree")
    act(people["recovery"], conference, situation, "recuse")
    yield "filter 2", conference
    act(people["facilitator"], conference, situation, "withdraw-dissent", agency=str(people.agencies["police"].pk))
    to_filter3(people, conference, situation)
    act(people["clinic"], conference, situation, "answer", kind="serving_now", **given_for("hipaa_authorization"))
    act(people["police"], conference, situation, "answer", kind="no_role")
    yield "filter 3", conference
    for role, agency in (("lead", "schools"), ("assisting", "clinic")):
        act(people["facilitator"], conference, situation, "assign", agency=str(people.agencies[agency].pk), role=role)
        act(people[agency], conference, situation, "accept")
    act(people["facilitator"], conference, situation, "start-filter-4")
    yield "filter 4", conference


def test_everybody_is_shown_what_they_would_be_shown_alone():
    people = assemble()
    before: Any = None
    for stage, conference in stages(people):
        together = Renderer(before)
        viewers = [(one.pk, False) for one in people.members.values()]
        everybody = frozenset(pk for pk, _wall in viewers)
        sent = rendering.render(conference.pk, viewers, everybody, together).panels
        before = together.printed
        for viewer in viewers:
            alone = rendering.render(conference.pk, [viewer], everybody, Renderer()).panels
            assert alone[viewer] == sent[viewer], stage


class Doubting(Unchanged):
    """Makes everything again that it takes over, and compares."""

    def made(self, place: Any, of: Any, make: Any) -> Any:
        found, fresh = super().made(place, of, make), make()
        old, new = getattr(found, "__dict__", found), getattr(fresh, "__dict__", fresh)
        assert old == new or repr(old) == repr(new), place
        return found


def small_steps(people: Cast, conference: Conference, situation: Situation) -> Iterator[None]:
    """What happens between two stages, one thing at a time, and nothing at all."""
    chair, yes = people["facilitator"], Criterion.values[0]
    driven: list[tuple[str, str, dict[str, str]]] = [
        ("facilitator", "timer", {"running": "0"}),
        ("facilitator", "projector", {"blank": "1"}),
        ("facilitator", "offer-chair", {"member": str(people["recorder"].pk)}),
        ("facilitator", "offer-chair", {}),
        ("facilitator", "leave", {"member": str(people["schools"].pk)}),
        ("schools", "enter", {}),
    ]
    for name, what, data in driven:
        driving.drive(by=people[name], conference=conference, what=what, data=data)
        yield
    for holds in ("false", "true"):
        act(chair, conference, situation, "criterion", criterion=yes, holds=holds)
        yield
    act(people["clinic"], conference, situation, "dissent", reason="Not severe.", **SAID)
    yield
    act(people["clinic"], conference, situation, "agree")
    yield
    act(people["recovery"], conference, situation, "recuse")
    yield
    with acting(None, "tests"):
        for record, name, value in (
            (people.agencies["police"], "short_name", "Another"), (people["clinic"], "name", "Other Person"),
            (people.table, "category_only", True), (people.table, "quorum_seats", 1), (situation, "note", "Other words."),
        ):  # fmt: skip
            record.refresh_from_db()
            setattr(record, name, value)
            record.save()
            yield
        AgencyRole.objects.get(member=people["police"]).delete()
    yield
    yield


def test_what_is_taken_over_is_what_would_be_made(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(panels, "Unchanged", Doubting)
    people, conference, situation = in_session(3, *AGENCIES, "recorder", "observer")
    viewers = [(one.pk, False) for one in people.members.values()] + [(people["facilitator"].pk, True)]
    before: Any = None
    for _step in small_steps(people, conference, situation):
        together = Renderer(before)
        sent = rendering.render(conference.pk, viewers, frozenset(pk for pk, _wall in viewers[:4]), together).panels
        before = together.printed
        assert sent == rendering.render(conference.pk, viewers, frozenset(pk for pk, _wall in viewers[:4]), Renderer()).panels


def test_nothing_is_kept_of_what_the_newest_rendering_did_not_show():
    people, conference, _situation = in_session(2, "police", "schools")
    sizes: list[tuple[int, Any]] = []
    for names in (("facilitator", "police", "schools"), ("police",), ("police",)):
        renderer = Renderer(sizes[-1][1] if sizes else None)
        rendering.render(conference.pk, [(people[name].pk, False) for name in names], frozenset(), renderer)
        sizes.append((len(renderer.unchanged.things), renderer.printed))
    assert sizes[0][0] > sizes[1][0] == sizes[2][0]
    assert (renderer.unchanged.before, renderer.unchanged.things_before) == ({}, {})


def test_record_that_grew_a_relation_is_not_met_again():
    people, conference, _situation = in_session(1, "police", "schools")
    renderer = Renderer()
    rendering.render(conference.pk, [(people["police"].pk, False)], frozenset(), renderer)
    kept = len(renderer.unchanged.answers)
    again = Renderer(renderer.printed)
    with again.unchanged.at_hand():
        state = BoardState.of(conference.pk, viewers={people["police"].pk})
        assert state.sitting is not None
        assert state.sitting.presides.agency.pk
    assert len(again.unchanged.answers) < kept


def test_panels_that_are_shared_are_made_from_equal_contexts():
    """`Panel.key` names everything that a panel depends on: equal keys, equal contexts."""
    people = assemble()
    for stage, conference in stages(people):
        keys = [one.pk for one in people.members.values()]
        state = BoardState.of(conference.pk, viewers=keys, connected=keys[:3])
        made: dict[Any, bytes] = {}
        for key in keys:
            face = face_for(state, key)
            for panel in panels_of(face.kind):
                context = pickle.dumps(panel.context(face))
                assert made.setdefault((panel.name, panel.key(face)), context) == context, (stage, panel.name)
        assert len(made) < sum(len(list(panels_of(face_for(state, key).kind))) for key in keys)


def test_what_an_agency_has_said_stands_on_its_own_screens_alone():
    people = assemble()
    for stage, conference in stages(people):
        shown = render(people, conference, "police", "police_deputy", "clinic", "recovery", "observer", "recorder")
        own = {name for name, panels in shown.items() if "Your answer: no role" in (panels or {}).get("seat_actions", "")}
        assert own == ({"police", "police_deputy"} if stage == "filter 3" else set()), stage


def test_step_that_must_stay_unseen_raises_no_revision_and_every_other_one_does() -> None:
    people, conference, situation = in_session(1, "police", "clinic", "schools")
    with notices() as before:
        act(people["clinic"], conference, situation, "agree")
    conference.refresh_from_db()
    assert before == [conference.revision]
    to_filter3(people, conference, situation)
    with notices() as raised:
        act(people["police"], conference, situation, "answer", kind="no_role")
    assert raised == []
    with notices() as outer, notices() as inner:
        driving.drive(by=people["facilitator"], conference=conference, what="timer", data={"running": "0"})
    conference.refresh_from_db()
    assert (outer, inner) == ([], [conference.revision])
