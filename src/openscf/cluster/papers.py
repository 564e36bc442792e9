"""The papers of a sale as files, as their senders would send them: UBL from our writer, tables from our templates."""

import csv
import dataclasses
import datetime as dt
import io
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final
from xml.sax.saxutils import escape

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


def receipt(sale: Sale, signer: Party | None = None) -> bytes:
    """The goods receipt that the buyer signed, or a keeper or carrier; a row of our template."""
    by = signer or sale.buyer
    signed = {
        "receipt_number": f"GR-{sale.number}", "order_number": f"PO-{sale.number}", "issued_on": sale.issued_on,
        "delivered_on": sale.issued_on, "signer_name": by.name_zh, "signer_code": by.uscc,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """Goods of one order on their way, whole or in part.

    Attributes:
        order: Number of the order.
        number: Number of this delivery's invoice; its other papers have numbers made of it.
        seller, buyer: Enterprises of the platform.
        item, name: What they are.
        pieces: How many.
        price_minor: Of one piece with tax, a whole multiple of 113 fen.
        ordered_on, on: Day of the order, and of this paper.
        due_on: When the invoice is to be paid.
    """

    order: str
    number: str
    seller: Party
    buyer: Party
    item: str
    name: str
    pieces: int
    price_minor: int
    ordered_on: dt.date
    on: dt.date
    due_on: dt.date | None = None

    @property
    def net_minor(self) -> int:
        """Without tax, exact."""
        assert self.price_minor % 113 == 0, "a price whose net is no whole number of fen"
        return self.pieces * self.price_minor // 113 * 100

    @property
    def tax_minor(self) -> int:
        """Value-added tax."""
        return self.pieces * self.price_minor - self.net_minor


_URN: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
_SPACES: Final = f'xmlns:cac="{_URN}CommonAggregateComponents-2" xmlns:cbc="{_URN}CommonBasicComponents-2"'


def ubl_order(goods: Goods) -> bytes:
    """The buyer's purchase order as UBL 2.1."""
    net = f"{Decimal(goods.net_minor) / 100:f}"
    price = f"{Decimal(goods.price_minor // 113):f}"
    line = (
        f'<cac:OrderLine><cac:LineItem><cbc:ID>1</cbc:ID><cbc:Quantity unitCode="EA">{goods.pieces}</cbc:Quantity>'
        f'<cbc:LineExtensionAmount currencyID="CNY">{net}</cbc:LineExtensionAmount>'
        f'<cac:Price><cbc:PriceAmount currencyID="CNY">{price}</cbc:PriceAmount></cac:Price>{_item(goods)}'
        "</cac:LineItem></cac:OrderLine>"
    )
    parties = _ubl_party("BuyerCustomerParty", goods.buyer) + _ubl_party("SellerSupplierParty", goods.seller)
    return _ubl("Order", goods.order, goods.ordered_on, inner=parties + line)


def ubl_despatch(goods: Goods) -> bytes:
    """What the carrier took over, as UBL 2.1 despatch advice."""
    return _moved(goods, "DespatchAdvice", f"DA-{goods.number}", words=("DespatchLine", "DeliveredQuantity"))


def ubl_receipt(goods: Goods) -> bytes:
    """What the buyer received, as UBL 2.1 receipt advice."""
    return _moved(goods, "ReceiptAdvice", f"RA-{goods.number}", words=("ReceiptLine", "ReceivedQuantity"))


def ubl_invoice(goods: Goods) -> bytes:
    """The seller's invoice as UBL 2.1."""
    line = Line(
        "1", item=goods.item, description=goods.name, quantity=Decimal(goods.pieces), unit="EA",
        unit_price=Decimal(goods.price_minor // 113), net_minor=goods.net_minor, tax_minor=goods.tax_minor,
    )  # fmt: skip
    made = Document(
        DocumentKind.INVOICE, goods.number, _NOWHERE, issued_on=goods.on, seller=_identity(goods.seller),
        buyer=_identity(goods.buyer), currency=CNY.code, net_minor=goods.net_minor, tax_minor=goods.tax_minor,
        gross_minor=goods.net_minor + goods.tax_minor, lines=(line,), due_on=goods.due_on,
        references=(Reference(DocumentKind.PURCHASE_ORDER, goods.order),) if goods.order else (),
    )  # fmt: skip
    return write_ubl_invoice(made)


def epcis_receipt(goods: Goods, *, at: dt.datetime) -> dict[str, Any]:
    """An EPCIS 2.0 event: the warehouse saw the goods of an order come in; `epcis_file` makes a document of many."""
    return _seen(goods, "receiving", f"RA-{goods.number}", at=at)


def epcis_despatch(goods: Goods, *, at: dt.datetime) -> dict[str, Any]:
    """An EPCIS 2.0 event: the carrier took the goods of an order over."""
    return _seen(goods, "shipping", f"DA-{goods.number}", at=at)


def _seen(goods: Goods, step: str, name: str, *, at: dt.datetime) -> dict[str, Any]:
    return {
        "type": "ObjectEvent", "eventID": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}",
        "eventTime": at.isoformat(), "eventTimeZoneOffset": "+08:00", "action": "OBSERVE",
        "bizStep": f"https://ref.gs1.org/cbv/BizStep-{step}",
        "readPoint": {"id": "urn:epc:id:sgln:0614141.07346.1234"},
        "quantityList": [{"epcClass": goods_class(goods.item), "quantity": goods.pieces, "uom": "EA"}],
        "bizTransactionList": [{"type": "po", "bizTransaction": f"urn:epcglobal:cbv:bt:0614141073467:{goods.order}"}],
    }  # fmt: skip


def epcis_file(events: Sequence[Mapping[str, Any]]) -> bytes:
    """Events as an EPCIS document."""
    document = {"type": "EPCISDocument", "schemaVersion": "2.0", "epcisBody": {"eventList": list(events)}}
    return json.dumps(document, indent=1).encode()


def goods_class(item: str) -> str:
    """The class of an item as goods events write it."""
    return f"urn:openscf:class:{item}"


def _moved(goods: Goods, kind: str, number: str, *, words: tuple[str, str]) -> bytes:
    line, quantity = words
    order = f"<cac:OrderReference><cbc:ID>{goods.order}</cbc:ID></cac:OrderReference>"
    parties = _ubl_party("DespatchSupplierParty", goods.seller) + _ubl_party("DeliveryCustomerParty", goods.buyer)
    said = (
        f'<cac:{line}><cbc:ID>1</cbc:ID><cbc:{quantity} unitCode="EA">{goods.pieces}</cbc:{quantity}>'
        f"{_item(goods)}</cac:{line}>"
    )
    return _ubl(kind, number, goods.on, inner=order + parties + said)


def _ubl(kind: str, number: str, on: dt.date, *, inner: str) -> bytes:
    head = f"<cbc:ID>{number}</cbc:ID><cbc:IssueDate>{on.isoformat()}</cbc:IssueDate>"
    body = f'<{kind} xmlns="{_URN}{kind}-2" {_SPACES}>{head}{inner}</{kind}>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def _ubl_party(role: str, party: Party) -> str:
    name = escape(party.name_zh or party.name)
    legal = f'<cbc:RegistrationName>{name}</cbc:RegistrationName><cbc:CompanyID schemeID="USCC">{party.uscc}'
    return (
        f"<cac:{role}><cac:Party><cac:PartyName><cbc:Name>{name}</cbc:Name></cac:PartyName>"
        f"<cac:PartyLegalEntity>{legal}</cbc:CompanyID></cac:PartyLegalEntity></cac:Party></cac:{role}>"
    )


def _item(goods: Goods) -> str:
    return (
        f"<cac:Item><cbc:Name>{escape(goods.name)}</cbc:Name><cac:SellersItemIdentification><cbc:ID>{goods.item}"
        "</cbc:ID></cac:SellersItemIdentification></cac:Item>"
    )


def goods_invoice_row(goods: Goods, number: str) -> bytes:
    """An invoice as a row of our template, under another number than it has."""
    names = template("invoices").strip().split(",")
    said = {
        "invoice_number": number, "order_number": goods.order, "issued_on": goods.on, "due_on": goods.due_on,
        "seller_name": goods.seller.name_zh, "seller_code": goods.seller.uscc, "buyer_name": goods.buyer.name_zh,
        "buyer_code": goods.buyer.uscc, "line": "1", "item": goods.item, "description": goods.name,
        "quantity": goods.pieces, "unit": "EA", "unit_price": f"{Decimal(goods.price_minor // 113):f}",
        "net": Money(goods.net_minor, CNY).amount, "tax": Money(goods.tax_minor, CNY).amount,
        "gross": Money(goods.net_minor + goods.tax_minor, CNY).amount,
    }  # fmt: skip
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerow({name: str(value) for name, value in said.items()})
    return out.getvalue().encode()
