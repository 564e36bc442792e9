"""The papers of a sale as files, as their senders would send them: UBL from our writer, tables from our templates."""

import csv
import dataclasses
import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from openscf.ingestion import template, write_ubl_invoice
from openscf.kernel.money import CNY, Money, Rounding
from openscf.parties import Party
from openscf.trades import Document, DocumentKind, Identity, Line, Provenance, Reference

VAT: Final = Fraction(13, 100)
PIECES: Final = 100
_NOWHERE: Final = Provenance("", "", "", "")  # the reader will say where the file comes from


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A sale of one hundred pieces.

    Attributes:
        number: Of the invoice; the order and the receipt have numbers made of it.
        seller, buyer: Enterprises of the platform.
        gross: With value-added tax.
        issued_on, due_on: Of the invoice.
        goods: What they are.
    """

    number: str
    seller: Party
    buyer: Party
    gross: Money
    issued_on: dt.date
    due_on: dt.date
    goods: str

    @property
    def net(self) -> Money:
        """Without tax."""
        return self.gross.times(1 / (1 + VAT), Rounding.HALF_UP)

    @property
    def unit_price(self) -> Decimal:
        """Of one piece, in yuan, exact."""
        return Decimal(self.net.minor) / 100 / PIECES


def invoice(sale: Sale) -> bytes:
    """The invoice as UBL 2.1, as the seller's system sends it."""
    return write_ubl_invoice(_document(sale, DocumentKind.INVOICE, (_order_of(sale),)))


def credit_note(sale: Sale, number: str, of: str) -> bytes:
    """A credit note for a part of an invoice, as UBL 2.1."""
    taken = Reference(DocumentKind.INVOICE, of)
    made = _document(sale, DocumentKind.CREDIT_NOTE, (taken,))
    return write_ubl_invoice(_renumbered(made, number))


def order(sale: Sale) -> bytes:
    """The buyer's purchase order, a row of our template."""
    return _row("orders", sale, {"order_number": f"PO-{sale.number}", "issued_on": sale.issued_on - dt.timedelta(30)})


def receipt(sale: Sale) -> bytes:
    """The goods receipt that the buyer signed, a row of our template."""
    signed = {
        "receipt_number": f"GR-{sale.number}", "order_number": f"PO-{sale.number}", "issued_on": sale.issued_on,
        "delivered_on": sale.issued_on, "signer_name": sale.buyer.name_zh, "signer_code": sale.buyer.uscc,
    }  # fmt: skip
    return _row("receipts", sale, signed)


def invoice_again(sale: Sale, number: str) -> bytes:
    """The same invoice once more, as a table, its number written in another way."""
    said = {
        "invoice_number": number, "order_number": f"PO-{sale.number}", "issued_on": sale.issued_on,
        "due_on": sale.due_on, "gross": sale.gross.amount, "tax": (sale.gross - sale.net).amount,
    }  # fmt: skip
    return _row("invoices", sale, said)


def _document(sale: Sale, kind: DocumentKind, references: tuple[Reference, ...]) -> Document:
    line = Line(
        "1", item=f"ITEM-{sale.number}", description=sale.goods, quantity=Decimal(PIECES), unit="EA",
        unit_price=sale.unit_price, net_minor=sale.net.minor, tax_minor=(sale.gross - sale.net).minor,
    )  # fmt: skip
    return Document(
        kind, sale.number, _NOWHERE, issued_on=sale.issued_on, seller=_identity(sale.seller),
        buyer=_identity(sale.buyer), currency=CNY.code, net_minor=sale.net.minor,
        tax_minor=(sale.gross - sale.net).minor, gross_minor=sale.gross.minor, references=references, lines=(line,),
        due_on=sale.due_on if kind is DocumentKind.INVOICE else None,
    )  # fmt: skip


def _renumbered(document: Document, number: str) -> Document:
    return dataclasses.replace(document, number=number)


def _order_of(sale: Sale) -> Reference:
    return Reference(DocumentKind.PURCHASE_ORDER, f"PO-{sale.number}")


def _identity(party: Party) -> Identity:
    return Identity(party.name_zh, {"uscc": party.uscc or ""})


def _row(kind: str, sale: Sale, said: Mapping[str, Any]) -> bytes:
    names = template(kind).strip().split(",")
    common = {
        "seller_name": sale.seller.name_zh, "seller_code": sale.seller.uscc, "buyer_name": sale.buyer.name_zh,
        "buyer_code": sale.buyer.uscc, "line": "1", "item": f"ITEM-{sale.number}", "description": sale.goods,
        "quantity": str(PIECES), "unit": "EA", "unit_price": f"{sale.unit_price:f}", "net": sale.net.amount,
    }  # fmt: skip
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerow({name: str(value) for name, value in {**common, **said}.items()})
    return out.getvalue().encode()
