"""Reverse factoring, to the fen (PRODUCTS 1.3)."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from openscf.financing import PRODUCTS, Evidence
from tests.contract.products.samples.reverse_factoring import SAMPLES
from tests.contract.products.stage import START, Act, Stage, check_over, yuan
from tests.unit.parties.house import refused

PAPER_DUE = dt.date(2026, 5, 31)  # a Sunday
DUE = dt.date(2026, 6, 1)
WORD = Evidence(confirmed=True, confirmed_due_on=PAPER_DUE)
OPENING = yuan("10,000,000.00")


def staged(**terms: Any) -> Stage:
    return Stage(dataclasses.replace(SAMPLES[0], terms={"rate": "3.6%"} | terms))


def funded(**terms: Any) -> Stage:
    stage = staged(**terms)
    stage.play(Act("sell", START, evidence=WORD))
    stage.play(Act("fund", START))
    return stage


def paid(stage: Stage, amount: str, on: dt.date, command: str = "collect") -> Any:
    return stage.play(Act(command, on, {"amount": yuan(amount).amount}, pay_in=yuan(amount)))


def test_the_supplier_is_paid_at_the_anchors_price_and_is_never_asked_again() -> None:
    stage = funded()
    # 83 days from 10 March to 1 June at 3.6 % on 1,000,000.00
    assert stage.cash("client") - OPENING == yuan("991,700.00")
    paid(stage, "1,000,000.00", DUE)
    assert stage.cash("funder") - OPENING == yuan("8,300.00")
    assert stage.cash("client") - OPENING == yuan("991,700.00")
    check_over(stage)
    steps = PRODUCTS.get("reverse_factoring").steps
    moves = [(leg.debit, leg.amount) for name, step in steps.items() if name != "fund" for leg in step.postings]
    assert not [leg for leg in moves if leg[0] == "client:cash"], "no step after funding takes the supplier's money"


def test_the_discount_is_taken_in_advance_whatever_the_day_of_sale() -> None:
    stage = staged()
    stage.play(Act("sell", dt.date(2026, 5, 29), evidence=WORD))
    decision = stage.play(Act("fund", dt.date(2026, 5, 29)))
    assert decision.amounts["discount"] == yuan("300.00"), "three days"


def test_after_funding_a_dispute_or_credit_note_reduces_nothing() -> None:
    stage = funded()
    stage.play(Act("contest", dt.date(2026, 4, 1), {"amount": "400000.00", "reason": "credit note 77"}))
    assert stage.deal.book.contested == yuan("400,000.00")
    assert stage.deal.book.left == yuan("1,000,000.00")
    first = paid(stage, "600,000.00", DUE)
    assert first.deal.state == "part_paid"
    assert stage.deal.book.left == yuan("400,000.00")
    paid(stage, "400,000.00", DUE)
    check_over(stage)


def test_what_the_anchor_pays_too_much_goes_back_to_the_anchor() -> None:
    stage = funded()
    decision = paid(stage, "1,000,100.00", DUE)
    assert decision.amounts["overpaid"] == yuan("100.00")
    assert stage.cash("obligor") - OPENING == yuan("100.00")
    assert stage.cash("client") - OPENING == yuan("991,700.00")


def test_an_anchor_that_pays_late_pays_the_penalty_itself() -> None:
    stage = funded()
    stage.play(Act("lapse", dt.date(2026, 6, 2)))
    late = dt.date(2026, 6, 11)
    first = paid(stage, "1,000,000.00", late)
    # 5.4 % on 1,000,000.00 for ten days
    assert first.amounts["penalty"] == yuan("1,500.00")
    assert stage.deal.book.left == yuan("1,500.00")
    paid(stage, "1,500.00", late)
    assert stage.deal.state == "settled"
    check_over(stage)


def test_what_nobody_sold_is_paid_to_the_supplier_in_full() -> None:
    stage = staged()
    decision = paid(stage, "1,000,000.00", DUE, "pay_supplier")
    assert decision.deal.state == "paid"
    assert stage.cash("client") - OPENING == yuan("1,000,000.00")
    assert stage.cash("funder") == OPENING
    check_over(stage)


def test_what_was_paid_in_part_is_not_sold_any_more() -> None:
    stage = staged()
    paid(stage, "1.00", DUE, "pay_supplier")
    with refused("payable_partly_paid"):
        stage.play(Act("sell", START, evidence=WORD))


@pytest.mark.parametrize(
    "said",
    [
        Evidence(),
        Evidence(confirmed=False, confirmed_due_on=PAPER_DUE),
        Evidence(confirmed=True, confirmed_due_on=dt.date(2026, 11, 30)),
    ],
    ids=["nothing", "another amount", "another due date"],
)
def test_nothing_is_sold_without_the_anchors_word_on_amount_and_due_date(said: Evidence) -> None:
    with refused("receivable_not_confirmed"):
        staged().play(Act("sell", START, evidence=said))


def test_only_the_anchors_limit_carries_it() -> None:
    stage = Stage(SAMPLES[0])
    supplier = {limit for limit, node in stage.book.nodes.items() if node.party == stage.parties["client"]}
    for limit in supplier:
        del stage.book.nodes[limit]
    stage.play(Act("sell", START, evidence=WORD))
    used = {use.node.party for use in stage.book.uses[stage.deal_id]}
    assert used == {None, stage.parties["obligor"]}


def test_it_is_not_sold_on_the_due_day() -> None:
    with refused("already_due"):
        staged().play(Act("sell", DUE, evidence=WORD))
