"""The Merkle tree against the published vectors of Certificate Transparency (RFC 6962) and against its definition."""

import hashlib
import itertools

import pytest

from openscf.db.audit.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    node,
    verify_consistency,
    verify_inclusion,
)

# The eight leaf inputs and all roots of the reference tests of Certificate Transparency.
INPUTS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
LEAF_2 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
NODE_3_4 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
NODE_5_8 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
LEAF_5 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
NODE_7_8 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
NODE_5_6 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
LEAF_7 = "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"
INCLUSION = {  # (leaf counted from 1, size): path
    (1, 1): (),
    (1, 8): (LEAF_2, NODE_3_4, NODE_5_8),
    (6, 8): (LEAF_5, NODE_7_8, ROOTS[3]),
    (3, 3): (ROOTS[1],),
    (2, 5): (ROOTS[0], NODE_3_4, LEAF_5),
}
CONSISTENCY = {
    (1, 1): (),
    (1, 8): (LEAF_2, NODE_3_4, NODE_5_8),
    (6, 8): (NODE_5_6, NODE_7_8, ROOTS[3]),
    (2, 5): (NODE_3_4, LEAF_5),
    (6, 7): (NODE_5_6, LEAF_7, ROOTS[3]),
}
LEAVES = [hashlib.sha256(b"\x00" + bytes.fromhex(text)).digest() for text in INPUTS]


class Tree:
    """A tree in memory with all its nodes and the root at each size."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.leaves = leaves
        self.nodes = {(0, at): leaf for at, leaf in enumerate(leaves)}
        self.roots = [EMPTY_ROOT]
        frontier = Frontier()
        for leaf in leaves:
            self.nodes |= {(level, place): made for level, place, made in frontier.append(leaf)}
            self.roots.append(frontier.root())

    def read(self, level: int, place: int) -> bytes:
        return self.nodes[level, place]


PUBLISHED = Tree(LEAVES)
LARGE = Tree([hashlib.sha256(bytes([at])).digest() for at in range(70)])


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + by_definition(leaves[:k]) + by_definition(leaves[k:])).digest()


def test_the_published_roots_come_out() -> None:
    assert [root.hex() for root in PUBLISHED.roots[1:]] == list(ROOTS)
    assert PUBLISHED.roots[0].hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(("place", "size"), INCLUSION)
def test_the_published_inclusion_paths_come_out_and_hold(place: int, size: int) -> None:
    path = [bytes.fromhex(text) for text in INCLUSION[place, size]]
    assert inclusion_proof(PUBLISHED.read, place - 1, size) == path
    assert verify_inclusion(LEAVES[place - 1], place - 1, size, proof=path, root=bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(("first", "second"), CONSISTENCY)
def test_the_published_consistency_proofs_come_out_and_hold(first: int, second: int) -> None:
    path = [bytes.fromhex(text) for text in CONSISTENCY[first, second]]
    assert consistency_proof(PUBLISHED.read, first, second) == path
    roots = {"first_root": bytes.fromhex(ROOTS[first - 1]), "second_root": bytes.fromhex(ROOTS[second - 1])}
    assert verify_consistency(first, second, proof=path, **roots)


def test_every_root_is_that_of_the_definition() -> None:
    for size in range(len(LARGE.leaves) + 1):
        assert LARGE.roots[size] == by_definition(LARGE.leaves[:size])


def test_every_inclusion_proof_holds_and_for_nothing_else() -> None:
    for size in range(1, 71):
        for place in range(size):
            proof = inclusion_proof(LARGE.read, place, size)
            leaf, root = LARGE.leaves[place], LARGE.roots[size]
            assert verify_inclusion(leaf, place, size, proof=proof, root=root)
            assert not verify_inclusion(leaf, place + 1, size, proof=proof, root=root)
            assert not verify_inclusion(LARGE.leaves[place - 1], place, size, proof=proof, root=root) or size == 1


def test_every_consistency_proof_holds_and_for_nothing_else() -> None:
    for first, second in itertools.combinations(range(1, 71), 2):
        proof = consistency_proof(LARGE.read, first, second)
        old, new = LARGE.roots[first], LARGE.roots[second]
        assert verify_consistency(first, second, first_root=old, second_root=new, proof=proof)
        assert not verify_consistency(first, second, first_root=new, second_root=new, proof=proof)
        assert not verify_consistency(first, second, first_root=old, second_root=old, proof=proof)


def corrupted(proof: list[bytes], root: bytes) -> list[list[bytes]]:
    """The ways in which the reference tests spoil a proof."""
    flipped = [[*proof[:at], bytes([one[0] ^ 8]) + one[1:], *proof[at + 1 :]] for at, one in enumerate(proof)]
    return [[*proof, b""], [*proof, root], [b"", *proof], [root, *proof], proof[:-1], *flipped]


@pytest.mark.parametrize(("place", "size"), [key for key in INCLUSION if INCLUSION[key]])
def test_a_spoilt_inclusion_proof_does_not_hold(place: int, size: int) -> None:
    proof = [bytes.fromhex(text) for text in INCLUSION[place, size]]
    root = bytes.fromhex(ROOTS[size - 1])
    leaf, at = LEAVES[place - 1], place - 1
    for spoilt in corrupted(proof, root):
        assert not verify_inclusion(leaf, at, size, proof=spoilt, root=root)
    for wrong in ((at - 1, size), (at + 1, size), (at ^ 2, size), (at, 2 * size), (at, size // 2)):
        assert not verify_inclusion(leaf, *wrong, proof=proof, root=root)
    assert not verify_inclusion(b"WrongLeaf", at, size, proof=proof, root=root)
    assert not verify_inclusion(leaf, at, size, proof=proof, root=EMPTY_ROOT)
    assert not verify_inclusion(leaf, at, size, proof=proof, root=b"")


@pytest.mark.parametrize(("first", "second"), [key for key in CONSISTENCY if CONSISTENCY[key]])
def test_a_spoilt_consistency_proof_does_not_hold(first: int, second: int) -> None:
    proof = [bytes.fromhex(text) for text in CONSISTENCY[first, second]]
    roots = {"first_root": bytes.fromhex(ROOTS[first - 1]), "second_root": bytes.fromhex(ROOTS[second - 1])}
    for spoilt in (*corrupted(proof, roots["first_root"]), [], [proof[0], *proof]):
        assert not verify_consistency(first, second, proof=spoilt, **roots)
    for wrong in ((first - 1, second), (first + 1, second), (first ^ 2, second), (first, 2 * second)):
        assert not verify_consistency(*wrong, proof=proof, **roots)
    assert not verify_consistency(second, first, proof=proof, **roots)


def test_a_node_does_not_pass_for_a_leaf() -> None:
    two = node(LEAVES[0], LEAVES[1])
    assert hashlib.sha256(b"\x00" + LEAVES[0] + LEAVES[1]).digest() != two
    assert not verify_inclusion(two, 0, 2, proof=[], root=PUBLISHED.roots[2])


def test_a_frontier_refuses_peaks_that_do_not_fit_its_size() -> None:
    with pytest.raises(ValueError, match="3 leaves"):
        Frontier(3, [LEAVES[0]])
