"""The Merkle tree of RFC 6962, section 2.1: growing it, its root, and proofs that anyone can check.

A leaf is SHA-256(0x00 ‖ data), a node SHA-256(0x01 ‖ left ‖ right); the prefixes keep a node from passing for a leaf.
Places of leaves count from 0. The checks follow RFC 9162, sections 2.1.3.2 and 2.1.4.2.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

EMPTY_ROOT = hashlib.sha256(b"").digest()
HASH_LENGTH = 32

ReadNode = Callable[[int, int], bytes]
"""(level, place) -> hash of the complete subtree of 2**level leaves that starts at leaf place * 2**level."""


def node(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class Frontier:
    """A tree that only grows; it keeps the roots of its complete subtrees, at most 64 hashes.

    Attributes:
        size: Number of leaves.
        peaks: Roots of the complete subtrees, largest first: one for each binary digit 1 of `size`.
    """

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        if len(self.peaks) != self.size.bit_count() or any(len(peak) != HASH_LENGTH for peak in self.peaks):
            raise ValueError(f"a tree of {self.size} leaves does not have these {len(self.peaks)} peaks")

    def append(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Add a leaf; yields (level, place, hash) of each inner node that it completes. Exhaust it."""
        carry, level, place = leaf, 0, self.size
        while place & 1:
            carry = node(self.peaks.pop(), carry)
            level, place = level + 1, place >> 1
            yield level, place, carry
        self.peaks.append(carry)
        self.size += 1

    def extend(self, leaves: Sequence[bytes]) -> "Frontier":
        """Add leaves; the tree itself, for chaining."""
        for leaf in leaves:
            for _ in self.append(leaf):
                pass
        return self

    def copy(self) -> "Frontier":
        """A tree of the same leaves that grows apart from this one."""
        return Frontier(self.size, list(self.peaks))

    def root(self) -> bytes:
        """The root hash, MTH(D[size]) of the RFC."""
        if not self.peaks:
            return EMPTY_ROOT
        top = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            top = node(peak, top)
        return top


def inclusion_proof(read: ReadNode, place: int, size: int) -> list[bytes]:
    """The audit path of the leaf at `place` in the tree of `size` leaves: PATH(m, D[n]), lowest first.

    Raises:
        ValueError: There is no such leaf.
    """
    if not 0 <= place < size:
        raise ValueError(f"leaf {place} is not in a tree of {size}")
    path, low, high = [], 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if place < middle:
            path.append(_range_root(read, middle, high))
            high = middle
        else:
            path.append(_range_root(read, low, middle))
            low = middle
    return path[::-1]


def consistency_proof(read: ReadNode, first: int, second: int) -> list[bytes]:
    """The proof that the tree of `first` leaves is a prefix of the tree of `second`: PROOF(m, D[n]).

    Raises:
        ValueError: Not 0 < first <= second.
    """
    if not 0 < first <= second:
        raise ValueError(f"no consistency proof from {first} to {second}")
    path, low, high, whole = [], 0, second, True
    while first < high:
        middle = low + _split(high - low)
        if first <= middle:
            path.append(_range_root(read, middle, high))
            high = middle
        else:
            path.append(_range_root(read, low, middle))
            low, whole = middle, False
    if not whole:
        path.append(_range_root(read, low, high))
    return path[::-1]


def verify_inclusion(leaf: bytes, place: int, size: int, *, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows that `leaf` is at `place` in the tree of `size` leaves with this `root`."""
    if not 0 <= place < size or not _hashes(leaf, root, *proof):
        return False
    at, last, value = place, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            value = node(sibling, value)
            at, last = _climb(at, last)
        else:
            value = node(value, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and value == root


def verify_consistency(
    first: int, second: int, *, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether `proof` shows that the first tree is a prefix of the second."""
    if not 0 < first <= second or not _hashes(first_root, second_root, *proof):
        return False
    if first == second:
        return not proof and first_root == second_root
    # A first tree that is one complete subtree is its own starting node and is not repeated in the proof.
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not path or not proof:
        return False
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node(sibling, old), node(sibling, new)
            at, last = _climb(at, last)
        else:
            new = node(new, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _climb(at: int, last: int) -> tuple[int, int]:
    # A right edge without a right neighbour is lifted unchanged until it is somebody's right child.
    while not at & 1 and at:
        at, last = at >> 1, last >> 1
    return at, last


def _hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_LENGTH for value in values)


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def _range_root(read: ReadNode, low: int, high: int) -> bytes:
    count = high - low
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return read(level, low >> level)
    middle = low + _split(count)
    return node(_range_root(read, low, middle), _range_root(read, middle, high))
