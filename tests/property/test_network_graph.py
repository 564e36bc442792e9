"""Centrality, knots and rings against networkx, on random networks (seeded by hypothesis, which prints its own)."""

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openscf.network import Edge, centralities_of, network_of, rings_of

NAMES = [f"firm{number}" for number in range(9)]
TRADES = st.dictionaries(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), st.integers(-5, 1_000), max_size=36
)  # fmt: skip


def edges(trades: dict[tuple[str, str], int]) -> list[Edge]:
    return [
        Edge(seller=seller, buyer=buyer, currency="CNY", documents=1, red_letters=0, gross_minor=amount, red_minor=0,
             first_on=None, last_on=None, months=1)
        for (seller, buyer), amount in trades.items()
    ]  # fmt: skip


def oracle(trades: dict[tuple[str, str], int]) -> "nx.DiGraph[str]":
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_weighted_edges_from((*pair, amount) for pair, amount in trades.items() if amount > 0)
    return graph


@settings(deadline=None, max_examples=150)
@given(TRADES, st.integers(1, 6))
def test_rings_are_the_simple_cycles_of_networkx(trades: dict[tuple[str, str], int], longest: int) -> None:
    graph = oracle(trades)
    found = rings_of(network_of(edges(trades)), longest=longest, most=100_000)
    expected = {turned(tuple(cycle)) for cycle in nx.simple_cycles(graph, length_bound=longest)}
    assert found.complete
    assert len(found.rings) == len(expected)
    assert {ring.nodes for ring in found.rings} == expected
    for ring in found.rings:
        around = list(zip(ring.nodes, (*ring.nodes[1:], ring.nodes[0]), strict=True))
        assert ring.amounts_minor == tuple(trades[pair] for pair in around)
        assert ring.ring_minor == min(ring.amounts_minor)
    knots = {frozenset(one) for one in nx.strongly_connected_components(graph) if len(one) > 1}
    assert {frozenset(knot) for knot in found.knots} == knots


@settings(deadline=None, max_examples=100)
@given(TRADES)
def test_centrality_is_that_of_networkx(trades: dict[tuple[str, str], int]) -> None:
    graph = oracle(trades)
    found = {one.node: one for one in centralities_of(network_of(edges(trades)))}
    assert set(found) == set(graph)
    expected = nx.pagerank(graph, weight="weight", tol=1e-12, max_iter=1_000) if graph else {}
    for node, one in found.items():
        assert one.pagerank == pytest.approx(expected[node], abs=1e-9)
        assert (one.customers, one.suppliers) == (graph.out_degree(node), graph.in_degree(node))
        sold, bought = graph.out_degree(node, weight="weight"), graph.in_degree(node, weight="weight")
        assert (one.sold_minor, one.bought_minor) == (sold, bought)


@settings(deadline=None, max_examples=60)
@given(TRADES, st.integers(1, 8), st.integers(1, 500))
def test_fewer_rings_are_asked_for_and_said_to_be_fewer(trades, most: int, least: int) -> None:
    network = network_of(edges(trades))
    every = rings_of(network, longest=4, most=100_000, least_minor=least)
    some = rings_of(network, longest=4, most=most, least_minor=least)
    assert len(some.rings) == min(most, len(every.rings))
    assert some.complete == (len(every.rings) <= most)
    assert {ring.nodes for ring in some.rings} <= {ring.nodes for ring in every.rings}
    assert all(amount >= least for ring in every.rings for amount in ring.amounts_minor)


def test_a_walk_that_forgets_the_way_back_is_noticed(monkeypatch) -> None:
    """The planted defect: starts look one step back too few, and rings of the full length are lost."""
    from openscf.network import graph

    trades = {("a", "b"): 1, ("b", "c"): 1, ("c", "a"): 1}
    right = graph._steps_back
    monkeypatch.setattr(graph, "_steps_back", lambda start, behind, most: right(start, behind, most - 1))
    with pytest.raises(AssertionError):
        test_rings_are_the_simple_cycles_of_networkx.hypothesis.inner_test(trades, 3)


def test_a_graph_has_one_currency() -> None:
    import dataclasses

    one = edges({("a", "b"): 1})[0]
    with pytest.raises(ValueError, match="one currency"):
        network_of([one, dataclasses.replace(one, currency="USD")])


def turned(cycle: tuple[str, ...]) -> tuple[str, ...]:
    """A cycle from its smallest member on."""
    place = cycle.index(min(cycle))
    return cycle[place:] + cycle[:place]
