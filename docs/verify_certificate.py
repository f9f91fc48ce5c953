"""Verifies a HubTable certificate of shredding without HubTable: `python verify_certificate.py CERTIFICATE.json --key KEY`.

Needs Python 3.9 or newer and the package `cryptography`, nothing else. The certificate is signed with Ed25519 over its
canonical JSON (sorted keys, no spaces, ASCII). It ends with 0 if the signature holds and with 1 if not. Give the key as the
printed minutes name it: without that, this proves only that somebody signed it.

The certificate names its entry of the ledger by hash. `manage.py prove_entry CHAIN SEQUENCE` gives a proof of that entry,
which `verify_proof.py` reads: together they show when the shredding was entered, at the latest.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def fault(file: dict, key: str) -> str:
    public = bytes.fromhex(file["public_key"])
    text = json.dumps(file["certificate"], sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(file["signature"]), text.encode("ascii"))
    except InvalidSignature:
        return "it is not signed with the key in it"
    signer = hashlib.sha256(public).hexdigest()[:8]
    return "" if key in ("", signer) else f"it is signed with the key {signer}, not with the one that you gave"


def told(file: dict) -> str:
    document = file["certificate"]
    entry, destroyed = document["entry"], document["destroyed"]
    return (
        f"holds: signed by {hashlib.sha256(bytes.fromhex(file['public_key'])).hexdigest()[:8]}\n"
        f"Certificate {document['certificate']}: the identity of {document['situation']} ({document['table']}, brought by "
        f"{document['agency']})\nwas destroyed at {document['at']} ({document['why']}): {destroyed['keys']} keys, "
        f"{destroyed['history_rows']} rows of history.\nIts entry: {entry['chain']} {entry['sequence']}, hash {entry['hash']}\n"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="Verifies a certificate of shredding.")
    parser.add_argument("certificate", type=Path)
    parser.add_argument("--key", default="", help="the key id as the minutes print it")
    given = parser.parse_args()
    try:
        file = json.loads(given.certificate.read_bytes())
        why, text = fault(file, given.key.lower()), told(file)
    except (OSError, ValueError, KeyError, TypeError) as broken:
        why, text = f"this is not a readable certificate ({type(broken).__name__})", ""
    sys.stdout.write(f"DOES NOT HOLD: {why}\n" if why else text)
    return 1 if why else 0


if __name__ == "__main__":
    sys.exit(main())
