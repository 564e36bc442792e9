"""Chinese VAT e-invoices as XML: the older `eInvoice` (inside OFD files) and the fully digital `EInvoice` (数电票).

No schema of either is published; docs/reference/formats.md says which elements are read, from which public
descriptions, and what is not known. Elements are taken by name whatever their namespace, as issuers differ in it.
Red letters are negative, as the invoice writes them, and name the invoice that they reverse where they say so.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext

from openscf.ingestion.adapters._fields import (
    DATE_UNREADABLE,
    EXACT_DIGITS,
    FIELD_MISSING,
    LONGEST_ID,
    Element,
    Fields,
    Findings,
    local,
    rejected,
    whole_minor,
)
from openscf.ingestion.adapters._totals import Totals, judge_totals, price_is_wrong
from openscf.ingestion.contract import Rejection, Source
from openscf.kernel.errors import Refusal
from openscf.kernel.money import CNY
from openscf.trades import Document, DocumentKind, Identity, Line, Reference


@dataclass(frozen=True, slots=True)
class PartyAt:
    """Where a party's name, tax number, bank and account stand; without an account, the bank's text holds both."""

    path: str
    name: str
    tax: str
    bank: str
    account: str = ""


@dataclass(frozen=True, slots=True)
class Dialect:
    """Where one kind of e-invoice keeps what is read; paths are plain names.

    Attributes:
        root: Its root element.
        number, code, issued, net, tax, gross: Paths; no code where the kind has none.
        seller, buyer: Where the parties stand.
        lines: Path of the lines.
        line: Names of a line's item, quantity, unit, price, amount and tax.
        numbers: What its number, and its code before it, look like.
        reverses: Path of the number of the invoice that a red letter reverses.
        note: Path of the remark, in which older red letters name that invoice.
    """

    root: str
    number: str
    issued: str
    net: str
    tax: str
    gross: str
    seller: PartyAt
    buyer: PartyAt
    lines: str
    line: Mapping[str, str]
    numbers: str
    code: str = ""
    reverses: str = ""
    note: str = ""


_BASIC = "EInvoiceData/BasicInformation"
DIGITAL = Dialect(
    root="EInvoice",
    number="TaxSupervisionInfo/InvoiceNumber",
    issued="TaxSupervisionInfo/IssueTime",
    net=f"{_BASIC}/TotalAmWithoutTax",
    tax=f"{_BASIC}/TotalTaxAm",
    gross=f"{_BASIC}/TotalTax-includedAmount",
    seller=PartyAt("EInvoiceData/SellerInformation", "SellerName", "SellerIdNum", "SellerBankName", "SellerBankAccNum"),
    buyer=PartyAt("EInvoiceData/BuyerInformation", "BuyerName", "BuyerIdNum", "BuyerBankName", "BuyerBankAccNum"),
    lines="EInvoiceData/IssuItemInformation",
    line={
        "item": "ItemName", "quantity": "Quantity", "unit": "MeaUnits", "price": "UnPrice", "amount": "Amount",
        "tax": "ComTaxAm",
    },
    numbers=r"[0-9]{20}",
    reverses="EInvoiceData/SpecificInformation/RedEInvoice/OriginalInvoiceCode",
)  # fmt: skip
OLDER = Dialect(
    root="eInvoice",
    number="InvoiceNo",
    code="InvoiceCode",
    issued="IssueDate",
    net="TaxExclusiveTotalAmount",
    tax="TaxTotalAmount",
    gross="TaxInclusiveTotalAmount",
    seller=PartyAt("Seller", "SellerName", "SellerTaxID", "SellerFinancialAccount"),
    buyer=PartyAt("Buyer", "BuyerName", "BuyerTaxID", "BuyerFinancialAccount"),
    lines="GoodsInfos/GoodsInfo",
    line={
        "item": "Item", "quantity": "Quantity", "unit": "MeasurementDimension", "price": "Price", "amount": "Amount",
        "tax": "TaxAmount",
    },
    numbers=r"(?:[0-9]{10}|[0-9]{12})[0-9]{8}",
    note="Note",
)  # fmt: skip
DIALECTS = {dialect.root: dialect for dialect in (DIGITAL, OLDER)}

_TIME = r"(?:[ T][0-9:.]{1,20})?"
_DAYS = tuple(
    re.compile(shape + _TIME, re.ASCII)
    for shape in (
        r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})",
        r"([0-9]{4})([0-9]{2})([0-9]{2})",
        r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日",
    )
)
_ACCOUNT = re.compile(r"(?P<bank>.*?)[\s:：]*(?P<account>[0-9][0-9 -]{6,38}[0-9])", re.ASCII | re.DOTALL)
_REVERSED = re.compile(r"对应正数发票代码[:：]?\s*([0-9]{10,12})\s*号码[:：]?\s*([0-9]{8})", re.ASCII)
_EXEMPT = {"*", "**", "***"}  # stands for the tax of what is not taxed
_USCC_LENGTH = 18


def dialect_of(root: Element) -> Dialect | None:
    """The kind of e-invoice that this is, or None."""
    return DIALECTS.get(local(root))


def read_invoice(source: Source, root: Element, *, adapter: str, inside: str = "") -> Document | Rejection:
    """One e-invoice.

    Args:
        source: The file as it came.
        root: Its root element, of a known dialect.
        adapter: Who reads it.
        inside: Prefix of paths when the XML is a member of the file.
    """
    try:
        with localcontext(prec=EXACT_DIGITS):
            return _Reader(source, root, adapter=adapter, inside=inside).document()
    except Refusal as refused:
        return rejected(source, refused, root)


def day_of(fields: Fields, element: Element) -> dt.date:
    """A day as e-invoices write it: 2026-03-01, 20260301, 2026年03月01日, perhaps with the time of day.

    Raises:
        Refusal: `document_date_unreadable`.
    """
    text = fields.text_of(element) or ""
    match = next((found for shape in _DAYS if (found := shape.fullmatch(text))), None)
    try:
        return dt.date(*map(int, match.groups())) if match else _no_date()
    except ValueError:
        raise fields.unreadable(DATE_UNREADABLE, element, text) from None


class _Reader:
    """Reads one e-invoice."""

    def __init__(self, source: Source, root: Element, *, adapter: str, inside: str) -> None:
        self.root, self.dialect = root, DIALECTS[local(root)]
        self.fields = Fields(source.name, inside=inside)
        self.findings = Findings()
        self.place = f"{inside}/{local(root)}"
        self.provenance = source.provenance(adapter, self.place)
        self.amounts: list[Decimal] = []
        self.taxes: list[Decimal | None] = []

    def document(self) -> Document:
        """The document.

        Raises:
            Refusal: A field that must be read can't be.
        """
        dialect = self.dialect
        number = self.fields.need(self.root, _any(dialect.number))
        code = self._text(dialect.code) if dialect.code else None
        if not re.fullmatch(dialect.numbers, f"{code or ''}{number}", re.ASCII):
            self.findings.add("number_shape", f"{self.place}/{dialect.number}")
        document = Document(
            kind=DocumentKind.INVOICE,
            number=number,
            code=code,
            provenance=self.provenance,
            issued_on=day_of(self.fields, self._issued()),
            seller=self._party(dialect.seller),
            buyer=self._party(dialect.buyer),
            currency=CNY.code,
            lines=tuple(self._lines()),
        )
        if document.seller is None:
            raise FIELD_MISSING(field=dialect.seller.name, where=self.fields.where(self.root, dialect.seller.path))
        document = self._with_totals(document)
        return replace(document, flags=self.findings.flags, places=self.findings.places)

    def _text(self, path: str) -> str | None:
        return self.fields.text(self.root, _any(path)) if path else None

    def _issued(self) -> Element:
        path = _any(self.dialect.issued)
        self.fields.need(self.root, path)
        return self.fields.one(self.root, path)

    def _party(self, at: PartyAt) -> Identity | None:
        name, tax, bank = (self._text(f"{at.path}/{part}") for part in (at.name, at.tax, at.bank))
        account = self._text(f"{at.path}/{at.account}") if at.account else None
        if not at.account and bank is not None:
            split = _ACCOUNT.fullmatch(bank)
            bank, account = (split["bank"] or None, split["account"]) if split else (bank, None)
        codes = {"uscc" if len(tax) == _USCC_LENGTH else "tax": tax} if tax else {}
        return Identity(name, codes, account, bank) if name or codes else None

    def _lines(self) -> Iterator[Line]:
        for index, element in enumerate(self.fields.all(self.root, _any(self.dialect.lines)), 1):
            yield self._line(element, index)

    def _line(self, element: Element, index: int) -> Line:
        fields, names = self.fields, {name: _any(tag) for name, tag in self.dialect.line.items()}
        place = f"{self.place}/{self.dialect.lines}[{index}]"
        quantity, price = fields.number(element, names["quantity"]), fields.number(element, names["price"])
        amount, tax = fields.number(element, names["amount"]), self._tax(element, names["tax"])
        self.taxes.append(tax)
        if amount is not None:
            self.amounts.append(amount)
        counted = (quantity, price, amount)
        if None not in counted and price_is_wrong(counted, Decimal(0), CNY):  # type: ignore[arg-type]
            self.findings.add("line_price", place)
        net, due = whole_minor(amount, CNY), whole_minor(tax, CNY)
        if (net is None) != (amount is None) or (due is None) != (tax is None):
            self.findings.add("line_amount_too_fine", place)
        return Line(
            number=str(index),
            description=fields.text(element, names["item"]),
            quantity=quantity,
            unit=fields.text(element, names["unit"], longest=LONGEST_ID),
            unit_price=price,
            net_minor=net,
            tax_minor=due,
        )

    def _tax(self, holder: Element, path: str) -> Decimal | None:
        element = self.fields.one(holder, path)
        if self.fields.text_of(element) in _EXEMPT:
            self.findings.add("tax_exempt", self.place)
            return None
        return self.fields.number_of(element)

    def _with_totals(self, document: Document) -> Document:
        fields, dialect = self.fields, self.dialect
        net, gross = (fields.number(self.root, _any(path)) for path in (dialect.net, dialect.gross))
        tax = self._tax(self.root, _any(dialect.tax))
        if gross is None:
            raise FIELD_MISSING(field=dialect.gross, where=fields.where(self.root, dialect.gross))
        places = {"gross": dialect.gross, "tax": dialect.tax, "net": dialect.net, "line_total": dialect.net}
        totals = Totals(
            lines=tuple(self.amounts),
            line_total=net,
            net=net,
            tax=tax,
            gross=gross,
            taxes=tuple(each for each in self.taxes if each is not None) if None not in self.taxes else (),
            places={name: f"{self.place}/{path}" for name, path in places.items()},
        )
        judge_totals(totals, self.findings, self.place)
        where = fields.where(self.root)
        red = gross < 0
        return replace(
            document,
            kind=DocumentKind.CREDIT_NOTE if red else DocumentKind.INVOICE,
            net_minor=fields.minor(net, CNY, where),
            tax_minor=fields.minor(tax, CNY, where),
            gross_minor=fields.minor(gross, CNY, where),
            references=tuple(self._reversed(red)),
        )

    def _reversed(self, red: bool) -> Iterator[Reference]:
        """The invoice that a red letter reverses; one that is named on a black invoice is odd."""
        number = self._text(self.dialect.reverses)
        note = _REVERSED.search(self._text(self.dialect.note) or "")
        if number is not None:
            yield Reference(DocumentKind.INVOICE, number)
        elif note is not None:
            yield Reference(DocumentKind.INVOICE, note[2], code=note[1])
        if not red and (number is not None or note is not None):
            self.findings.add("reversal_not_negative", self.place)
        if red and number is None and note is None:
            self.findings.add("reversed_unnamed", self.place)


def _any(path: str) -> str:
    """A search path for these names in any namespace, or in none."""
    return "/".join(f"{{*}}{name}" for name in path.split("/"))


def _no_date() -> dt.date:
    raise ValueError
