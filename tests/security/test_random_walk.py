"""The soak: random members of random agencies do random things in random order; everything that anybody receives is judged.

`make test` takes the plain story and a few short walks, always the same; `make soak` walks on for HUBTABLE_SOAK_MINUTES.
"""

import os
import time

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.security.soak import machine, plain
from tests.security.soak.town import founded

pytestmark = pytest.mark.django_db
MINUTES = float(os.environ.get("HUBTABLE_SOAK_MINUTES", "0"))


def test_the_plain_story_gives_nobody_more_than_they_may_have():
    with founded() as town:
        plain.tell(town)
        town.judge_storage()
    reached = {one.stage for one in town.facts.cases.values()}
    assert reached == {"concluded", "rejected"}


def test_random_members_doing_random_things_receive_nothing_they_may_not_have():
    run_state_machine_as_test(machine.Soak, settings=machine.short())
    until = time.monotonic() + 60 * MINUTES
    while time.monotonic() < until:
        run_state_machine_as_test(machine.Soak, settings=machine.long())
