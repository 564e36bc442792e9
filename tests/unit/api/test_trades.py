"""A trade over HTTP: what each side and whoever lends sees of it; the debtor's word; payments that nobody explained."""

import dataclasses
import datetime as dt
from typing import Any

from openscf.cluster.papers import invoice
from openscf.ingestion import StatementAccount, StatementEntry, StatementMessage, write_camt053
from openscf.kernel.money import CNY
from openscf.parties import PartyRole
from openscf.trades import Identity
from tests.unit.api.hosted import Hosted
from tests.unit.api.papers import closed, sale, upload

AMOUNT = {"amount": "113000.00", "currency": "CNY"}


def confirmed(hosted: Hosted, document: str) -> Any:
    """Two of the debtor's people confirm an invoice."""
    asked = hosted.post("buyer.maker", f"/v1/trades/{document}/confirm", {"amount": AMOUNT, "due_on": "2026-05-29"})
    assert asked.status_code == 202, asked.text
    seen = {"payload_sha256": asked.json()["payload_sha256"]}
    return hosted.post("buyer.checker", f"/v1/requests/{asked.json()['id']}/approve", seen)


def programme(hosted: Hosted) -> str:
    floor = hosted.floor
    floor.limits()
    floor.bring("funder", "1,000,000.00")
    return str(
        floor.programme(parties={"funder": "funder"}, policy={"needs_receipt": False, "auto_fund_up_to": "1000000.00"})
    )


def test_a_trade_shows_what_was_matched_and_each_side_its_own_files(hosted: Hosted) -> None:
    document = closed(hosted)
    seller, buyer = (hosted.get(f"{who}.maker", f"/v1/trades/{document}").json() for who in ("seller", "buyer"))
    assert [(one["kind"], one["number"]) for one in seller["documents"]] == [
        ("purchase_order", "PO-INV-1"), ("receipt_advice", "GR-INV-1"),
    ]  # fmt: skip
    assert (seller["provenance"]["file"], seller["provenance"]["adapter"]) == ("INV-1.xml", "ubl")
    assert (buyer["provenance"]["file"], buyer["provenance"]["adapter"]) == (None, "ubl")
    assert [one["provenance"]["file"] for one in buyer["documents"]] == ["INV-1-po.csv", "INV-1-gr.csv"]
    assert [one["provenance"]["file"] for one in seller["documents"]] == [None, None]
    assert buyer["documents"][1]["provenance"]["locator"] == "line 2"
    assert (seller["encumbered"], buyer["encumbered"], seller["liens"]) == (False, None, None)
    assert seller["lines"][0] | {"item": ""} == {
        "number": "1", "item": "", "description": "bearings", "quantity": "100", "unit": "EA",
        "unit_price": "1000", "net": {"amount": "100000.00", "currency": "CNY"},
    }  # fmt: skip
    assert [one["code"] for one in seller["differences"]] == ["unpaid"]


def test_a_strangers_trade_is_one_that_is_not_there(hosted: Hosted) -> None:
    document = closed(hosted)
    hosted.floor.join("stranger", PartyRole.SUPPLIER)
    absent = document[:-4] + "0000"
    for who in ("stranger.maker", "funder.maker"):
        for method, path, body in (
            ("GET", "/v1/trades/{}", None),
            ("POST", "/v1/trades/{}/confirm", {"amount": AMOUNT, "due_on": "2026-05-29"}),
            ("POST", "/v1/trades/{}/dispute", {"reason": "not ours"}),
        ):
            if who == "funder.maker" and method == "POST":
                continue
            foreign = hosted.call(who, method, path.format(document), json=body)
            unknown = hosted.call(who, method, path.format(absent), json=body)
            assert (foreign.status_code, foreign.json()["code"]) == (404, "document_not_found"), (who, path)
            assert unknown.status_code == 404
            assert foreign.json()["detail"].replace(document, absent) == unknown.json()["detail"]


def test_a_funder_sees_the_trade_that_it_is_asked_to_lend_on_and_its_own_lien(hosted: Hosted) -> None:
    document = closed(hosted)
    frame = programme(hosted)
    assert confirmed(hosted, document).json()["state"] == "used"
    assert hosted.get("funder.maker", f"/v1/trades/{document}").status_code == 404
    applied = hosted.post("seller.maker", "/v1/financings", {"programme": frame, "document": document})
    assert applied.status_code == 201, applied.text
    hosted.floor.join("rival", PartyRole.FUNDER)
    assert hosted.get("rival.maker", f"/v1/trades/{document}").json()["code"] == "document_not_found"
    accepted = hosted.post("seller.maker", f"/v1/financings/{applied.json()['financing']['id']}/accept")
    assert accepted.json()["financing"]["state"] == "funded", accepted.text
    funder, seller, buyer = (
        hosted.get(f"{who}.maker", f"/v1/trades/{document}").json() for who in ("funder", "seller", "buyer")
    )
    assert funder["invoice"]["relations"] == ["funder"]
    assert [(one["holder"], one["state"]) for one in funder["liens"]] == [
        (str(hosted.floor.parties["funder"]), "active")
    ]
    assert (seller["encumbered"], seller["liens"], buyer["encumbered"]) == (True, None, None)
    assert seller["invoice"]["against"] == ["already_encumbered"]
    assert funder["confirmation"]["face"] == AMOUNT
    assert funder["provenance"]["file"] == "INV-1.xml"


def test_a_confirmation_is_the_debtors_two_people_and_says_what_the_invoice_says(hosted: Hosted) -> None:
    document = closed(hosted)
    path = f"/v1/trades/{document}/confirm"
    body = {"amount": AMOUNT, "due_on": "2026-05-29"}
    assert hosted.post("seller.maker", path, body).json()["code"] == "not_the_debtor"
    differs = hosted.post("buyer.maker", path, body | {"amount": {"amount": "1.00", "currency": "CNY"}})
    assert differs.json()["code"] == "confirmation_differs"
    asked = hosted.post("buyer.maker", path, body).json()
    seen = {"payload_sha256": asked["payload_sha256"]}
    by_house = hosted.post("operator.checker", f"/v1/requests/{asked['id']}/approve", seen)
    assert by_house.json()["code"] == "not_the_debtors_word", "the platform does not speak for the debtor"
    assert confirmed(hosted, document).status_code == 200
    assert hosted.get("seller.maker", f"/v1/trades/{document}").json()["confirmation"]["due_on"] == "2026-05-29"


def test_a_disputed_invoice_is_lent_on_by_nobody_until_the_debtor_confirms_it_again(hosted: Hosted) -> None:
    document = closed(hosted)
    frame = programme(hosted)
    confirmed(hosted, document)
    path, why = f"/v1/trades/{document}/dispute", {"reason": "80 of 100 pieces damaged"}
    assert hosted.post("seller.maker", path, why).json()["code"] == "not_the_debtor"
    assert hosted.post("buyer.checker", path, why).json()["code"] == "not_allowed"
    raised = hosted.post("buyer.maker", path, why)
    assert (raised.status_code, raised.json()["financings"]) == (201, []), raised.text
    assert hosted.post("buyer.maker", path, why).json()["code"] == "disputed_already"
    asked = {"programme": frame, "document": document}
    quoted = hosted.post("seller.maker", "/v1/financings/quote", asked).json()
    assert (quoted["eligible"], "receivable_disputed" in {one["code"] for one in quoted["reasons"]}) == (False, True)
    assert hosted.get("seller.maker", "/v1/invoices").json()["items"][0]["against"] == ["receivable_disputed"]
    assert hosted.get("seller.maker", f"/v1/trades/{document}").json()["dispute"]["reason"] == why["reason"]
    assert confirmed(hosted, document).status_code == 200
    assert hosted.get("seller.maker", f"/v1/trades/{document}").json()["dispute"] is None
    assert hosted.post("seller.maker", "/v1/financings/quote", asked).json()["eligible"] is True


def test_a_dispute_reaches_what_was_lent_already(hosted: Hosted) -> None:
    document = closed(hosted)
    frame = programme(hosted)
    confirmed(hosted, document)
    deal = hosted.post("seller.maker", "/v1/financings", {"programme": frame, "document": document}).json()
    hosted.post("seller.maker", f"/v1/financings/{deal['financing']['id']}/accept")
    raised = hosted.post("buyer.maker", f"/v1/trades/{document}/dispute", {"reason": "never delivered"})
    assert [one["state"] for one in raised.json()["financings"]] == ["disputed"], raised.text
    hosted.floor.join("rival", PartyRole.FUNDER)
    (warned,) = hosted.get("funder.maker", "/v1/warnings", params={"code": "disputed_claim"}).json()["items"]
    assert (warned["severity"], document in warned["evidence"]) == ("alarm", True), "it sees no paper of the claim"
    assert hosted.get("rival.maker", "/v1/warnings", params={"code": "disputed_claim"}).json()["items"] == []


def test_an_offer_is_not_taken_while_the_debtor_disputes_the_claim(hosted: Hosted) -> None:
    document = closed(hosted)
    frame = programme(hosted)
    confirmed(hosted, document)
    deal = hosted.post("seller.maker", "/v1/financings", {"programme": frame, "document": document}).json()
    hosted.post("buyer.maker", f"/v1/trades/{document}/dispute", {"reason": "never delivered"})
    taken = hosted.post("seller.maker", f"/v1/financings/{deal['financing']['id']}/accept")
    assert (taken.status_code, taken.json()["code"]) == (409, "receivable_disputed")
    assert confirmed(hosted, document).status_code == 200
    taken = hosted.post("seller.maker", f"/v1/financings/{deal['financing']['id']}/accept")
    assert taken.json()["financing"]["state"] == "funded"


def statement(amount_minor: int, remittance: str) -> bytes:
    """A statement of the seller's account with one payment of somebody."""
    day = dt.date(2026, 3, 9)
    entry = StatementEntry(
        amount_minor, day, day, "R-1", other=Identity("somebody", account="6222020200119999"), remittance=remittance
    )
    return write_camt053(
        StatementMessage(
            number="S-1", sequence=1, created_at=dt.datetime(2026, 3, 9, 12, tzinfo=dt.UTC), opening_minor=0,
            closing_minor=amount_minor, opened_on=day, closed_on=day, entries=(entry,),
            account=StatementAccount("6222020200112238", "seller有限公司", "102100099996", CNY),
        )
    )  # fmt: skip


def test_a_payment_that_nobody_can_explain_waits_for_the_house_and_is_placed_by_hand(hosted: Hosted) -> None:
    document = closed(hosted)
    upload(hosted, "seller.maker", ("statement.xml", statement(6_000_000, "thank you")))
    assert hosted.get("seller.maker", "/v1/exceptions").json()["code"] == "office_may_not"
    waiting = hosted.get("operator.checker", "/v1/exceptions").json()["items"]
    assert [(one["amount"]["amount"], one["state"]) for one in waiting] == [("60000.00", "open")]
    assert waiting[0]["reason_zh"]
    path = f"/v1/exceptions/{waiting[0]['id']}"
    body = {"shares": [{"invoice": document, "amount": {"amount": "60000.00", "currency": "CNY"}}], "why": "remittance"}
    assert hosted.post("operator.maker", f"{path}/resolve", body).json()["code"] == "not_allowed"
    over = {"shares": [{"invoice": document, "amount": {"amount": "70000.00", "currency": "CNY"}}], "why": "remittance"}
    assert hosted.post("operator.checker", f"{path}/resolve", over).json()["code"] == "shares_exceed_payment"
    done = hosted.post("operator.checker", f"{path}/resolve", body)
    assert (done.status_code, done.json()["state"]) == (200, "resolved"), done.text
    trade = hosted.get("seller.maker", f"/v1/trades/{document}").json()
    assert [(one["amount"]["amount"], one["decided"]) for one in trade["payments"]] == [("60000.00", "hand")]
    assert trade["invoice"]["closure"]["money"] == "53.09"
    assert hosted.post("operator.checker", f"{path}/dismiss", {"why": "x"}).json()["code"] == "exception_decided"
    assert hosted.get("operator.checker", "/v1/exceptions").json()["items"] == []


def test_of_contradicting_versions_two_of_the_house_say_which_one_holds(hosted: Hosted) -> None:
    one = sale(hosted)
    upload(hosted, "seller.maker", ("a.xml", invoice(one)))
    other = dataclasses.replace(one, gross=one.gross + one.gross)
    upload(hosted, "buyer.maker", ("b.xml", invoice(other)))
    trade = hosted.get("seller.maker", "/v1/invoices").json()["items"][0]
    assert trade["against"] == ["face_in_dispute"]
    versions = hosted.get("operator.maker", f"/v1/trades/{trade['id']}").json()["versions"]
    mine = next(one["id"] for one in versions if one["amount"] == AMOUNT)
    path, why = f"/v1/trades/{mine}/settle", {"reason": "the tax office's own copy"}
    assert hosted.post("seller.maker", path, why).json()["code"] == "office_may_not"
    asked = hosted.post("operator.maker", path, why)
    assert asked.status_code == 202, asked.text
    seen = {"payload_sha256": asked.json()["payload_sha256"]}
    done = hosted.post("operator.checker", f"/v1/requests/{asked.json()['id']}/approve", seen)
    assert done.json()["state"] == "used", done.text
    assert hosted.get("seller.maker", "/v1/invoices").json()["items"][0]["against"] == []
