"""What only sandboxes do: a payment comes back through the simulated bank, a keeper finds goods gone.

Planted defects: the bank's statement is not booked after it returned the payment; the keeper's paper says as much as
before.
"""

from pathlib import Path
from typing import Any

import pytest

from openscf.access import open_sandbox
from openscf.db import Database
from openscf.parties import PartyRole
from openscf.portal.background import relay_of
from tests.journeys.banked import BankedFloor
from tests.unit.api.hosted import Hosted
from tests.unit.api.test_custody import sent, waiting
from tests.unit.api.test_programmes import approve
from tests.unit.financing.floor import Floor
from tests.unit.parties.house import SYSTEM


@pytest.fixture
def banked(database: Database, founded: Floor, tmp_path: Path) -> Hosted:
    return sandbox(BankedFloor(database, founded.tenant, standing=founded), tmp_path)


def sandbox(floor: BankedFloor, home: Path) -> Hosted:
    """A sandbox whose seller has money at the platform's bank."""
    floor.run(SYSTEM, open_sandbox)
    floor.deposit("seller", "5000.00")
    return Hosted(floor.database, floor.tenant, home, floor=floor)


def withdrawn(hosted: Hosted, amount: str) -> Any:
    """A payment out that was ordered."""
    rule = {"single_limit": {"amount": "10000.00", "currency": "CNY"}}
    asked = hosted.post("seller.maker", "/v1/withdrawal-rule", rule).json()
    approve(hosted, "seller.checker", asked)
    body = {"amount": {"amount": amount, "currency": "CNY"}}
    return hosted.post("seller.maker", "/v1/withdrawals", body).json()["payout"]


def cash(hosted: Hosted) -> str:
    (account,) = hosted.get("seller.maker", "/v1/accounts?purpose=cash").json()["items"]
    return str(account["balance"]["amount"])


def test_a_payment_comes_back_and_its_money_is_there_again(banked: Hosted) -> None:
    payout = withdrawn(banked, "1200.00")
    relay_of(banked.house).drain()
    (known,) = banked.get("seller.maker", "/v1/payouts").json()["items"]
    assert (known["state"], cash(banked)) == ("confirmed", "3800.00")
    back = banked.post("seller.maker", "/v1/simulations/bank-return", {"payout": payout["id"], "code": "AC04"})
    assert (back.status_code, back.json()["state"]) == (200, "returned"), back.text
    assert back.json()["reason_en"] != ""
    banked.tokens.clear()
    assert cash(banked) == "5000.00"
    again = banked.post("seller.maker", "/v1/simulations/bank-return", {"payout": payout["id"]})
    assert (again.status_code, again.json()) == (200, back.json()), "it comes back once"
    assert cash(banked) == "5000.00"
    books = banked.post("operator.maker", "/v1/verifications").json()
    assert books["ok"], books


def test_what_the_bank_has_not_paid_does_not_come_back_and_strangers_see_nothing(banked: Hosted) -> None:
    payout = withdrawn(banked, "10.00")["id"]
    early = banked.post("seller.maker", "/v1/simulations/bank-return", {"payout": payout})
    assert (early.status_code, early.json()["code"]) == (409, "nothing_to_return")
    absent = f"{payout[:-4]}0000"
    foreign = banked.post("buyer.maker", "/v1/simulations/bank-return", {"payout": payout})
    unknown = banked.post("buyer.maker", "/v1/simulations/bank-return", {"payout": absent})
    assert (foreign.status_code, foreign.json()["code"]) == (404, "payout_not_found")
    assert foreign.json()["detail"].replace(payout, absent) == unknown.json()["detail"]
    wrong = banked.post("seller.maker", "/v1/simulations/bank-return", {"payout": payout, "code": "closed"})
    assert wrong.status_code == 422


def test_a_keeper_finds_goods_gone_and_they_prove_nothing_any_more(hosted: Hosted) -> None:
    document = sent(hosted)
    (paper,) = waiting(hosted)
    hosted.post("custodian.maker", f"/v1/custody/{paper['id']}/confirm", {})
    said = {"document": paper["id"], "lost_percent": 20}
    real = hosted.post("custodian.maker", "/v1/simulations/stock-loss", said)
    assert (real.status_code, real.json()["code"]) == (409, "no_sandbox")
    hosted.floor.run(SYSTEM, open_sandbox)
    hosted.tokens.clear()

    def closure() -> Any:
        return hosted.get("seller.maker", f"/v1/trades/{document}").json()["invoice"]["closure"]

    assert closure()["goods"] == "100.00"
    lost = hosted.post("custodian.maker", "/v1/simulations/stock-loss", said)
    assert (lost.status_code, lost.json()["lines"][0]["quantity"]) == (200, "80"), lost.text
    assert (closure()["goods"], closure()["backed"]) == ("0.00", False)
    hosted.floor.join("other", PartyRole.CARRIER)
    foreign = hosted.post("other.maker", "/v1/simulations/stock-loss", said)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "document_not_found")
    assert hosted.post("seller.maker", "/v1/simulations/stock-loss", said).json()["code"] == "office_may_not"
    none = hosted.post("custodian.maker", "/v1/simulations/stock-loss", {**said, "lost_percent": 0})
    assert none.status_code == 422
