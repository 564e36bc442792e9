"""A large table of invoices without orders is matched as a set: no row for each, and what payments quote is found."""

import dataclasses
import datetime as dt
from fractions import Fraction

import pytest

from openscf import trades
from openscf.db.unit_of_work import UnitOfWork
from openscf.ingestion import read_vat_table
from openscf.trades import DocumentKind, Reference, WantedClosures, WantedExceptions, accept_bulk, find_twins
from tests.contract.samples.vat_table import table
from tests.unit.ingestion.test_bulk_lane import a_source
from tests.unit.trades.market import Market, rows
from tests.unit.trades.papers import PLACE, paid, statement

COUNT = 3000
ROWS = [
    f"E{n % 7},{10_000_000 + n},2017/7/{1 + n % 28},A{n % 50},{n + 1}.00,0.00,{n + 1}.00,有效发票"
    for n in range(COUNT)
]  # fmt: skip


@pytest.fixture
def market(database, tenant) -> Market:
    return Market(database, tenant)


def bulk(market: Market, *lines: str, name: str = "t.csv") -> None:
    source = a_source(table(*lines).encode(), name, "tax office")
    reading = read_vat_table(source)
    try:
        find_twins(reading)
        market.run(accept_bulk, source, reading, adapter="vat_table", desk=market.desk)
    finally:
        reading.close()


def money(market: Market, number: str) -> Fraction:
    (found,) = market.find(number)
    return market.run(trades.closure_of, found.id).match.closure.money


def statements(market: Market, monkeypatch: pytest.MonkeyPatch, act) -> int:
    """How many statements the transaction sends."""
    count = 0
    real = UnitOfWork.execute

    def counted(work, query, params=None):
        nonlocal count
        count += 1
        return real(work, query, params)

    monkeypatch.setattr(UnitOfWork, "execute", counted)
    act()
    monkeypatch.setattr(UnitOfWork, "execute", real)
    return count


def test_invoices_that_nothing_hangs_together_with_have_closures_and_cost_no_row(market: Market) -> None:
    bulk(market, *ROWS)
    assert market.run(rows, "document") == COUNT
    assert market.run(rows, "closure") == 0
    page = market.run(trades.closures, WantedClosures(missing=("order", "money")), limit=1000)
    assert len(page) == 1000
    assert {each.match.closure.degree for each in page} == {0}
    assert market.run(trades.closures, WantedClosures(closed=("goods",))) == []
    assert market.run(trades.closures, WantedClosures(degree_from=Fraction(1, 10**6))) == []
    assert [each.version for each in page[:3]] == [0, 0, 0]
    later = market.run(trades.closures, WantedClosures(issued_from=dt.date(2017, 7, 28)), limit=1000)
    assert len(later) == COUNT // 28


def test_ten_times_the_rows_take_as_many_statements(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    few = statements(market, monkeypatch, lambda: bulk(market, *ROWS[:300]))
    many = statements(market, monkeypatch, lambda: bulk(market, *ROWS[300:], name="rest.csv"))
    assert many == few


@pytest.mark.parametrize("first", ["money", "table"])
def test_a_payment_that_quotes_one_of_them_settles_it_whichever_comes_first(market: Market, first: str) -> None:
    quoted = statement([paid(700_00, "发票 10000699", payer=None), paid(5, "10009999", payer=None, day=10)])
    turn = [lambda: market.deliver(quoted), lambda: bulk(market, *ROWS)]
    for act in turn if first == "money" else reversed(turn):
        act()
    assert money(market, "10000699") == 1
    assert market.run(rows, "closure") == 1
    assert [one.amount_minor for one in market.run(trades.find_exceptions, WantedExceptions())] == [5]


@pytest.mark.parametrize("first", ["letter", "table"])
def test_a_red_letter_takes_one_of_them_back_whichever_comes_first(market: Market, first: str) -> None:
    bulk(market, ROWS[5])
    (model,) = market.find("10000005")
    said = model.document
    letter = dataclasses.replace(
        said, kind=DocumentKind.CREDIT_NOTE, number="20000001", gross_minor=-700_00,
        provenance=dataclasses.replace(PLACE, source="tax office"),
        references=(Reference(DocumentKind.INVOICE, "10000699"),),
        seller=dataclasses.replace(said.seller, codes={"local": "A49"}),
    )  # fmt: skip
    turn = [lambda: market.deliver(letter), lambda: bulk(market, *ROWS, name="all.csv")]
    for act in turn if first == "letter" else reversed(turn):
        act()
    assert money(market, "10000699") == 1


def test_a_table_with_contradictions_ends_as_the_row_lane_would(market: Market) -> None:
    other = ROWS[7].replace(",8.00,0.00,8.00,", ",9.00,0.00,9.00,")
    bulk(market, ROWS[7], other)
    (found,) = market.find("10000007")
    codes = [each.code for each in market.run(trades.closure_of, found.id).match.differences]
    assert codes == ["contradicting_versions"]
