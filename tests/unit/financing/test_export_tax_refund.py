"""The advance of an export tax refund, to the fen (PRODUCTS 1.8)."""

import dataclasses
import datetime as dt
from typing import Any

from openscf.financing import Evidence
from tests.contract.products.samples.export_tax_refund import SAMPLES
from tests.contract.products.stage import START, Act, Stage, check_over, yuan
from tests.unit.parties.house import refused

DUE = dt.date(2026, 5, 25)  # a Monday, 76 days from 10 March
OPENING = yuan("10,000,000.00")
REFUND = {"number": "0001", "export_value": "1000000.00", "refund_rate": "13%", "due_on": "2026-05-25"}


def staged(refund: dict[str, Any] = REFUND, **terms: Any) -> Stage:
    contract = {"price": {"rate": "9%"}, "ratio": "80%"} | terms
    return Stage(dataclasses.replace(SAMPLES[0], terms=contract, proposal=refund))


def funded(refund: dict[str, Any] = REFUND, **terms: Any) -> Stage:
    stage = staged(refund, **terms)
    for command in ("verify", "accept", "fund"):
        stage.play(Act(command, START))
    return stage


def paid(stage: Stage, amount: str, on: dt.date) -> Any:
    return stage.play(Act("collect", on, {"amount": yuan(amount).amount}, pay_in=yuan(amount)))


def test_products_1_8_advances_104_000_earns_1_950_in_75_days_and_leaves_24_050() -> None:
    stage = funded()
    assert stage.cash("client") - OPENING == yuan("104,000.00")
    decision = paid(stage, "130,000.00", START + dt.timedelta(days=75))
    assert decision.amounts["interest"] == yuan("1,950.00")
    assert decision.amounts["remainder"] == yuan("24,050.00")
    assert stage.deal.state == "settled"
    check_over(stage)


def test_the_advance_is_reckoned_in_one_step_and_rounded_once() -> None:
    stage = funded(REFUND | {"export_value": "33.33"}, price={"rate": "0.1%"})
    # 33.33 × 13 % × 80 % is 3.46632; 80 % of the refund of 4.33 would be 3.464
    assert stage.cash("client") - OPENING == yuan("3.47")
    assert stage.deal.book.face == yuan("4.33")


def test_a_refund_that_is_refused_in_part_comes_back_to_the_exporter_in_part() -> None:
    stage = funded()
    decision = stage.play(Act("reject", dt.date(2026, 4, 1), {"amount": "30000.00", "reason": "wrong code"}))
    assert decision.event == "reject_part"
    assert stage.deal.book.demand == yuan("24,000.00"), "80 % of 100,000 carry 80,000 of the 104,000"
    stage.play(Act("repay", dt.date(2026, 4, 1), {"amount": "24000.00"}))
    assert stage.deal.book.demand == yuan("0.00")
    paid(stage, "100,000.00", dt.date(2026, 5, 20))
    check_over(stage)


def test_a_refund_that_is_refused_altogether_is_owed_by_the_exporter_at_once() -> None:
    stage = funded()
    on = START + dt.timedelta(days=10)
    decision = stage.play(Act("reject", on, {"amount": "130000.00"}))
    assert (decision.event, decision.deal.state) == ("reject_all", "rejected")
    assert stage.deal.book.demand == yuan("104,260.00"), "with interest for ten days"
    stage.play(Act("repay", on, {"amount": "104260.00"}))
    check_over(stage)


def test_no_more_is_refused_than_was_claimed() -> None:
    with refused("more_than_face"):
        funded().play(Act("reject", START, {"amount": "130000.01"}))


def test_a_late_refund_is_waited_for_and_then_asked_of_the_exporter() -> None:
    stage = funded(grace_days=20)
    stage.play(Act("lapse", DUE + dt.timedelta(days=1)))
    with refused("within_grace"):
        stage.play(Act("take_recourse", DUE + dt.timedelta(days=20)))
    stage.play(Act("take_recourse", DUE + dt.timedelta(days=21)))
    # 76 days at 9 % and 21 at 13.5 % on 104,000.00
    assert stage.deal.book.demand == yuan("104,000.00") + yuan("1,976.00") + yuan("819.00")


def test_a_declaration_without_its_documents_is_not_advanced() -> None:
    with refused("trade_not_matched"):
        staged().play(Act("verify", START, evidence=Evidence(missing=("customs declaration",))))


def test_the_exposure_is_on_the_exporter() -> None:
    stage = funded()
    assert {use.node.party for use in stage.book.uses[stage.deal_id]} == {None, stage.parties["client"]}


def test_what_is_no_refund_is_refused() -> None:
    with refused("refund_is_nothing"):
        staged(REFUND | {"export_value": "0.01"})
    with refused("field_out_of_range"):
        staged(REFUND | {"refund_rate": "21%"})
