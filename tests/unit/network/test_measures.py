"""What is measured on the network, on examples worked by hand."""

import datetime as dt
from fractions import Fraction

import pytest

from openscf.kernel.errors import Refusal
from openscf.network import (
    Window,
    bps,
    centralities,
    concentrations,
    counterparties,
    duckdb_engine,
    edges,
    firm_named,
    herfindahl,
    shared_counterparties,
    summary,
    trade_rings,
)
from openscf.network.rules import idle_days, tenure_days
from tests.unit.network._snapshots import document, snapshot

JAN, FEB, MAR = dt.date(2026, 1, 10), dt.date(2026, 2, 1), dt.date(2026, 3, 31)


@pytest.fixture
def engine():
    with duckdb_engine() as made:
        yield made


@pytest.fixture
def small(tmp_path):
    """Customers of `a` with 500, 300, 150 and 50 of 1,000, one that gave all back, and documents that don't count."""
    return snapshot(
        tmp_path / "small",
        invoice=[
            document(1, "a", "b", 450, issued_on=JAN), document(2, "a", "b", 150, issued_on=MAR),
            document(3, "a", "b", -100, issued_on=FEB), document(4, "a", "c", 300, issued_on=FEB),
            document(5, "a", "d", 150, issued_on=FEB), document(6, "a", "e", 50, issued_on=FEB),
            document(7, "a", "f", 40, issued_on=FEB), document(8, "a", "f", -40, issued_on=MAR),
            document(9, "a", "c", 9_999, status="void", issued_on=FEB), document(10, "a", None, 8_888, issued_on=FEB),
            document(11, "a", "c", None, issued_on=FEB), document(12, "a", "c", 70, currency="USD", issued_on=FEB),
            document(13, "z", "b", 25, issued_on=FEB, copies=3, versions=2, witnesses=2),
        ],
    )  # fmt: skip


def test_an_edge_adds_what_counts_and_tells_red_letters_apart(engine, small) -> None:
    found = {(one.seller, one.buyer, one.currency): one for one in edges(engine, small)}
    assert sorted(found) == [
        ("a", "b", "CNY"), ("a", "c", "CNY"), ("a", "c", "USD"), ("a", "d", "CNY"), ("a", "e", "CNY"),
        ("a", "f", "CNY"), ("z", "b", "CNY"),
    ]  # fmt: skip
    one = found["a", "b", "CNY"]
    assert (one.documents, one.red_letters, one.gross_minor, one.red_minor) == (3, 1, 500, -100)
    assert (one.first_on, one.last_on, one.months) == (JAN, MAR, 3)
    assert found["a", "c", "CNY"].gross_minor == 300


def test_what_is_on_no_edge_is_counted_by_its_reason(engine, small) -> None:
    found = summary(engine, small)
    assert (found.documents, found.void, found.nameless, found.amountless) == (13, 1, 1, 1)
    assert (found.copies, found.contradicted, found.witnessed) == (2, 1, 1)
    assert (found.firms, found.known_firms) == (7, 0)
    assert [(one.currency, one.edges, one.gross_minor, one.red_minor) for one in found.currencies] == [
        ("CNY", 6, 1_025, -140), ("USD", 1, 70, 0),
    ]  # fmt: skip
    assert (found.first_on, found.last_on) == (JAN, MAR)


def test_concentration_is_the_share_of_the_largest_and_the_sum_of_squares(engine, small) -> None:
    """Shares 50, 30, 15, 5 per cent: 2,500 + 900 + 225 + 25 = 3,650 points; the largest three hold 95 per cent."""
    (found,) = [one for one in concentrations(engine, small, firm="a") if one.currency == "CNY"]
    assert (found.side, found.counterparties, found.with_share, found.documents) == ("sales", 5, 4, 8)
    assert (found.gross_minor, found.positive_minor, found.hhi) == (1_000, 1_000, 3_650)
    assert found.top_bps == {1: 5_000, 3: 9_500, 5: 10_000, 10: 10_000}
    buyer = next(one for one in concentrations(engine, small) if one.firm == "b")
    assert (buyer.side, buyer.top_bps[1], buyer.gross_minor) == ("purchases", 9_524, 525)


def test_currencies_are_never_added(engine, small) -> None:
    assert [one.gross_minor for one in concentrations(engine, small, firm="a")] == [1_000, 70]
    only = concentrations(engine, small, Window(currency="USD"))
    assert {(one.firm, one.hhi) for one in only} == {("a", 10_000), ("c", 10_000)}


def test_a_firm_that_took_all_back_has_no_index(engine, tmp_path) -> None:
    returned = snapshot(tmp_path / "s", invoice=[document(1, "a", "b", 10), document(2, "a", "b", -10)])
    assert [(one.firm, one.hhi, one.with_share) for one in concentrations(engine, returned)] == [
        ("a", None, 0), ("b", None, 0),
    ]  # fmt: skip
    assert [one.share_bps for one in counterparties(engine, returned, "a", on=MAR)] == [None]
    assert centralities(engine, returned) == []


def test_amounts_at_the_edge_of_64_bits_are_exact_and_beyond_it_an_error(engine, tmp_path) -> None:
    most = 2**63 - 1
    large = snapshot(tmp_path / "s", invoice=[document(1, "a", "b", most - 1), document(2, "a", "c", 1)])
    (found,) = [one for one in concentrations(engine, large) if one.firm == "a"]
    assert (found.gross_minor, found.top_bps[1]) == (most, 10_000)
    over = snapshot(tmp_path / "o", invoice=[document(1, "a", "b", most), document(2, "a", "b", 1)])
    with pytest.raises(Exception, match=r"(?i)conversion|range|overflow"):
        edges(engine, over)


def test_tenure_is_counted_in_days_and_months_with_each_counterparty(engine, small) -> None:
    first = counterparties(engine, small, "a", on=dt.date(2026, 4, 10))[0]
    assert (first.other, first.name, first.side, first.share_bps) == ("b", "B", "sales", 5_000)
    assert (first.tenure_days, first.idle_days, first.months) == (81, 10, 3)
    assert (tenure_days(JAN, JAN), tenure_days(None, None)) == (1, None)
    assert (idle_days(JAN, FEB), idle_days(FEB, JAN), idle_days(None, JAN)) == (22, 0, None)


def test_counterparties_come_by_side_and_size(engine, small) -> None:
    found = counterparties(engine, small, "a", on=MAR)
    assert [(one.other, one.currency, one.gross_minor) for one in found] == [
        ("b", "CNY", 500), ("c", "CNY", 300), ("d", "CNY", 150), ("e", "CNY", 50), ("f", "CNY", 0), ("c", "USD", 70),
    ]  # fmt: skip
    assert [(one.other, one.side) for one in counterparties(engine, small, "b", on=MAR)] == [
        ("a", "purchases"), ("z", "purchases"),
    ]  # fmt: skip


def test_a_window_takes_both_its_days(engine, small) -> None:
    found = edges(engine, small, Window(since=FEB, until=FEB, currency="CNY"))
    assert {(one.buyer, one.gross_minor) for one in found if one.seller == "a"} == {
        ("b", -100), ("c", 300), ("d", 150), ("e", 50), ("f", 40),
    }  # fmt: skip
    assert summary(engine, small, Window(since=MAR)).documents == 2


def test_shared_counterparties_are_told_with_both_legs(engine, tmp_path) -> None:
    rows = [("a", "x"), ("a", "y"), ("b", "x"), ("b", "x"), ("b", "y"), ("c", "y"), ("x", "a"), ("d", "hub")]
    shared = snapshot(tmp_path / "s", invoice=[document(n, s, b, 5) for n, (s, b) in enumerate(rows)])
    found = shared_counterparties(engine, shared, "a")
    assert [(one.firm, one.side, one.common, one.documents, one.with_documents) for one in found] == [
        ("b", "sales", 2, 2, 3), ("c", "sales", 1, 1, 1),
    ]  # fmt: skip
    assert [one.firm for one in shared_counterparties(engine, shared, "a", busiest=2)] == ["b"]


def test_a_ring_is_found_with_what_may_have_gone_round(engine, tmp_path) -> None:
    """The three firms of PRODUCTS 5.5, which owe each other 500, 800 and 1,000."""
    rows = [document(1, "a", "b", 500), document(2, "b", "c", 800), document(3, "c", "a", 1_000),
            document(4, "c", "d", 9_000), document(5, "b", "a", 60), document(6, "b", "a", -60)]  # fmt: skip
    goods = [document(7, "a", "b", None, kind="receipt_advice"), document(8, "b", "c", None, status="void")]
    found = trade_rings(engine, snapshot(tmp_path / "s", invoice=rows, goods=goods))
    assert found.knots == (("a", "b", "c"),)
    (ring,) = found.rings
    assert (ring.nodes, ring.amounts_minor, ring.ring_minor) == (("a", "b", "c"), (500, 800, 1_000), 500)
    assert (ring.without_goods, ring.currency, found.complete) == (2, "CNY", True)


def test_a_firm_is_found_by_key_id_code_or_name_and_never_guessed(engine, tmp_path) -> None:
    party = [
        {"node": "tax:9131A", "party_id": "pty_1", "name": "华东", "codes": ["lei:X1", "tax:9131A"]},
        {"node": "local:bureau/E2", "name": None, "codes": ["local:bureau/E2"]},
        {"node": "name:TWIN1", "name": "twin", "codes": ["name:TWIN1"]},
        {"node": "name:TWIN2", "name": "twin", "codes": ["name:TWIN2"]},
    ]
    made = snapshot(tmp_path / "s", invoice=[], party=party)
    for text in ("tax:9131A", "pty_1", "lei:X1", "X1", "9131A", "华东", " 华东 "):
        assert firm_named(engine, made, text) == "tax:9131A"
    assert firm_named(engine, made, "E2") == "local:bureau/E2"
    for text, code in (("nobody", "firm_not_in_network"), ("", "firm_not_in_network"), ("twin", "firm_ambiguous")):
        with pytest.raises(Refusal) as refused:
            firm_named(engine, made, text)
        assert refused.value.code == code


def test_ratios_are_exact_and_round_half_to_even() -> None:
    assert (bps(1, 3), bps(1, 20_000), bps(3, 20_000), bps(0, 5), bps(1, 0)) == (3_333, 0, 2, 0, None)
    parts = [10**15, 10**15, 7]
    whole, squares = sum(parts), sum(part * part for part in parts)
    assert herfindahl(squares, whole) == round(sum(Fraction(part, whole) ** 2 for part in parts) * 10_000)
    assert herfindahl(0, 0) is None
