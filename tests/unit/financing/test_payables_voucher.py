"""Digital payables vouchers, to the fen: the worked example of PRODUCTS 1.4 and what a banker expects around it."""

import datetime as dt

import pytest

from openscf.financing.bases.claim import Offer, Way
from openscf.kernel.errors import Refusal
from openscf.kernel.money import CNY
from tests.unit.financing.vouchers_world import DUE, START, Chain, yuan

DAY = dt.timedelta(days=1)
FUNDED = DUE - 120 * DAY


def refused(code: str) -> object:
    return pytest.raises(Refusal, match=f"^{code}:")


def worked_example() -> tuple[Chain, object]:
    chain = Chain()
    voucher, t1 = chain.live("3,000,000.00")
    t2 = chain.passed(t1, "T2", "1,200,000.00")
    t3 = chain.passed(t2, "T3", "500,000.00")
    chain.book.move(chain.asked(t3, "F", "500,000.00", "4.5", on=FUNDED), "fund", FUNDED)
    return chain, voucher


def test_products_1_4_a_discount_of_7500_leaves_492500() -> None:
    chain, _ = worked_example()
    assert chain.cash("T3") == "492,500.00"
    assert chain.cash("F") == "9,507,500.00"


def test_products_1_4_the_issuer_pays_once_and_the_holders_of_the_leaves_receive_it() -> None:
    chain, voucher = worked_example()
    chain.book.redeem(voucher, yuan("3,000,000.00"), DUE)
    assert [chain.cash(name) for name in ("T1", "T2", "T3")] == ["1,800,000.00", "700,000.00", "492,500.00"]
    assert chain.cash("F") == "10,007,500.00"
    assert chain.cash("C") == "7,000,000.00"
    assert chain.book.claims[voucher].state == "settled"
    assert {piece.deal.state for piece in chain.book.of(voucher)} == {"redeemed", "spent"}


def test_products_1_4_a_partial_payment_goes_pro_rata_and_the_residue_to_the_last() -> None:
    chain, voucher = worked_example()
    before = chain.house.cash(chain.parties["F"], CNY)
    chain.book.redeem(voucher, yuan("1,000,000.00"), DUE)
    assert [chain.cash(name) for name in ("T1", "T2")] == ["600,000.00", "233,333.33"]
    assert (chain.house.cash(chain.parties["F"], CNY) - before).grouped == "166,666.67"
    chain.book.redeem(voucher, yuan("2,000,000.00"), DUE + 3 * DAY)
    assert [chain.cash(name) for name in ("T1", "T2")] == ["1,800,000.00", "700,000.00"]
    assert chain.cash("F") == "10,007,500.00"
    assert chain.book.claims[voucher].state == "settled"
