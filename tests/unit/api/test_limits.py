"""Limits and exposure as funder and house see them, what a funder could finance, and all sources for one invoice."""

from typing import Any

from openscf.parties import PartyRole
from tests.unit.api.hosted import Hosted
from tests.unit.api.test_financings import wanted
from tests.unit.api.test_programmes import approve


def money(text: str) -> dict[str, str]:
    return {"amount": text, "currency": "CNY"}


def test_a_limit_is_asked_for_and_set_by_a_second_person(hosted: Hosted) -> None:
    buyer = str(hosted.floor.parties["buyer"])
    asked = hosted.post(
        "funder.maker", "/v1/limits", {"kind": "counterparty", "amount": money("5000000.00"), "party": buyer}
    )
    assert asked.status_code == 201, asked.text
    assert hosted.get("funder.maker", "/v1/limits").json()["items"] == []
    approve(hosted, "funder.checker", asked.json())
    (limit,) = hosted.get("funder.maker", "/v1/limits").json()["items"]
    assert (limit["amount"], limit["free"], limit["committed"]) == (
        money("5000000.00"), money("5000000.00"), money("0.00"),
    )  # fmt: skip
    assert limit["party_name"] == "buyer有限公司"


def test_a_supplier_sees_no_limits_and_a_rival_none_of_another(hosted: Hosted) -> None:
    hosted.floor.limits()
    hosted.floor.join("rival", PartyRole.FUNDER)
    assert hosted.get("seller.maker", "/v1/limits").json()["code"] == "office_may_not"
    assert hosted.get("rival.maker", "/v1/limits").json() == {"items": []}
    assert hosted.get("rival.maker", "/v1/exposure").json() == {"items": []}
    assert len(hosted.get("operator.maker", "/v1/limits").json()["items"]) == 3


def test_only_the_house_sets_the_platforms_limit(hosted: Hosted) -> None:
    asked = hosted.post("funder.maker", "/v1/limits", {"kind": "platform", "amount": money("1.00")})
    assert (asked.status_code, asked.json()["code"]) == (403, "limit_not_yours")


def test_the_tree_shows_what_a_deal_reserved_and_what_it_uses(hosted: Hosted) -> None:
    deal = hosted.post("seller.maker", "/v1/financings", wanted(hosted, auto_fund_up_to=None)).json()["financing"]["id"]
    hosted.post("seller.maker", f"/v1/financings/{deal}/accept")
    tree = hosted.get("funder.maker", "/v1/exposure").json()["items"]
    root = tree[0]["limit"]
    assert [(one["limit"]["kind"], one["depth"]) for one in tree] == [
        ("funder", 0), ("counterparty", 1), ("counterparty", 1),
    ]  # fmt: skip
    assert {one["parent"] for one in tree[1:]} == {root["id"]}
    reserved = {one["limit"]["reserved"]["amount"] for one in tree}
    assert reserved == {"800000.00"}, "the same headroom on every node that names the deal"
    assert root["free"] == money("4200000.00")


def test_a_funder_sees_what_it_could_pay_for_and_what_it_would_earn(hosted: Hosted) -> None:
    deal = hosted.post("seller.maker", "/v1/financings", wanted(hosted, auto_fund_up_to=None)).json()["financing"]["id"]
    (one,) = hosted.get("funder.maker", "/v1/opportunities").json()["items"]
    assert one["financing"]["id"] == deal
    assert (one["outlay"], one["income"]) == (money("795000.00"), money("18280.00"))
    assert (one["net_yield_percent"], one["tenor_days"]) == ("9.97", 83)
    hosted.floor.join("rival", PartyRole.FUNDER)
    assert hosted.get("rival.maker", "/v1/opportunities").json()["items"] == []


def compared(hosted: Hosted) -> tuple[str, list[dict[str, Any]]]:
    floor = hosted.floor
    document = wanted(hosted)["document"]
    floor.join("rival", PartyRole.FUNDER)
    floor.programme(owner="rival", terms={"price": {"rate": "6%"}, "advance_rate": "90%", "fee_rate": "0.5%"})
    floor.programme("dynamic_discounting", {"rate": "9%"}, owner="buyer", parties={"obligor": "buyer"})
    floor.programme("reverse_factoring", {"rate": "4%"}, parties={"obligor": "buyer", "funder": "funder"})
    floor.programme("payables_voucher", {"least_piece": "10000.00"}, parties={"obligor": "buyer", "issuer": "buyer"})
    answer = hosted.get("seller.maker", f"/v1/documents/{document}/sources")
    assert answer.status_code == 200, answer.text
    return document, answer.json()["items"]


def test_all_sources_for_one_invoice_stand_side_by_side_net_of_everything(hosted: Hosted) -> None:
    """1,000,000.00 for 83 days: 9 % of the buyer costs 20,750.00; the rival lends 900,000 at 6 % and 0.5 % of face."""
    _, sources = compared(hosted)
    by_product = {(one["product"], one["provider_name"]): one for one in sources}
    buyer = by_product["dynamic_discounting", "buyer有限公司"]
    assert (buyer["cash_now"], buyer["cost"], buyer["available"]) == (money("979250.00"), money("20750.00"), True)
    rival = by_product["factoring", "rival有限公司"]
    assert (rival["cash_now"], rival["cost"]) == (money("895000.00"), money("17450.00"))
    own = by_product["factoring", "funder有限公司"]
    assert (own["cash_now"], own["cost"], own["cost_percent"]) == (money("795000.00"), money("18280.00"), "1.83")
    anchor = by_product["reverse_factoring", "funder有限公司"]
    assert (anchor["cash_now"], anchor["cost"], anchor["available"]) == (
        money("990777.78"), money("9222.22"), False,
    )  # fmt: skip
    assert [reason["code"] for reason in anchor["reasons"]] == ["payable_not_approved"]
    voucher = by_product["payables_voucher", "buyer有限公司"]
    assert (voucher["cash_later"], voucher["all_in_percent"]) == (money("1000000.00"), None)
    assert [one["available"] for one in sources] == [True, True, True, False, False]
    assert sources[0] == buyer, "the most cash that can be had now"


def test_nobody_compares_sources_for_somebody_elses_invoice(hosted: Hosted) -> None:
    document, _ = compared(hosted)
    hosted.floor.join("other", PartyRole.SUPPLIER)
    absent = document[:-4] + "0000"
    foreign = hosted.get("other.maker", f"/v1/documents/{document}/sources")
    unknown = hosted.get("other.maker", f"/v1/documents/{absent}/sources")
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.json()["detail"].replace(document, absent) == unknown.json()["detail"]


def test_an_invoice_that_is_financed_has_no_source_left(hosted: Hosted) -> None:
    body = wanted(hosted)
    deal = hosted.post("seller.maker", "/v1/financings", body).json()["financing"]["id"]
    assert hosted.post("seller.maker", f"/v1/financings/{deal}/accept").json()["financing"]["state"] == "funded"
    hosted.floor.programme("dynamic_discounting", {"rate": "9%"}, owner="buyer", parties={"obligor": "buyer"})
    sources = hosted.get("seller.maker", f"/v1/documents/{body['document']}/sources").json()["items"]
    assert {one["product"] for one in sources} == {"factoring", "dynamic_discounting"}
    assert not any(one["available"] for one in sources)
