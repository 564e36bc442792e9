"""A voucher three tiers down over HTTP (PRODUCTS 1.4), and that each tier sees its own and its neighbours alone."""

import datetime as dt
from typing import Any

import pytest

from openscf.financing import LimitKind
from openscf.parties import PartyRole
from openscf.trades import Identity, link_parties
from tests.unit.api.hosted import Hosted
from tests.unit.api.test_limits import money
from tests.unit.api.test_programmes import approve
from tests.unit.financing.floor import SYSTEM, yuan
from tests.unit.trades.market import invoice


class Chain:
    """A buyer C whose frame is the funder's, its supplier T1, and two tiers below."""

    def __init__(self, hosted: Hosted) -> None:
        self.hosted, self.floor = hosted, hosted.floor
        for name in ("second", "third"):
            self.floor.join(name, PartyRole.SUPPLIER)
        self.floor.limit(LimitKind.COUNTERPARTY, "50,000,000.00", party=self.floor.parties["buyer"])
        self.frame = str(self.floor.programme("payables_voucher", {"least_piece": "10000.00", "most_depth": 5}))
        for name in ("buyer", "funder"):
            self.floor.bring(name, "10,000,000.00")
        self.count = 0

    def invoice(self, seller: str, buyer: str, amount: str) -> str:
        self.count += 1
        sides = {name: Identity(f"{name}有限公司", {"uscc": self.floor.codes[name]}) for name in (seller, buyer)}
        number = f"{seller}{self.count}{amount}"
        found = self.floor.market.one(invoice(number, yuan(amount).minor, seller=sides[seller], buyer=sides[buyer]))
        keys = [key for one in self.floor.market.find(number) for key in (one.seller_key, one.buyer_key)]
        self.floor.run(SYSTEM, link_parties, keys)
        return str(found)

    def issued(self, amount: str = "3000000.00") -> dict[str, Any]:
        body = {
            "programme": self.frame, "payee": str(self.floor.parties["seller"]), "face": money(amount),
            "due_on": "2026-07-31", "document": self.invoice("seller", "buyer", amount),
        }  # fmt: skip
        answer = self.hosted.post("buyer.maker", "/v1/vouchers", body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def sealed(self) -> str:
        made = self.issued()
        path = f"/v1/vouchers/{made['voucher']['id']}"
        answer = self.hosted.post("buyer.checker", f"{path}/approve", {"sha256": made["request"]["sha256"]})
        assert answer.status_code == 200, answer.text
        return str(made["voucher"]["id"])

    def live(self) -> tuple[str, str]:
        voucher = self.sealed()
        answer = self.hosted.post("seller.maker", f"/v1/vouchers/{voucher}/accept")
        assert answer.status_code == 200, answer.text
        return voucher, str(answer.json()["pieces"][0]["id"])

    def passed(self, piece: str, giver: str, to: str, amount: str) -> str:
        body = {
            "to": str(self.floor.parties[to]), "amount": money(amount), "document": self.invoice(to, giver, amount)
        }  # fmt: skip
        made = self.hosted.post(f"{giver}.maker", f"/v1/pieces/{piece}/transfer", body)
        assert made.status_code == 201, made.text
        approve(self.hosted, f"{giver}.checker", made.json()["request"])
        child = made.json()["piece"]["id"]
        taken = self.hosted.post(f"{to}.maker", f"/v1/pieces/{child}/accept")
        assert (taken.status_code, taken.json()["state"]) == (200, "held"), taken.text
        return str(child)

    def voucher(self, name: str, voucher: str) -> Any:
        return self.hosted.get(f"{name}.maker", f"/v1/vouchers/{voucher}").json()

    def lefts(self, name: str, voucher: str) -> list[str]:
        return [piece["left"]["amount"] for piece in self.voucher(name, voucher)["pieces"]]


@pytest.fixture
def chain(hosted: Hosted) -> Chain:
    return Chain(hosted)


def test_a_voucher_goes_three_tiers_down_and_is_paid_to_its_leaves(chain: Chain) -> None:
    """PRODUCTS 1.4, 3,000,000: T1 keeps 1,800,000, T2 700,000, and F bought T3's 500,000 at 4.5 %."""
    hosted, floor = chain.hosted, chain.floor
    voucher, root = chain.live()
    second = chain.passed(root, "seller", "second", "1200000.00")
    third = chain.passed(second, "second", "third", "500000.00")
    body = {"funder": str(floor.parties["funder"]), "amount": money("500000.00"), "rate": "4.5%"}
    made = hosted.post("third.maker", f"/v1/pieces/{third}/finance", body)
    assert made.status_code == 201, made.text
    approve(hosted, "third.checker", made.json()["request"])
    asked = hosted.post("funder.maker", f"/v1/pieces/{made.json()['piece']['id']}/fund")
    assert asked.status_code == 201, asked.text
    approve(hosted, "funder.checker", asked.json())
    discount = (500_000_00 * 45 * 143 + 180_000) // 360_000
    assert floor.cash("third").minor == 500_000_00 - discount, "143 days from 10 March to 31 July"
    early = hosted.post("buyer.maker", f"/v1/vouchers/{voucher}/redeem", {})
    assert (early.status_code, early.json()["code"]) == (409, "not_due_yet")
    floor.clock.advance(dt.timedelta(days=143))
    hosted.tokens.clear()
    paid = hosted.post("buyer.maker", f"/v1/vouchers/{voucher}/redeem", {})
    assert (paid.status_code, paid.json()["state"]) == (200, "settled"), paid.text
    assert [floor.cash(name).amount for name in ("seller", "second")] == ["1800000.00", "700000.00"]
    assert floor.cash("funder").minor == 10_000_000_00 + discount


def test_each_tier_sees_its_own_pieces_and_its_neighbours_and_nothing_of_the_rest(chain: Chain) -> None:
    voucher, root = chain.live()
    second = chain.passed(root, "seller", "second", "1200000.00")
    third = chain.passed(second, "second", "third", "500000.00")
    chain.floor.join("rival", PartyRole.SUPPLIER)
    lowest = chain.voucher("third", voucher)
    assert [piece["id"] for piece in lowest["pieces"]] == [third]
    assert (lowest["relations"], lowest["face"], lowest["payee"], lowest["paid"]) == (["holder"], None, None, None)
    assert lowest["pieces"][0]["parent"] is None, "the giver's piece is not the holder's to see"
    assert {event["subject"] for event in lowest["events"]} == {third}
    assert [piece["id"] for piece in chain.voucher("second", voucher)["pieces"]] == [second, third]
    assert chain.lefts("seller", voucher) == ["1800000.00", "700000.00"], "its supplier's piece, not the one below"
    assert chain.lefts("buyer", voucher) == ["1800000.00"], "the issuer sees to whom it gave it"
    assert chain.lefts("operator", voucher) == ["1800000.00", "700000.00", "500000.00"]
    for path in (f"/v1/vouchers/{voucher}", f"/v1/vouchers/{voucher[:-4]}0000"):
        answer = chain.hosted.get("rival.maker", path)
        assert (answer.status_code, answer.json()["code"]) == (404, "voucher_not_found")
    assert chain.hosted.get("rival.maker", "/v1/vouchers").json()["items"] == []
    (listed,) = chain.hosted.get("third.maker", "/v1/vouchers").json()["items"]
    assert (listed["id"], listed["face"], listed["pieces"]) == (voucher, None, [])


def test_a_strangers_act_on_a_piece_is_answered_as_on_one_that_is_not_there(chain: Chain) -> None:
    _, root = chain.live()
    absent = root[:-4] + "0000"
    body = {"funder": str(chain.floor.parties["funder"]), "amount": money("10000.00"), "rate": "4.5%"}
    for act, said in (("accept", None), ("withdraw", None), ("finance", body)):
        foreign = chain.hosted.post("third.maker", f"/v1/pieces/{root}/{act}", said)
        unknown = chain.hosted.post("third.maker", f"/v1/pieces/{absent}/{act}", said)
        assert (foreign.status_code, foreign.json()["code"]) == (404, "piece_not_found"), act
        assert foreign.json()["detail"].replace(root, absent) == unknown.json()["detail"]


def test_nobody_is_offered_what_no_second_person_has_sealed(chain: Chain) -> None:
    made = chain.issued()
    voucher = made["voucher"]["id"]
    assert chain.hosted.get("seller.maker", f"/v1/vouchers/{voucher}").status_code == 404
    early = chain.hosted.post("seller.maker", f"/v1/vouchers/{voucher}/accept")
    assert (early.status_code, early.json()["code"]) == (404, "voucher_not_found")
    seal = {"sha256": made["request"]["sha256"]}
    own = chain.hosted.post("buyer.maker", f"/v1/vouchers/{voucher}/approve", seal)
    assert (own.status_code, own.json()["code"]) == (403, "approval_by_maker"), own.text
    other = chain.hosted.post("buyer.checker", f"/v1/vouchers/{voucher}/approve", {"sha256": "0" * 64})
    assert other.json()["code"] == "approval_payload_changed"
    assert chain.hosted.post("buyer.checker", f"/v1/vouchers/{voucher}/approve", seal).status_code == 200
    assert chain.hosted.get("seller.maker", f"/v1/vouchers/{voucher}").json()["state"] == "offered"


def test_more_than_a_piece_holds_is_not_passed_on_and_refusing_gives_it_back(chain: Chain) -> None:
    voucher, root = chain.live()
    body = {
        "to": str(chain.floor.parties["second"]), "amount": money("2000000.00"),
        "document": chain.invoice("second", "seller", "2000000.00"),
    }  # fmt: skip
    made = chain.hosted.post("seller.maker", f"/v1/pieces/{root}/transfer", body).json()
    again = body | {"document": chain.invoice("second", "seller", "1500000.00"), "amount": money("1500000.00")}
    more = chain.hosted.post("seller.maker", f"/v1/pieces/{root}/transfer", again)
    assert (more.status_code, more.json()["code"]) == (409, "piece_has_less"), more.text
    assert chain.hosted.get("second.maker", f"/v1/vouchers/{voucher}").status_code == 404, "not offered yet"
    approve(chain.hosted, "seller.checker", made["request"])
    refused = chain.hosted.post("second.maker", f"/v1/pieces/{made['piece']['id']}/refuse")
    assert refused.json()["state"] == "refused"
    assert chain.voucher("seller", voucher)["pieces"][0]["locked"] == money("0.00")


def test_a_document_of_others_does_not_stand_behind_a_voucher_and_is_not_betrayed(chain: Chain) -> None:
    foreign = chain.invoice("third", "second", "900000.00")
    body = {
        "programme": chain.frame, "payee": str(chain.floor.parties["third"]), "face": money("900000.00"),
        "due_on": "2026-07-31", "document": foreign,
    }  # fmt: skip
    answer = chain.hosted.post("buyer.maker", "/v1/vouchers", body)
    assert (answer.status_code, answer.json()["code"]) == (404, "document_not_found")
