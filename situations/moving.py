"""Moving an installation to other databases: everything, under the same numbers, and proved to be the same.

Sentence 4 has to outlive the move: the ledger is verified before and after, and every table is compared row by row. What
does not compare is not moved. Safe to repeat: as long as nobody has worked in a copy, the next one takes its place.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, connections

from hub import keystore
from hub.core import dumping, running, second_wall
from hub.core.second_wall import Reason
from hub.core.snapshot import snapshot
from situations import backups, checkpoints, ledger, moving_places, moving_tables
from situations.models import Checkpoint, LedgerEntry
from situations.moving_places import CannotMove, Place
from situations.moving_tables import Table

DATA, KEYS = DEFAULT_DB_ALIAS, keystore.DATABASE


@dataclass(frozen=True)
class Moved:
    """What was moved, table by table; `again`: an earlier copy has gone for it."""

    tables: list[Table]
    entries: int
    chains: int
    checkpoints: int
    again: bool


def move(to: str, keys_to: str) -> Moved:
    """Copy both databases to these URLs. Raises CannotMove, or Busy; then everything is as it was on both sides."""
    places = {DATA: moving_places.named(keystore.MOVING_DATA, to), KEYS: moving_places.named(keystore.MOVING, keys_to)}
    _check_apart(places)
    with ExitStack() as stack:
        stack.enter_context(running.alone())
        stack.enter_context(second_wall.passing(Reason.MOVING))
        _check_source()
        for place in places.values():
            stack.enter_context(moving_places.opened(place))
        again = [_check_target(alias, place) for alias, place in places.items()]
        stack.enter_context(snapshot())
        moving_places.never_too_long(DATA)
        _check_ledger("Here")
        with moving_places.written(*places.values()):
            tables = [one for alias, place in places.items() for one in _copied(alias, place)]
            with _in_place_of(DATA, places[DATA].alias):
                _check_ledger("At the new place")
                found = LedgerEntry.objects.count(), len(checkpoints.heads(None)), Checkpoint.objects.count()
    return Moved(tables, *found, again=any(again))


def _copied(alias: str, place: Place) -> list[Table]:
    here = moving_tables.copy(alias, place.alias)
    there = moving_tables.digests(place.alias, alias)
    if different := moving_tables.differences(here, there):
        raise CannotMove("Not the same at the new place: " + "; ".join(different))
    moving_places.stick_label(place, backups.installation(), moving_tables.whole(there))
    return there


def _check_apart(places: dict[str, Place]) -> None:
    there = [moving_places.lies(one.settings) for one in places.values()]
    here = [moving_places.lies(connections[alias].settings_dict) for alias in places]
    if there[0] == there[1]:
        raise CannotMove("Both URLs name one database: a backup of the data would hold the keys.")
    if set(there) & set(here):
        raise CannotMove("A URL names the database that is to be moved.")


def _check_source() -> None:
    for alias in (DATA, KEYS):
        if dumping.others_connected(alias):
            raise running.Busy("The database server knows of other connections: stop every process of HubTable first.")
        if moving_places.behind(alias):
            raise CannotMove("This installation has tables of an older version: run manage.py migrate first.")


def _check_target(alias: str, place: Place) -> bool:
    """Whether an earlier copy is there. Raises CannotMove over anything else that is not empty."""
    if not moving_places.tables_in(place):
        return False
    label = moving_places.label_of(place)
    if label is None:
        raise CannotMove("The target is not empty, and it is no earlier copy: give an empty database.")
    installation, digest = label
    if installation != backups.installation():
        raise CannotMove("The target is a copy of another installation.")
    if moving_places.behind(place.alias):
        raise CannotMove("The target is a copy that an older version has made: empty it first.")
    if moving_tables.whole(moving_tables.digests(place.alias, alias)) != digest:
        raise CannotMove("The target is an earlier copy in which somebody has worked since: what they did would be lost.")
    return True


def _check_ledger(where: str) -> None:
    doubts = [f"{one.chain} entry {one.sequence}: {one.why}" for one in ledger.verify()]
    doubts += [f"{one.what}: {one.why}" for one in checkpoints.verify()]
    if doubts:
        raise CannotMove(f"{where} the ledger does not hold: " + "; ".join(doubts))


@contextmanager
def _in_place_of(alias: str, other: str) -> Iterator[None]:
    """Inside, who asks one database asks the other."""
    before = connections[alias]
    connections[alias] = connections[other]
    try:
        yield
    finally:
        connections[alias] = before
