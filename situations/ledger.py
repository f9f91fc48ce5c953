"""The ledger: the one function that appends, and the one that verifies.

Guarantees: an entry is written in the caller's transaction, before what it records becomes available; it is chained by
SHA-256 over canonical JSON to the entry before it; it holds ids, codes and times, never content (ARCHITECTURE, "Ledger").
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from agencies.models import Member, Sitting, Table
from hub.core import afterwards
from hub.core.prepared import Prepared
from situations.choices import EntryKind
from situations.models import LedgerEntry, Recipient, Situation

GENESIS = "0" * 64
Person = tuple[int, int]
"""(agency id, member id) of one recipient."""
Received = tuple[int, int, str, str]
"""(agency id, member id, what was received, the person's position at that moment)."""
FORM = 2
"""The form of entries written now. 1 had no positions."""
ALSO = "also"
"""In the detail of a held text's reading: the agency whose information it was beside the writer's."""


@dataclass(frozen=True)
class Broken:
    """The first entry of a chain that does not hold, and why."""

    chain: str
    sequence: int
    why: str


_LAST = Prepared(
    lambda chain: LedgerEntry.objects.filter(chain=chain).order_by("-sequence").values_list("sequence", "hash")[:1]
)
_POSITIONS = Prepared(lambda members: Member.objects.filter(pk__in=members).values_list("pk", "position"))


def append(
    kind: EntryKind,
    *,
    by: Member | None,
    situation: Situation | None = None,
    table: Table | None = None,
    sitting: Sitting | None = None,
    basis: str = "",
    detail: dict[str, Any] | None = None,
    recipients: Iterable[Person] = (),
    what: str = "",
    discloser: int | None = None,
) -> LedgerEntry:
    """Append one entry to the chain of the situation (or of the table) and return it.

    `discloser`: id of the agency whose information it is, when that is not the agency of who acts (a facilitator).

    Callers hold the lock on the situation's row. Raises ValueError when neither situation nor table is given.
    """
    owner = situation.table if situation is not None else table
    if owner is None:
        raise ValueError("an entry belongs to a situation or to a table")
    chain = f"situation:{situation.pk}" if situation is not None else f"table:{owner.pk}"
    sequence, previous = _LAST.first(chain=chain) or (0, GENESIS)
    people = _with_positions(recipients)
    entry = LedgerEntry(
        chain=chain,
        sequence=sequence + 1,
        situation=situation,
        table=owner,
        at=afterwards.written_at(),
        kind=kind,
        actor=by,
        agency_id=discloser or (by.agency_id if by else None),
        sitting=sitting,
        basis=basis,
        detail={**(detail or {}), **afterwards.detail()},
        form=FORM,
        previous=previous,
    )
    entry.hash = digest(entry, [(agency, member, what, position) for agency, member, position in people])
    entry.save()
    for agency, member, position in people:
        Recipient(
            entry=entry, situation=situation, agency_id=agency, member_id=member, what=what, position=position
        ).save()  # fmt: skip
    return entry


def _with_positions(recipients: Iterable[Person]) -> list[tuple[int, int, str]]:
    people = sorted(set(recipients))
    if not people:
        return []
    positions = dict(_POSITIONS(members=[member for _agency, member in people]))
    return [(agency, member, positions[member]) for agency, member in people]


def digest(entry: LedgerEntry, recipients: list[Received]) -> str:
    """SHA-256 (hex) over the entry's canonical JSON."""
    return hashlib.sha256(canonical(body(entry, recipients)).encode("ascii")).hexdigest()


def received(entry: LedgerEntry) -> list[Received]:
    """The entry's recipients as its hash covers them."""
    return [(one.agency_id, one.member_id, one.what, one.position) for one in entry.recipients.all()]


def body(entry: LedgerEntry, recipients: list[Received]) -> dict[str, Any]:
    """Everything that an entry's hash covers: ids, codes and times, and the position of each recipient (from form 2 on)."""
    if entry.form == 1:
        # form 1 had no positions: one that stands there was put there later, and must not pass for signed
        return _body(entry, [list(one if any(one[3:]) else one[:3]) for one in sorted(recipients)])
    return {**_body(entry, [list(one) for one in sorted(recipients)]), "form": entry.form}


def _body(entry: LedgerEntry, recipients: list[list[Any]]) -> dict[str, Any]:
    return {
        "actor": entry.actor_id,
        "agency": entry.agency_id,
        "at": utc(entry.at),
        "basis": entry.basis,
        "chain": entry.chain,
        "detail": entry.detail,
        "kind": str(entry.kind),
        "previous": entry.previous,
        "recipients": recipients,
        "sequence": entry.sequence,
        "sitting": entry.sitting_id,
        "situation": entry.situation_id,
        "table": entry.table_id,
    }


def canonical(value: dict[str, Any]) -> str:
    """Canonical JSON: sorted keys, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def verify() -> Iterator[Broken]:
    """The first broken entry of every chain that does not hold; nothing at all when the ledger is whole."""
    entries = LedgerEntry.objects.order_by("chain", "sequence").prefetch_related("recipients")
    for _chain, members in groupby(entries.iterator(chunk_size=500), key=lambda entry: entry.chain):
        broken = _first_broken(members)
        if broken is not None:
            yield broken
    # whoever begins a situation is entered: one without a chain had one
    for key in Situation.objects.filter(ledger=None).order_by("pk").values_list("pk", flat=True):
        yield Broken(f"situation:{key}", 1, "the situation is there, and its whole chain is gone")


def _first_broken(entries: Iterable[LedgerEntry]) -> Broken | None:
    previous, expected = GENESIS, 1
    for entry in entries:
        if entry.sequence != expected:
            return Broken(entry.chain, expected, "an entry is missing")
        if entry.previous != previous:
            return Broken(entry.chain, entry.sequence, "it does not follow the entry before it")
        if entry.hash != digest(entry, received(entry)):
            return Broken(entry.chain, entry.sequence, "its content is not what was signed into the chain")
        # beside the hash: recipients are found by this column when a person's disclosures are accounted for
        if any(one.situation_id != entry.situation_id for one in entry.recipients.all()):
            return Broken(entry.chain, entry.sequence, "a recipient of it stands under another situation")
        previous, expected = entry.hash, expected + 1
    return None


def utc(moment: datetime) -> str:
    """A moment as it stands in canonical JSON: in UTC, with microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
