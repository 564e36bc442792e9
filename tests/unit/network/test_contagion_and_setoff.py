"""Contagion and set-off: the worked examples of the products, published reference runs, and properties."""

import csv
import gzip
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from openscf.kernel.errors import Refusal
from openscf.network import cascade, clearing, debt_rank, net_positions, set_off

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "contagion"
here = pytest.mark.skipif(not FOLDER.is_dir(), reason="the reference runs (../shared/data/contagion) are not here")
R_TOLERANCE = np.finfo(float).eps ** 0.2  # at which NetworkRiskMeasures stops
FIRMS = [f"f{number}" for number in range(6)]
DEBTS = st.dictionaries(
    st.tuples(st.sampled_from(FIRMS), st.sampled_from(FIRMS)).filter(lambda pair: pair[0] != pair[1]),
    st.integers(1, 10**12), max_size=24,
)  # fmt: skip


def matrix(n: int, **owed: int) -> csr_array:
    """`a_b=100`: the first owes the second 100."""
    dense = np.zeros((n, n))
    for pair, amount in owed.items():
        debtor, creditor = pair.split("_")
        dense[ord(debtor) - 97, ord(creditor) - 97] = amount
    return csr_array(dense)


def test_a_chain_of_debts_pays_what_it_has_and_what_reaches_it() -> None:
    """PRODUCTS 5.5: A owes B 100, B owes C 100, outside assets 20, 90, 0: payments 20, 100, 0."""
    found = clearing(matrix(3, a_b=100, b_c=100), [20, 90, 0])
    assert found.paid == pytest.approx([20, 100, 0])
    assert (found.defaulted.tolist(), found.settled) == ([True, False, False], True)


def test_a_lone_debtor_pays_its_assets() -> None:
    """PRODUCTS 5.5: X owes Y 100 with assets 40: pays 40."""
    assert clearing(matrix(2, a_b=100), [40, 0]).paid == pytest.approx([40, 0])


def test_of_several_clearing_vectors_the_greatest_is_given() -> None:
    """Two firms owe each other 100 and have nothing: paying nothing would clear as well as paying all."""
    assert clearing(matrix(2, a_b=100, b_a=100), [0, 0]).paid == pytest.approx([100, 100])


def test_payments_that_fall_slowly_are_still_found_exactly() -> None:
    """A pair that keeps 99.9 per cent between itself: round by round it would take thousands."""
    found = clearing(matrix(3, a_b=999, a_c=1, b_a=1000), [0, 0, 0])
    assert found.settled
    assert found.paid == pytest.approx([0, 0, 0], abs=1e-6)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 60), min_size=16, max_size=16), st.lists(st.integers(0, 80), min_size=4, max_size=4))
def test_a_clearing_vector_clears_and_no_greater_one_does(debts: list[int], assets: list[int]) -> None:
    owed = np.array(debts, dtype=float).reshape(4, 4)
    np.fill_diagonal(owed, 0)
    found = clearing(csr_array(owed), assets)
    due = owed.sum(axis=1)
    shares = owed / np.where(due > 0, due, 1)[:, None]
    assert found.settled
    assert found.paid == pytest.approx(np.minimum(due, np.array(assets) + shares.T @ found.paid), abs=1e-7)
    plain = due.copy()
    for _ in range(2_000):
        plain = np.minimum(due, np.array(assets) + shares.T @ plain)
    assert (found.paid >= plain - 1e-5).all()
    assert (found.paid <= plain + 1e-5 + 1e-4 * (not np.allclose(plain, found.paid))).all()


@pytest.mark.parametrize(
    ("owed", "assets"), [(matrix(2, a_b=-1), [0, 0]), (matrix(2), [-1, 0]), (matrix(2), [1, 1, 1])]
)
def test_debts_and_assets_are_not_below_nothing(owed, assets) -> None:
    with pytest.raises(ValueError, match=r"below nothing|square"):
        clearing(owed, assets)


@here
def test_debt_rank_is_that_of_the_reference_run() -> None:
    """125 banks by NetworkRiskMeasures: each bank's failure, and shocks to all of them at once."""
    lent, buffers, weights = banks()
    for name, shock in (("debtrank_summary", np.eye(125)), ("debtrank_pct_shocks", None)):
        expected = reference(name)
        shocks = np.outer([row["original_stress"] for row in expected], np.ones(125)) if shock is None else shock
        agrees([debt_rank(lent, buffers, one, tolerance=R_TOLERANCE) for one in shocks], expected, shocks, weights)
        # Followed to the end it differs only by what that run left unfinished; and scenarios can go together.
        full = debt_rank(lent, buffers, shocks)
        extra = [row["additional_stress"] for row in expected]
        assert (full.stress - shocks) @ weights == pytest.approx(extra, abs=5e-5)


@here
def test_cascades_are_those_of_the_reference_run() -> None:
    lent, buffers, weights = banks()
    shocks = np.eye(125)
    expected = reference("threshold_summary")
    agrees([cascade(lent, buffers, one) for one in shocks], expected, shocks, weights)


def agrees(found, expected, shocks, weights) -> None:
    assert len(found) == len(expected)
    for one, row, shock in zip(found, expected, shocks, strict=True):
        assert weights @ (one.stress - shock) == pytest.approx(row["additional_stress"], abs=1e-10)
        assert one.losses.sum() == pytest.approx(row["additional_losses"], abs=1e-8)
        assert int((one.failed & (shock < 1)).sum()) == row["additional_defaults"]


def banks():
    with (FOLDER / "nrm_sim_data.csv").open(encoding="utf-8") as file:
        said = list(csv.DictReader(file))
    with gzip.open(FOLDER / "nrm_md_matrix.csv.gz", "rt") as file:
        lent = np.array([[float(cell) for cell in row[1:]] for row in list(csv.reader(file))[1:]])
    buffers, weights = (np.array([float(row[name]) for row in said]) for name in ("buffer", "weights"))
    return csr_array(lent), buffers, weights / weights.sum()


def reference(name: str) -> list[dict[str, float]]:
    with (FOLDER / f"nrm_{name}.csv").open(encoding="utf-8") as file:
        return [{key: float(cell) for key, cell in row.items() if key != "scenario"} for row in csv.DictReader(file)]


def test_three_firms_in_a_ring_set_off_the_smallest_debt_three_times() -> None:
    """PRODUCTS 5.5: owing 500, 800 and 1,000, a gross of 2,300 becomes 800."""
    debts = {("a", "b"): 500, ("b", "c"): 800, ("c", "a"): 1_000}
    found = set_off(debts)
    assert (found.before_minor, found.cleared_minor) == (2_300, 1_500)
    assert found.left == {("b", "c"): 300, ("c", "a"): 500}
    assert net_positions(found.left) == net_positions(debts) == {"b": -300, "c": -200, "a": 500}


def test_the_ring_that_clears_most_goes_first() -> None:
    """One debt serves a ring of two or a ring of four; the longer one clears more."""
    ring = {("a", "b"): 10, ("b", "a"): 10, ("b", "c"): 10, ("c", "d"): 10, ("d", "a"): 10}
    assert set_off(ring).cleared_minor == 40
    assert set_off(ring).left == {("b", "a"): 10}


def test_nothing_is_set_off_where_nothing_comes_back() -> None:
    assert set_off({("a", "b"): 5, ("b", "c"): 5}).cleared_minor == 0
    assert set_off({}) == set_off({}).__class__({}, {}, 0, 0)


@settings(deadline=None, max_examples=150)
@given(DEBTS)
def test_positions_stay_and_no_more_could_go(debts: dict[tuple[str, str], int]) -> None:
    """Against networkx: the same net positions carried by the least debts, and what is left has no ring."""
    found = set_off(debts)
    assert net_positions(found.left) == net_positions(debts)
    assert {pair: found.left.get(pair, 0) + found.cleared.get(pair, 0) for pair in debts} == debts
    left: nx.DiGraph[str] = nx.DiGraph(list(found.left))
    assert nx.is_directed_acyclic_graph(left)
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(FIRMS)
    for firm, net in net_positions(debts).items():
        graph.nodes[firm]["demand"] = net
    for (debtor, creditor), amount in debts.items():
        graph.add_edge(debtor, creditor, capacity=amount, weight=1)
    assert found.before_minor - found.cleared_minor == nx.min_cost_flow_cost(graph)


def test_an_answer_that_moves_a_position_is_not_believed(monkeypatch) -> None:
    """The planted defect: the solver is off by one."""
    from openscf.network import setoff

    right = setoff._circulation
    monkeypatch.setattr(
        setoff, "_circulation", lambda pairs, debts: [right(pairs, debts)[0] - 1, *right(pairs, debts)[1:]]
    )
    with pytest.raises(ArithmeticError):
        set_off({("a", "b"): 5, ("b", "c"): 7, ("c", "a"): 7})


@pytest.mark.parametrize(("debts", "code"), [
    ({("a", "b"): 0}, "debt_not_positive"), ({("a", "b"): -5}, "debt_not_positive"),
    ({("a", "b"): 2**52, ("b", "a"): 1}, "set_off_too_large"),
])  # fmt: skip
def test_what_can_not_be_set_off_is_refused(debts, code) -> None:
    with pytest.raises(Refusal) as refused:
        set_off(debts)
    assert refused.value.code == code
