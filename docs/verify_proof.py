"""Verifies a proof from HubTable's ledger (`manage.py prove_entry`) without HubTable: `python verify_proof.py PROOF.json`.

Needs Python 3.9 or newer and the package `cryptography`, nothing else. What it does, in full:

1. Each entry is hashed: SHA-256 over its canonical JSON (sorted keys, no spaces, ASCII). Each names the hash before it.
2. The last one's hash stands in a leaf of a Merkle tree (RFC 6962: 0x00 before a leaf, 0x01 before two nodes).
3. The path of siblings leads from the leaf to the root.
4. The root, the time and the counts are signed with Ed25519.

It ends with 0 if all of it holds and with 1 if not. Give --root and --key from the printed minutes: only what was on paper
before anybody asked proves that the signature was not made afterwards.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Fails(Exception):
    """The step of the proof that does not hold."""


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def check(holds: bool, what: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise Fails(what)
    say(f"holds: {what}")


def check_chain(entries: list, leaf: dict) -> None:
    first = entries[0]
    for number, entry in enumerate(entries):
        if (entry["chain"], entry["sequence"]) != (leaf["chain"], first["sequence"] + number):
            raise Fails("the entries are of one chain, one after the other")
        if number and entry["previous"] != hashlib.sha256(canonical(entries[number - 1])).hexdigest():
            raise Fails(f"entry {entry['sequence']} names the hash of the entry before it")
    check(True, f"{len(entries)} entries of {leaf['chain']} follow one another, each naming the hash of the one before")
    last = (entries[-1]["sequence"], hashlib.sha256(canonical(entries[-1])).hexdigest())
    check(last == (leaf["sequence"], leaf["hash"]), "the last of them is the entry in the leaf of the checkpoint's tree")


def check_path(leaf: dict, path: list, root: str) -> None:
    reached = hashlib.sha256(b"\x00" + canonical(leaf)).digest()
    for side, sibling in path:
        pair = bytes.fromhex(sibling) + reached if side == "left" else reached + bytes.fromhex(sibling)
        reached = hashlib.sha256(b"\x01" + pair).digest()
    check(reached.hex() == root, "the leaf and its path lead to the root of the checkpoint")


def check_signature(proof: dict) -> str:
    public = bytes.fromhex(proof["public_key"])
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(proof["signature"]), canonical(proof["checkpoint"]))
    except InvalidSignature:
        raise Fails("the checkpoint is signed with the key in the proof") from None
    say("holds: the checkpoint is signed with the key in the proof")
    return hashlib.sha256(public).hexdigest()[:8]


def verify(proof: dict, root: str, key: str) -> None:
    checkpoint = proof["checkpoint"]
    check_chain(proof["entries"], proof["leaf"])
    check_path(proof["leaf"], proof["path"], checkpoint["root"])
    signer = check_signature(proof)
    if root:
        check(checkpoint["root"] == root.lower(), "the root is the one that you gave")
    if key:
        check(signer == key.lower(), "the key is the one that you gave")
    entry = proof["entries"][0]
    say(f"So entry {entry['sequence']} of {entry['chain']} ({entry['kind']}, {entry['at']}) stood in the ledger as it is here")
    say(f"when the checkpoint of {checkpoint['at']} was signed over {checkpoint['entries']} entries.")
    if not (root and key):
        say("Compare with the printed minutes, or this proves only that somebody signed it at some time:")
        say(f"  root {checkpoint['root']}\n  key  {signer}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Verifies a proof from HubTable's ledger.")
    parser.add_argument("proof", type=Path)
    parser.add_argument("--root", default="", help="the root as the minutes print it")
    parser.add_argument("--key", default="", help="the key id as the minutes print it")
    given = parser.parse_args()
    try:
        verify(json.loads(given.proof.read_bytes()), given.root, given.key)
    except Fails as step:
        say(f"DOES NOT HOLD: {step}")
        return 1
    except (OSError, ValueError, KeyError, IndexError, TypeError) as broken:
        say(f"DOES NOT HOLD: this is not a readable proof ({type(broken).__name__})")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
