"""Approved payables over HTTP: a batch by two people, sold at once or by a standing order, disclosed; early payment."""

from typing import Any

from openscf.parties import PartyRole
from tests.unit.api.hosted import Hosted
from tests.unit.api.test_limits import money
from tests.unit.api.test_programmes import approve

AUTO = {"needs_receipt": False, "auto_fund_up_to": "5000000.00"}


def uploaded(hosted: Hosted) -> tuple[str, dict[str, Any], str]:
    floor = hosted.floor
    floor.limits()
    floor.bring("funder", "10,000,000.00")
    programme = str(
        floor.programme(
            "reverse_factoring", {"rate": "4%"}, parties={"obligor": "buyer", "funder": "funder"}, policy=AUTO
        )
    )
    document = str(floor.invoice())
    body = {
        "programme": programme,
        "payables": [{"document": document, "face": money("1000000.00"), "due_on": "2026-06-01"}],
    }
    return programme, body, document


def test_a_batch_is_approved_by_two_sold_at_once_and_disclosed(hosted: Hosted) -> None:
    programme, body, _ = uploaded(hosted)
    asked = hosted.post("buyer.maker", "/v1/payables", body)
    assert (asked.status_code, asked.json()["payload"]["irrevocable"]) == (201, True), asked.text
    assert hosted.get("seller.maker", "/v1/financings").json()["items"] == []
    approve(hosted, "buyer.checker", asked.json())
    (deal,) = hosted.get("seller.maker", "/v1/financings").json()["items"]
    assert deal["state"] == "approved"
    (chance,) = hosted.get("funder.maker", "/v1/opportunities").json()["items"]
    assert (chance["outlay"], chance["income"]) == (money("990777.78"), money("9222.22"))
    sold = hosted.post("seller.maker", f"/v1/financings/{deal['id']}/sell")
    assert (sold.status_code, sold.json()["financing"]["state"]) == (200, "funded"), sold.text
    assert hosted.floor.cash("seller").amount == "990777.78"
    path = f"/v1/programmes/{programme}/disclosure?opening_on=2026-03-09&closing_on=2026-03-10"
    table = hosted.get("buyer.maker", path).json()
    assert (table["opening"]["carrying"], table["closing"]["carrying"]) == (money("0.00"), money("1000000.00"))
    assert table["closing"]["paid_out"] == money("1000000.00")
    assert table["closing"]["inside"]["count"] == 1
    hidden = hosted.get("seller.maker", path)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "programme_not_found")


def test_a_payable_of_others_is_not_there_and_a_wrong_line_is_named(hosted: Hosted) -> None:
    _, body, document = uploaded(hosted)
    hosted.floor.join("other", PartyRole.ANCHOR)
    foreign = hosted.post("other.maker", "/v1/payables", body)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "programme_not_found")
    twice = {**body, "payables": body["payables"] * 2}
    refused = hosted.post("buyer.maker", "/v1/payables", twice)
    assert (refused.status_code, refused.json()["code"]) == (409, "payable_known"), refused.text
    assert document


def test_a_standing_order_is_set_by_two_and_shown(hosted: Hosted) -> None:
    programme, _, _ = uploaded(hosted)
    path = f"/v1/programmes/{programme}/auto-trade"
    assert hosted.get("seller.maker", path).json()["enabled"] is False
    asked = hosted.post("seller.maker", path, {"enabled": True, "least_days": 30, "highest_rate": "4.5%"})
    assert asked.status_code == 201, asked.text
    approve(hosted, "seller.checker", asked.json())
    shown = hosted.get("seller.maker", path).json()
    assert (shown["enabled"], shown["least_days"], shown["highest_rate_percent"]) == (True, 30, "4.50")


def test_the_discount_melts_day_by_day_and_an_early_payment_is_taken_up(hosted: Hosted) -> None:
    """PRODUCTS 1.6 in other figures: 9 % on 1,000,000.00 for 83 days is 20,750.00."""
    floor = hosted.floor
    floor.bring("buyer", "2,000,000.00")
    frame = str(floor.programme("dynamic_discounting", {"rate": "9%"}, owner="buyer", parties={"obligor": "buyer"}))
    document = floor.invoice()
    floor.confirm(document)
    curve = hosted.get("seller.maker", f"/v1/documents/{document}/discounts?programme={frame}")
    assert curve.status_code == 200, curve.text
    points = curve.json()["points"]
    assert (points[0]["pay_on"], points[0]["discount"], points[0]["cash"]) == (
        "2026-03-10", money("20750.00"), money("979250.00"),
    )  # fmt: skip
    assert (len(points), points[-1]["discount"]) == (83, money("250.00"))
    floor.join("other", PartyRole.SUPPLIER)
    foreign = hosted.get("other.maker", f"/v1/documents/{document}/discounts?programme={frame}")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "document_not_found")
    said = {"number": "0001", "face": "1000000.00", "issued_on": "2026-03-02", "due_on": "2026-06-01"}
    opened = hosted.post(
        "seller.maker", "/v1/financings/open",
        {"programme": frame, "document": str(document), "parties": {"client": str(floor.parties["seller"])},
         "proposal": said},
    )  # fmt: skip
    assert (opened.status_code, opened.json()["state"]) == (201, "offered"), opened.text
    path = f"/v1/financings/{opened.json()['id']}/steps"
    taken = hosted.post("seller.maker", f"{path}/accept", {"params": {"pay_on": "2026-03-10"}})
    assert (taken.status_code, taken.json()["state"]) == (200, "accepted"), taken.text
    asked = hosted.post("buyer.maker", f"{path}/pay/requests", {})
    assert asked.status_code == 201, asked.text
    approve(hosted, "buyer.checker", asked.json())
    assert floor.cash("seller").amount == "979250.00"
    (earned,) = hosted.get("buyer.maker", "/v1/early-payments").json()["items"]
    assert (earned["state"], earned["paid"], earned["discount"]) == ("paid", money("979250.00"), money("20750.00"))
    assert (earned["days_early"], earned["rate_percent"]) == (83, "9.19"), "20,750 on 979,250 for 83 days"
    floor.join("rival", PartyRole.ANCHOR)
    assert hosted.get("rival.maker", "/v1/early-payments").json()["items"] == [], "what others earn is theirs"


def test_what_begins_with_an_application_is_not_opened(hosted: Hosted) -> None:
    frame = str(hosted.floor.programme())
    answer = hosted.post("seller.maker", "/v1/financings/open", {"programme": frame})
    assert (answer.status_code, answer.json()["code"]) == (409, "opened_by_application")
