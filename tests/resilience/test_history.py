"""The checker itself: a good history passes, and each planted fault is found by its name."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from situations import deidentify
from tests.resilience.history import Finding, Written, check
from tests.resilience.record import MARK, Call, Record, Shown, Sight, new_mark, state_of

pytestmark = pytest.mark.pairless

MARKS = [new_mark() for _number in range(6)]
LANE = "stance 3"


def call(place: int, *, status: int | None = 200, sent: float = 0.0, answered: float = 0.0) -> Call:
    sent = sent or 10.0 * place
    return Call("police", "dissent", MARKS[place], f"key {place}", sent, [str(status)], status, answered or sent + 1)


def shown(revision: int, *places: int, issues: int | None = None) -> Shown:
    return Shown(float(revision), revision, frozenset(MARKS[one] for one in places), issues)


def good() -> tuple[Record, Written]:
    """Four calls, the last without an answer; two screens, of which one missed a state."""
    calls = [call(0), call(1), call(2), call(3, status=None), call(4, status=409)]
    sights = [
        Sight("one", [shown(1), shown(2, 0), shown(3, 1), shown(4, 2)]),
        Sight("two", [shown(2, 0), shown(4, 2), shown(5, 3)]),
    ]
    return Record(calls, sights), Written({LANE: MARKS[:4], "issues": []}, entries={"stance": 4, "consent": 0})


def kinds(record: Record, written: Written) -> set[str]:
    return {one.kind for one in check(record, written)}


def test_nothing_is_found_in_a_good_history() -> None:
    assert check(*good()) == []


def test_a_call_without_an_answer_may_have_been_carried_out_or_not() -> None:
    record, _written = good()
    record.sights[1].states.pop()
    assert check(record, Written({LANE: MARKS[:3]})) == []


Plant = Callable[[Record, Written], object]
PLANTED: dict[str, Plant] = {
    "lost": lambda _record, written: written.lanes[LANE].remove(MARKS[1]),
    "doubled": lambda _record, written: written.lanes[LANE].append(MARKS[2]),
    "doubled without an answer": lambda _record, written: written.lanes[LANE].append(MARKS[3]),
    "refused": lambda _record, written: written.lanes[LANE].append(MARKS[4]),
    "overtaken": lambda _record, written: written.lanes.update({LANE: [MARKS[1], MARKS[0], *MARKS[2:4]]}),
    "reordered": lambda record, _written: record.sights.append(Sight("three", [shown(3, 2)])),
    "reordered at one revision": lambda record, _written: record.sights.append(Sight("three", [shown(4, 1)])),
    "back": lambda record, _written: record.sights[0].states.append(shown(3, 1)),
    "back in one lane": lambda record, _written: record.sights[0].states.append(shown(6, 0)),
    "torn": lambda record, _written: record.sights[0].states.append(shown(6, 2, 3)),
    "unknown": lambda record, _written: record.sights[0].states.append(shown(6, 5)),
    "ledger": lambda _record, written: written.broken.append("situation:1#4: an entry is missing"),
    "ledger lacks an entry": lambda _record, written: written.entries.update(stance=3),
    "ledger has one entry too many": lambda _record, written: written.entries.update(consent=1),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_fault_is_found(planted: str) -> None:
    record, written = good()
    PLANTED[planted](record, written)
    assert planted.split(maxsplit=1)[0] in kinds(record, written)


def test_a_number_of_issues_that_goes_back_is_found() -> None:
    record, written = good()
    record.sights[0].states = [shown(1, issues=0), shown(2, issues=2), shown(3, issues=1)]
    assert Finding("back", "one goes back in issues from 2 to 1") in check(record, written)


def test_what_two_agencies_say_is_ordered_apart_and_together_by_the_revision() -> None:
    record, written = good()
    written.lanes["stance 4"] = [MARKS[4]]
    written.entries["stance"] = 5
    record.calls[4] = replace(record.calls[4], status=200)
    record.sights[0].states.append(shown(5, 3, 4))
    record.sights[1].states.append(shown(6, 3))
    assert check(record, written) == []
    record.sights[1].states.append(shown(7, 2, 4))
    assert kinds(record, written) == {"back", "reordered"}


def test_entries_of_before_the_drill_are_nobodys() -> None:
    read = {"lanes": {LANE: MARKS[:2]}, "issues": [], "entries": {"stance": 5, "consent": 1}, "broken": []}
    written = Written.of(read, {"stance": 3, "consent": 1})
    assert (written.entries, check(Record(), written)) == ({"stance": 2, "consent": 0}, [])


def test_marks_and_counts_are_read_from_what_a_screen_shows() -> None:
    panels = {"know": f"<p><b>Police</b>: It looks otherwise to us, {MARKS[0]}.</p>", "agenda": "<span>2 noted<small>"}
    state = state_of(7, panels)
    assert (state.revision, state.marks, state.issues) == (7, frozenset(MARKS[:1]), 2)
    assert state_of(7, {"agenda": ""}).issues == 0
    assert state_of(7, {"wall": ""}).issues is None


def test_marks_are_words_of_their_own() -> None:
    made = [new_mark() for _number in range(1000)]
    assert len(set(made)) == len(made)
    # each is found again as it was written, and the guard, whose refusal would end a drill, has no question about it
    assert all(MARK.findall(f"It looks otherwise to us, {one}.") == [one] for one in made)
    assert not [one for one in made[::50] if deidentify.find(f"It looks otherwise to us, {one}.")]
