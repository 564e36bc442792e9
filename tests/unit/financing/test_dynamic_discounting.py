"""Dynamic discounting, to the fen (PRODUCTS 1.6)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest

from openscf.financing.products.dynamic_discounting import PRODUCT, cost_of_waiting, discount_on
from tests.contract.products.stage import Act, Stage, check_over, yuan
from tests.unit.parties.house import refused

INVOICED = dt.date(2026, 4, 1)
OPENING = yuan("10,000,000.00")


@dataclass
class Offer:
    terms: Mapping[str, Any]
    proposal: Mapping[str, Any]
    product: Any = PRODUCT
    roles: tuple[str, ...] = ("client", "obligor")

    def act(self, stage: Any, deal: Any, row: Any) -> None:
        """Played by hand."""


def staged(net: int = 60, **terms: Any) -> Stage:
    due_on = INVOICED + dt.timedelta(days=net)
    invoice = {
        "number": "0001", "face": "200000.00", "issued_on": INVOICED.isoformat(), "due_on": due_on.isoformat()
    }  # fmt: skip
    return Stage(Offer(terms, invoice))


def day(count: int) -> dt.date:
    return INVOICED + dt.timedelta(days=count)


def accepted(stage: Stage, on: int) -> Stage:
    stage.play(Act("accept", INVOICED, {"pay_on": day(on).isoformat()}))
    return stage


def test_products_1_6_net_60_paid_on_day_15_at_9_per_cent_costs_2_250_and_pays_197_750() -> None:
    # 31 May 2026 is a Sunday, so the example is played on an invoice whose sixtieth day is a Friday.
    stage = Stage(
        Offer(
            {"rate": "9%"},
            {"number": "1", "face": "200000.00", "issued_on": "2026-03-30", "due_on": "2026-05-29"},
        )
    )
    stage.play(Act("accept", dt.date(2026, 3, 30), {"pay_on": "2026-04-14"}))
    decision = stage.play(Act("pay", dt.date(2026, 4, 14)))
    assert decision.amounts == {"discount": yuan("2,250.00"), "paid": yuan("197,750.00")}
    assert stage.cash("client") - OPENING == yuan("197,750.00")
    assert stage.cash("obligor") - OPENING == -yuan("197,750.00")
    check_over(stage)


def test_products_1_6_not_taking_2_10_net_30_costs_36_73_per_cent() -> None:
    assert cost_of_waiting(Fraction(2, 100), 10, 30).percent_text() == "36.73"


@pytest.mark.parametrize(
    ("on", "discount"),
    [(0, "3,000.00"), (10, "2,000.00"), (15, "1,500.00"), (29, "100.00"), (30, "0.00"), (45, "0.00")],
)
def test_products_1_6_one_and_a_half_per_cent_net_30_falls_in_a_straight_line(on: int, discount: str) -> None:
    stage = accepted(staged(scale="sliding", part="1.5%", days=30), 1)
    assert discount_on(stage.deal.terms, stage.deal.book, day(on)) == yuan(discount)


@pytest.mark.parametrize(("on", "discount"), [(0, "4,000.00"), (10, "4,000.00"), (11, "0.00")])
def test_a_cliff_gives_all_up_to_its_day_and_nothing_after_it(on: int, discount: str) -> None:
    stage = accepted(staged(30, scale="cliff", part="2%", days=10), 1)
    assert discount_on(stage.deal.terms, stage.deal.book, day(on)) == yuan(discount)


def test_a_buyer_that_pays_late_gets_less_and_one_that_pays_sooner_no_more() -> None:
    late = accepted(staged(scale="sliding", part="1.5%", days=30), 10)
    assert late.play(Act("pay", day(20))).amounts["discount"] == yuan("1,000.00")
    soon = accepted(staged(scale="sliding", part="1.5%", days=30), 10)
    assert soon.play(Act("pay", day(5))).amounts["discount"] == yuan("2,000.00")
    never = accepted(staged(scale="sliding", part="1.5%", days=30), 10)
    assert never.play(Act("pay", day(70))).amounts["paid"] == yuan("200,000.00")


def test_goods_that_came_back_are_neither_paid_nor_discounted() -> None:
    stage = accepted(staged(scale="cliff", part="2%", days=10), 5)
    stage.play(Act("credit", day(1), {"amount": "50000.00"}))
    decision = stage.play(Act("pay", day(5)))
    assert decision.amounts == {"discount": yuan("3,000.00"), "paid": yuan("147,000.00")}
    check_over(stage)


def test_a_credit_note_over_the_whole_calls_the_payment_off_instead() -> None:
    stage = accepted(staged(rate="9%"), 5)
    with refused("more_than_face"):
        stage.play(Act("credit", day(1), {"amount": "200000.00"}))
    stage.play(Act("withdraw", day(1)))
    check_over(stage)


def test_the_day_lies_before_the_due_day_and_brings_a_discount() -> None:
    for wrong in (day(-1), day(61), day(400)):
        with refused("pay_day_outside"):
            staged(rate="9%").play(Act("accept", INVOICED, {"pay_on": wrong.isoformat()}))
    with refused("no_discount_that_day"):
        accepted(staged(scale="cliff", part="2%", days=10), 11)


def test_an_invoice_that_is_pledged_is_not_paid_early_to_the_supplier() -> None:
    stage = staged(rate="9%")
    stage.book.liens["the asset"] = stage.deal_id
    with refused("asset_taken"):
        accepted(stage, 5)


def test_nobody_else_takes_part() -> None:
    assert PRODUCT.limits_on == ()
    assert {role.name for role in PRODUCT.roles} == {"client", "obligor"}
    assert PRODUCT.steps["pay"].four_eyes
