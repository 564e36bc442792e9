"""The match of millions of lines gives the answers of the rule, line by line, to the last digit."""

import datetime as dt
import inspect
import random
import sys
import tracemalloc
import types
from decimal import Decimal
from fractions import Fraction

import duckdb
import pytest

from openscf.trades.model import Document, DocumentKind, Identity, Line, Provenance, Reference
from openscf.trades.rules import columns
from openscf.trades.rules.closure import Tolerance
from openscf.trades.rules.matching import match_trades
from openscf.trades.store import matching as bulk

SEED = 20261122
K = DocumentKind
SELLER, BUYER, OTHERS = Identity(codes={"local": "0"}), Identity(codes={"local": "1"}), (0, 1, 2, 3)
DAY = dt.date(2026, 3, 1)
TABLES = (
    ("order_line", "pool BIGINT, seller BIGINT, quantity BIGINT, price BIGINT"),
    ("receipt_line", "pool BIGINT, signer BIGINT, quantity BIGINT"),
    ("invoice_line", "invoice BIGINT, line BIGINT, pool BIGINT, issued_on DATE, quantity BIGINT, price BIGINT"),
)
Rows = dict[str, list[tuple[object, ...]]]


def trade(chance: random.Random) -> tuple[list[Document], Rows]:
    """The same small trade as documents and as columns; one line for each document."""
    papers: list[Document] = []
    rows: Rows = {name: [] for name, _ in TABLES}
    for pool in range(3):
        quantity, price = _number(chance, 9), _number(chance, 3)
        papers.append(_paper(K.PURCHASE_ORDER, pool, pool, amounts=(quantity, price)))
        rows["order_line"].append((pool, 0, _micro(quantity), _micro(price)))
        for n in range(chance.randint(0, 4)):
            signer, received = chance.choice(OTHERS), _number(chance, 5)
            signed = Identity(codes={"local": str(signer)})
            papers.append(_paper(K.WAREHOUSE_RECEIPT, 10 * pool + n, pool, amounts=(received, price), signer=signed))
            rows["receipt_line"].append((pool, signer, _micro(received)))
        for n in range(chance.randint(0, 4)):
            number, billed = 100 + 10 * pool + n, _number(chance, 5)
            asked = price if chance.random() < 0.5 else price + Decimal(chance.randint(-3, 3)) / 1000
            day = DAY + dt.timedelta(chance.randint(0, 2))
            papers.append(_paper(K.INVOICE, number, pool, amounts=(billed, asked), day=day))
            rows["invoice_line"].append((number, 1, pool, day, _micro(billed), _micro(asked)))
    return papers, rows


def matched(rows: Rows, tolerance: Tolerance) -> dict[str, tuple[Fraction, Fraction, bool]]:
    """What the set says of each invoice."""
    with duckdb.connect(config={"threads": 1}) as connection:
        for name, columns in TABLES:
            connection.execute(f"CREATE TABLE {name} ({columns})")
            if rows[name]:
                marks = ", ".join("?" * len(rows[name][0]))
                connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows[name])
        bulk.match_lines(connection, tolerance)
        found = connection.execute(
            "SELECT invoice, quantity, ordered, received, price_agrees FROM line_match"
        ).fetchall()
    return {
        str(invoice): (Fraction(ordered, billed * 10_000), Fraction(received, billed * 10_000), agrees)
        for invoice, billed, ordered, received, agrees in found
    }


def check_the_set_says_what_the_rule_says() -> None:
    chance = random.Random(SEED)
    for case in range(60):
        papers, rows = trade(chance)
        tolerance = Tolerance(quantity_bp=chance.choice([0, 1, 333]), price_bp=chance.choice([0, 10, 77]))
        said = match_trades(papers, tolerance=tolerance).invoices
        expected = {
            each.invoice.rpartition("|")[2]: (each.closure.order, each.closure.goods, each.closure.invoice == 1)
            for each in said
        }
        assert matched(rows, tolerance) == expected, f"seed {SEED}, case {case}"


def test_the_set_says_what_the_rule_says() -> None:
    check_the_set_says_what_the_rule_says()


def test_a_number_that_does_not_fit_is_an_error_and_never_a_wrong_number() -> None:
    huge = 10**15
    rows: Rows = {
        "order_line": [(1, 0, huge, 1)],
        "receipt_line": [(1, 1, huge)],
        "invoice_line": [(1, 1, 1, DAY, huge, 1)],
    }
    with pytest.raises(OverflowError):
        matched(rows, Tolerance())


def test_a_line_without_a_price_agrees_with_any_price() -> None:
    rows: Rows = {
        "order_line": [(1, 0, 10, None), (2, 0, 10, 5)],
        "receipt_line": [],
        "invoice_line": [(1, 1, 1, DAY, 10, 7), (2, 1, 2, DAY, 10, None), (3, 1, 2, DAY, 10, 7)],
    }
    assert {invoice: agrees for invoice, (_, _, agrees) in matched(rows, Tolerance()).items()} == {
        "1": True, "2": True, "3": False,
    }  # fmt: skip


def test_pools_far_apart_give_what_pools_close_together_give() -> None:
    chance, tolerance = random.Random(SEED), Tolerance(quantity_bp=333, price_bp=77)
    for _ in range(20):
        _, rows = trade(chance)
        far = {
            name: [(*row[:at], row[at] * 10**15 - 7, *row[at + 1 :]) for row in rows[name]]  # type: ignore[operator]
            for name, at in (("order_line", 0), ("receipt_line", 0), ("invoice_line", 2))
        }
        assert matched(far, tolerance) == matched(rows, tolerance), f"seed {SEED}"


@pytest.mark.parametrize("apart", [1, 10**12])
def test_goods_and_invoices_of_an_unknown_order_count_for_nothing(apart: int) -> None:
    rows: Rows = {
        "order_line": [(5 * apart, 0, 10, 1), (7 * apart, 0, 10, 1)],
        "receipt_line": [(pool * apart, 9, 10) for pool in (4, 5, 6)],
        "invoice_line": [(pool, 1, pool * apart, DAY, 10, 1) for pool in (1, 4, 5, 6, 5000)],
    }
    covered = {invoice: received for invoice, (_, received, _) in matched(rows, Tolerance()).items()}
    assert covered == {"1": 0, "4": 0, "5": 1, "6": 0, "5000": 0}


def test_memory_is_that_of_the_columns_and_not_of_objects() -> None:
    rows = 200_000
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"""
            CREATE TABLE order_line AS
            SELECT n AS pool, 0::BIGINT AS seller, 9 AS quantity, 1 AS price FROM range({rows}) t(n);
            CREATE TABLE receipt_line AS SELECT pool, 1::BIGINT AS signer, quantity FROM order_line;
            CREATE TABLE invoice_line AS
            SELECT pool AS invoice, 1::BIGINT AS line, pool, DATE '2026-03-01' AS issued_on, quantity, price
            FROM order_line""")
        bulk.match_lines(connection, Tolerance())
        tracemalloc.start()
        bulk.match_lines(connection, Tolerance())
        _, peak_bytes = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak_bytes < rows * 8 * 40, "more than forty columns at once"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("(sold_by != receipts.signer) & ", ""),
        ("made[keys] = -LARGEST\n    np.maximum.at", "made[keys] = 0\n    np.add.at"),
        ("invoices.issued_on[several], key[several])", "key[several])"),
        ("left -= drawn", "left -= 0 * drawn"),
        (" * BASIS <= price", " * BASIS < price"),
        ("return np.where(same, found, self.count)", "return np.minimum(found, self.count - 1)"),
    ],
)
def test_the_planted_defect_is_seen(right: str, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source = inspect.getsource(columns)
    assert right in source
    broken = types.ModuleType("broken")
    monkeypatch.setitem(sys.modules, "broken", broken)
    exec(compile(source.replace(right, wrong), "broken", "exec"), broken.__dict__)
    monkeypatch.setattr(bulk, "match_columns", broken.__dict__["match_columns"])
    with pytest.raises((AssertionError, OverflowError)):
        check_everything()


def check_everything() -> None:
    check_the_set_says_what_the_rule_says()
    test_goods_and_invoices_of_an_unknown_order_count_for_nothing(10**12)
    test_pools_far_apart_give_what_pools_close_together_give()


def _number(chance: random.Random, most: int) -> Decimal:
    return (
        Decimal(chance.randint(1, most * 10**6)) / 10**6 if chance.random() < 0.5 else Decimal(chance.randint(1, most))
    )


def _micro(value: Decimal) -> int:
    exact = value * 10**6
    assert exact == int(exact)
    return int(exact)


def _paper(
    kind: DocumentKind, number: int, pool: int, *, amounts: tuple[Decimal, Decimal], signer: Identity | None = None,
    day: dt.date = DAY,
) -> Document:  # fmt: skip
    references = () if kind is K.PURCHASE_ORDER else (Reference(K.PURCHASE_ORDER, str(pool), "1"),)
    line = Line("1", "steel", None, *(amounts[0], "KGM", amounts[1]), references=references)
    return Document(
        kind, str(number), Provenance("f", "0", "1", "test"), seller=SELLER, buyer=BUYER, signer=signer, issued_on=day,
        lines=(line,),
    )  # fmt: skip
