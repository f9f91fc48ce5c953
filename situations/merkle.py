"""A Merkle tree over SHA-256, as RFC 6962 (section 2.1) builds it. Pure: bytes in, bytes out.

Leaves and nodes are hashed under different first bytes, so that no node can be passed off as a leaf.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Literal

Side = Literal["left", "right"]
Path = list[tuple[Side, bytes]]
"""The siblings on the way from a leaf to the root, and the side on which each stands."""


def leaf(data: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over the leaves in this order; over none it is the SHA-256 of nothing."""
    return root_of_hashes([leaf(one) for one in leaves])


def root_of_hashes(hashes: Sequence[bytes]) -> bytes:
    """As `root`, from the leaves' hashes: for whoever may know the tree but not what stands in it."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    half = _left_part(len(hashes))
    return _node(root_of_hashes(hashes[:half]), root_of_hashes(hashes[half:]))


def proof(leaves: Sequence[bytes], index: int) -> Path:
    """The path from the leaf at `index` to the root. Raises IndexError when there is no such leaf."""
    if not 0 <= index < len(leaves):
        raise IndexError("there is no such leaf")
    return _path([leaf(one) for one in leaves], index)


def verify_proof(data: bytes, path: Iterable[tuple[Side, bytes]], expected: bytes) -> bool:
    """Whether the leaf `data` and its path lead to the root `expected`."""
    reached = leaf(data)
    for side, sibling in path:
        reached = _node(sibling, reached) if side == "left" else _node(reached, sibling)
    return reached == expected


def _path(hashes: Sequence[bytes], index: int) -> Path:
    if len(hashes) == 1:
        return []
    half = _left_part(len(hashes))
    left, right = hashes[:half], hashes[half:]
    if index < half:
        return [*_path(left, index), ("right", root_of_hashes(right))]
    return [*_path(right, index - half), ("left", root_of_hashes(left))]


def _left_part(count: int) -> int:
    # the largest power of two below the count: the left part of RFC 6962's tree is always full
    return 1 << ((count - 1).bit_length() - 1)


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
