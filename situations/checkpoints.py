"""Signed checkpoints: what nobody can rewrite in the ledger, once a copy of a checkpoint has left the machine.

A checkpoint is a signature over canonical JSON {at, chains, entries, root, table}; `root` is the Merkle root over the last
entry of each chain, the chains in order of their names. `verify` finds a tail that was cut off and a chain that was forged
anew; `compare` does the same from a downloaded file, when the database's own checkpoints are gone too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from agencies.models import Member, Sitting, Table
from hub.core import clock
from hub.core.audit import verb
from situations import ledger, merkle, signatures
from situations.models import Checkpoint, LedgerEntry

Head = tuple[str, int, str]
"""Chain, sequence, hash: the last entry of a chain."""


@dataclass(frozen=True)
class Doubt:
    """What does not hold (a chain's entry, or a checkpoint), and why."""

    what: str
    why: str


@verb
def make(*, by: Member | None, table: Table | None, sitting: Sitting | None = None) -> Checkpoint:
    """Sign where every chain of the table stands now (None: every chain there is); with the sitting at whose close it is made.

    Callers make it last in their transaction. Raises ImproperlyConfigured without a signing key.
    """
    leaves = heads(table)
    made = Checkpoint(
        table=table,
        sitting=sitting,
        at=clock.now(),
        chains=len(leaves),
        entries=sum(sequence for _chain, sequence, _hash in leaves),
        root=merkle.root([leaf(one) for one in leaves]).hex(),
        leaves=[list(one) for one in leaves],
    )
    signed = signatures.sign(ledger.canonical(body(made)))
    made.signature, made.key, made.public_key = signed.signature, signed.key, signed.public_key
    made.save()
    return made


def heads(table: Table | None) -> list[Head]:
    """The last entry of each chain of a table (None: of all), in order of the chains' names."""
    later = LedgerEntry.objects.filter(chain=OuterRef("chain"), sequence__gt=OuterRef("sequence"))
    entries = LedgerEntry.objects.filter(~Exists(later))
    if table is not None:
        entries = entries.filter(table=table)
    return sorted(entries.order_by().values_list("chain", "sequence", "hash"))


def leaf(head: Head) -> bytes:
    """What the tree is made of: canonical JSON of chain, hash and sequence."""
    chain, sequence, digest = head
    return ledger.canonical({"chain": chain, "hash": digest, "sequence": sequence}).encode("ascii")


def leaves_of(checkpoint: Checkpoint) -> list[Head]:
    """The heads that a checkpoint holds."""
    return [(chain, sequence, digest) for chain, sequence, digest in checkpoint.leaves]


def body(checkpoint: Checkpoint) -> dict[str, Any]:
    """What is signed."""
    return {
        "at": ledger.utc(checkpoint.at),
        "chains": checkpoint.chains,
        "entries": checkpoint.entries,
        "root": checkpoint.root,
        "table": checkpoint.table_id,
    }


def document(checkpoint: Checkpoint) -> dict[str, Any]:
    """The file that leaves the machine: body, signature, and the leaves as hashes.

    Names of chains stay here: they would tell every reader which situations there are, and how much happened in each.
    """
    return {
        "checkpoint": body(checkpoint),
        "key": checkpoint.key,
        "leaves": [merkle.leaf(leaf(one)).hex() for one in leaves_of(checkpoint)],
        "public_key": checkpoint.public_key,
        "signature": checkpoint.signature,
    }


def verify() -> Iterator[Doubt]:
    """Every stored checkpoint that does not hold, and of every chain the first entry that is not what a checkpoint holds."""
    claims: dict[tuple[str, int], dict[str, datetime]] = {}
    for checkpoint in Checkpoint.objects.order_by("at", "pk"):
        if why := _fault(checkpoint):
            yield Doubt(f"checkpoint {checkpoint.pk} of {ledger.utc(checkpoint.at)}", why)
            continue
        for chain, sequence, digest in leaves_of(checkpoint):
            claims.setdefault((chain, sequence), {}).setdefault(digest, checkpoint.at)
    yield from _unkept(claims)
    yield from _unsigned_closes()


def compare(file: dict[str, Any]) -> Iterator[Doubt]:
    """What does not hold of a `document`, and which chains are no longer what it holds. Raises ValueError for another file."""
    try:
        signed = signatures.Signature(str(file["signature"]), str(file["key"]), str(file["public_key"]))
        claimed, at = dict(file["checkpoint"]), datetime.fromisoformat(file["checkpoint"]["at"])
        hashes = [bytes.fromhex(one) for one in file["leaves"]]
    except (KeyError, TypeError, ValueError) as broken:
        raise ValueError("this is not a checkpoint of HubTable") from broken
    why = signatures.fault(ledger.canonical(claimed), signed)
    if not why and (merkle.root_of_hashes(hashes).hex(), len(hashes)) != (claimed["root"], claimed["chains"]):
        why = "its leaves are not those that were signed"
    if why:
        yield Doubt("the file", why)
    else:
        yield from _missing(set(hashes), claimed["table"], at)


def _unsigned_closes() -> Iterator[Doubt]:
    """Conferences that closed since there have been checkpoints, and whose own is not there any more."""
    first = Checkpoint.objects.order_by("at", "pk").values_list("at", flat=True).first()
    if first is None:
        return
    unsigned = Sitting.objects.filter(checkpoint=None).order_by("closed_at").values_list("closed_at", flat=True)
    for closed_at in (one for one in unsigned if one is not None and one > first):
        yield Doubt(f"the checkpoint of the conference that closed at {ledger.utc(closed_at)}", "it is gone")


def _fault(checkpoint: Checkpoint) -> str:
    signed = signatures.Signature(checkpoint.signature, checkpoint.key, checkpoint.public_key)
    if why := signatures.fault(ledger.canonical(body(checkpoint)), signed):
        return why
    leaves = leaves_of(checkpoint)
    held = (merkle.root([leaf(one) for one in leaves]).hex(), len(leaves), sum(sequence for _chain, sequence, _hash in leaves))
    return (
        "" if held == (checkpoint.root, checkpoint.chains, checkpoint.entries) else "its leaves are not those that were signed"
    )


def _unkept(claims: dict[tuple[str, int], dict[str, datetime]]) -> Iterator[Doubt]:
    found = {(chain, sequence): digest for chain, sequence, digest in _all_entries() if (chain, sequence) in claims}
    told: set[str] = set()
    for (chain, sequence), digests in sorted(claims.items()):
        wrong = {digest: at for digest, at in digests.items() if digest != found.get((chain, sequence))}
        if chain in told or not wrong:
            continue
        told.add(chain)
        yield _doubt(chain, sequence, min(wrong.values()), gone=(chain, sequence) not in found)


def _missing(hashes: set[bytes], table: int | None, at: datetime) -> Iterator[Doubt]:
    """As `_unkept`, when the file knows hashes only: stored checkpoints give the names, else the chains that are left over."""
    kept, last = set(), {}
    begun = LedgerEntry.objects.filter(sequence=1, at__lte=at, **({} if table is None else {"table": table}))
    suspects = set(begun.values_list("chain", flat=True))
    for head in _all_entries():
        chain, sequence, _digest = head
        last[chain] = sequence
        if (hashed := merkle.leaf(leaf(head))) in hashes:
            kept.add(hashed)
            suspects.discard(chain)
    lost = hashes - kept
    for chain, sequence in sorted(_names(lost).values()):
        suspects.discard(chain)
        yield _doubt(chain, sequence, at, gone=last.get(chain, 0) < sequence)
    unnamed = len(lost) - len(set(_names(lost)))
    for chain in sorted(suspects) if unnamed else ():
        yield Doubt(f"{chain} entries 1 to {last[chain]}", f"none is the one that the checkpoint of {ledger.utc(at)} holds")
    if unnamed > len(suspects):
        yield Doubt(
            f"{unnamed - len(suspects)} more chains", f"the checkpoint of {ledger.utc(at)} holds them, and they are gone"
        )


def _names(lost: set[bytes]) -> dict[bytes, tuple[str, int]]:
    every = (head for checkpoint in Checkpoint.objects.all() for head in leaves_of(checkpoint)) if lost else ()
    known = {merkle.leaf(leaf(head)): (head[0], head[1]) for head in every}
    return {one: known[one] for one in lost & known.keys()}


def _doubt(chain: str, sequence: int, at: datetime, *, gone: bool) -> Doubt:
    why = "was cut off after" if gone else "is not the one that was signed in"
    return Doubt(f"{chain} entry {sequence}", f"it {why} the checkpoint of {ledger.utc(at)}")


def _all_entries() -> Iterator[Head]:
    entries = LedgerEntry.objects.order_by("chain", "sequence").values_list("chain", "sequence", "hash")
    return entries.iterator(chunk_size=2000)
