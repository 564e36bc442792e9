"""Trades are matched whatever came first; what the seller alone says proves no goods; nothing counts twice."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from openscf.kernel.money import written
from openscf.trades.model import (
    Document,
    DocumentKind,
    DocumentStatus,
    GoodsEvent,
    Identity,
    Line,
    Provenance,
    Reference,
)
from openscf.trades.rules import matching
from openscf.trades.rules.closure import Difference, InvoiceMatch, Matching, Paid, Tolerance
from openscf.trades.rules.goods_events import receipts_of
from openscf.trades.rules.matching import invoice_key, match_trades

SEED = 20261122
K = DocumentKind
SELLER, BUYER = Identity("Seller", {"local": "S"}), Identity("Buyer", {"local": "B"})
KEEPER = Identity("Keeper", {"local": "W"})
DAY = dt.date(2026, 3, 1)


def line(number: int = 1, quantity: int = 10, price: str = "5", order: str | None = "PO", at: str = "1") -> Line:
    references = (Reference(K.PURCHASE_ORDER, order, at),) if order else ()
    net = int(quantity * Decimal(price) * 100)
    return Line(str(number), "steel", None, Decimal(quantity), "KGM", Decimal(price), net, 0, references)


def document(kind: K, number: str, *lines: Line, day: int = 0, **more: Any) -> Document:
    gross = sum(each.net_minor or 0 for each in lines)
    fields: dict[str, Any] = {"seller": SELLER, "buyer": BUYER, "gross_minor": gross, "currency": "CNY"}
    fields |= {"issued_on": DAY + dt.timedelta(day), "lines": lines} | more
    return Document(kind, number, Provenance("f", "0", number, "test"), **fields)


def order(quantity: int = 10, number: str = "PO", **more: Any) -> Document:
    return document(K.PURCHASE_ORDER, number, line(1, quantity, order=None), **more)


def receipt(quantity: int = 10, number: str = "R1", **more: Any) -> Document:
    return document(K.RECEIPT_ADVICE, number, line(1, quantity), **more)


def invoice(quantity: int = 10, number: str = "I1", price: str = "5", **more: Any) -> Document:
    return document(K.INVOICE, number, line(1, quantity, price), **more)


def paid(of: Document, amount: int, key: str = "P1") -> Paid:
    return Paid(key, invoice_key(of), amount)


def one(*documents: Document, money: tuple[Paid, ...] = (), **tolerance: int) -> InvoiceMatch:
    (found,) = match_trades(documents, money, tolerance=Tolerance(**tolerance)).invoices
    return found


def codes(found: InvoiceMatch) -> list[str]:
    return [each.code for each in found.differences]


def test_a_trade_with_all_its_papers_is_closed() -> None:
    found = one(order(), receipt(), invoice(), money=(paid(invoice(), 5000),))
    assert (found.closure.degree, found.closure.missing, found.differences) == (1, (), ())
    assert (found.orders, found.receipts, found.payments) == (("PO",), ("R1",), ("P1",))


def check_the_sellers_own_despatch_proves_nothing() -> None:
    found = one(order(), document(K.DESPATCH_ADVICE, "D1", line()), invoice())
    assert found.closure.goods == 0
    assert "seller_alone" in codes(found)


def check_a_receipt_that_came_twice_counts_once() -> None:
    twin = replace(receipt(5), provenance=Provenance("again", "1", "x", "test"))
    assert one(order(), receipt(5), twin, invoice()).closure.goods == Fraction(1, 2)


def check_the_tolerance_is_spent_once() -> None:
    found = match_trades(
        [order(100), receipt(100), invoice(60, "I1"), invoice(60, "I2", day=1)], tolerance=Tolerance(quantity_bp=1000)
    ).invoices
    assert [each.closure.goods for each in found] == [1, Fraction(50, 60)]


def test_the_sellers_own_despatch_proves_nothing() -> None:
    check_the_sellers_own_despatch_proves_nothing()


def test_a_receipt_that_came_twice_counts_once() -> None:
    check_a_receipt_that_came_twice_counts_once()


def test_the_tolerance_is_spent_once() -> None:
    check_the_tolerance_is_spent_once()


@pytest.mark.parametrize("signer", [Identity("Seller"), SELLER])
def test_a_receipt_that_the_seller_signed_proves_nothing(signer: Identity) -> None:
    found = match_trades([order(), document(K.WAREHOUSE_RECEIPT, "W1", line(), signer=signer), invoice()])
    assert found.invoices[0].closure.goods == 0
    assert found.unmatched == (("W1", "1", "signed_by_seller"),)


def test_a_keepers_receipt_proves_goods_and_two_signers_do_not_double_them() -> None:
    kept = document(K.WAREHOUSE_RECEIPT, "W1", line(1, 5), signer=KEEPER)
    assert one(order(), kept, invoice()).closure.goods == Fraction(1, 2)
    assert one(order(), kept, receipt(5), invoice()).closure.goods == Fraction(1, 2)
    unsigned = document(K.WAREHOUSE_RECEIPT, "W1", line(1, 5))
    assert one(order(), unsigned, invoice()).closure.goods == 0


def test_partial_deliveries_add_up_and_the_rest_is_named_in_both_languages() -> None:
    found = one(order(), receipt(3), receipt(4, "R2", day=1), invoice())
    assert found.closure.goods == Fraction(7, 10)
    (short,) = [each for each in found.differences if each.code == "not_received"]
    assert "10 are billed, 7 are shown" in short.sentence()
    assert "证明已收货的数量 7" in short.sentence("zh")


def event(quantity: int, step: str = "receiving", number: str = "e1", **more: Any) -> GoodsEvent:
    at = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
    goods = (("urn:epc:class:lgtin:1.2.3", Decimal(quantity), "KGM"),)
    said: dict[str, Any] = {"documents": (("po", "urn:epcglobal:cbv:bt:0614141073467:PO"),), "event_id": number}
    return GoodsEvent("object", at, Provenance("f", "0", "/", "epcis"), step=step, quantities=goods, **(said | more))


def test_events_of_a_carrier_prove_goods_once_and_declared_errors_prove_nothing() -> None:
    def goods(*events: GoodsEvent) -> Fraction:
        receipts = receipts_of(events, KEEPER, items={"urn:epc:class:lgtin:1.2.3": "steel"})
        return one(order(), invoice(), *receipts).closure.goods

    assert goods(event(4), event(4), event(3, "storing", "e2")) == Fraction(2, 5)
    assert goods(event(4), event(5, number="e2")) == Fraction(9, 10)
    assert goods(event(4), event(4, declared_wrong_at=dt.datetime(2026, 3, 3, tzinfo=dt.UTC))) == 0
    assert goods(event(4, "shipping")) == 0


def test_over_delivery_is_named_and_closes_no_more_than_is_billed() -> None:
    found = one(order(), receipt(12), invoice())
    assert found.closure.goods == 1
    assert "over_delivered" in codes(found)


def test_a_receipt_of_two_orders_fills_them_in_turn() -> None:
    both = (Reference(K.PURCHASE_ORDER, "A", "1"), Reference(K.PURCHASE_ORDER, "B", "1"))
    shared = document(K.RECEIPT_ADVICE, "R1", replace(line(1, 10), references=both))
    bills = [document(K.INVOICE, f"I{name}", line(1, 6, order=name)) for name in "AB"]
    found = match_trades([order(6, "A"), order(6, "B"), shared, *bills]).invoices
    assert [each.closure.goods for each in found] == [1, Fraction(4, 6)]


def test_without_a_reference_the_item_decides_and_equals_are_not_guessed() -> None:
    bare = document(K.RECEIPT_ADVICE, "R1", line(order=None))
    bill = document(K.INVOICE, "I1", line(order=None))
    assert one(order(), bare, bill).closure.goods == 1
    again = match_trades([order(), order(10, "PO2"), bare, bill])
    assert again.invoices[0].closure.goods == 0
    assert again.unmatched == (("R1", "1", "ambiguous_order"),)


def test_prices_within_the_tolerance_pass_and_are_still_named() -> None:
    found = one(order(), receipt(), invoice(price="5.1"))
    assert found.closure.invoice == 0
    found = one(order(), receipt(), invoice(price="5.1"), price_bp=200)
    assert found.closure.invoice == 1
    assert [each.tolerated for each in found.differences if each.code == "price"] == [True]


def test_a_credit_note_takes_back_quantity_and_money_also_after_payment() -> None:
    back = (Reference(K.INVOICE, "I1", "1"),)
    credit = document(K.CREDIT_NOTE, "C1", replace(line(1, 4), references=back))
    found = one(order(6), receipt(6), invoice(), credit, money=(paid(invoice(), 5000),))
    assert found.closure.degree == 1
    (over,) = [each for each in found.differences if each.code == "overpaid"]
    assert over.params["excess"] == "20.00 CNY"


def test_late_goods_and_open_cents_pass_by_contract_only() -> None:
    papers = (order(delivered_on=DAY), receipt(delivered_on=DAY + dt.timedelta(2)), invoice())
    found = one(*papers, money=(paid(invoice(), 4999),), days=2, amount_minor=1)
    assert found.closure.degree == 1
    assert {each.code: each.tolerated for each in found.differences} == {"received_late": True, "unpaid": True}
    assert one(*papers, money=(paid(invoice(), 4999),)).closure.money == Fraction(4999, 5000)


def test_a_payment_told_twice_counts_once() -> None:
    assert one(invoice(), money=(paid(invoice(), 2500), paid(invoice(), 2500))).closure.money == Fraction(1, 2)


def test_void_papers_count_for_nothing_and_contradicting_ones_are_named() -> None:
    assert one(order(), receipt(status=DocumentStatus.VOID), invoice()).closure.goods == 0
    found = match_trades([order(), receipt(4), receipt(10), invoice()])
    assert found.invoices[0].closure.goods == 0
    assert found.unmatched == (("R1", "", "contradicting_copies"),)


def random_trade(chance: random.Random) -> tuple[list[Document], list[Paid]]:
    """A handful of papers of all kinds that hang together, and some that do not."""
    papers = [order(chance.randint(5, 20), f"PO{n}", day=n) for n in range(2)]
    for n in range(4):
        named = chance.choice(["PO0", "PO1", "PO9", None])
        kind = chance.choice([K.RECEIPT_ADVICE, K.WAREHOUSE_RECEIPT, K.DESPATCH_ADVICE])
        signer = chance.choice([None, KEEPER, SELLER])
        goods = line(1, chance.randint(1, 9), order=named)
        papers.append(document(kind, f"G{n}", goods, day=chance.randint(0, 1), signer=signer))
        bill = document(K.INVOICE, f"I{n}", line(1, chance.randint(1, 9), order=named), day=chance.randint(0, 1))
        papers.append(bill)
        if chance.random() < 0.5:
            back = (Reference(K.INVOICE, f"I{n}", "1"),)
            papers.append(document(K.CREDIT_NOTE, f"C{n}", replace(line(1, 1), references=back)))
    papers += chance.sample(papers, 3)
    money = [Paid(f"P{n}", invoice_key(chance.choice(papers)), chance.randint(1, 4000)) for n in range(3)]
    return papers, money


def check_any_order_of_arrival_gives_the_same() -> None:
    chance = random.Random(SEED)
    for case in range(150):
        papers, money = random_trade(chance)
        first: Matching = match_trades(papers, money, tolerance=Tolerance(quantity_bp=500))
        for _ in range(3):
            chance.shuffle(papers)
            chance.shuffle(money)
            again = match_trades(papers, money, tolerance=Tolerance(quantity_bp=500))
            assert again == first, f"seed {SEED}, case {case}"


def test_any_order_of_arrival_gives_the_same() -> None:
    check_any_order_of_arrival_gives_the_same()


def _all_signers_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching.Book, "_signer", lambda book, document: ("somebody", ""))


def _copies_count(monkeypatch: pytest.MonkeyPatch) -> None:
    def renumbered(documents: Any, who: Any) -> Any:
        return [replace(each, number=each.number if each.kind is not K.RECEIPT_ADVICE else f"R{place}")
                for place, each in enumerate(documents)], []  # fmt: skip

    monkeypatch.setattr(matching, "once", renumbered)


def _tolerance_per_invoice(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = matching.Book._draw

    def generous(book: Any, claim: Any, notes: Any) -> None:
        draw(book, claim, notes)
        if claim.pool is not None:
            claim.pool.drawn_goods = claim.pool.drawn_goods * 10_000 / (10_000 + claim.tolerance.quantity_bp)

    monkeypatch.setattr(matching.Book, "_draw", generous)


def _first_come_first_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "of_kinds", lambda found, *kinds: [each for each in found if each.kind in kinds])


@pytest.mark.parametrize(
    ("defect", "check"),
    [
        (_all_signers_count, check_the_sellers_own_despatch_proves_nothing),
        (_copies_count, check_a_receipt_that_came_twice_counts_once),
        (_tolerance_per_invoice, check_the_tolerance_is_spent_once),
        (_first_come_first_served, check_any_order_of_arrival_gives_the_same),
    ],
)
def test_the_planted_defect_is_seen(
    defect: Callable[[pytest.MonkeyPatch], None], check: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    defect(monkeypatch)
    with pytest.raises(AssertionError):
        check()


def test_what_is_open_is_said_as_people_write_money() -> None:
    """No sentence speaks of minor units: `100.00 CNY`, in both languages."""
    short = Difference("unpaid", {"open": written(10_000, "CNY"), "payable": written(1_234_567, "CNY")})
    assert short.sentence("en") == "100.00 CNY of 12,345.67 CNY are not paid."
    assert short.sentence("zh") == "应付 12,345.67 CNY，尚有 100.00 CNY 未付。"
    (match,) = match_trades([document(K.INVOICE, "I", line())]).invoices
    (unpaid,) = [each for each in match.differences if each.code == "unpaid"]
    assert unpaid.params == {"open": "50.00 CNY", "payable": "50.00 CNY"}
    assert (written(500, "JPY"), written(5_000, "KGM"), written(-1, "")) == ("500 JPY", "5,000 KGM", "-1")
