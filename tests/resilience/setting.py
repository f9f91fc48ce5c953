"""The conference that the faults happen to, and what stands in its database afterwards.

Run as `python -m tests.resilience.setting open|read` in an installation's environment; prints JSON. In a process of its own,
because the tests' process has another database.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from tests.live import ROOT, manage

PRESENT = ("police", "schools", "clinic", "recovery")
IN_THE_ROOM = (*PRESENT, *(f"{name}_deputy" for name in PRESENT))


def prepare(environment: Mapping[str, str]) -> None:
    """Tables and static files."""
    manage(environment, "prepare")


def play(environment: Mapping[str, str], act: str) -> dict[str, Any]:
    """Runs one of this module's acts. Raises RuntimeError with its error output if it fails."""
    command = [sys.executable, "-m", "tests.resilience.setting", act]
    done = subprocess.run(command, cwd=ROOT, env=dict(environment), check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{act}: {done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def opened() -> dict[str, Any]:
    """Today's conference with all seats and their deputies in the room, the schools' situation in hand at filter 2."""
    from tests.bench.hall import session_of
    from tests.cast import assemble, item_of, to_filter2

    people = assemble()
    first, second = people.ready("schools"), people.ready("police")
    conference = people.conference(*IN_THE_ROOM)
    to_filter2(people, conference, first)
    names = ("facilitator", *IN_THE_ROOM)
    return {
        "conference": conference.pk,
        "items": [item_of(conference, one).pk for one in (first, second)],
        "situation": first.pk,
        "sessions": {name: session_of(people[name]) for name in names},
        "agencies": {name: people[name].agency_id for name in names},
        "entries": entries(),
    }


def read() -> dict[str, Any]:
    """Everything that the checker compares a record with: what was written, in the order in which it was."""
    from conferences.models import SystemicIssue
    from situations import ledger
    from situations.choices import StanceKind
    from situations.models import Situation, Stance

    lanes: dict[str, list[str]] = {}
    # who withdraws a disagreement leaves its reason beside it
    given = Stance.history.filter(kind=StanceKind.DISSENTS).order_by("history_id")
    for agency, reason in given.values_list("agency_id", "reason"):
        lanes.setdefault(f"stance {agency}", []).append(reason)
    for situation, reason in Situation.history.order_by("history_id").values_list("id", "consent_reason"):
        lanes.setdefault(f"consent {situation}", []).append(reason)
    return {
        "lanes": lanes,
        "issues": list(SystemicIssue.objects.order_by("pk").values_list("title", flat=True)),
        "entries": entries(),
        "broken": [f"{one.chain}#{one.sequence}: {one.why}" for one in ledger.verify()],
    }


def entries() -> dict[str, int]:
    """How many entries of each kind that people here make stand in the ledger."""
    from situations.choices import EntryKind
    from situations.models import LedgerEntry

    kinds = {"consent": EntryKind.CONSENT, "stance": EntryKind.DISSENT}
    return {lane: LedgerEntry.objects.filter(kind=kind).count() for lane, kind in kinds.items()}


ACTS = {"open": opened, "read": read}

if __name__ == "__main__":
    import django
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    django.setup()
    PBKDF2PasswordHasher.iterations = 1_000  # invented people with a published password
    sys.stdout.write(json.dumps(ACTS[sys.argv[1]]()))
