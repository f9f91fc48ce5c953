"""What stands in a hub's own database before the browsers open, and what stands there afterwards.

Run as `python -m tests.e2e.scene <act>` in the hub's environment: a browser's loop keeps Django's ORM out of
the process of the tests, so both are done in one of their own, which prints JSON.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tests import live

LINE = "The mother opens the door again."


def play(environment: Mapping[str, str], act: str) -> dict[str, Any]:
    """Runs one of this module's acts on the hub of that environment. Raises RuntimeError with its error output if it fails."""
    command = [sys.executable, "-m", "tests.e2e.scene", act]
    done = subprocess.run(command, cwd=live.ROOT, env=dict(environment), check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{act}: {done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def scheduled() -> dict[str, Any]:
    """Today's conference, not open yet: one situation of last week at filter 4, led by the clinic, and two new ones."""
    from conferences import chairing, scheduling
    from hub.core import clock
    from tests.cast import assemble, to_filter4

    with clock.at(clock.now() - timedelta(days=7)):
        people = assemble()
        earlier = people.ready("police", note="Sleeps in a car behind the supermarket.")
        conference = people.conference()
        to_filter4(people, conference, earlier)
        chairing.close_conference(by=people["facilitator"], conference=conference)
    scheduling.schedule(by=None, table=people.table, until=clock.today())
    people.ready("police", note="Neighbours complain of noise.", subject_type="family")
    people.ready("schools")
    today = scheduling.next_conference(people.table)
    if today is None:
        raise LookupError("nothing is scheduled for today")
    return {"conference": today.pk}


def opened() -> dict[str, Any]:
    """Today's conference in its midst: three seats present, the schools' situation at filter 2, another waits."""
    from tests.cast import assemble, item_of, to_filter2

    people = assemble()
    first, second = people.ready("schools"), people.ready("police")
    conference = people.conference("police", "schools", "clinic")
    to_filter2(people, conference, first)
    items = {name: item_of(conference, one).pk for name, one in (("first", first), ("second", second))}
    return {"conference": conference.pk, **items}


def guarded() -> dict[str, Any]:
    """As `opened`, with two people of the police in the room."""
    from tests.cast import assemble, to_filter2

    people = assemble()
    first = people.ready("schools")
    conference = people.conference("police", "police_deputy", "schools", "clinic")
    to_filter2(people, conference, first)
    return {"conference": conference.pk}


def single_sign_on() -> dict[str, Any]:
    """The police sign in at the provider that PROVIDER_ISSUER names."""
    from agencies import single_sign_on as sign_on
    from tests.agencies.oidc_provider.running import CLIENT_ID, CLIENT_SECRET
    from tests.cast import assemble

    row = sign_on.set_up(
        by=None, agency=assemble().agencies["police"], name="City sign-in", issuer=os.environ["PROVIDER_ISSUER"],
        client_id=CLIENT_ID, secret=CLIENT_SECRET, domains=["harborview.example"], trusts_its_mfa=False, is_active=True,
    )  # fmt: skip
    return {"provider": row.pk}


def door() -> dict[str, Any]:
    """A desk of the clinic, whose mobile crisis team the town can call."""
    from tests.cast import assemble
    from tests.situations.door import open_desk

    return {"conference": 0, "desk": open_desk(assemble(), crisis_line="978-555-0142").pk}


def brought() -> dict[str, Any]:
    """What arrived at the door: how many, on which pile, with which story and messages."""
    from situations.models import Referral
    from situations.referrals import thread
    from tests.situations.door import words_of

    rows = list(Referral.objects.order_by("pk"))
    return {
        "languages": [one.language for one in rows],
        "piles": [one.pile for one in rows],
        "stories": [words_of(one).happening for one in rows],
        "messages": [line.text for one in rows for line in thread.thread(one)],
    }


def record() -> dict[str, Any]:
    """By number of situation: its stage and its ledger as (kind, who, whose information, basis, recipients), all by name."""
    from agencies.models import Agency, Member, Table
    from situations.models import Situation
    from tests.cast import Cast

    people = Cast(Table.objects.get())
    people.agencies = {one.key: one for one in Agency.objects.all()}
    people.members = {one.email.partition("@")[0]: one for one in Member.objects.all()}
    return {
        one.number: {"stage": one.stage, "ledger": [[*line[:4], sorted(line[4])] for line in people.ledger(one)]}
        for one in Situation.objects.order_by("number")
    }


ACTS = {
    "scheduled": scheduled,
    "open": opened,
    "guarded": guarded,
    "record": record,
    "single_sign_on": single_sign_on,
    "door": door,
    "brought": brought,
}

if __name__ == "__main__":
    import django
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    django.setup()
    # fourteen invented people whose password is published: hashing it slowly would take longer than the rest
    PBKDF2PasswordHasher.iterations = 1_000
    sys.stdout.write(json.dumps(ACTS[sys.argv[1]]()))
