"""The debtor is told to which account it pays: before it confirms, in what its two people approve, and when it owes.

Planted defect: `_pay_to` of the confirmations answers nothing (the approved payload no longer names the account).
"""

import pytest

from openscf import settlement as s
from openscf.financing import house_account
from openscf.kernel.money import CNY
from tests.unit.api.hosted import Hosted
from tests.unit.api.papers import closed
from tests.unit.financing.floor import SYSTEM

ACCOUNT = {
    "holder": "operator有限公司", "bank_code": "102100099996", "number": "110900000010001", "currency": "CNY",
}  # fmt: skip
SAID = {"amount": {"amount": "113000.00", "currency": "CNY"}, "due_on": "2026-05-29"}


@pytest.fixture
def banked(hosted: Hosted) -> Hosted:
    new = s.NewSettlementAccount(
        kind=s.SettlementKind.ESCROW, owner=hosted.floor.parties["operator"], bank_code=ACCOUNT["bank_code"],
        number=ACCOUNT["number"], holder_name=ACCOUNT["holder"],
    )  # fmt: skip
    hosted.floor.run(SYSTEM, s.open_settlement_account, new)
    return hosted


def test_whoever_confirms_sees_to_which_account_it_will_pay(banked: Hosted) -> None:
    document = closed(banked, "INV-7")
    told = {**ACCOUNT, "reference": "INV-7"}
    assert banked.get("buyer.maker", f"/v1/trades/{document}").json()["pay_to"] == told
    asked = banked.post("buyer.maker", f"/v1/trades/{document}/confirm", SAID)
    assert asked.status_code == 202, asked.text
    assert asked.json()["pay_to"] == told
    approved = {"holder": ACCOUNT["holder"], "bank_code": ACCOUNT["bank_code"], "account": ACCOUNT["number"]}
    seen = banked.get("buyer.checker", f"/v1/requests/{asked.json()['id']}").json()
    assert seen["payload"]["pay_to"] == approved, "the second person approves the account too"


def test_a_debtor_reads_the_account_beside_what_it_owes(banked: Hosted) -> None:
    floor = banked.floor
    account = floor.run(SYSTEM, house_account, CNY)
    pocket = floor.run(SYSTEM, s.open_pocket, account.id, floor.parties["seller"])
    new = s.NewExpectation(
        account=account.id, deliver_to=pocket.ledger, obligor=floor.parties["buyer"], amount_minor=100,
        due_on=floor.clock.now().date(), subject=floor.parties["buyer"], numbers=("INV-9",),
    )  # fmt: skip
    floor.run(SYSTEM, s.expect, new)
    (owed,) = banked.get("buyer.maker", "/v1/expected-payments").json()["items"]
    assert owed["pay_to"] == {**ACCOUNT, "reference": "INV-9"}
    assert banked.get("seller.maker", "/v1/expected-payments").json()["items"] == []


def test_without_an_account_at_a_bank_nothing_is_claimed(hosted: Hosted) -> None:
    document = closed(hosted, "INV-8")
    asked = hosted.post("buyer.maker", f"/v1/trades/{document}/confirm", SAID)
    assert asked.json()["pay_to"] is None
    assert "pay_to" not in asked.json()["payload"]
