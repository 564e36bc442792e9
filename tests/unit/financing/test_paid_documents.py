"""Whatever product pays an invoice, its trade learns it in the same transaction: to the fen, and once.

Planted defect: a step that does not say what it pays (`pays=""`): the books find that the deal was paid and its trade
was not, as `test_a_step_that_forgets_what_it_pays_is_found` shows.
"""

import dataclasses
import datetime as dt
from fractions import Fraction

import pytest

from openscf import trades
from openscf.financing import CHECKS, PRODUCTS, DealId, NewDeal, found_deal, open_deal
from openscf.financing import vouchers as desk
from openscf.kernel.invariants import Breach
from openscf.trades import DocumentId
from tests.unit.financing.floor import DAY, DUE, SYSTEM, Floor, yuan
from tests.unit.financing.pools import LATER, TODAY, PoolFloor
from tests.unit.financing.vouchers_house import DUE as VOUCHER_DUE
from tests.unit.financing.vouchers_house import Chain

DAY_DUE = dt.date(2026, 5, 29)
WHOLE = yuan("1,000,000.00").minor


def money(floor: Floor, document: DocumentId) -> Fraction:
    """How far the money flow of an invoice is closed."""
    return floor.run(SYSTEM, trades.closure_of, document).match.closure.money


def document_of(floor: Floor, deal: DealId) -> DocumentId:
    document = floor.run(SYSTEM, found_deal, deal).document
    assert document is not None
    return document


def breaches(floor: Floor) -> list[Breach]:
    return floor.run(SYSTEM, lambda work: [b for check in (*CHECKS, *trades.CHECKS) for b in check.find(work)])


def test_factoring_is_paid_in_parts_and_beyond_what_was_lent(floor: Floor) -> None:
    deal = floor.funded()
    document = document_of(floor, deal)
    for part, degree in (("250000.00", Fraction(1, 4)), ("750000.00", Fraction(1))):
        floor.pay_in(deal, part)
        floor.do(SYSTEM, deal, "collect", DUE, amount=part)
        assert money(floor, document) == degree
    assert breaches(floor) == []


def test_what_is_paid_beyond_the_face_is_the_sellers_and_no_part_of_the_invoice(floor: Floor) -> None:
    deal = floor.funded()
    document = document_of(floor, deal)
    floor.pay_in(deal, "1,000,700.00")
    floor.do(SYSTEM, deal, "collect", DUE, amount="1000700.00")
    assert money(floor, document) == 1
    assert [amount for _, amount, _ in floor.run(SYSTEM, trades.placed_payments, document)] == [WHOLE]
    assert breaches(floor) == []


def test_money_of_the_client_pays_the_loan_and_not_the_invoice(floor: Floor) -> None:
    deal = floor.funded()
    document = document_of(floor, deal)
    floor.bring("seller", "100,000.00")
    floor.do("seller.maker", deal, "repay", DUE, amount="300000.00")
    assert money(floor, document) == 0
    assert breaches(floor) == []


def test_what_is_recovered_on_a_claim_that_was_written_off_is_paid(floor: Floor) -> None:
    deal = floor.funded()
    document = document_of(floor, deal)
    late = DUE + dt.timedelta(days=60)
    floor.do(SYSTEM, deal, "lapse", late)
    floor.agree("funder", deal, "write_off", late)
    floor.pay_in(deal, "400,000.00", late)
    floor.do(SYSTEM, deal, "recover", late, amount="400000.00")
    assert money(floor, document) == Fraction(2, 5)
    assert floor.run(SYSTEM, found_deal, deal).deal.book.left == yuan("0.00"), "the rest is given up"
    assert breaches(floor) == []


def test_a_payable_is_paid_whether_it_was_sold_or_not(floor: Floor) -> None:
    floor.limits()
    floor.bring("funder", "10,000,000.00")
    roles = {"obligor": "buyer", "funder": "funder"}
    frame = floor.programme("reverse_factoring", {"rate": "3.6%"}, parties=roles)
    sold, kept = (floor.open(frame, confirmed(floor, number), proposal=said(number)) for number in ("0001", "0777"))
    floor.do("seller.maker", sold, "sell")
    floor.agree("funder", sold, "fund")
    for deal, step in ((sold, "collect"), (kept, "pay_supplier")):
        floor.pay_in(deal, "1,000,000.00")
        floor.do(SYSTEM, deal, step, DAY_DUE, amount="1000000.00")
        assert money(floor, document_of(floor, deal)) == 1
    assert breaches(floor) == []


def confirmed(floor: Floor, number: str) -> DocumentId:
    document = floor.invoice(number)
    floor.confirm(document, due_on=DAY_DUE)
    return document


def said(number: str) -> dict[str, str]:
    return {"number": number, "due_on": DAY_DUE.isoformat(), "issued_on": "2026-03-02"}


def early(floor: Floor) -> tuple[DealId, DocumentId]:
    """An invoice that its buyer pays on 30 March, 60 days early."""
    floor.bring("buyer", "1,000,000.00")
    frame = floor.programme("dynamic_discounting", {"rate": "9%"}, owner="buyer")
    document = confirmed(floor, "0001")
    deal = floor.open(frame, document, proposal=said("0001"), parties={"client": "seller", "obligor": "buyer"})
    floor.do("seller.maker", deal, "accept", pay_on="2026-03-30")
    return deal, document


def test_paid_early_is_paid_less_the_discount(floor: Floor) -> None:
    deal, document = early(floor)
    floor.agree("buyer", deal, "pay", dt.date(2026, 3, 30))
    assert money(floor, document) == 1
    shares = sorted(amount for _, amount, _ in floor.run(SYSTEM, trades.placed_payments, document))
    assert shares == [yuan("15,000.00").minor, yuan("985,000.00").minor]
    closure = floor.run(SYSTEM, trades.closure_of, document)
    assert trades.standing_of(closure, DUE + dt.timedelta(days=400)) is trades.InvoiceStanding.PAID
    assert breaches(floor) == []


def test_a_pools_receipt_pays_each_of_its_invoices(floor: Floor) -> None:
    pools = PoolFloor(floor)
    invoices = [pools.invoice("10000001", "X", "300,000.00"), pools.invoice("20000002", "X", "200,000.00")]
    deal = pools.open(documents=tuple(invoices))
    floor.pay_in(deal, "350,000.00")
    floor.do(SYSTEM, deal, "collect", TODAY, amount="350000.00", debtor=str(floor.parties["X"]))
    assert sorted(money(floor, one) for one in invoices) == [Fraction(1, 4), 1], "the oldest first, then a part"
    assert sum(floor.run(SYSTEM, trades.told_of).values()) == yuan("350,000.00").minor
    assert breaches(floor) == []
    assert LATER > TODAY


def test_a_price_in_escrow_pays_its_invoice_when_it_is_released(floor: Floor) -> None:
    frame = floor.programme("payment_escrow", {"fee_rate": "0.5%"}, owner="operator")
    document = floor.invoice()
    roles = {"seller": "seller", "buyer": "buyer", "operator": "operator"}
    offer = {"number": "SO-1", "price": "1000000.00", "pay_by": "2026-03-17"}
    named = {role: floor.parties[name] for role, name in roles.items()}
    new = NewDeal(programme=frame, parties=named, proposal=offer, document=document)
    deal = floor.run("seller.maker", open_deal, new, on=DAY).id
    floor.pay_in(deal, "1,000,000.00")
    floor.do(
        SYSTEM, deal, "pay", channel="bank_transfer", reference="R1", settled="1000000.00", fee="0.00",
        paid_on=DAY.isoformat(),
    )  # fmt: skip
    assert money(floor, document) == 0, "frozen is not paid"
    floor.do("seller.maker", deal, "ship", number="S1")
    floor.do("buyer.maker", deal, "deliver", delivered_on=DAY.isoformat())
    floor.agree("buyer", deal, "confirm")
    assert money(floor, document) == 1
    assert breaches(floor) == []


def test_a_voucher_pays_every_invoice_on_its_way(chain: Chain) -> None:
    """The issuer's by all of it; those that pieces paid by what came to those pieces, whoever holds them by now."""
    voucher, t1 = chain.live("3,000,000.00")
    t2 = chain.passed(t1, "T1", "T2", amount="1,200,000.00")
    chain.funded(t2, "T2", "F", amount="500,000.00", on=VOUCHER_DUE - dt.timedelta(days=120))
    documents = [one.piece.document for one in chain.pieces(voucher) if one.piece.document is not None]

    def degrees() -> list[Fraction]:
        return [chain.act("system", trades.closure_of, one).match.closure.money for one in documents]

    assert degrees() == [0, 0]
    chain.act("system", desk.redeem, voucher, yuan("1,000,000.00"), on=VOUCHER_DUE)
    assert degrees() == [Fraction(1, 3), Fraction(1, 3)]
    chain.act("system", desk.redeem, voucher, yuan("2,000,000.00"), on=VOUCHER_DUE)
    assert degrees() == [1, 1]
    told = chain.act("system", trades.told_of)
    assert told == {str(voucher): yuan("4,200,000.00").minor}, "3.0 million on the first, 1.2 on the second"
    found = chain.act("system", lambda work: [b for check in (*CHECKS, *trades.CHECKS) for b in check.find(work)])
    assert found == []


def test_a_step_that_forgets_what_it_pays_is_found(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    deal, document = early(floor)
    steps = PRODUCTS.get("dynamic_discounting").steps
    silent = {**steps, "pay": dataclasses.replace(steps["pay"], pays="", forgives="")}
    monkeypatch.setitem(
        PRODUCTS._found, "dynamic_discounting",
        dataclasses.replace(PRODUCTS.get("dynamic_discounting"), steps=silent),
    )  # fmt: skip
    floor.agree("buyer", deal, "pay", dt.date(2026, 3, 30))
    assert money(floor, document) == 0
    assert [(one.check, one.subject) for one in breaches(floor)] == [("paid_deals_close_their_trades", str(deal))]
