"""Payment escrow (PRODUCTS 4.3): frozen money goes to the seller or back to the buyer, and every step has its time."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from openscf.financing import Evidence, Product
from openscf.financing.model import Leg
from openscf.financing.payment_channels import CHANNELS
from openscf.financing.products.payment_escrow import PRODUCT
from openscf.kernel.money import CNY
from tests.contract.products.samples.payment_escrow import SAMPLES
from tests.contract.products.stage import START, Act, Stage, check_over, yuan
from tests.unit.parties.house import refused

OPENING = yuan("10,000,000.00")
DAY = dt.timedelta(days=1)
NEXT = START + DAY


def staged(**terms: Any) -> Stage:
    return Stage(dataclasses.replace(SAMPLES[0], terms=terms))


def transfer(stage: Stage, amount: str, reference: str = "b1", *, fee: str = "0.00", on: dt.date = START) -> Any:
    said = {
        "channel": "wallet" if fee != "0.00" else "bank_transfer", "reference": reference,
        "settled": yuan(amount).amount, "fee": fee, "paid_on": on.isoformat(),
    }  # fmt: skip
    return stage.play(Act("pay", on, said, pay_in=yuan(amount)))


def frozen(stage: Stage) -> Any:
    return stage.book.facts(stage.product, stage.deal, Evidence()).balances["buyer:frozen"]


def shipped(**terms: Any) -> Stage:
    stage = staged(**terms)
    transfer(stage, "80,000.00")
    stage.play(Act("ship", NEXT, {"number": "SF-1"}))
    return stage


def delivered(**terms: Any) -> Stage:
    stage = shipped(**terms)
    stage.play(Act("deliver", NEXT, {"delivered_on": NEXT.isoformat()}))
    return stage


def test_products_4_3_paid_frozen_shipped_confirmed_released() -> None:
    stage = shipped(fee_rate="0.5%")
    assert frozen(stage) == yuan("80,000.00")
    assert stage.cash("seller") == OPENING, "nothing moves before the buyer confirms"
    stage.play(Act("confirm", NEXT))
    assert stage.cash("seller") - OPENING == yuan("79,600.00")
    assert stage.deal.state == "released"
    check_over(stage)


def test_a_buyer_that_says_nothing_after_the_proof_of_delivery_has_confirmed_when_its_time_is_over() -> None:
    stage = delivered(confirm_days=7)
    until = stage.deal.book.due_on
    with refused("not_timed_out"):
        stage.play(Act("expire", until))
    stage.play(Act("expire", until + DAY))
    assert stage.deal.state == "released"
    assert stage.cash("seller") - OPENING == yuan("80,000.00")


def test_the_time_to_confirm_runs_from_the_proof_of_delivery_and_not_before() -> None:
    stage = shipped(deliver_days=5)
    decision = stage.play(Act("expire", stage.deal.book.due_on + DAY))
    assert decision.deal.state == "disputed", "nobody knows where the goods are: nobody gets the money yet"
    assert frozen(stage) == yuan("80,000.00")


def test_the_times_of_paying_and_shipping_are_the_buyers_and_the_sellers() -> None:
    unpaid = staged()
    transfer(unpaid, "10.00")
    unpaid.play(Act("expire", dt.date(2026, 3, 18)))
    assert (unpaid.deal.state, unpaid.cash("buyer") - OPENING) == ("cancelled", yuan("10.00"))
    check_over(unpaid)
    unshipped = staged(ship_days=3)
    transfer(unshipped, "80,000.00")
    unshipped.play(Act("expire", unshipped.deal.book.due_on + DAY))
    assert (unshipped.deal.state, unshipped.cash("buyer") - OPENING) == ("refunded", yuan("80,000.00"))


def test_a_dispute_that_nobody_settles_ends_for_whoever_the_proof_speaks_for() -> None:
    without = shipped()
    without.play(Act("dispute", NEXT, {"reason": "not here"}))
    without.play(Act("expire", without.deal.book.due_on + DAY))
    assert without.deal.state == "refunded"
    proved = delivered()
    proved.play(Act("dispute", NEXT, {"reason": "scratched"}))
    proved.play(Act("expire", proved.deal.book.due_on + DAY))
    assert proved.deal.state == "released"


def test_a_dispute_is_settled_by_a_split_of_what_is_frozen_and_of_nothing_else() -> None:
    stage = delivered(fee_rate="1%")
    stage.play(Act("dispute", NEXT, {"reason": "scratched"}))
    with refused("more_than_owed"):
        stage.play(Act("settle", NEXT, {"amount": "80000.01"}))
    stage.play(Act("settle", NEXT, {"amount": "30000.00"}))
    assert stage.cash("buyer") - OPENING == yuan("30,000.00")
    assert stage.cash("seller") - OPENING == yuan("49,500.00"), "the fee is of what the seller gets"
    check_over(stage)


def test_a_partial_refund_leaves_the_rest_frozen() -> None:
    stage = shipped()
    stage.play(Act("refund", NEXT, {"amount": "5000.00"}))
    assert (frozen(stage), stage.deal.state) == (yuan("75,000.00"), "shipped")
    with refused("more_than_frozen"):
        stage.play(Act("refund", NEXT, {"amount": "75000.00"}))
    stage.play(Act("call_off", NEXT))
    assert (stage.deal.state, stage.cash("buyer") - OPENING) == ("refunded", yuan("80,000.00"))


def strays(product: Product) -> list[Leg]:
    """Legs on which frozen money goes astray, or the platform touches anything but its fee (I17)."""
    legs = [leg for step in product.steps.values() for leg in step.postings]
    astray = [leg for leg in legs if leg.debit == "buyer:frozen" and leg.credit not in ("seller:cash", "buyer:cash")]
    touched = [leg for leg in legs if "operator" in leg.debit or "operator" in leg.credit]
    fee = Leg("seller:cash", "operator:fees", "fee")
    return [*astray, *(leg for leg in touched if leg != fee)]


def test_frozen_money_has_two_ways_out_and_the_platform_gets_nothing_but_its_fee() -> None:
    assert strays(PRODUCT) == []


@pytest.mark.parametrize(
    "leg",
    [
        Leg("buyer:frozen", "operator:fees", "fee"),
        Leg("buyer:frozen", "buyer:escrow", "refund"),
        Leg("operator:fees", "seller:cash", "released"),
        Leg("seller:cash", "operator:fees", "released"),
    ],
    ids=str,
)
def test_a_leg_that_leads_astray_is_noticed(leg: Leg) -> None:
    step = PRODUCT.steps["confirm"]
    planted = dataclasses.replace(step, postings=(*step.postings, leg))
    assert strays(dataclasses.replace(PRODUCT, steps={**PRODUCT.steps, "confirm": planted})) == [leg] * (
        2 if leg.debit == "buyer:frozen" and "operator" in leg.credit else 1
    )


def test_the_seller_alone_can_neither_prove_delivery_nor_release_the_money() -> None:
    for name, step in PRODUCT.steps.items():
        gives = {leg.credit for leg in step.postings if leg.debit == "buyer:frozen"}
        assert "seller" not in step.by or (name != "deliver" and "seller:cash" not in gives), name


def test_a_price_may_come_in_parts_and_what_is_too_much_goes_back_at_once() -> None:
    stage = staged()
    assert transfer(stage, "30,000.00", "b1").event == "pay_part"
    with refused("event_not_allowed"):
        stage.play(Act("ship", START, {"number": "SF-1"}))
    last = transfer(stage, "50,000.50", "b2")
    assert (last.event, last.amounts["overpaid"]) == ("pay_all", yuan("0.50"))
    again = transfer(stage, "7.00", "b3")
    assert (again.event, again.amounts["overpaid"]) == ("pay_again", yuan("7.00"))
    assert frozen(stage) == yuan("80,000.00")


def test_a_payment_counts_once() -> None:
    stage = staged()
    transfer(stage, "30,000.00", "b1")
    with refused("receipt_counted"):
        transfer(stage, "30,000.00", "b1")
    with refused("unknown_channel"):
        said = {"channel": "pigeon", "reference": "p", "settled": "1.00", "fee": "0.00", "paid_on": "2026-03-10"}
        stage.play(Act("pay", START, said))


def test_a_channels_fee_is_borne_by_whom_the_contract_says() -> None:
    seller = staged()
    assert transfer(seller, "79,520.00", fee="480.00").event == "pay_all"
    assert frozen(seller) == yuan("79,520.00")
    buyer = staged(channel_fee="buyer")
    assert transfer(buyer, "79,520.00", fee="480.00").event == "pay_part"


def test_delivery_is_not_proved_for_tomorrow() -> None:
    with refused("delivered_later"):
        shipped().play(Act("deliver", NEXT, {"delivered_on": (NEXT + DAY).isoformat()}))


REPORTS = {
    "bank_transfer": ({"bank_reference": "B7", "amount": "100.00", "booked_on": "2026-03-10"}, "100.00", "0.00"),
    "wallet": (
        {"transaction_id": "W7", "total_amount": "100.00", "service_fee": "0.60", "paid_on": "2026-03-10"},
        "99.40",
        "0.60",
    ),
    "pos": (
        {
            "terminal": "T1", "retrieval_reference": "P7", "amount": "100.00", "merchant_fee": "0.55",
            "settled_amount": "99.45", "settled_on": "2026-03-11",
        },
        "99.45",
        "0.55",
    ),
}  # fmt: skip


def test_every_channel_has_a_report_here() -> None:
    assert set(REPORTS) == set(CHANNELS.names())


@pytest.mark.parametrize("code", REPORTS)
def test_every_channel_says_its_reference_what_arrived_and_what_it_kept(code: str) -> None:
    report, settled, fee = REPORTS[code]
    receipt = CHANNELS.get(code).receipt(report, CNY)
    assert (receipt.channel, receipt.settled, receipt.fee) == (code, yuan(settled), yuan(fee))
    assert receipt.reference.endswith("7")
    with refused("field_unknown"):
        CHANNELS.get(code).receipt({**report, "extra": "1"}, CNY)


def test_a_report_that_does_not_add_up_is_refused() -> None:
    report = REPORTS["pos"][0]
    with refused("channel_fee_differs"):
        CHANNELS.get("pos").receipt({**report, "settled_amount": "99.46"}, CNY)
    with refused("channel_fee_differs"):
        CHANNELS.get("wallet").receipt({**REPORTS["wallet"][0], "service_fee": "100.00"}, CNY)
