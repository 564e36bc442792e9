"""Many claims with one call: each is financed or says why not, and the same call again answers the same."""

from typing import Any

from openscf.parties import PartyRole
from tests.unit.api.hosted import Hosted

FACES = ("100000.00", "220000.00", "340000.00")


def wanted(hosted: Hosted) -> dict[str, Any]:
    floor = hosted.floor
    floor.limits()
    floor.bring("funder", "1,000,000.00")
    documents = [floor.invoice(f"M-{at}", face) for at, face in enumerate(FACES)]
    for document, face in list(zip(documents, FACES, strict=True))[:2]:
        floor.confirm(document, face)
    policy = {"needs_receipt": False, "auto_fund_up_to": "1000000.00"}
    programme = floor.programme(parties={"funder": "funder"}, policy=policy)
    return {"programme": str(programme), "documents": [str(one) for one in documents], "due_on": "2026-05-31"}


def test_each_claim_is_funded_or_says_why_not_and_the_same_call_answers_the_same(hosted: Hosted) -> None:
    body = wanted(hosted)
    answer = hosted.post("seller.maker", "/v1/financings/batch", body, key="a-month")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert [one["state"] for one in told["items"]] == ["funded", "funded", "proposed"]
    assert told["funded"] == 2
    assert told["items"][0]["cash_now"] == {"amount": "79500.00", "currency": "CNY"}
    assert told["items"][2]["waiting"]["code"] == "receivable_not_confirmed"
    assert told["items"][2]["waiting"]["zh"] != told["items"][2]["waiting"]["en"]
    assert hosted.post("seller.maker", "/v1/financings/batch", body, key="a-month").json() == told
    again = hosted.post("seller.maker", "/v1/financings/batch", body).json()
    assert [one["refused"] and one["refused"]["code"] for one in again["items"]][:2] == ["encumbered"] * 2


def test_anothers_claim_is_like_one_that_is_not_there(hosted: Hosted) -> None:
    body = wanted(hosted)
    hosted.floor.join("rival", PartyRole.SUPPLIER)
    foreign = hosted.post("rival.maker", "/v1/financings/batch", body).json()
    assert {one["refused"]["code"] for one in foreign["items"]} == {"document_not_found"}
    assert hosted.get("rival.maker", "/v1/financings").json()["items"] == []
    absent = {**body, "documents": [body["documents"][0][:-4] + "0000", body["documents"][0]]}
    told = hosted.post("seller.maker", "/v1/financings/batch", absent).json()
    assert [one["refused"] and one["refused"]["code"] for one in told["items"]] == ["document_not_found", None]


def test_too_many_are_refused_before_anything_happens(hosted: Hosted) -> None:
    body = wanted(hosted)
    answer = hosted.post("seller.maker", "/v1/financings/batch", {**body, "documents": body["documents"] * 200})
    assert answer.status_code == 422
