"""Payments out: held first, told by the bank, final by the statement; returned, refused, and never twice."""

from openscf import settlement as s
from tests.unit.parties.house import refused
from tests.unit.settlement.market import ESCROW, SUPPLIER, Market


def test_a_payment_is_held_then_confirmed_then_on_the_statement(market: Market) -> None:
    market.fund(100_000)
    payout = market.run(s.instruct, market.order(30_000, remittance="货款"))
    assert (market.has(market.cash.ledger), market.free(market.cash.ledger)) == (100_000, 70_000)
    market.relay().drain()
    assert market.run(s.payout, payout.id).state is s.PayoutState.CONFIRMED
    assert (market.has(market.cash.ledger), market.has(market.escrow.transit)) == (70_000, 30_000)
    assert market.bank.balance_minor(SUPPLIER) == 30_000
    market.day_end()
    (booked,) = market.book(ESCROW)
    assert booked.settled == (payout.id,)
    assert market.run(s.payout, payout.id).state is s.PayoutState.SETTLED
    assert (market.has(market.escrow.transit), -market.has(market.escrow.bank)) == (0, 70_000)
    assert market.breaches() == []


def test_more_than_there_is_cannot_be_paid(market: Market) -> None:
    market.fund(100)
    with refused("exceeds_credits"):
        market.run(s.instruct, market.order(101))
