"""The machine that hypothesis drives: most of its steps are sensible, so that it gets far; the others are anybody's."""

from contextlib import ExitStack
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from hub.core.audit import acting
from situations.visibility import IDENTITY_FIELDS
from tests.security.soak import course
from tests.security.soak.registry import MOVES
from tests.security.soak.town import Pick, Town, founded

EXAMPLES, STEPS = 3, 12
STRIDE = 3
"""Sensible moves in one step."""


def short(**more: Any) -> settings:
    """The form of `make test`: always the same walks, with no database of earlier failures, and no limit for a slow machine."""
    return settings(
        max_examples=EXAMPLES, stateful_step_count=STEPS, derandomize=True, database=None, deadline=None, print_blob=False,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate], report_multiple_bugs=False, **more,
    )  # fmt: skip


def long() -> settings:
    """One batch of `make soak`: other walks each time, longer ones."""
    return settings(short(), derandomize=False, max_examples=EXAMPLES, stateful_step_count=3 * STEPS)


class Soak(RuleBasedStateMachine):
    """One town, walked through; whatever anybody receives is judged as it comes."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.town: Town = self.stack.enter_context(founded())

    @initialize(shown=st.booleans(), opens_at=st.sampled_from([3, 3, 4]), category_only=st.booleans(), more=st.booleans())
    def settle(self, *, shown: bool, opens_at: int, category_only: bool, more: bool) -> None:
        """The table's settings."""
        arrange(self.town, shown=shown, opens_at=opens_at, category_only=category_only, more=more)

    @rule(data=st.data())
    def the_meeting_goes_on(self, data: Any) -> None:
        """Some steps as people at a table take them."""
        for _step in range(STRIDE):
            course.go_on(self.town, pick_of(data))

    @rule(data=st.data())
    def and_on(self, data: Any) -> None:
        """The same again: rules are chosen as often as they stand here."""
        for _step in range(STRIDE):
            course.go_on(self.town, pick_of(data))

    @rule(data=st.data(), name=st.sampled_from(list(MOVES)))
    def somebody_tries(self, data: Any, name: str) -> None:
        """Any move, by anybody."""
        MOVES[name](self.town, pick_of(data))

    def teardown(self) -> None:
        """At the end of each walk: what is stored, and the whole ledger."""
        with self.stack:
            self.town.judge_redacted()
            self.town.judge_storage()


def pick_of(data: Any) -> Pick:
    """Hypothesis chooses, so that it can look for the shortest story."""
    return lambda options: data.draw(st.sampled_from(list(options)))


def arrange(town: Town, *, shown: bool, opens_at: int, category_only: bool, more: bool) -> None:
    """The table's settings, some way or other."""
    table = town.people.table
    table.shows_positive_answers, table.identity_opens_at_filter, table.category_only = shown, opens_at, category_only
    table.filter3_identifiers = [one.value for one in IDENTITY_FIELDS[: 3 if more else 2]]
    with acting(None, "soak"):
        table.save()
    town.seen = None
