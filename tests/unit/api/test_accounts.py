"""Money over HTTP: what a member sees of its accounts, takes out, brings in, and gets in writing."""

import base64
import datetime as dt
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from openscf.db import Database
from openscf.kernel.ids import TenantId
from openscf.parties import PartyRole
from tests.journeys.banked import HOUSE, NUMBERS, BankedFloor
from tests.unit.api.hosted import Hosted
from tests.unit.api.test_financings import wanted
from tests.unit.api.test_limits import money
from tests.unit.api.test_programmes import approve
from tests.unit.api.test_statements import counted
from tests.unit.financing.floor import Floor


class Banked(Hosted):
    """A hosted floor with a bank."""

    floor: BankedFloor

    def file(self) -> tuple[str, bytes]:
        """The next statement of the bank, not taken in yet."""
        file = self.floor.bank.statements(HOUSE)[self.floor.read]
        self.floor.read += 1
        return file.name, file.content

    def take(self, content: bytes, name: str = "statement.xml", who: str = "operator.maker") -> Any:
        return self.call(who, "POST", "/v1/bank-statements", files=[("files", (name, content))])


@pytest.fixture
def banked(database: Database, tenant: TenantId, founded: Floor, tmp_path: Path) -> Banked:
    return Banked(database, tenant, tmp_path, floor=BankedFloor(database, tenant, standing=founded))


def cash(hosted: Hosted, name: str) -> dict[str, Any]:
    (found,) = hosted.get(f"{name}.maker", "/v1/accounts?purpose=cash").json()["items"]
    return dict(found)


def test_an_entry_names_the_event_and_the_document_behind_it(hosted: Hosted) -> None:
    body = wanted(hosted)
    deal = hosted.post("seller.maker", "/v1/financings", body).json()["financing"]["id"]
    assert hosted.post("seller.maker", f"/v1/financings/{deal}/accept").status_code == 200
    account = cash(hosted, "seller")
    assert (account["balance"], account["available"]) == (money("795000.00"), money("795000.00"))
    entries = hosted.get("seller.maker", f"/v1/accounts/{account['id']}/entries").json()["items"]
    assert [one["amount"]["amount"] for one in entries] == ["-5000.00", "800000.00"]
    assert [one["balance"]["amount"] for one in entries] == ["795000.00", "800000.00"]
    assert [one["event"] for one in entries] == ["factoring.fund.fee", "factoring.fund.advance"]
    assert {(one["subject"], one["document"]) for one in entries} == {(deal, body["document"])}
    assert {one["other"] for one in entries} == {None}, "the account on the other side is the house's to see"
    shown = hosted.get("operator.maker", f"/v1/accounts/{account['id']}/entries").json()["items"]
    assert None not in {one["other"] for one in shown}
    first = hosted.get("seller.maker", f"/v1/accounts/{account['id']}/entries?limit=1").json()
    rest = hosted.get("seller.maker", f"/v1/accounts/{account['id']}/entries?limit=5&cursor={first['next']}").json()
    assert first["items"] + rest["items"] == entries
    wrong = hosted.get("seller.maker", f"/v1/accounts/{account['id']}/entries?cursor=x1")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "bad_cursor")


def test_an_account_of_others_is_answered_as_one_that_is_not_there(hosted: Hosted) -> None:
    hosted.floor.bring("seller", "100.00")
    account = cash(hosted, "seller")["id"]
    absent = account[:-4] + "0000"
    for path in ("", "/entries"):
        foreign = hosted.get("buyer.maker", f"/v1/accounts/{account}{path}")
        unknown = hosted.get("buyer.maker", f"/v1/accounts/{absent}{path}")
        assert (foreign.status_code, foreign.json()["code"]) == (404, "account_not_found")
        assert foreign.json()["detail"].replace(account, absent) == unknown.json()["detail"]
    assert hosted.get("buyer.maker", "/v1/accounts").json()["items"] == []
    said = hosted.get("buyer.maker", f"/v1/accounts?owner={hosted.floor.parties['seller']}").json()
    assert said["items"] == [], "naming an owner opens nothing"


def test_announced_money_is_brought_in_by_a_statement_and_taken_out_by_two(banked: Banked) -> None:
    deposit = {"amount": money("5000.00"), "on": banked.floor.today.isoformat(), "reference": "DEPOSIT-0001"}
    told = banked.post("seller.maker", "/v1/deposits", deposit)
    assert (told.status_code, told.json()["number"]) == (201, HOUSE), told.text
    assert banked.post("seller.checker", "/v1/deposits", deposit).json()["code"] == "not_allowed"
    banked.floor.bank.pay(NUMBERS["seller"], HOUSE, 500_000, remittance="DEPOSIT-0001")
    banked.floor.night()
    banked.tokens.clear()
    name, content = banked.file()
    taken = banked.take(content, name)
    assert (taken.status_code, taken.json()["states"]) == (201, ["booked"]), taken.text
    assert banked.take(content, "again.xml").json()["states"] == ["repeated"]
    assert cash(banked, "seller")["balance"] == money("5000.00")
    asked = banked.post("seller.maker", "/v1/withdrawals", {"amount": money("2000.00")})
    assert (asked.status_code, asked.json()["payout"]) == (201, None), asked.text
    assert cash(banked, "seller")["held"] == money("0.00"), "nothing is held before the second person"
    approve(banked, "seller.checker", asked.json()["request"])
    (payout,) = banked.get("seller.maker", "/v1/payouts").json()["items"]
    assert (payout["amount"], payout["state"]) == (money("2000.00"), "held")
    assert cash(banked, "seller")["available"] == money("3000.00")
    assert banked.get("buyer.maker", "/v1/payouts").json()["items"] == []


def test_one_person_pays_out_what_two_have_allowed_for_a_day(banked: Banked) -> None:
    banked.floor.deposit("seller", "5,000.00")
    banked.tokens.clear()
    rule = banked.post(
        "seller.maker", "/v1/withdrawal-rule",
        {"single_limit": money("1000.00"), "sweeps": True, "keep": money("500.00")},
    )  # fmt: skip
    assert rule.status_code == 201, rule.text
    approve(banked, "seller.checker", rule.json())
    shown = banked.get("seller.maker", "/v1/withdrawal-rule").json()
    assert (shown["single_limit"], shown["sweeps"], shown["keep"]) == (money("1000.00"), True, money("500.00"))
    first = banked.post("seller.maker", "/v1/withdrawals", {"amount": money("800.00")})
    assert first.json()["payout"]["state"] == "held", first.text
    second = banked.post("seller.maker", "/v1/withdrawals", {"amount": money("300.00")})
    assert (second.json()["payout"], second.json()["request"]["kind"]) == (None, "withdrawal")
    assert banked.get("buyer.maker", "/v1/withdrawal-rule").json()["single_limit"] == money("0.00")


def test_a_statement_that_does_not_add_up_is_refused_whole_with_the_difference(banked: Banked) -> None:
    banked.floor.bank.pay(NUMBERS["seller"], HOUSE, 100, remittance="whatever")
    banked.floor.night()
    banked.tokens.clear()
    _, content = banked.file()
    forged = re.sub(rb"(CLBD.*?>)1\.00<", rb"\g<1>1.01<", content, count=1, flags=re.DOTALL)
    assert forged != content
    refused = banked.take(forged)
    assert (refused.status_code, refused.json()["code"]) == (422, "statement_does_not_add_up"), refused.text
    assert "0.01" in refused.json()["detail"]
    assert banked.get("operator.maker", "/v1/bank-statements").json()["items"] == []
    assert banked.take(content).json()["states"] == ["booked"]


def test_unplaced_money_is_allocated_by_two_people_of_the_house(banked: Banked) -> None:
    floor = banked.floor
    deposit = {"amount": money("700.00"), "on": floor.today.isoformat(), "reference": "DEPOSIT-0007"}
    expected = banked.post("seller.maker", "/v1/deposits", deposit).json()["expectation"]
    floor.bank.pay(NUMBERS["buyer"], HOUSE, 70_000, remittance="no reference at all")
    floor.night()
    banked.tokens.clear()
    taken = banked.take(banked.file()[1]).json()
    (item,) = banked.get("operator.maker", "/v1/suspense").json()["items"]
    assert (taken["suspense"][0]["id"], item["open"], item["side"]) == (item["id"], money("700.00"), "in")
    assert item["reason"]["en"] != item["reason"]["zh"]
    assert banked.get("seller.maker", "/v1/suspense").json()["code"] == "office_may_not"
    assert banked.get("funder.maker", "/v1/suspense").json()["items"] == []
    assert expected in {one["id"] for one in banked.get("seller.maker", "/v1/expected-payments").json()["items"]}
    shares = {"shares": [{"expectation": expected, "amount": money("700.00")}]}
    path = f"/v1/suspense/{item['id']}/allocate"
    foreign = banked.post("funder.maker", path, shares)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "suspense_not_found")
    asked = banked.post("operator.maker", path, shares)
    assert asked.status_code == 201, asked.text
    approve(banked, "operator.checker", asked.json())
    assert cash(banked, "seller")["balance"] == money("700.00")
    assert banked.get("operator.maker", "/v1/suspense").json()["items"] == []
    (account,) = banked.get("operator.maker", "/v1/settlement-accounts").json()["items"]
    day = (floor.today - dt.timedelta(days=1)).isoformat()
    report = banked.get("operator.maker", f"/v1/settlement-accounts/{account['id']}/reconciliation?day={day}")
    assert (report.json()["bank"], report.json()["difference"]) == (money("700.00"), money("0.00")), report.text
    hidden = banked.get("seller.maker", "/v1/settlement-accounts").json()["items"][0]
    assert (hidden["number"], hidden["closing"]) == (HOUSE, None), "where to pay, and nothing of what lies there"


def deposited_twice(banked: Banked) -> None:
    """The seller brings 700.00 twice, each with a text of its own; the bank takes one back and does not say which."""
    floor = banked.floor
    for number in (1, 2):
        deposit = {"amount": money("700.00"), "on": floor.today.isoformat(), "reference": f"DEPOSIT-000{number}"}
        assert banked.post("seller.maker", "/v1/deposits", deposit).status_code == 201
        floor.bank.pay(NUMBERS["seller"], HOUSE, 70_000, remittance=f"DEPOSIT-000{number}")
    floor.bank.take_back(NUMBERS["seller"], HOUSE, 70_000)
    floor.night()
    banked.tokens.clear()
    assert banked.take(banked.file()[1]).status_code == 201


def test_the_list_of_what_banks_took_back_costs_no_more_statements_when_it_is_longer(banked: Banked) -> None:
    """Planted: the account of each is asked for by itself."""
    floor, costs = banked.floor, []
    deposited_twice(banked)
    (item,) = banked.get("operator.maker", "/v1/suspense").json()["items"]
    asked = banked.post("operator.maker", f"/v1/suspense/{item['id']}/undo", {"receipt": item["candidates"][0]})
    approve(banked, "operator.checker", asked.json())
    for many in (1, 2):
        with counted() as sent:
            assert len(banked.get("operator.maker", "/v1/taken-back").json()["items"]) == many
        costs.append(len(sent))
        floor.bank.take_back(NUMBERS["seller"], HOUSE, 70_000)
        floor.night()
        banked.tokens.clear()
        assert banked.take(banked.file()[1]).status_code == 201
        banked.token("operator.maker")
    assert costs[0] == costs[1] > 3


def test_what_a_bank_took_back_is_named_by_two_people_and_told_to_those_who_owe_it(banked: Banked) -> None:
    deposited_twice(banked)
    (item,) = banked.get("operator.maker", "/v1/suspense").json()["items"]
    assert (item["side"], item["reason"]["code"], len(item["candidates"])) == ("out", "taken_back", 2)
    path, said = f"/v1/suspense/{item['id']}/undo", {"receipt": item["candidates"][0]}
    foreign = banked.post("funder.maker", path, said)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "suspense_not_found")
    wrong = banked.post("operator.maker", path, {"receipt": "rct_01JD0000000000000000000000"})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "not_taken_back"), wrong.text
    asked = banked.post("operator.maker", path, said)
    assert asked.status_code == 201, asked.text
    assert cash(banked, "seller")["balance"] == money("1400.00"), "nothing moves before the second person"
    approve(banked, "operator.checker", asked.json())
    assert cash(banked, "seller")["balance"] == money("700.00")
    assert banked.get("operator.maker", "/v1/suspense").json()["items"] == []
    (told,) = banked.get("seller.maker", "/v1/taken-back").json()["items"]
    assert (told["amount"], told["item"]) == (None, None), "the house's business"
    (share,) = told["shares"]
    assert (share["amount"], share["owed"], share["payer"]) == (money("700.00"), money("0.00"), None)
    assert banked.get("operator.maker", "/v1/taken-back").json()["items"][0]["amount"] == money("700.00")
    assert banked.get("buyer.maker", "/v1/taken-back").json()["items"] == []
    assert banked.floor.breaches() == []


def test_only_makers_of_the_house_take_statements_in(banked: Banked) -> None:
    assert banked.take(b"<x/>", who="seller.maker").json()["code"] == "office_may_not"
    assert banked.take(b"<x/>", who="operator.checker").json()["code"] == "not_allowed"


def test_a_settlement_statement_is_issued_listed_and_fetched_as_the_very_bytes(hosted: Hosted) -> None:
    deal = hosted.post("seller.maker", "/v1/financings", wanted(hosted)).json()["financing"]["id"]
    hosted.post("seller.maker", f"/v1/financings/{deal}/accept")
    made = hosted.post("seller.maker", "/v1/issued-documents", {"deal": deal, "kind": "disbursement"})
    assert made.status_code == 201, made.text
    number = made.json()["number"]
    again = hosted.post("seller.maker", "/v1/issued-documents", {"deal": deal, "kind": "disbursement"})
    assert again.json()["number"] == number, "what says the same is the same"
    listed = hosted.get("seller.maker", "/v1/issued-documents").json()["items"]
    assert [one["number"] for one in listed] == [number]
    whole = hosted.get("seller.maker", f"/v1/issued-documents/{number}").json()
    content = base64.b64decode(whole["content"])
    assert content.startswith(b"%PDF-")
    assert hashlib.sha256(content).hexdigest() == made.json()["sha256"] == whole["sha256"]
    raw = hosted.get("seller.maker", f"/v1/issued-documents/{number}", headers={"Accept": "application/pdf"})
    assert (raw.content, raw.headers["content-type"]) == (content, "application/pdf")
    assert f"{number}.pdf" in raw.headers["content-disposition"]
    hosted.floor.join("rival", PartyRole.FUNDER)
    foreign = hosted.get("rival.maker", f"/v1/issued-documents/{number}")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "document_not_issued")
    assert hosted.get("rival.maker", "/v1/issued-documents").json()["items"] == []
    assert hosted.get("rival.maker", f"/v1/issued-documents?subject={deal}").json()["items"] == []
