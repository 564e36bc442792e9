"""From a confirmed invoice to money in the account over HTTP, and what each party sees of it."""

from typing import Any

from tests.unit.api.hosted import Hosted


def wanted(hosted: Hosted, **policy: Any) -> dict[str, str]:
    floor = hosted.floor
    floor.limits()
    floor.bring("funder", "1,000,000.00")
    document = floor.invoice()
    floor.confirm(document)
    programme = floor.programme(
        parties={"funder": "funder"}, policy={"needs_receipt": False, "auto_fund_up_to": "1000000.00", **policy}
    )
    return {"programme": str(programme), "document": str(document), "due_on": "2026-05-31"}


def test_a_quote_says_cash_now_cost_and_rest_as_exact_strings(hosted: Hosted) -> None:
    """PRODUCTS 1.1: 795,000.00 now, 186,720.00 later."""
    answer = hosted.post("seller.maker", "/v1/financings/quote", wanted(hosted))
    assert answer.status_code == 200, answer.text
    offer = answer.json()["offer"]
    assert offer["cash_now"] == {"amount": "795000.00", "currency": "CNY"}
    assert offer["cash_later"] == {"amount": "186720.00", "currency": "CNY"}
    assert (offer["tenor_days"], offer["all_in_percent"]) == (83, "9.97")


def test_an_invoice_is_money_with_two_calls_and_each_party_sees_its_own(hosted: Hosted) -> None:
    applied = hosted.post("seller.maker", "/v1/financings", wanted(hosted))
    assert applied.status_code == 201, applied.text
    deal = applied.json()["financing"]["id"]
    accepted = hosted.post("seller.maker", f"/v1/financings/{deal}/accept")
    assert accepted.status_code == 200, accepted.text
    assert (accepted.json()["financing"]["state"], accepted.json()["waiting"]) == ("funded", None)
    seller, buyer, funder = (hosted.get(f"{name}.maker", f"/v1/financings/{deal}").json()
                             for name in ("seller", "buyer", "funder"))  # fmt: skip
    assert (seller["relations"], buyer["relations"], funder["relations"]) == (["client"], ["obligor"], ["funder"])
    assert seller["terms"] is not None
    assert seller["book"] is None, "the client sees its contract, not the funder's book"
    assert (buyer["terms"], buyer["principal"]) == (None, None), "the debtor sees neither price nor advance"
    assert funder["book"] is not None


def test_a_strangers_view_of_a_financing_is_that_of_one_that_is_not_there(hosted: Hosted) -> None:
    from openscf.parties import PartyRole

    applied = hosted.post("seller.maker", "/v1/financings", wanted(hosted)).json()["financing"]["id"]
    hosted.floor.join("rival", PartyRole.FUNDER)
    absent = applied[:-4] + "0000"
    foreign = hosted.get("rival.maker", f"/v1/financings/{applied}")
    unknown = hosted.get("rival.maker", f"/v1/financings/{absent}")
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    blank = {"request_id": "", "detail": "", "detail_zh": ""}
    assert foreign.json() | blank == unknown.json() | blank
    assert foreign.json()["detail"].replace(applied, absent) == unknown.json()["detail"]
    assert hosted.get("rival.maker", "/v1/financings").json() == {"items": [], "next": None}


def test_a_stranger_neither_waits_for_a_deal_nor_hears_of_it(hosted: Hosted) -> None:
    """Planted: an acceptance that locks the deal before it asks who takes part in it; it would wait, and then fail."""
    from openscf.db import Context
    from openscf.financing import DealId, locked_deal
    from openscf.parties import PartyRole

    applied = hosted.post("seller.maker", "/v1/financings", wanted(hosted)).json()["financing"]["id"]
    hosted.floor.join("rival", PartyRole.FUNDER)
    with hosted.floor.database.transaction(Context(hosted.floor.tenant, "system:test")) as work:
        locked_deal(work, DealId.parse(applied))
        refused = hosted.post("rival.maker", f"/v1/financings/{applied}/accept")
    assert (refused.status_code, refused.json()["code"]) == (404, "deal_not_found")
    assert hosted.post("seller.maker", f"/v1/financings/{applied}/accept").json()["financing"]["state"] == "funded"


def test_the_same_command_sent_twice_is_done_once_and_answered_with_the_same_bytes(hosted: Hosted) -> None:
    body = wanted(hosted)
    first = hosted.post("seller.maker", "/v1/financings", body, key="mine-1")
    again = hosted.post("seller.maker", "/v1/financings", body, key="mine-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again.headers["Idempotent-Replayed"] == "true"
    other = hosted.post("seller.maker", "/v1/financings", body | {"due_on": "2026-06-30"}, key="mine-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(hosted.get("seller.maker", "/v1/financings").json()["items"]) == 1
