"""The network as a graph in memory: centrality, knots and rings. Pure; rustworkx does the walking of large ones.

Nodes are firms, arcs go the way of the goods, from seller to buyer, and are as heavy as what is left after red letters;
arcs with nothing left are none. One graph speaks of one currency: amounts of two are never added.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import rustworkx as rx

from openscf.network.model import Centrality, Edge, Ring, Rings

DAMPING: Final = 0.85  # as in Page, Brin, Motwani, Winograd (1998)
_TOLERANCE = 1e-12
_MOST_ROUNDS = 1_000


@dataclass(frozen=True, slots=True)
class Network:
    """Edges of one currency as a graph.

    Attributes:
        graph: Node payloads are keys, arc payloads are edges.
        index: Place of each key.
        currency: Of all edges; empty where there is none.
    """

    graph: "rx.PyDiGraph[str, Edge]"
    index: Mapping[str, int]
    currency: str


def network_of(edges: Iterable[Edge]) -> Network:
    """The graph of these edges, which have one currency; those with nothing left are left out.

    Raises:
        ValueError: The edges have more than one currency.
    """
    kept = sorted((edge for edge in edges if edge.gross_minor > 0), key=lambda edge: (edge.seller, edge.buyer))
    if len({edge.currency for edge in kept}) > 1:
        raise ValueError("a graph has one currency")
    keys = sorted({edge.seller for edge in kept} | {edge.buyer for edge in kept})
    graph: rx.PyDiGraph[str, Edge] = rx.PyDiGraph(multigraph=False)
    index = dict(zip(keys, graph.add_nodes_from(keys), strict=True))
    graph.add_edges_from([(index[edge.seller], index[edge.buyer], edge) for edge in kept])
    return Network(graph, index, kept[0].currency if kept else "")


def centralities(network: Network) -> list[Centrality]:
    """Degree, weight and PageRank of each firm, the highest PageRank first."""
    graph = network.graph
    if not network.index:
        return []
    ranks = rx.pagerank(
        graph, alpha=DAMPING, weight_fn=lambda edge: float(edge.gross_minor), tol=_TOLERANCE, max_iter=_MOST_ROUNDS
    )
    found = [
        Centrality(
            node=key, currency=network.currency, customers=graph.out_degree(place), suppliers=graph.in_degree(place),
            sold_minor=sum(edge.gross_minor for _, _, edge in graph.out_edges(place)),
            bought_minor=sum(edge.gross_minor for _, _, edge in graph.in_edges(place)), pagerank=ranks[place],
        )
        for key, place in network.index.items()
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.pagerank, one.node))


def rings(
    network: Network, *, longest: int, most: int, moved: Collection[tuple[str, str]] = (), least_minor: int = 1
) -> Rings:
    """Cycles of trade (the sign of circular trade: goods that come back, or never moved).

    Args:
        network: The graph.
        longest: At most so many firms in a cycle; 1 is a firm that sells to itself.
        most: At most so many cycles; the number of cycles grows exponentially with their length.
        moved: Pairs (seller, buyer) between which some document says that goods moved.
        least_minor: Edges below it are not walked.
    """
    graph = network.graph
    heavy = [
        (one.seller, one.buyer, one) for _, _, one in graph.weighted_edge_list() if one.gross_minor >= least_minor
    ]  # fmt: skip
    walk = _Walk(longest=longest, most=most)
    arcs: dict[str, dict[str, Edge]] = {}
    for seller, buyer, edge in heavy:
        arcs.setdefault(seller, {})[buyer] = edge
    knots = _knots(arcs)
    found = []
    for knot in [*knots, *_alone(arcs, knots)]:
        found += [_ring(nodes, arcs, moved) for nodes in walk.cycles(knot, arcs)]
    found.sort(key=lambda ring: (-ring.ring_minor, len(ring.nodes), ring.nodes))
    return Rings(knots=tuple(knots), rings=tuple(found), complete=not walk.stopped)


def _knots(arcs: Mapping[str, Mapping[str, Edge]]) -> list[tuple[str, ...]]:
    """Strongly connected components of two and more, the largest first."""
    graph: rx.PyDiGraph[str, None] = rx.PyDiGraph()
    keys = sorted({*arcs, *(buyer for row in arcs.values() for buyer in row)})
    index = dict(zip(keys, graph.add_nodes_from(keys), strict=True))
    graph.add_edges_from([(index[seller], index[buyer], None) for seller, row in arcs.items() for buyer in row])
    components = (tuple(sorted(keys[place] for place in one)) for one in rx.strongly_connected_components(graph))
    return sorted((one for one in components if len(one) > 1), key=lambda one: (-len(one), one))


def _alone(arcs: Mapping[str, Mapping[str, Edge]], knots: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Firms that sell to themselves and are in no knot."""
    tied = {key for knot in knots for key in knot}
    return sorted((key,) for key, row in arcs.items() if key in row and key not in tied)


@dataclass(slots=True)
class _Walk:
    """Simple cycles up to a length, each found once, at its smallest key.

    From each start only larger keys are walked, and only those from which the start can still be reached in the steps
    that are left: so every step that is taken lies on a walk back, and the work is bounded by what is found.
    """

    longest: int
    most: int
    found: int = 0
    stopped: bool = field(default=False)

    def cycles(self, knot: Sequence[str], arcs: Mapping[str, Mapping[str, Edge]]) -> Iterator[tuple[str, ...]]:
        inside = set(knot)
        ahead = {key: sorted(inside & arcs.get(key, {}).keys()) for key in knot}
        behind: dict[str, list[str]] = {key: [] for key in knot}
        for key, following in ahead.items():
            for other in following:
                behind[other].append(key)
        for start in sorted(knot):
            for nodes in self._from(start, ahead, behind):
                if self.found == self.most:
                    self.stopped = True
                    return
                self.found += 1
                yield nodes

    def _from(
        self, start: str, ahead: Mapping[str, list[str]], behind: Mapping[str, list[str]]
    ) -> Iterator[tuple[str, ...]]:
        back = _steps_back(start, behind, self.longest - 1)
        path, branches = [start], [iter(ahead[start])]
        while path:
            following = next(branches[-1], None)
            if following is None:
                path.pop()
                branches.pop()
            elif following == start:
                yield tuple(path)
            elif following not in path and len(path) + back.get(following, self.longest) <= self.longest:
                path.append(following)
                branches.append(iter(ahead[following]))


def _steps_back(start: str, behind: Mapping[str, list[str]], most: int) -> dict[str, int]:
    """How many steps lead from each larger key back to the start, as far as there are at most so many."""
    steps, front = {start: 0}, [start]
    for step in range(1, most + 1):
        front = list({key for one in front for key in behind[one] if key > start and key not in steps})
        steps.update(dict.fromkeys(front, step))
    return steps


def _ring(nodes: tuple[str, ...], arcs: Mapping[str, Mapping[str, Edge]], moved: Collection[tuple[str, str]]) -> Ring:
    edges = [arcs[seller][buyer] for seller, buyer in zip(nodes, (*nodes[1:], nodes[0]), strict=True)]
    amounts = tuple(edge.gross_minor for edge in edges)
    return Ring(
        nodes=nodes, amounts_minor=amounts, ring_minor=min(amounts), currency=edges[0].currency,
        first_on=min((edge.first_on for edge in edges if edge.first_on), default=None),
        last_on=max((edge.last_on for edge in edges if edge.last_on), default=None),
        without_goods=sum((edge.seller, edge.buyer) not in moved for edge in edges),
    )  # fmt: skip
