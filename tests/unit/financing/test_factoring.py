"""Factoring, to the fen (PRODUCTS 1.1)."""

import datetime as dt
from typing import Any

import pytest

from openscf.financing import PRODUCTS, Evidence
from openscf.kernel.errors import Refusal
from tests.contract.products.samples._advance import AdvanceSample
from tests.contract.products.stage import START, Act, Stage, check_over, yuan

DUE = dt.date(2026, 6, 1)  # 2026-05-31 is a Sunday


def staged(**terms: Any) -> Stage:
    contract = {"price": {"rate": "7.2%"}, "advance_rate": "80%", "fee_rate": "0.5%"} | terms
    proposal = {"number": "0001", "face": "1000000.00", "due_on": "2026-05-31"}
    return Stage(AdvanceSample(PRODUCTS.get("factoring"), contract, proposal))


def funded(**terms: Any) -> Stage:
    stage = staged(**terms)
    for act in (Act("verify", START, evidence=Evidence(confirmed=True)), Act("accept", START), Act("fund", START)):
        stage.play(act)
    return stage


def paid(stage: Stage, amount: str, on: dt.date) -> Any:
    return stage.play(Act("collect", on, {"amount": yuan(amount).amount}, pay_in=yuan(amount)))


def refused(code: str) -> Any:
    return pytest.raises(Refusal, match=f"^{code}:")


def test_products_1_1_the_seller_gets_795_000_and_186_720_when_the_buyer_pays() -> None:
    stage = funded()
    assert stage.cash("client") - yuan("10,000,000.00") == yuan("795,000.00")
    decision = paid(stage, "1,000,000.00", DUE)
    assert decision.amounts["interest"] == yuan("13,280.00")
    assert decision.amounts["principal"] == yuan("800,000.00")
    assert decision.amounts["remainder"] == yuan("186,720.00")
    assert stage.cash("client") - yuan("10,000,000.00") == yuan("981,720.00")
    assert stage.cash("funder") - yuan("10,000,000.00") == yuan("18,280.00"), "interest and the fee of 5,000"
    assert stage.deal.state == "settled"
    check_over(stage)


def test_products_1_1_partial_and_late_leaves_185_404_22() -> None:
    stage = funded()
    first = paid(stage, "500,000.00", DUE)
    assert (first.amounts["interest"], first.amounts["principal"]) == (yuan("13,280.00"), yuan("486,720.00"))
    assert stage.deal.state == "part_paid"
    second = paid(stage, "500,000.00", dt.date(2026, 6, 15))
    assert second.amounts["penalty"] == yuan("1,315.78")
    assert second.amounts["principal"] == yuan("313,280.00")
    assert second.amounts["remainder"] == yuan("185,404.22")
    check_over(stage)


def test_every_receipt_is_the_sum_of_its_shares() -> None:
    stage = funded()
    for amount, on in (
        ("0.01", DUE),
        ("13,279.98", DUE),
        ("7.77", dt.date(2026, 6, 3)),
        ("900,000.00", dt.date(2026, 7, 1)),
    ):
        shares = paid(stage, amount, on).amounts
        names = ("fees", "penalty", "interest", "principal", "remainder")
        assert sum(shares[name].minor for name in names) == yuan(amount).minor


def test_a_notified_programme_needs_the_debtors_word() -> None:
    with refused("receivable_not_confirmed"):
        staged().play(Act("verify", START))
    staged(notified=False).play(Act("verify", START))


def test_a_trade_that_does_not_close_is_not_financed() -> None:
    with refused("trade_not_matched"):
        staged().play(Act("verify", START, evidence=Evidence(confirmed=True, missing=("goods",))))


def test_what_is_due_already_is_not_financed() -> None:
    with refused("already_due"):
        staged().play(Act("verify", DUE, evidence=Evidence(confirmed=True)))


def test_without_recourse_the_seller_stands_in_only_for_a_dispute_about_the_goods() -> None:
    stage = funded(recourse="none")
    stage.play(Act("lapse", dt.date(2026, 6, 2)))
    with refused("no_recourse"):
        stage.play(Act("take_recourse", dt.date(2026, 9, 1)))
    stage.play(Act("dispute", dt.date(2026, 9, 1)))
    stage.play(Act("take_recourse", dt.date(2026, 9, 2)))
    assert stage.deal.state == "recoursed"


def test_recourse_waits_for_the_end_of_the_grace_period_and_asks_for_principal_and_accrued() -> None:
    stage = funded(grace_days=10)
    stage.play(Act("lapse", dt.date(2026, 6, 2)))
    with refused("within_grace"):
        stage.play(Act("take_recourse", dt.date(2026, 6, 11)))
    stage.play(Act("take_recourse", dt.date(2026, 6, 12)))
    # 83 days at 7.2 % and 11 days at 10.8 % on 800,000.00
    assert stage.deal.book.demand == yuan("800,000.00") + yuan("13,280.00") + yuan("2,640.00")
    stage.play(Act("repay", dt.date(2026, 6, 12), {"amount": stage.deal.book.demand.amount}))
    check_over(stage)


def test_a_credit_note_comes_back_to_the_seller() -> None:
    stage = funded()
    decision = stage.play(Act("dilute", dt.date(2026, 4, 1), {"amount": "250000.00"}))
    assert stage.deal.book.demand == yuan("200,000.00"), "80 % of 750,000 carry 600,000 of the 800,000"
    assert "dilution_demand" in decision.notices


def test_early_repayment_costs_interest_up_to_that_day_and_nothing_more() -> None:
    stage = funded()
    with refused("more_than_owed"):
        stage.play(Act("repay", dt.date(2026, 4, 9), {"amount": "804800.01"}))
    decision = stage.play(Act("repay", dt.date(2026, 4, 9), {"amount": "804800.00"}))
    assert decision.amounts["interest"] == yuan("4,800.00"), "30 days"
    assert stage.deal.state == "settled"


def test_a_later_due_date_needs_the_debtors_own_word() -> None:
    stage = funded()
    later = dt.date(2026, 11, 30)
    with refused("debtor_must_agree"):
        stage.play(Act("extend", dt.date(2026, 5, 1), {"due_on": later.isoformat()}))
    stage.play(
        Act("extend", dt.date(2026, 5, 1), {"due_on": later.isoformat()}, evidence=Evidence(confirmed_due_on=later))
    )
    assert stage.deal.book.due_on == later


def test_a_refusal_says_what_is_allowed() -> None:
    with pytest.raises(Refusal) as caught:
        staged().play(Act("collect", DUE, {"amount": "1.00"}))
    assert caught.value.params["allowed"] == "cancel, verify"
