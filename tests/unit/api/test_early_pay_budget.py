"""How much a buyer puts into early payment and who may take part: set by two, and never passed, not by four at once.

Planted defects: the rule's row is read without a lock (two take the last room); what is paid counts as if it were due.
"""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from openscf.parties import PartyRole
from tests.unit.api.hosted import Hosted
from tests.unit.api.test_events import Outside, numbered, pumped
from tests.unit.api.test_parties import registered
from tests.unit.api.test_programmes import approve

TODAY = "2026-03-10"
FACE = "1000000.00"
CASH = "979250.00"  # 9 % on 1,000,000.00 for 83 days is 20,750.00


def money(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "CNY"}


@pytest.fixture
def frame(hosted: Hosted) -> str:
    hosted.floor.bring("buyer", "9,000,000.00")
    found = hosted.floor.programme("dynamic_discounting", {"rate": "9%"}, owner="buyer", parties={"obligor": "buyer"})
    return str(found)


def ruled(hosted: Hosted, frame: str, **said: Any) -> None:
    asked = hosted.post("buyer.maker", f"/v1/programmes/{frame}/early-pay-rule", said)
    assert asked.status_code == 201, asked.text
    assert asked.json()["kind"] == "early_pay_rule"
    approve(hosted, "buyer.checker", asked.json())


def offered(hosted: Hosted, frame: str, number: str) -> str:
    """An invoice that its supplier opened an early payment on; the path of its steps."""
    document = hosted.floor.invoice(number)
    hosted.floor.confirm(document)
    said = {"number": number, "face": FACE, "issued_on": "2026-03-02", "due_on": "2026-06-01"}
    seller = {"client": str(hosted.floor.parties["seller"])}
    body = {"programme": frame, "document": str(document), "parties": seller, "proposal": said}
    opened = hosted.post("seller.maker", "/v1/financings/open", body)
    assert opened.status_code == 201, opened.text
    return f"/v1/financings/{opened.json()['id']}/steps"


def accepted(hosted: Hosted, path: str, pay_on: str = TODAY) -> Any:
    return hosted.post("seller.maker", f"{path}/accept", {"params": {"pay_on": pay_on}})


def shown(hosted: Hosted, frame: str) -> Any:
    answer = hosted.get("buyer.maker", f"/v1/programmes/{frame}/early-pay-rule")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_budget_is_what_is_out_at_once_and_comes_free_on_the_due_day(hosted: Hosted, frame: str) -> None:
    ruled(hosted, frame, budget=money("1500000.00"))
    first, second = offered(hosted, frame, "0001"), offered(hosted, frame, "0002")
    assert accepted(hosted, first).json()["state"] == "accepted"
    full = accepted(hosted, second)
    assert (full.status_code, full.json()["code"]) == (409, "early_pay_budget_used")
    assert "520750.00" not in full.text, "what is left is the buyer's business"
    use = shown(hosted, frame)
    assert (use["out"], use["left"]) == (money(CASH), money("520750.00"))
    assert use["days"] == [{"on": TODAY, "cash": money(CASH)}]
    approve(hosted, "buyer.checker", hosted.post("buyer.maker", f"{first}/pay/requests", {}).json())
    assert accepted(hosted, second).json()["code"] == "early_pay_budget_used", "it is paid, and out until it is due"
    hosted.floor.clock.advance(dt.timedelta(days=83))
    hosted.tokens.clear()
    assert shown(hosted, frame)["left"] == money("1500000.00")


def test_a_budget_that_fits_exactly_is_used_up(hosted: Hosted, frame: str) -> None:
    ruled(hosted, frame, budget=money(CASH))
    assert accepted(hosted, offered(hosted, frame, "0001")).json()["state"] == "accepted"
    assert shown(hosted, frame)["left"] == money("0.00")


def test_a_day_has_its_own_limit_and_another_day_may_have_room(hosted: Hosted, frame: str) -> None:
    ruled(hosted, frame, budget=money("5000000.00"), daily=money("1000000.00"))
    assert accepted(hosted, offered(hosted, frame, "0001")).json()["state"] == "accepted"
    second = offered(hosted, frame, "0002")
    full = accepted(hosted, second)
    assert (full.status_code, full.json()["code"]) == (409, "early_pay_day_full")
    assert accepted(hosted, second, "2026-03-11").json()["state"] == "accepted"
    assert [one["on"] for one in shown(hosted, frame)["days"]] == [TODAY, "2026-03-11"]


def test_of_four_at_once_one_takes_the_last_room(hosted: Hosted, frame: str) -> None:
    ruled(hosted, frame, budget=money("1500000.00"))
    paths = [offered(hosted, frame, number) for number in ("0001", "0002", "0003", "0004")]
    hosted.token("seller.maker")
    start = Barrier(4)

    def take(path: str) -> Any:
        start.wait()
        return accepted(hosted, path)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(take, paths))
    assert sorted(one.status_code for one in answers) == [200, 409, 409, 409], [one.text for one in answers]
    assert shown(hosted, frame)["out"] == money(CASH)


def test_an_offer_to_chosen_suppliers_is_not_there_for_others(hosted: Hosted, frame: str) -> None:
    path = offered(hosted, frame, "0001")
    hosted.floor.join("other", PartyRole.SUPPLIER)
    ruled(hosted, frame, suppliers=[str(hosted.floor.parties["other"])])
    refused = accepted(hosted, path)
    assert (refused.status_code, refused.json()["code"]) == (409, "early_pay_not_offered")
    foreign = hosted.get("seller.maker", f"/v1/programmes/{frame}")
    absent = hosted.get("seller.maker", f"/v1/programmes/{frame[:-4]}0000")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "programme_not_found")
    assert foreign.json()["detail"].replace(frame, f"{frame[:-4]}0000") == absent.json()["detail"]
    assert hosted.get("other.maker", f"/v1/programmes/{frame}").status_code == 200
    document = hosted.get("seller.maker", "/v1/invoices?text=0001").json()["items"][0]["id"]
    found = hosted.get("seller.maker", f"/v1/documents/{document}/sources").json()
    assert [one for one in found["items"] if one["programme"] == frame] == []
    assert [one["name"] for one in shown(hosted, frame)["suppliers"]] == ["other有限公司"]
    ruled(hosted, frame)
    assert accepted(hosted, path).json()["state"] == "accepted", "none named: all"


def test_whom_a_buyer_may_not_know_is_answered_as_one_that_is_not_there(hosted: Hosted, frame: str) -> None:
    path, unlisted = f"/v1/programmes/{frame}/early-pay-rule", registered(hosted)["id"]
    hidden, absent = (
        hosted.post("buyer.maker", path, {"suppliers": [one]}) for one in (unlisted, f"{unlisted[:-4]}0000")
    )
    assert (hidden.status_code, hidden.json()["code"]) == (absent.status_code, absent.json()["code"])
    assert hidden.json()["code"] == "party_not_found"


def test_the_rule_is_the_buyers_business(hosted: Hosted, frame: str) -> None:
    path = f"/v1/programmes/{frame}/early-pay-rule"
    hosted.floor.join("rival", PartyRole.ANCHOR)
    foreign = hosted.get("rival.maker", path)
    absent = hosted.get("rival.maker", path.replace(frame, f"{frame[:-4]}0000"))
    assert (foreign.status_code, foreign.json()["code"]) == (404, "programme_not_found")
    assert foreign.json()["detail"].replace(frame, f"{frame[:-4]}0000") == absent.json()["detail"]
    assert hosted.get("seller.maker", path).json()["code"] == "office_may_not"
    assert hosted.post("rival.maker", path, {"budget": money("1.00")}).json()["code"] == "programme_not_found"
    assert hosted.post("buyer.checker", path, {"budget": money("1.00")}).json()["code"] == "not_allowed"
    assert shown(hosted, frame)["budget"] is None, "nothing was approved"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"budget": money("0.00")}, "early_pay_rule"),
        ({"budget": money("10.00"), "daily": money("11.00")}, "early_pay_rule"),
        ({"budget": {"amount": "10.00", "currency": "USD"}}, "early_pay_rule"),
        ({"suppliers": ["pty_01JD0000000000000000000000"]}, "party_not_found"),
        ({"suppliers": ["me"]}, "bad_id"),
    ],
)
def test_a_rule_that_cannot_stand_is_refused(hosted: Hosted, frame: str, said: Any, code: str) -> None:
    answer = hosted.post("buyer.maker", f"/v1/programmes/{frame}/early-pay-rule", said)
    assert answer.json()["code"] == code, answer.text


def test_other_products_have_no_such_rule(hosted: Hosted) -> None:
    factoring = str(hosted.floor.programme("factoring", owner="buyer", parties={}))
    answer = hosted.get("buyer.maker", f"/v1/programmes/{factoring}/early-pay-rule")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_an_early_pay_programme")


def test_what_needed_approval_stands_in_the_feed_of_its_enterprise(hosted: Hosted, frame: str) -> None:
    """An event whose object is a request says of whose; a feed that can't tell would stop for everybody."""
    ruled(hosted, frame, budget=money("100000.00"))
    numbered(hosted)
    for name, hears in (("buyer.maker", True), ("seller.maker", False), ("operator.maker", True)):
        answer = hosted.get(name, "/v1/events?topic=financing.&limit=200")
        assert answer.status_code == 200, answer.text
        assert any("early_pay_rule" in one["topic"] for one in answer.json()["items"]) == hears
    pumped(hosted, Outside())
