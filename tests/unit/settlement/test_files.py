"""A bank's file: the original kept, its statements booked in its order, and what is no proof refused whole."""

import datetime as dt
import re

import pytest

from openscf import settlement as s
from openscf.db import Context
from openscf.trades import Desk, Fingerprinter, MemoryOriginals
from tests.unit.parties.house import SYSTEM, refused
from tests.unit.settlement.market import BUYER, COLLECTION, ESCROW, STRANGER, Market

MT940 = """:20:STARTUMSE
:25:110900000020002
:28C:00001/001
:60F:C260309CNY0,00
:61:2603090309CR1000,00NTRFNONREF//B4D7
:86:166?00GUTSCHRIFT?20INV-2026-0001?32远洋装备股份有限公司
:62F:C260309CNY1000,00
-
"""


@pytest.fixture
def desk() -> Desk:
    return Desk(Fingerprinter(b"k" * 32), MemoryOriginals())


def take(market: Market, desk: Desk, content: bytes, name: str = "x.xml") -> s.FileBooked:
    return market.run(s.book_file, name, content, desk=desk)  # type: ignore[no-any-return]


def test_a_file_is_kept_read_and_booked_and_changes_nothing_when_it_comes_again(market: Market, desk: Desk) -> None:
    market.expect(100, "INV-2026-0001", market.taken.ledger)
    market.bank.pay(BUYER, COLLECTION, 100, remittance="INV-2026-0001")
    market.day_end()
    (file,) = market.bank.statements(COLLECTION)
    first = take(market, desk, file.content, file.name)
    assert (first.reader, [each.state for each in first.statements]) == ("camt", ["booked"])
    assert [each.state for each in take(market, desk, file.content, "again.xml").statements] == ["repeated"]
    assert market.has(market.taken.ledger) == 100
    with market.house.database.reading(Context(market.house.tenant, SYSTEM)) as work:
        (count,) = work.execute("SELECT count(*) FROM trades.statement").fetchone() or (None,)
    assert count == 1


def test_a_statement_that_does_not_add_up_is_refused_whole(market: Market, desk: Desk) -> None:
    """The planted defect is one fen in the closing balance; a bank's file with it must book nothing at all."""
    market.expect(100, "INV-2026-0001", market.taken.ledger)
    market.bank.pay(BUYER, COLLECTION, 100, remittance="INV-2026-0001")
    market.day_end()
    (file,) = market.bank.statements(COLLECTION)
    forged = re.sub(rb"(CLBD.*?>)1\.00<", rb"\g<1>1.01<", file.content, count=1, flags=re.DOTALL)
    assert forged != file.content
    found = take(market, desk, forged)
    assert (found.statements, [each.code for each in found.rejections]) == ((), ["statement_does_not_add_up"])
    assert (market.has(market.taken.ledger), market.run(s.unplaced)) == (0, [])


def test_mt940_is_booked_like_any_other_statement(market: Market, desk: Desk) -> None:
    market.expect(100_000, "INV-2026-0001", market.taken.ledger)
    found = take(market, desk, MT940.encode(), "day.sta")
    assert found.reader == "mt940"
    assert [each.state for each in found.statements] == ["booked"]
    assert [each.rule for each in found.statements[0].receipts] == ["reference"]
    assert market.has(market.taken.ledger) == 100_000
    assert market.run(s.settlement_account, market.collection.id).closed_on == dt.date(2026, 3, 9)
    assert market.breaches() == []


def test_a_file_of_another_account_or_of_none_is_refused(market: Market, desk: Desk) -> None:
    market.day_end()
    (file,) = market.bank.statements(STRANGER)
    with refused("settlement_account_not_found"):
        take(market, desk, file.content)
    with refused("unknown_format"):
        take(market, desk, b"<nothing/>")


def test_a_person_does_not_bring_in_what_a_bank_is_said_to_have_sent(market: Market, desk: Desk) -> None:
    market.day_end()
    (file,) = market.bank.statements(ESCROW)
    with refused("not_allowed"):
        market.run(s.book_file, file.name, file.content, desk=desk, actor="funder maker")
