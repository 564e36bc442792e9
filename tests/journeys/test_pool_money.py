"""A pool between buyers' banks and its seller: what a buyer pays sweeps the pool without a hand."""

import pytest

from openscf.db import Database
from openscf.financing import found_deal
from openscf.kernel.ids import TenantId
from openscf.settlement import expectations_of
from openscf.trades import closure_of, liens_on
from tests.journeys.banked import HOUSE, NUMBERS, BankedFloor
from tests.unit.financing.floor import SYSTEM, yuan
from tests.unit.financing.pools import PoolFloor


@pytest.mark.slow
def test_a_buyers_payment_repays_the_pool_by_itself(database: Database, tenant: TenantId) -> None:
    floor = BankedFloor(database, tenant)
    floor.deposit("funder", "9,000,000.00")
    pools = PoolFloor(floor, cash=None)
    invoices = [pools.invoice("10000001", "buyer", "300,000.00"), pools.invoice("20000002", "buyer", "200,000.00")]
    deal = pools.open(documents=tuple(invoices), on=floor.today)
    assert [one.numbers for one in floor.run(SYSTEM, expectations_of, str(deal))] == [("10000001",), ("20000002",)]
    pools.draw(deal, "350,000.00", floor.today)
    floor.bank.pay(NUMBERS["buyer"], HOUSE, yuan("200,000.00").minor, remittance="货款 20000002")
    floor.night()
    (taken,) = [one for one in floor.statements() if one.collected]
    (collected,) = taken.collected
    assert collected.performed is not None, collected.refusal
    assert collected.performed.decision.amounts["principal"] == yuan("200,000.00"), "on the day of the drawing"
    assert floor.run(SYSTEM, liens_on, invoices[1]) == [], "it is paid and has left"
    assert floor.run(SYSTEM, found_deal, deal).deal.book.items == 1
    states = {one.numbers[0]: one.state for one in floor.run(SYSTEM, expectations_of, str(deal))}
    assert states == {"10000001": "open", "20000002": "received"}
    degrees = [floor.run(SYSTEM, closure_of, one).match.closure.money for one in invoices]
    assert degrees == [0, 1], "the money is for the second one, and closes it"
    assert floor.unexplained() == []
    assert floor.breaches() == []
