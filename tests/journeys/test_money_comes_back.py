"""The main job, through a bank: from a confirmed invoice to money in the supplier's account, and back, untouched.

Planted defect: `trades.tell_paid` that tells nothing. The deal is settled then and the invoice stays unpaid;
`test_what_is_not_told_is_found_by_the_books` plants it and finds it.
"""

import datetime as dt
from typing import Any

import pytest

from openscf import settlement as s
from openscf import trades
from openscf.db import Database, UnitOfWork
from openscf.financing import DealId, deal_events, found_deal
from openscf.kernel.ids import TenantId
from openscf.kernel.rates import Rate, interest_for_days
from openscf.operations import Application, accept, apply, collecting, run_day_end
from openscf.trades import InvoiceStanding
from tests.journeys.banked import HOUSE, NUMBERS, BankedFloor
from tests.unit.financing.floor import SYSTEM, yuan

PAYS_ON = dt.date(2026, 6, 1)


@pytest.fixture
def floor(database: Database, tenant: TenantId) -> BankedFloor:
    return BankedFloor(database, tenant)


def funded(floor: BankedFloor) -> DealId:
    """An application by the supplier, funded by rule on the same day."""
    floor.deposit("funder", "5,000,000.00")
    floor.limits()
    document = floor.invoice()
    floor.confirm(document)
    programme = floor.programme(
        parties={"funder": "funder"}, policy={"needs_receipt": False, "auto_fund_up_to": "1000000.00"}
    )
    asked = Application(programme=programme, document=document)
    applied = floor.run("seller.maker", apply, asked, on=floor.today, fingerprints=floor.fingerprints)
    done = floor.run("seller.maker", accept, applied.deal.id, on=floor.today, fingerprints=floor.fingerprints)
    assert done.waiting is None
    return applied.deal.id


@pytest.mark.slow
def test_from_a_confirmed_invoice_to_the_suppliers_own_bank_account_and_back(floor: BankedFloor) -> None:
    deal = funded(floor)
    assert floor.cash("seller") == yuan("795,000.00")
    assert floor.breaches() == []
    rule = s.NewRule(account=floor.escrow.id, party=floor.parties["seller"], sweeps=True)
    floor.agreed("seller", floor.run("seller.maker", s.request_rule, rule))
    before = floor.bank.balance_minor(NUMBERS["seller"])
    floor.run(SYSTEM, s.sweep)
    floor.relay().drain()
    assert floor.bank.balance_minor(NUMBERS["seller"]) - before == yuan("795,000.00").minor
    floor.night()
    floor.statements()
    assert floor.cash("seller") == yuan("0.00")
    assert floor.breaches() == []

    floor.to(PAYS_ON)
    floor.statements()
    started_on = next(row.value_on for row in floor.run(SYSTEM, deal_events, deal) if row.command == "fund")
    floor.bank.pay(NUMBERS["buyer"], HOUSE, yuan("1,000,000.00").minor, remittance="货款 0001")
    floor.night()
    (taken,) = floor.statements()
    (collected,) = taken.collected
    assert collected.performed is not None
    interest = collected.performed.decision.amounts["interest"]
    days = (PAYS_ON - started_on).days
    assert interest == interest_for_days(yuan("800,000.00"), Rate.percent("7.2"), days)
    kept = floor.run(SYSTEM, found_deal, deal)
    assert kept.deal.state == "settled"
    assert kept.document is not None
    assert floor.run(SYSTEM, trades.closure_of, kept.document).match.closure.money == 1
    assert floor.standing(kept.document, PAYS_ON + dt.timedelta(days=365)) is InvoiceStanding.PAID, "never overdue"
    assert floor.unexplained() == []
    assert floor.cash("seller") == yuan("200,000.00") - interest
    floor.run(SYSTEM, s.sweep)
    floor.relay().drain()
    floor.night()
    floor.statements()
    assert floor.cash("seller") == yuan("0.00"), "nobody touched anything"
    assert floor.breaches() == []
    report = floor.run(SYSTEM, s.reconcile_day, floor.escrow.id, floor.today - dt.timedelta(days=1))
    assert report is not None


@pytest.mark.slow
def test_the_same_statement_twice_pays_once_and_late_money_waits_for_a_person(floor: BankedFloor) -> None:
    deal = funded(floor)
    floor.bank.pay(NUMBERS["buyer"], HOUSE, yuan("1,000,000.00").minor, remittance="货款 0001")
    floor.night()
    files = floor.bank.statements(HOUSE)[floor.read :]
    first = floor.statements()
    assert [len(taken.collected) for taken in first] == [1]
    again = floor.run(SYSTEM, floor._take, files[0])
    assert [one.state for one in again.file.statements] == ["repeated"]
    assert again.collected == ()
    floor.bank.pay(NUMBERS["buyer"], HOUSE, yuan("500.00").minor, remittance="货款 0001")
    floor.night()
    (late,) = floor.statements()
    assert late.collected == ()
    assert len(late.file.statements[0].suspense) == 1, "the deal is over: nobody expects it"
    assert floor.run(SYSTEM, found_deal, deal).deal.state == "settled"
    assert floor.breaches() == []


@pytest.mark.slow
def test_a_payment_heard_of_after_the_day_was_closed_counts_from_its_value_date(floor: BankedFloor) -> None:
    deal = funded(floor)
    paid_on = floor.today
    floor.bank.pay(NUMBERS["buyer"], HOUSE, yuan("400,000.00").minor, remittance="货款 0001")
    floor.night()
    run_day_end(floor.database, floor.context(), paid_on, fingerprints=floor.fingerprints)
    (taken,) = floor.statements()
    (collected,) = taken.collected
    assert collected.receipt.value_on == paid_on
    assert collected.performed is not None
    assert {leg.value_on for leg in collected.performed.transfers} == {paid_on + dt.timedelta(days=1)}
    assert floor.run(SYSTEM, found_deal, deal).deal.book.loan.accrued_to == paid_on
    assert floor.breaches() == []


def test_a_statement_takes_its_turn_to_match_after_all_other_locks(
    floor: BankedFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a person who pays by hand, holding accounts and waiting for the turn, would meet it in a circle."""
    funded(floor)
    floor.bank.pay(NUMBERS["buyer"], HOUSE, yuan("1,000,000.00").minor, remittance="货款 0001")
    floor.night()
    asked, collect = [], collecting.collect

    def collected(work: UnitOfWork, *given: Any, **named: Any) -> Any:
        found = collect(work, *given, **named)
        with floor.database.transaction(floor.context()) as other:
            row = other.execute("SELECT 1 FROM trades.matching_turn FOR UPDATE NOWAIT").fetchone()
        asked.append(row)
        return found

    monkeypatch.setattr(collecting, "collect", collected)
    (taken,) = floor.statements()
    assert len(taken.collected) == 1
    assert asked == [(1,)], "nobody had it while the deals shared out"


def test_what_is_not_told_is_found_by_the_books(floor: BankedFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trades, "tell_paid", lambda *_: None)
    deal = funded(floor)
    floor.bank.pay(NUMBERS["buyer"], HOUSE, yuan("1,000,000.00").minor, remittance="货款 0001")
    floor.night()
    floor.statements()
    kept = floor.run(SYSTEM, found_deal, deal)
    assert kept.document is not None
    assert floor.standing(kept.document, PAYS_ON) is InvoiceStanding.OPEN
    assert [each.split(" {")[0] for each in floor.breaches()] == ["I16 paid_deals_close_their_trades"]


def test_a_stranger_who_pays_is_noticed_and_his_money_settles_nothing(floor: BankedFloor) -> None:
    """PRODUCTS 6, fraud 2: payer other than the debtor."""
    deal = funded(floor)
    floor.bank.open_account("79", "路人甲贸易有限公司", bank="102100099996", balance_minor=10**12)
    floor.bank.pay("79", HOUSE, yuan("1,000,000.00").minor, remittance="货款 0001")
    floor.night()
    (taken,) = floor.statements()
    assert taken.collected == ()
    assert [item.reason for item in taken.file.statements[0].suspense] == ["payer_differs"]
    assert floor.run(SYSTEM, found_deal, deal).deal.state == "funded"
