"""The tree of RFC 6962: known roots, a path for every leaf of every small tree, and no path for anything else."""

import hashlib

import pytest

from situations import merkle

pytestmark = pytest.mark.pairless

# From the test vectors of Certificate Transparency's reference implementation.
INPUTS = [bytes.fromhex(one) for one in
          ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("count", ROOTS)
def test_roots_are_those_of_the_reference(count: int) -> None:
    assert merkle.root(INPUTS[:count]).hex() == ROOTS[count]


def test_empty_tree_has_the_hash_of_nothing() -> None:
    assert merkle.root([]) == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("count", range(1, 9))
def test_every_leaf_has_a_path_and_no_other_leaf_fits_it(count: int) -> None:
    leaves, root = INPUTS[:count], merkle.root(INPUTS[:count])
    for index, one in enumerate(leaves):
        path = merkle.proof(leaves, index)
        assert merkle.verify_proof(one, path, root)
        assert not any(merkle.verify_proof(other, path, root) for other in [*leaves, b"else"] if other != one)


def test_altered_turned_and_shortened_paths_fail() -> None:
    root, path = merkle.root(INPUTS), merkle.proof(INPUTS, 5)
    side, sibling = path[0]
    turned: merkle.Path = [("left" if side == "right" else "right", sibling), *path[1:]]
    for wrong in ([(side, bytes(32)), *path[1:]], turned, path[1:], path[::-1]):
        assert not merkle.verify_proof(INPUTS[5], wrong, root)


def test_node_cannot_be_passed_off_as_a_leaf() -> None:
    joined = merkle.leaf(INPUTS[0]) + merkle.leaf(INPUTS[1])
    assert merkle.root([joined]) != merkle.root(INPUTS[:2])


def test_order_of_leaves_counts() -> None:
    assert merkle.root(INPUTS[:3]) != merkle.root(INPUTS[2::-1])


@pytest.mark.parametrize("index", [-1, 3])
def test_no_path_for_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(IndexError):
        merkle.proof(INPUTS[:3], index)


def test_root_of_hashes_is_the_root() -> None:
    assert merkle.root_of_hashes([merkle.leaf(one) for one in INPUTS]) == merkle.root(INPUTS)
