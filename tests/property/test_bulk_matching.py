"""The match of millions of lines gives the answers of the rule, line by line, to the last digit."""

import datetime as dt
import random
from decimal import Decimal
from fractions import Fraction

import duckdb
import pytest

from openscf.trades.model import Document, DocumentKind, Identity, Line, Provenance, Reference
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
    with pytest.raises(duckdb.Error):
        matched(rows, Tolerance())


@pytest.mark.parametrize(
    ("step", "right", "wrong"),
    [
        ("_SEVERAL", "r.signer <> o.seller", "true"),
        ("_SEVERAL", "max(quantity)", "sum(quantity)"),
        ("_DRAWN", "r.first = o.seller", "false"),
        ("_BEFORE", "ORDER BY i.issued_on, ", "ORDER BY "),
        ("_DRAWN", "coalesce(b.quantity, 0) * 10000)) AS received", "0)) AS received"),
    ],
)
def test_the_planted_defect_is_seen(step: str, right: str, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert right in getattr(bulk, step)
    monkeypatch.setattr(bulk, step, getattr(bulk, step).replace(right, wrong))
    with pytest.raises(AssertionError):
        check_the_set_says_what_the_rule_says()


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
