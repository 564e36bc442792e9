"""From a supplier's wish to money in its account, and every reason why not."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from openscf.financing import find_deals, found_deal
from openscf.kernel.errors import Refusal
from openscf.operations import Application, Quote, accept, apply, look_again, quote
from openscf.parties import record_ownership
from openscf.trades import DocumentId, DocumentKind, DocumentStatus, Identity, Line, Reference
from tests.unit.financing.floor import DAY, SYSTEM, Floor, yuan
from tests.unit.parties.house import refused
from tests.unit.trades.market import invoice

DUE = dt.date(2026, 5, 31)


def asked(floor: Floor, document: DocumentId, **policy: Any) -> Application:
    programme = floor.programme(parties={"funder": "funder"}, policy={"needs_receipt": False, **policy})
    return Application(programme=programme, document=document, due_on=DUE)


def quoted(floor: Floor, application: Application) -> Quote:
    return floor.run("seller.maker", quote, application, on=DAY, fingerprints=floor.fingerprints)


def codes(quoted: Quote) -> list[str]:
    return [reason.code for reason in quoted.judged.reasons]


def test_an_offer_says_cash_now_cost_and_the_rest_to_the_fen(floor: Floor) -> None:
    document = floor.invoice()
    floor.confirm(document)
    offer = quoted(floor, asked(floor, document)).offer
    assert offer is not None
    assert (offer.cash_now, offer.fee, offer.interest) == (yuan("795,000.00"), yuan("5,000.00"), yuan("13,280.00"))
    assert offer.cash_later == yuan("186,720.00")
    assert offer.cost == yuan("18,280.00")
    assert offer.all_in.percent_text() == "9.97", "18,280 on 795,000 for 83 days"


def test_a_confirmed_invoice_is_money_in_the_account_with_two_clicks(floor: Floor) -> None:
    floor.limits()
    floor.bring("funder", "1,000,000.00")
    document = floor.invoice()
    floor.confirm(document)
    application = asked(floor, document, auto_fund_up_to="1000000.00")
    applied = floor.run("seller.maker", apply, application, on=DAY, fingerprints=floor.fingerprints)
    assert applied.deal.state == "verified"
    done = floor.run("seller.maker", accept, applied.deal.id, on=DAY, fingerprints=floor.fingerprints)
    assert (done.deal.state, done.waiting) == ("funded", None)
    assert floor.cash("seller") == yuan("795,000.00")


def test_a_deal_without_the_debtors_word_waits_and_goes_on_when_it_comes(floor: Floor) -> None:
    document = floor.invoice()
    application = asked(floor, document)
    applied = floor.run("seller.maker", apply, application, on=DAY, fingerprints=floor.fingerprints)
    assert (applied.deal.state, codes(applied.quote)) == ("proposed", ["receivable_not_confirmed"])
    floor.confirm(document)
    again = floor.run(SYSTEM, look_again, applied.deal.id, on=DAY, fingerprints=floor.fingerprints)
    assert again.deal.state == "verified"


def test_without_automatic_funding_the_accepted_deal_waits_and_says_for_what(floor: Floor) -> None:
    floor.limits()
    document = floor.invoice()
    floor.confirm(document)
    application = asked(floor, document)
    applied = floor.run("seller.maker", apply, application, on=DAY, fingerprints=floor.fingerprints)
    done = floor.run("seller.maker", accept, applied.deal.id, on=DAY, fingerprints=floor.fingerprints)
    assert done.deal.state == "accepted"
    assert done.waiting is not None
    assert done.waiting.code == "needs_four_eyes"


def test_a_funder_without_cash_leaves_the_deal_accepted_and_nothing_half_done(floor: Floor) -> None:
    floor.limits()
    floor.bring("funder", "1.00")
    document = floor.invoice()
    floor.confirm(document)
    application = asked(floor, document, auto_fund_up_to="1000000.00")
    applied = floor.run("seller.maker", apply, application, on=DAY, fingerprints=floor.fingerprints)
    done = floor.run("seller.maker", accept, applied.deal.id, on=DAY, fingerprints=floor.fingerprints)
    assert done.waiting is not None
    assert done.waiting.code == "exceeds_credits"
    assert floor.run(SYSTEM, found_deal, applied.deal.id).deal.state == "accepted"
    floor.bring("funder", "1,000,000.00")
    floor.do(SYSTEM, applied.deal.id, "fund")
    assert floor.cash("seller") == yuan("795,000.00")


def test_all_reasons_are_told_and_none_hides_another(floor: Floor) -> None:
    document = floor.invoice()
    programme = floor.programme(
        parties={"funder": "funder"}, policy={"needs_receipt": True, "needs_order": True},
        terms={"price": {"rate": "7.2%"}, "advance_rate": "80%", "most_tenor_days": 30},
    )  # fmt: skip
    found = quoted(floor, Application(programme=programme, document=document, due_on=DUE))
    assert codes(found) == [
        "tenor_too_long", "trade_not_matched", "receivable_not_confirmed",
    ]  # fmt: skip
    assert {"order, goods"} == {r.params["missing"] for r in found.judged.reasons if r.code == "trade_not_matched"}
    for reason in found.judged.reasons:
        assert reason.sentence("zh") != reason.sentence("en")
        assert reason.remedy("zh")


def test_a_goods_receipt_signed_by_the_buyer_closes_the_trade_and_one_by_the_seller_does_not(floor: Floor) -> None:
    names = {name: Identity(f"{name}有限公司", {"uscc": floor.codes[name]}) for name in ("seller", "buyer")}
    line = Line(
        "1",
        item="A",
        quantity=Decimal(10),
        unit="EA",
        unit_price=Decimal(100_000),
        net_minor=yuan("1,000,000.00").minor,
    )
    order = Reference(DocumentKind.PURCHASE_ORDER, "PO1")
    sold = {"seller": names["seller"], "buyer": names["buyer"], "lines": (line,), "references": (order,)}
    document = floor.market.one(invoice("0001", yuan("1,000,000.00").minor, **sold))
    floor.market.deliver(invoice("PO1", None, kind=DocumentKind.PURCHASE_ORDER, **{**sold, "references": ()}))
    programme = floor.programme(
        parties={"funder": "funder"},
        policy={"needs_receipt": True},
        terms={"price": {"rate": "7.2%"}, "advance_rate": "80%", "notified": False},
    )
    floor.run(SYSTEM, _link, floor)
    application = Application(programme=programme, document=document, due_on=DUE)
    assert "trade_not_matched" in codes(quoted(floor, application))
    receipt = invoice("GR1", None, kind=DocumentKind.RECEIPT_ADVICE, delivered_on=DAY, **sold)
    floor.market.deliver(receipt, sender=str(floor.parties["seller"]))
    assert "trade_not_matched" in codes(quoted(floor, application)), "the seller's word alone proves nothing"
    signed = invoice("GR2", None, kind=DocumentKind.RECEIPT_ADVICE, delivered_on=DAY, signer=names["buyer"], **sold)
    floor.market.deliver(signed, sender=str(floor.parties["buyer"]))
    assert codes(quoted(floor, application)) == []


def test_invoices_that_nobody_but_the_seller_knows_of_are_not_financed_undisclosed(floor: Floor) -> None:
    """PRODUCTS 6, fraud 2: financed volume above the debtor's observed purchases stops."""
    document = floor.invoice()
    undisclosed = {"price": {"rate": "7.2%"}, "advance_rate": "80%", "notified": False}
    programme = floor.programme(parties={"funder": "funder"}, terms=undisclosed)
    application = Application(programme=programme, document=document, due_on=DUE)
    assert codes(quoted(floor, application)) == ["beyond_observed_purchases"]
    floor.confirm(document)
    assert codes(quoted(floor, application)) == []


def _link(work: Any, floor: Floor) -> int:
    from openscf.trades import link_parties

    return link_parties(work, [f"tax:{code}" for code in floor.codes.values()])


def test_an_invoice_that_was_voided_is_refused_at_once(floor: Floor) -> None:
    document = floor.invoice()
    application = asked(floor, document)
    names = {name: Identity(f"{name}有限公司", {"uscc": floor.codes[name]}) for name in ("seller", "buyer")}
    floor.market.deliver(
        invoice(
            "0001", yuan("1,000,000.00").minor, seller=names["seller"], buyer=names["buyer"], status=DocumentStatus.VOID
        )
    )
    with refused("document_void"):
        floor.run("seller.maker", apply, application, on=DAY, fingerprints=floor.fingerprints)
    assert floor.run(SYSTEM, find_deals) == []


def test_an_invoice_with_a_lien_is_refused_at_once(floor: Floor) -> None:
    floor.funded()
    known = floor.run(SYSTEM, find_deals)[0]
    assert known.document is not None
    with refused("encumbered"):
        floor.run("seller.maker", apply, asked(floor, known.document), on=DAY, fingerprints=floor.fingerprints)


def test_a_claim_that_was_paid_is_not_financed_again(floor: Floor) -> None:
    """PRODUCTS 6, fraud 1: one invoice financed twice, one after the other."""
    deal = floor.funded()
    document = floor.run(SYSTEM, found_deal, deal).document
    assert document is not None
    waiting = floor.open(floor.programme(), document)
    floor.do(SYSTEM, waiting, "verify")
    floor.pay_in(deal, "1,000,000.00")
    floor.do(SYSTEM, deal, "collect", dt.date(2026, 3, 12), amount="1000000.00")
    with refused("claim_already_paid"):
        floor.run("seller.maker", apply, asked(floor, document), on=DAY, fingerprints=floor.fingerprints)
    with refused("claim_already_paid"):
        floor.do("seller.maker", waiting, "accept")


def test_a_claim_whose_advance_the_seller_repaid_may_be_financed_again_for_what_is_still_owed(floor: Floor) -> None:
    deal = floor.funded()
    document = floor.run(SYSTEM, found_deal, deal).document
    assert document is not None
    floor.pay_in(deal, "400,000.00")
    floor.do(SYSTEM, deal, "collect", DAY, amount="400000.00")
    floor.do("seller.maker", deal, "repay", DAY, amount="400000.00")
    found = quoted(floor, asked(floor, document))
    assert found.judged.face == yuan("600,000.00")
    assert "claim_already_paid" not in codes(found)


def test_claims_within_a_group_are_not_financed(floor: Floor) -> None:
    floor.run(SYSTEM, _owned, floor)
    document = floor.invoice()
    floor.confirm(document)
    with refused("related_party"):
        floor.run("seller.maker", apply, asked(floor, document), on=DAY, fingerprints=floor.fingerprints)


def _owned(work: Any, floor: Floor) -> None:
    record_ownership(
        work, owner=floor.parties["buyer"], owned=floor.parties["seller"], share_bps=6000, controls=True,
        valid_from=dt.date(2020, 1, 1), source="register",
    )  # fmt: skip


def test_another_due_date_than_the_debtor_confirmed_is_named(floor: Floor) -> None:
    document = floor.invoice()
    floor.confirm(document)
    programme = floor.programme(parties={"funder": "funder"})
    moved = Application(programme=programme, document=document, due_on=dt.date(2026, 8, 31))
    with pytest.raises(Refusal) as caught:
        floor.run("seller.maker", apply, moved, on=DAY, fingerprints=floor.fingerprints)
    assert caught.value.code == "due_date_differs"
