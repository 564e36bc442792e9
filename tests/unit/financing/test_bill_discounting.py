"""Bill discounting, to the fen (PRODUCTS 1.5)."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from openscf.financing.bases.bill import Endorsement, liable
from tests.contract.products.samples.bill_discounting import SAMPLES
from tests.contract.products.stage import Act, Stage, check_over, yuan
from tests.unit.parties.house import refused

BANK, FIRM = "1" + "0" * 29, "2" + "0" * 29
BILL = {"number": BANK, "face": "1000000.00", "due_on": "2025-10-29", "issued_on": "2025-07-01"}
DAY, DUE = dt.date(2025, 8, 15), dt.date(2025, 10, 29)
OPENING = yuan("10,000,000.00")


def staged(bill: dict[str, Any] = BILL, **terms: Any) -> Stage:
    contract = {"rate": "2.62%", "kind": "bank"} | terms
    return Stage(dataclasses.replace(SAMPLES[0], terms=contract, proposal=bill))


def funded(bill: dict[str, Any] = BILL, on: dt.date = DAY, **terms: Any) -> Stage:
    stage = staged(bill, **terms)
    for command in ("verify", "undertake", "accept", "fund"):
        stage.play(Act(command, on))
    return stage


def dishonoured(**terms: Any) -> Stage:
    stage = staged(BILL | {"drawer": "出票有限公司"}, **terms)
    client = str(stage.parties["client"])
    for endorser, endorsee in (("甲", "乙"), ("乙", client)):
        stage.play(Act("endorse", DAY, {"endorser": endorser, "endorsee": endorsee, "endorsed_on": "2025-07-10"}))
    for command in ("verify", "accept", "fund"):
        stage.play(Act(command, DAY))
    stage.play(Act("dishonour", DUE, {}))
    return stage


def paid(stage: Stage, amount: str, on: dt.date = DUE) -> Any:
    return stage.play(Act("collect", on, {"amount": yuan(amount).amount}, pay_in=yuan(amount)))


def test_products_1_5_discounts_75_days_at_2_62_per_cent_for_5_458_33_and_pays_994_541_67() -> None:
    stage = funded()
    assert stage.cash("client") - OPENING == yuan("994,541.67")
    assert stage.book.decisions[-1].amounts["discount"] == yuan("5,458.33")
    paid(stage, "1,000,000.00")
    assert stage.cash("funder") - OPENING == yuan("5,458.33")
    check_over(stage)


def test_maturity_rolls_to_a_business_day_and_the_days_of_rest_cost_interest() -> None:
    # 2025-11-01 is a Saturday; 78 days from 15 August to it, 80 to Monday the third.
    stage = funded(BILL | {"due_on": "2025-11-01"})
    assert stage.deal.book.due_on == dt.date(2025, 11, 3)
    assert stage.book.decisions[-1].amounts["discount"] == yuan("5,822.22")


def test_an_acceptor_in_another_town_costs_three_days_more() -> None:
    stage = funded(BILL | {"out_of_town": True})
    # 78 days at 2.62 %
    assert stage.book.decisions[-1].amounts["discount"] == yuan("5,676.67")
    assert stage.deal.book.due_on == DUE, "the days are of the price and not of the bill"


def test_where_the_buyer_pays_the_interest_the_holder_gets_the_face() -> None:
    stage = funded(buyer_share="1")
    assert stage.cash("client") - OPENING == yuan("1,000,000.00")
    assert stage.cash("buyer") - OPENING == -yuan("5,458.33")


def test_split_interest_sums_to_the_whole() -> None:
    stage = funded(buyer_share="1/2")
    amounts = stage.book.decisions[-1].amounts
    assert (amounts["buyer_discount"], amounts["discount"]) == (yuan("2,729.17"), yuan("2,729.16"))
    assert stage.cash("funder") - OPENING == -yuan("994,541.67")


def test_no_buyer_pays_interest_to_which_it_did_not_agree() -> None:
    stage = staged(buyer_share="1")
    stage.play(Act("verify", DAY))
    with refused("buyer_has_not_agreed"):
        stage.play(Act("accept", DAY))
    with refused("buyer_not_named"):
        Stage(
            dataclasses.replace(
                SAMPLES[0],
                terms={"rate": "2%", "kind": "bank", "buyer_share": "1"},
                proposal=BILL,
                roles=("client", "obligor", "funder"),
            )
        )


def test_a_bill_may_run_six_months_and_not_a_day_longer() -> None:
    staged(BILL | {"issued_on": "2025-04-29"})
    with refused("bill_too_long"):
        staged(BILL | {"issued_on": "2025-04-28"})


@pytest.mark.parametrize("number", ["", "1" * 29, "1" * 31, "1" * 29 + "A", "１" * 30, BANK + "/1-100"])
def test_what_is_no_number_of_an_electronic_bill_is_refused(number: str) -> None:
    with refused("bill_number_malformed"):
        staged(BILL | {"number": number})


def test_a_commercial_acceptance_is_not_sold_as_one_of_a_bank() -> None:
    with refused("bill_kind_differs"):
        staged(BILL | {"number": FIRM})
    staged(BILL | {"number": FIRM}, kind="commercial")


def test_limits_look_at_the_acceptor_alone() -> None:
    stage = staged()
    for limit in [limit for limit, node in stage.book.nodes.items() if node.party == stage.parties["client"]]:
        del stage.book.nodes[limit]
    stage.play(Act("verify", DAY))
    stage.play(Act("accept", DAY))
    assert {use.node.party for use in stage.book.uses[stage.deal_id]} == {None, stage.parties["obligor"]}
    other = staged()
    for limit in [limit for limit, node in other.book.nodes.items() if node.party == other.parties["obligor"]]:
        del other.book.nodes[limit]
    other.play(Act("verify", DAY))
    with refused("no_limit"):
        other.play(Act("accept", DAY))


def test_endorsements_have_no_gap_and_end_with_whoever_asks() -> None:
    stage = staged()
    said = {"endorser": "甲", "endorsee": "乙", "endorsed_on": "2025-07-10"}
    stage.play(Act("endorse", DAY, said))
    with refused("not_the_bill_holder"):
        stage.play(Act("verify", DAY))
    for wrong in (
        {"endorser": "丙"},
        {"endorser": "乙", "endorsed_on": "2025-07-09"},
        {"endorser": "乙", "endorsee": "乙"},
    ):
        with refused("endorsement_gap"):
            stage.play(Act("endorse", DAY, said | wrong))


def test_the_discount_is_itself_an_endorsement() -> None:
    stage = funded()
    assert [(one.endorser, one.endorsee) for one in stage.deal.book.chain] == [
        (str(stage.parties["client"]), str(stage.parties["funder"]))
    ]


def test_recourse_goes_up_the_chain_from_the_client_to_the_drawer() -> None:
    stage = dishonoured()
    for _ in range(4):
        stage.play(Act("take_recourse", DUE))
    assert stage.deal.book.asked == (str(stage.parties["client"]), "乙", "甲", "出票有限公司")
    with refused("nobody_left_to_ask"):
        stage.play(Act("take_recourse", DUE))


def test_recourse_asks_for_the_face_and_the_interest_since_maturity() -> None:
    stage = dishonoured()
    stage.play(Act("take_recourse", DUE))
    on = dt.date(2025, 11, 8)
    # 3.93 % on 1,000,000.00 for ten days
    with refused("more_than_owed"):
        stage.play(Act("repay", on, {"amount": "1001091.68"}))
    decision = stage.play(Act("repay", on, {"amount": "1001091.67"}))
    assert decision.amounts["penalty"] == yuan("1,091.67")
    assert decision.amounts["reassigned"] == yuan("1,000,000.00"), "the client has its bill again"
    assert stage.deal.state == "settled"
    check_over(stage)


def test_what_comes_after_the_client_stood_in_is_the_clients() -> None:
    stage = dishonoured()
    stage.play(Act("take_recourse", DUE))
    stage.play(Act("repay", DUE, {"amount": "400000.00"}))
    decision = paid(stage, "1,000,000.00")
    assert decision.amounts["remainder"] == yuan("400,000.00")
    check_over(stage)


def test_too_much_at_maturity_goes_back_to_the_acceptor() -> None:
    stage = funded()
    assert paid(stage, "1,000,000.01").amounts["overpaid"] == yuan("0.01")
    assert stage.cash("obligor") - OPENING == yuan("0.01")


def test_before_maturity_only_insolvency_is_a_dishonour() -> None:
    stage = funded()
    with refused("not_overdue"):
        stage.play(Act("dishonour", dt.date(2025, 10, 28), {}))
    stage.play(Act("dishonour", dt.date(2025, 9, 1), {"reason": "insolvent"}))


def test_recourse_against_endorsers_ends_after_six_months_and_against_the_drawer_after_two_years() -> None:
    stage = dishonoured()
    with refused("recourse_time_barred"):
        stage.play(Act("take_recourse", dt.date(2026, 4, 30)))
    for _ in range(3):
        stage.play(Act("take_recourse", dt.date(2026, 4, 29)))
    stage.play(Act("take_recourse", dt.date(2027, 10, 29)))
    assert stage.deal.book.asked[-1] == "出票有限公司"


def test_an_endorser_who_wrote_not_transferable_is_liable_to_its_own_endorsee_only() -> None:
    day = dt.date(2025, 7, 10)
    one = Endorsement(endorser="甲", endorsee="乙", endorsed_on=day, final=True)
    assert liable((one, Endorsement(endorser="乙", endorsee="丙", endorsed_on=day)), "") == ("乙",)
    assert liable((one,), "") == ("甲",)
