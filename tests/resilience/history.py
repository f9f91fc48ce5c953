"""The checker: a record of calls and screens against the database as it is afterwards.

Three claims. Nothing lost: what was acknowledged stands in history. Nothing twice: no call stands there more than once, and
what was refused not at all. One order: every screen shows states of the one order in history, none goes back, any two states
that anybody saw can be put one after the other, and nothing is put before what was acknowledged before it was sent.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.resilience.record import MARK, Call, Record, Shown, Sight

ISSUES = "issues"


@dataclass(frozen=True)
class Finding:
    """One thing that must not be. `kind`: lost, doubled, refused, reordered, torn, back, unknown, overtaken, ledger."""

    kind: str
    what: str


@dataclass
class Written:
    """What the database holds, by mark."""

    lanes: dict[str, list[str]] = field(default_factory=dict)
    """By what is written again and again (one agency's stance, one situation's consent): its marks in their order."""
    broken: list[str] = field(default_factory=list)
    entries: dict[str, int] = field(default_factory=dict)
    """By the first word of such lanes: how many entries of theirs the ledger holds."""

    @classmethod
    def of(cls, read: dict[str, Any], before: dict[str, int]) -> "Written":
        """From what `setting.read` found; `before`: the ledger's entries of which nobody keeps a record."""
        lanes = {name: _marks(texts) for name, texts in read["lanes"].items()}
        entries = {kind: number - before[kind] for kind, number in read["entries"].items()}
        return cls({**lanes, ISSUES: _marks(read["issues"])}, read["broken"], entries)

    def of_kind(self, kind: str) -> int:
        """How many marks stand in all lanes of a kind."""
        return sum(len(marks) for lane, marks in self.lanes.items() if lane.split()[0] == kind)

    def times(self) -> Counter[str]:
        """How often each mark was written."""
        return Counter(mark for marks in self.lanes.values() for mark in marks)

    def places(self) -> dict[str, tuple[str, int]]:
        """Lane and place (from 1) of each mark."""
        return {mark: (lane, place) for lane, marks in self.lanes.items() for place, mark in enumerate(marks, 1)}


def _marks(texts: Iterable[str]) -> list[str]:
    return [found[0] for text in texts if (found := MARK.search(text))]


def check(record: Record, written: Written) -> list[Finding]:
    """Everything that is wrong; empty when all claims hold."""
    return [
        *_calls(record.calls, written),
        *_overtaken(record.calls, written),
        *_screens(record, written),
        *(Finding("ledger", one) for one in written.broken),
        *_entries(written),
    ]


def _entries(written: Written) -> Iterator[Finding]:
    """What was decided has its entry in the ledger, and nothing else has one."""
    for kind, number in written.entries.items():
        if number != (decided := written.of_kind(kind)):
            yield Finding("ledger", f"{decided} times {kind} was written, and the ledger has {number} entries of it")


def _calls(calls: list[Call], written: Written) -> Iterator[Finding]:
    times = written.times()
    for one in calls:
        found = times[one.mark]
        told = f"{one.kind} of {one.who} ({one.mark}: {one.attempts} -> {one.status}), written {found} times"
        if one.acknowledged and not found:
            yield Finding("lost", told)
        if found > 1:
            yield Finding("doubled", told)
        if found and one.status is not None and not one.acknowledged:
            yield Finding("refused", told)


def _overtaken(calls: list[Call], written: Written) -> Iterator[Finding]:
    """Whoever acts after an answer comes after what was answered."""
    places = written.places()
    for earlier in calls:
        if not (earlier.acknowledged and earlier.mark in places):
            continue
        lane, place = places[earlier.mark]
        for later in calls:
            other, put = places.get(later.mark, ("", 0))
            if other == lane and later.sent > earlier.answered and put < place:
                yield Finding("overtaken", f"{later.mark} was sent after {earlier.mark} was answered, and stands before it")


Place = dict[str, int]
"""How far a state is in each lane that it shows."""


def _screens(record: Record, written: Written) -> Iterator[Finding]:
    places = written.places()
    seen: list[tuple[str, int, Place]] = []
    for sight in record.sights:
        before: tuple[int, Place] | None = None
        for state in sight.states:
            place, findings = _place(sight, state, places)
            yield from findings
            if before is not None:
                yield from _back(sight, before, (state.revision, place))
            before = (state.revision, place)
            seen.append((sight.name, state.revision, place))
    yield from _one_order(seen)


def _place(sight: Sight, state: Shown, places: dict[str, tuple[str, int]]) -> tuple[Place, list[Finding]]:
    place: Place = {} if state.issues is None else {ISSUES: state.issues}
    findings = []
    for mark in sorted(state.marks):
        if mark not in places:
            findings.append(Finding("unknown", f"{sight.name} shows {mark} at {state.revision}, which was never written"))
            continue
        lane, at = places[mark]
        if lane in place and place[lane] != at:
            findings.append(Finding("torn", f"{sight.name} shows two states of {lane} at once at {state.revision}"))
        place[lane] = max(at, place.get(lane, 0))
    return place, findings


def _back(sight: Sight, before: tuple[int, Place], after: tuple[int, Place]) -> Iterator[Finding]:
    if after[0] < before[0]:
        yield Finding("back", f"{sight.name} goes back from revision {before[0]} to {after[0]}")
    for lane, place in before[1].items():
        if after[1].get(lane, place) < place:
            yield Finding("back", f"{sight.name} goes back in {lane} from {place} to {after[1][lane]}")


def _one_order(seen: list[tuple[str, int, Place]]) -> Iterator[Finding]:
    """In the order of revisions no lane may go back, and one revision is one state, whoever saw it: that is one order."""
    reached: dict[str, tuple[int, int, str]] = {}
    for name, revision, place in sorted(seen, key=lambda one: one[1]):
        for lane, at in place.items():
            furthest, when, who = reached.get(lane, (0, -1, ""))
            if at < furthest or (at > furthest and revision == when):
                yield Finding("reordered", f"{name} shows {lane} at {at} at revision {revision}, {who} {furthest} at {when}")
            else:
                reached[lane] = (at, revision, name)
