"""The limits of a book as a tree: platform, funder, group, counterparty, product, contract."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from openscf.financing.ids import LimitId, ProgrammeId
from openscf.financing.limits.model import LimitKind, LimitNode
from openscf.kernel.ids import PartyId

_LEVELS: Final = tuple(LimitKind)


@dataclass(frozen=True, slots=True)
class Branch:
    """A limit in its place.

    Attributes:
        node: The limit.
        parent: The limit above it; None at the top.
        depth: How many are above it.
    """

    node: LimitNode
    parent: LimitId | None
    depth: int


def tree_of(
    nodes: Iterable[LimitNode], *, groups: Mapping[PartyId, PartyId], products: Mapping[ProgrammeId, str]
) -> list[Branch]:
    """Limits in the order in which a tree is read, each after the one above it.

    A deal takes headroom on every limit that names it, so the tree is a way to read them and not a way to sum them:
    what a branch uses may be less than what its leaves use together.

    Args:
        nodes: The limits.
        groups: Enterprise to the top of its group.
        products: Contract frame to its product.
    """
    ordered = sorted(nodes, key=lambda node: (_LEVELS.index(node.kind), node.id))
    above = {node.id: _above(node, ordered, groups=groups, products=products) for node in ordered}
    below: dict[LimitId | None, list[LimitNode]] = {}
    for node in ordered:
        below.setdefault(above[node.id], []).append(node)
    return _walk(None, below, depth=0)


def _walk(parent: LimitId | None, below: Mapping[LimitId | None, Sequence[LimitNode]], *, depth: int) -> list[Branch]:
    found: list[Branch] = []
    for node in below.get(parent, ()):
        found.append(Branch(node, parent, depth))
        found += _walk(node.id, below, depth=depth + 1)
    return found


def _above(
    node: LimitNode, ordered: Sequence[LimitNode], *, groups: Mapping[PartyId, PartyId],
    products: Mapping[ProgrammeId, str],
) -> LimitId | None:  # fmt: skip
    """The nearest limit of a higher level that bounds what this one bounds."""
    level = _LEVELS.index(node.kind)
    product = node.product or (None if node.programme is None else products.get(node.programme))
    for other in reversed(ordered):
        same_book = other.kind is LimitKind.PLATFORM or other.owner == node.owner
        higher = _LEVELS.index(other.kind) < level and other.amount.currency == node.amount.currency
        if not (same_book and higher):
            continue
        wider = other.product in (None, product) and other.party in (None, node.party, groups.get(node.party or ZERO))
        if wider:
            return other.id
    return None


ZERO: Final = PartyId(int=0)
