"""What a pool carries, by the API: to each side what is its own, and why more is kept back than the contract's rate.

Planted defect: without `seen_by` at `late_ppm` the seller reads what is foretold of its buyers, and a test here is red;
without the pools in `gathering._disputes` the funder is not warned.
"""

from pathlib import Path

import pytest

from openscf.financing import DealId
from openscf.parties import PartyRole
from tests.unit.api.hosted import Hosted
from tests.unit.financing.floor import DAY
from tests.unit.financing.pools import PoolFloor
from tests.unit.operations.nights import Nights


@pytest.fixture
def nights(hosted: Hosted, tmp_path: Path) -> Nights:
    found = Nights(hosted.floor, tmp_path)
    found.history()
    return found


def foretold(nights: Nights) -> DealId:
    deal = nights.pools.of_example()
    nights.appointed()
    nights.night(DAY)
    nights.tomorrow()
    return deal


def test_the_reserve_is_told_to_both_sides_and_what_is_foretold_of_each_buyer_to_the_funder_alone(
    hosted: Hosted, nights: Nights
) -> None:
    deal = foretold(nights)
    version = hosted.get("funder.maker", f"/v1/pools/{deal}").json()["reserve"]["model"]
    assert version.startswith("mdl_")
    for name, sees in (("seller.maker", False), ("funder.maker", True), ("operator.maker", True)):
        answer = hosted.get(name, f"/v1/pools/{deal}")
        assert answer.status_code == 200
        found = answer.json()
        reserve = found["reserve"]
        assert reserve["as_of"] == DAY.isoformat()
        assert float(reserve["amount"]["amount"]) > float(reserve["foretold"]["amount"]) > 90_000
        assert reserve["said"]["en"].startswith(f"As of {DAY} late payment is foretold of 3 of 3 receivables")
        assert reserve["said"]["zh"].startswith(f"截至 {DAY}，3 笔应收账款中 3 笔有逾期预测")
        assert reserve["model"] == (version if sees else None)
        assert [one["late_ppm"] is not None for one in found["items"]] == [sees] * 3
    hosted.floor.join("rival", PartyRole.SUPPLIER)
    for stranger in ("X.maker", "rival.maker"):
        gone = hosted.get(stranger, f"/v1/pools/{deal}")
        assert (gone.status_code, gone.json()["code"]) == (404, "deal_not_found")


def test_without_a_model_it_says_that_nothing_is_foretold(hosted: Hosted, nights: Nights) -> None:
    reserve = hosted.get("seller.maker", f"/v1/pools/{nights.pools.of_example()}").json()["reserve"]
    assert reserve["foretold"]["amount"] == "0.00"
    assert (reserve["as_of"], reserve["said"]["en"][:11]) == (None, "No forecast")


def test_a_contract_that_does_not_ask_says_nothing_of_it(hosted: Hosted, tmp_path: Path) -> None:
    nights = Nights(hosted.floor, tmp_path, reserve_most="0")
    reserve = hosted.get("funder.maker", f"/v1/pools/{nights.pools.of_example()}").json()["reserve"]
    assert (reserve["said"], reserve["as_of"], reserve["model"]) == (None, None, None)
    assert reserve["amount"]["amount"] == "60000.00", "5 % of 1,200,000"


def test_a_dispute_on_a_receivable_of_a_pool_warns_its_funder_and_its_seller_and_nobody_else(hosted: Hosted) -> None:
    pools = PoolFloor(hosted.floor)
    deal = pools.of_example()
    hosted.floor.join("rival", PartyRole.FUNDER)
    document = str(pools.documents["30000003"])
    raised = hosted.post("Y.maker", f"/v1/trades/{document}/dispute", {"reason": "never delivered"})
    assert (raised.status_code, raised.json()["financings"]) == (201, []), "the debtor is no party of the pool"
    for name in ("funder", "seller", "operator"):
        (warned,) = hosted.get(f"{name}.maker", "/v1/warnings", params={"code": "disputed_claim"}).json()["items"]
        assert (warned["severity"], str(deal) in warned["evidence"]) == ("alarm", True), name
        assert "no longer counts" in warned["en"], name
    for name in ("rival", "X"):
        assert hosted.get(f"{name}.maker", "/v1/warnings", params={"code": "disputed_claim"}).json()["items"] == []
    (mine,) = hosted.get("Y.maker", "/v1/warnings", params={"code": "disputed_claim"}).json()["items"]
    assert str(deal) not in mine["evidence"]
    shown = hosted.get("funder.maker", f"/v1/pools/{deal}").json()
    against = {one["number"]: [reason["code"] for reason in one["reasons"]] for one in shown["items"]}
    assert against["30000003"] == ["pool_item_disputed"]
    assert {one["counted"]["amount"] for one in shown["items"] if one["number"] == "30000003"} == {"0.00"}


def test_the_funder_sees_the_papers_of_what_is_in_its_pool_and_a_rival_sees_none(
    hosted: Hosted, tmp_path: Path
) -> None:
    nights = Nights(hosted.floor, tmp_path)
    deal = nights.pools.of_example()
    items = hosted.get("funder.maker", f"/v1/pools/{deal}").json()["items"]
    hosted.floor.join("rival", PartyRole.FUNDER)
    for item in items:
        seen = hosted.get("funder.maker", f"/v1/trades/{item['document']}")
        assert (seen.status_code, seen.json()["invoice"]["relations"]) == (200, ["funder"])
        unseen = hosted.get("rival.maker", f"/v1/trades/{item['document']}")
        assert (unseen.status_code, unseen.json()["code"]) == (404, "document_not_found")
    assert len(items) == 3
