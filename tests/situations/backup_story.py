"""A month of an installation and its restoration, played in a process of its own on real databases; prints what it saw."""

import json
from contextlib import suppress
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command

from hub.core import clock, second_wall
from hub.core.errors import RuleRefused
from hub.core.second_wall import Reason
from hub.keystore.models import DataKey, ShreddedKey
from situations import backups, checkpoints, identity, retention
from situations.models import BlindIndex, Identity, LedgerEntry, Referral, Situation
from tests.cast import IDENTITY, Cast, _as_stored, assemble
from tests.intake import ANSWERS, intake, words

MONTH = timedelta(days=30)


def live(directory: Path) -> None:
    """A month ago two identities were sealed and backed up; one was shredded since, and one that came later too."""
    with clock.at(clock.now() - MONTH):
        people = assemble()
        kept, gone = people.draft(), people.draft()
        desks = intake(people)
        stays, deleted, passed = (desks.bring()[0] for _ in range(3))
        checkpoints.make(by=None, table=None)
        first = backups.make(directory).stamp
    retention.shred(by=None, situation=gone)
    desks.delete(deleted)
    desks.pass_on(passed)
    later = people.draft()
    retention.shred(by=None, situation=later)
    checkpoints.make(by=None, table=None)
    brought = {"stays": stays.pk, "passed": passed.pk}
    _say(first=first, kept=kept.pk, gone=gone.pk, later=later.pk, reads=_reads(people), brought=brought, opens=_opened())


def keep_on(directory: Path) -> None:
    """Backups of several days; the identity of each day is shredded on the next, so that the list has to grow."""
    now, last = clock.now(), None
    with clock.at(now - timedelta(days=20)):
        people = assemble()
    for days in (20, 15, 13, 0):
        with clock.at(now - timedelta(days=days)):
            if last is not None:
                retention.shred(by=None, situation=last)
                ShreddedKey.objects.exclude(situation=last.pk).delete()  # even if the installation forgets
            last = people.draft()
            made = backups.make(directory)
    key = DataKey.objects.get(situation=last.pk if last else 0)
    _say(last=made.stamp, expired=len(made.expired), wrapped=bytes(key.wrapped).hex(), reads=_reads(people))


def restore(directory: Path, *options: str) -> None:
    """Restore, then try everything."""
    out, err, refused = StringIO(), StringIO(), ""
    try:
        call_command("restore", directory, *options, stdout=out, stderr=err)
    except CommandError as error:
        refused = str(error)
    people, new = _as_stored(), 0
    with suppress(RuleRefused):
        new = people.draft().pk
    with second_wall.passing(Reason.MOVING):
        _tell(people, said=out.getvalue(), complaints=err.getvalue(), refused=refused, new=new)


def _tell(people: Cast, **seen: Any) -> None:
    _say(
        **seen,
        reads=_reads(people),
        keys=sorted(DataKey.objects.values_list("situation", flat=True)),
        struck=sorted(ShreddedKey.objects.values_list("situation", flat=True)),
        opens=_opened(),
        indexes=sorted(BlindIndex.objects.values_list("situation", flat=True)),
        marked=sorted(Identity.objects.exclude(shredded_at=None).values_list("situation", flat=True)),
        ciphertext=sorted({row.situation_id for row in [*Identity.objects.all(), *Identity.history.all()] if bytes(row.name)}),
        replays=[
            [one.situation_id, one.detail] for one in LedgerEntry.objects.filter(kind="shredded").order_by("pk")
        ],
    )  # fmt: skip


def _reads(people: Cast) -> dict[int, bool]:
    return {one.pk: _opens(people, one) for one in Situation.objects.order_by("pk")}


def _opens(people: Cast, situation: Situation) -> bool:
    try:
        return identity.read(by=people["schools"], situation=situation) == IDENTITY
    except RuleRefused:
        return False


def _opened() -> dict[int, list[Any]]:
    """Number of each referral to whose desk it is at, and whether its words open."""
    with second_wall.passing(Reason.MOVING):
        return {one.pk: [one.agency_id, _answered(one)] for one in Referral.objects.order_by("pk")}


def _answered(referral: Referral) -> bool:
    with suppress(RuleRefused):
        return words(referral) == ANSWERS
    return False


def _say(**seen: Any) -> None:
    print(json.dumps(seen))  # noqa: T201 - how the test hears of it
