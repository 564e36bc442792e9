"""Papers of one small trade for tests: an order, goods, an invoice, money, as they arrive in files."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from openscf.trades import (
    BankLine,
    BankStatement,
    Document,
    DocumentKind,
    GoodsEvent,
    Identity,
    Line,
    Provenance,
    Reference,
)
from tests.unit.trades.market import BUYER, DAY, SELLER

K = DocumentKind
PLACE = Provenance("a.csv", "00", "line 2", "test")
KEEPER = Identity("仓储监管有限公司", {"uscc": "91310000000000003X"})
ACCOUNT = Identity(SELLER.name, account="6222000011112222")
CLASS = "urn:epc:class:lgtin:4012345.011111.4444"


def item(quantity: int = 10, price: str = "5", *, order: str | None = "PO-1", name: str = "steel") -> Line:
    """A line of goods."""
    references = (Reference(K.PURCHASE_ORDER, order, "1"),) if order else ()
    net = int(quantity * Decimal(price) * 100)
    return Line("1", name, None, Decimal(quantity), "KGM", Decimal(price), net, 0, references=references)


def paper(kind: K, number: str, *lines: Line, day: int = 0, **more: Any) -> Document:
    """A document between the two."""
    said: dict[str, Any] = {
        "provenance": PLACE, "seller": SELLER, "buyer": BUYER, "currency": "CNY", "lines": lines,
        "gross_minor": sum(line.net_minor or 0 for line in lines), "issued_on": DAY + dt.timedelta(day),
    }  # fmt: skip
    return Document(kind, number, **{**said, **more})


def order(number: str = "PO-1", quantity: int = 10, **more: Any) -> Document:
    return paper(K.PURCHASE_ORDER, number, item(quantity, order=None), **more)


def receipt(number: str = "GR-1", quantity: int = 10, *, of: str | None = "PO-1", **more: Any) -> Document:
    return paper(K.RECEIPT_ADVICE, number, item(quantity, order=of), **more)


def bill(number: str = "INV-2026-0001", quantity: int = 10, *, of: str | None = "PO-1", **more: Any) -> Document:
    return paper(K.INVOICE, number, item(quantity, more.pop("price", "5"), order=of), **more)


def credit(number: str, of: str, quantity: int = 1, **more: Any) -> Document:
    back = (Reference(K.INVOICE, of, "1"),)
    line = item(quantity, order=None)
    lines = (Line("1", "steel", None, line.quantity, "KGM", line.unit_price, line.net_minor, 0, references=back),)
    return paper(K.CREDIT_NOTE, number, *lines, references=(Reference(K.INVOICE, of),), **more)


def paid(minor: int, text: str = "", *, day: int = 9, payer: Identity | None = BUYER, **more: Any) -> BankLine:
    """A line that a bank booked."""
    on = DAY + dt.timedelta(day)
    said: dict[str, Any] = {"value_on": on, "remittance": text, "counterparty": payer}
    return BankLine(more.pop("booked_on", on), minor, "CNY", PLACE, **{**said, **more})


def statement(lines: Sequence[BankLine], number: str = "1", account: Identity = ACCOUNT) -> BankStatement:
    return BankStatement(account, PLACE, number, "CNY", lines=tuple(lines))


def event(quantity: int = 10, number: str = "e1", *, of: str = "PO-1", **more: Any) -> GoodsEvent:
    """Goods that a keeper received."""
    at = dt.datetime(2026, 3, 5, 8, tzinfo=dt.UTC)
    said: dict[str, Any] = {
        "step": "receiving", "quantities": ((CLASS, Decimal(quantity), "KGM"),), "event_id": number,
        "documents": (("po", f"urn:epcglobal:cbv:bt:0614141073467:{of}"),), "action": "OBSERVE",
    }  # fmt: skip
    return GoodsEvent("object", at, PLACE, **{**said, **more})
