"""A small piece of work that a browser does while somebody types, in place of a captcha of somebody else's.

It stops nobody who means it. It makes ten thousand sendings cost what one does not: some seconds of an old phone each.
"""

import hashlib
import re

BITS = 17
"""Of zeros that the digest begins with: two to three seconds of an old phone, while its owner reads the first page."""
MOST_BITS = 21
NUMBER = re.compile(r"[0-9]{1,12}")


def is_done(challenge: str, proof: str, *, bits: int) -> bool:
    """Whether `proof` is a number that, behind the challenge, gives a SHA-256 digest with so many zero bits in front."""
    if not NUMBER.fullmatch(proof):
        return False
    digest = hashlib.sha256(f"{challenge}:{proof}".encode()).digest()
    return int.from_bytes(digest) >> (256 - bits) == 0
