"""Proof that one entry stood in the ledger when a checkpoint was signed; `docs/verify_proof.py` checks it without HubTable.

It holds the entry, the entries of its chain from there to the checkpoint (ids, codes and times: what their hashes cover), the
path from the chain's last entry to the signed root, and the checkpoint.
"""

from typing import Any

from situations import checkpoints, ledger, merkle
from situations.models import Checkpoint, LedgerEntry


class NoProof(LookupError):
    """There is no such entry, or no checkpoint that holds it."""


def prove(chain: str, sequence: int, *, root: str = "") -> dict[str, Any]:
    """The proof against the earliest checkpoint that holds the entry, or the one with this root (or its beginning).

    Raises NoProof when there is none. What it proves is not verified here: a broken ledger makes a proof that fails.
    """
    if not LedgerEntry.objects.filter(chain=chain, sequence=sequence).exists():
        raise NoProof(f"There is no entry {sequence} in the chain {chain}.")
    for checkpoint in Checkpoint.objects.filter(root__startswith=root).order_by("at", "pk"):
        leaves = checkpoints.leaves_of(checkpoint)
        for index, (one, last, _digest) in enumerate(leaves):
            if one == chain and last >= sequence:
                return _proof(checkpoint, leaves, index, sequence)
    raise NoProof(f"No checkpoint holds entry {sequence} of the chain {chain} yet; `make_checkpoint` makes one.")


def _proof(checkpoint: Checkpoint, leaves: list[checkpoints.Head], index: int, sequence: int) -> dict[str, Any]:
    chain, last, digest = leaves[index]
    entries = LedgerEntry.objects.filter(chain=chain, sequence__range=(sequence, last)).order_by("sequence")
    path = merkle.proof([checkpoints.leaf(one) for one in leaves], index)
    return {
        "checkpoint": checkpoints.body(checkpoint),
        "entries": [ledger.body(entry, ledger.received(entry)) for entry in entries.prefetch_related("recipients")],
        "key": checkpoint.key,
        "leaf": {"chain": chain, "hash": digest, "sequence": last},
        "path": [[side, sibling.hex()] for side, sibling in path],
        "public_key": checkpoint.public_key,
        "signature": checkpoint.signature,
    }
