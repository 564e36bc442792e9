"""Reads a UN/CEFACT Cross Industry Invoice into the one format, wherever it travels (plain, or inside a PDF).

Source: UN/CEFACT SCRDM CII D16B and later (message version 100), as EN 16931-3-3 maps it; Factur-X 1.0 and ZUGFeRD 2.x
are profiles of it. The profiles without lines (MINIMUM, BASIC WL) are read as what they are.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, localcontext

from openscf.ingestion.adapters._fields import (
    EXACT_DIGITS,
    FIELD_MISSING,
    FIELD_REPEATED,
    LONGEST_ID,
    WORD_UNKNOWN,
    Element,
    Fields,
    Findings,
    only,
    rejected,
    shown,
    whole_minor,
)
from openscf.ingestion.adapters._totals import Totals, judge_totals, price_is_wrong, price_of_one
from openscf.ingestion.adapters._ubl import SCHEMES
from openscf.ingestion.contract import Reading, Source
from openscf.kernel.errors import Refusal
from openscf.kernel.money import Currency, currency
from openscf.trades import Document, DocumentKind, Identity, Line, Reference

_URN = "urn:un:unece:uncefact:data:standard:"
NAMESPACES = {
    "rsm": f"{_URN}CrossIndustryInvoice:100",
    "ram": f"{_URN}ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{_URN}UnqualifiedDataType:100",
}
ROOT = f"{{{NAMESPACES['rsm']}}}CrossIndustryInvoice"
_TRADE = "rsm:SupplyChainTradeTransaction"
_AGREED, _SENT, _SETTLED = (f"ram:ApplicableHeaderTrade{name}" for name in ("Agreement", "Delivery", "Settlement"))
_SUMS = "ram:SpecifiedTradeSettlementHeaderMonetarySummation"
_TYPES = {"393": "factored_invoice", "396": "factored_credit_note", "389": "self_billed", "384": "corrected_invoice"}
_CREDIT_TYPES = {"381", "396", "261", "83", "308"}  # UNTDID 1001
_INVOICE_TYPES = {"380", "384", "389", "393", "326", "386", "875", "876", "877", "751"}
_TOTALS = {
    "line_total": "LineTotalAmount", "allowances": "AllowanceTotalAmount", "charges": "ChargeTotalAmount",
    "net": "TaxBasisTotalAmount", "gross": "GrandTotalAmount", "prepaid": "TotalPrepaidAmount",
    "rounding": "RoundingAmount", "payable": "DuePayableAmount",
}  # fmt: skip


def read_cii(source: Source, root: Element, *, adapter: str, inside: str = "") -> Reading:
    """One invoice as one accepted or rejected row.

    Args:
        source: The file as it came.
        root: The invoice's root element.
        adapter: Who reads it.
        inside: Prefix of paths when the XML is a member of the file.
    """
    try:
        with localcontext(prec=EXACT_DIGITS):
            return Reading([_Reader(source, root, adapter=adapter, inside=inside).document()], [], 1, 1)
    except Refusal as refused:
        return Reading([], [rejected(source, refused, root)], 1, 0)


class _Reader:
    """Reads one invoice."""

    def __init__(self, source: Source, root: Element, *, adapter: str, inside: str) -> None:
        self.root = root
        self.fields = Fields(source.name, NAMESPACES, inside=inside)
        self.findings = Findings()
        self.place = f"{inside}/CrossIndustryInvoice"
        self.provenance = source.provenance(adapter, self.place)
        self.amounts: list[Decimal] = []
        self.head = self._part(root, "rsm:ExchangedDocument")
        self.trade = self._part(root, _TRADE)
        self.agreed, self.settled = self._part(self.trade, _AGREED), self._part(self.trade, _SETTLED)
        self.sent = self.fields.one(self.trade, _SENT)
        self.unit = self._currency()

    def document(self) -> Document:
        """The document.

        Raises:
            Refusal: A field that must be read can't be.
        """
        fields = self.fields
        number = fields.need(self.head, "ram:ID")
        issued_on = fields.day(self.head, "ram:IssueDateTime/udt:DateTimeString")
        if issued_on is None:
            raise FIELD_MISSING(field="IssueDateTime", where=fields.where(self.head, "IssueDateTime"))
        refers = tuple(self._references())
        document = Document(
            kind=self._kind(),
            number=number,
            provenance=self.provenance,
            issued_on=issued_on,
            seller=self._payable_to(self._party(self.agreed, "ram:SellerTradeParty")),
            buyer=self._party(self.agreed, "ram:BuyerTradeParty"),
            currency=self.unit.code,
            due_on=self._due(),
            delivered_on=self._delivered(),
            references=refers,
            lines=tuple(self._lines(refers)),
        )
        document = self._with_totals(document)
        return replace(document, flags=self.findings.flags, places=self.findings.places)

    def _part(self, parent: Element, path: str) -> Element:
        found = self.fields.one(parent, path)
        if found is None:
            name = path.rpartition(":")[2]
            raise FIELD_MISSING(field=name, where=self.fields.where(parent, name))
        return found

    def _currency(self) -> Currency:
        path = "ram:InvoiceCurrencyCode"
        code = self.fields.need(self.settled, path)
        try:
            return currency(code)
        except Refusal as refused:
            raise refused.at(self.fields.where(self.settled, "InvoiceCurrencyCode")) from None

    def _kind(self) -> DocumentKind:
        code = self.fields.need(self.head, "ram:TypeCode")
        flag = _TYPES.get(code) or (None if code in _CREDIT_TYPES | _INVOICE_TYPES else "type_code")
        if flag:
            self.findings.add(flag, f"{self.place}/ExchangedDocument/TypeCode")
        return DocumentKind.CREDIT_NOTE if code in _CREDIT_TYPES else DocumentKind.INVOICE

    def _party(self, parent: Element, path: str) -> Identity | None:
        body = self.fields.one(parent, path)
        if body is None:
            return None
        codes: dict[str, str] = {}
        for scheme, element in self._codes(body):
            value = self.fields.text_of(element, longest=LONGEST_ID)
            if value is not None and codes.setdefault(scheme, value) != value:
                codes[f"{scheme}_{len(codes) + 1}"] = value
        name = self.fields.text(body, "ram:Name")
        return Identity(name, codes) if name or codes else None

    def _codes(self, body: Element) -> Iterator[tuple[str, Element]]:
        for element in self.fields.all(body, "ram:SpecifiedLegalOrganization/ram:ID"):
            yield SCHEMES.get(element.get("schemeID", ""), "legal"), element
        for element in self.fields.all(body, "ram:SpecifiedTaxRegistration/ram:ID"):
            yield "vat" if element.get("schemeID") == "VA" else "tax", element
        for element in self.fields.all(body, "ram:GlobalID"):
            yield SCHEMES.get(element.get("schemeID", ""), "global"), element
        for element in self.fields.all(body, "ram:ID"):
            yield "local", element

    def _payable_to(self, seller: Identity | None) -> Identity | None:
        """The seller with the account to pay to, unless somebody else is to be paid: that is flagged instead."""
        fields, means = self.fields, "ram:SpecifiedTradeSettlementPaymentMeans"
        if fields.one(self.settled, "ram:PayeeTradeParty") is not None:
            self.findings.add("payee_named", f"{self.place}/{self._short(_TRADE)}/{self._short(_SETTLED)}")
            return seller
        accounts = {
            fields.text_of(element, longest=LONGEST_ID)
            for name in ("IBANID", "ProprietaryID")
            for element in fields.all(self.settled, f"{means}/ram:PayeePartyCreditorFinancialAccount/ram:{name}")
        } - {None}
        if len(accounts) > 1:
            self.findings.add("several_accounts", self.place)
        if seller is None or len(accounts) != 1:
            return seller
        banks = fields.all(self.settled, f"{means}/ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID")
        bank = fields.text_of(banks[0], longest=LONGEST_ID) if len(banks) == 1 else None
        return replace(seller, account=accounts.pop(), bank=bank)

    def _short(self, path: str) -> str:
        return path.rpartition(":")[2]

    def _due(self) -> dt.date | None:
        return self._day(self.settled, "ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime", "several_due_dates")

    def _delivered(self) -> dt.date | None:
        path = "ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime"
        return None if self.sent is None else self._day(self.sent, path, "several_delivery_dates")

    def _day(self, parent: Element, path: str, flag: str) -> dt.date | None:
        found = self.fields.all(parent, f"{path}/udt:DateTimeString")
        day, several = only(self.fields.day_of(element) for element in found)
        if several:
            self.findings.add(flag, self.place)
        return day

    def _references(self) -> Iterator[Reference]:
        holders = (
            (DocumentKind.PURCHASE_ORDER, self.agreed, "ram:BuyerOrderReferencedDocument"),
            (DocumentKind.DESPATCH_ADVICE, self.sent, "ram:DespatchAdviceReferencedDocument"),
            (DocumentKind.RECEIPT_ADVICE, self.sent, "ram:ReceivingAdviceReferencedDocument"),
            (DocumentKind.INVOICE, self.settled, "ram:InvoiceReferencedDocument"),
        )
        for kind, parent, path in holders:
            for element in () if parent is None else self.fields.all(parent, path):
                number = self.fields.text(element, "ram:IssuerAssignedID", longest=LONGEST_ID)
                if number is not None:
                    yield Reference(kind, number)

    def _lines(self, refers: tuple[Reference, ...]) -> Iterator[Line]:
        orders = [each.number for each in refers if each.kind is DocumentKind.PURCHASE_ORDER]
        name = "IncludedSupplyChainTradeLineItem"
        for index, element in enumerate(self.fields.all(self.trade, f"ram:{name}"), 1):
            place = f"{self.place}/{self._short(_TRADE)}/{name}[{index}]"
            yield self._line(element, place, orders[0] if len(orders) == 1 else None)

    def _line(self, element: Element, place: str, order: str | None) -> Line:
        fields, agreed = self.fields, "ram:SpecifiedLineTradeAgreement"
        counted = fields.one(element, "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity")
        quantity = fields.number_of(counted)
        unit = None if counted is None else (counted.get("unitCode") or "").strip() or None
        if quantity is not None and unit is None:
            self.findings.add("quantity_without_unit", place)
        codes = (
            fields.text(element, f"ram:SpecifiedTradeProduct/ram:{name}", longest=LONGEST_ID)
            for name in ("GlobalID", "SellerAssignedID", "BuyerAssignedID")
        )
        price = self._price(element, f"{agreed}/ram:NetPriceProductTradePrice", place)
        row = fields.text(element, f"{agreed}/ram:BuyerOrderReferencedDocument/ram:LineID", longest=LONGEST_ID)
        named = fields.text(element, f"{agreed}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID")
        ordered = named or order
        return Line(
            number=fields.need(element, "ram:AssociatedDocumentLineDocument/ram:LineID"),
            item=next((code for code in codes if code), None),
            description=fields.first(element, "ram:SpecifiedTradeProduct/ram:Name"),
            quantity=quantity,
            unit=unit,
            unit_price=price,
            net_minor=self._line_net(element, place, (quantity, price)),
            references=(Reference(DocumentKind.PURCHASE_ORDER, ordered, row),) if ordered and (row or named) else (),
        )

    def _price(self, element: Element, path: str, place: str) -> Decimal | None:
        price = self.fields.money(element, f"{path}/ram:ChargeAmount", self.unit)
        base = self.fields.number(element, f"{path}/ram:BasisQuantity")
        if price is None or base in {None, Decimal(1)}:
            return price
        if not base:
            self.findings.add("price_base", place)
            return None
        return price_of_one(price, base)

    def _line_net(self, element: Element, place: str, counted: tuple[Decimal | None, Decimal | None]) -> int | None:
        settled = "ram:SpecifiedLineTradeSettlement"
        path = f"{settled}/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
        exact = self.fields.money(element, path, self.unit)
        if exact is None:
            return None
        self.amounts.append(exact)
        net, (quantity, price) = whole_minor(exact, self.unit), counted
        if net is None:
            self.findings.add("line_amount_too_fine", place)
        extra = self._extra(element, f"{settled}/ram:SpecifiedTradeAllowanceCharge")
        if quantity is not None and price is not None and price_is_wrong((quantity, price, exact), extra, self.unit):
            self.findings.add("line_price", place)
        return net

    def _extra(self, element: Element, path: str) -> Decimal:
        """Charges less allowances of a line."""
        extra = Decimal(0)
        for each in self.fields.all(element, path):
            amount = self.fields.money(each, "ram:ActualAmount", self.unit) or Decimal(0)
            word = self.fields.need(each, "ram:ChargeIndicator/udt:Indicator")
            if word not in {"true", "1", "false", "0"}:
                where = self.fields.where(each, "ChargeIndicator/Indicator")
                raise WORD_UNKNOWN(field="ChargeIndicator", value=shown(word), known="true, false", where=where)
            extra += amount if word in {"true", "1"} else -amount
        return extra

    def _with_totals(self, document: Document) -> Document:
        fields, unit = self.fields, self.unit
        sums = self._part(self.settled, _SUMS)
        found = {name: fields.one(sums, f"ram:{tag}") for name, tag in _TOTALS.items()}
        places = {name: fields.path(element) for name, element in found.items() if element is not None}
        given = {name: fields.money_of(element, unit) for name, element in found.items()}
        amounts = {name: amount for name, amount in given.items() if amount is not None}
        tax, bases, taxes = self._tax(sums, places)
        totals = Totals(tuple(self.amounts), tax=tax, bases=bases, taxes=taxes, places=places, **amounts)
        judge_totals(totals, self.findings, self.place)
        minor = {
            name: fields.minor(amount, unit, fields.where(sums))
            for name, amount in (("net", totals.net), ("tax", tax), ("gross", totals.gross), ("due", totals.payable))
        }
        return replace(
            document,
            net_minor=minor["net"],
            tax_minor=minor["tax"],
            gross_minor=minor["gross"],
            payable_minor=minor["due"],
        )

    def _tax(
        self, sums: Element, places: dict[str, str]
    ) -> tuple[Decimal | None, tuple[Decimal, ...], tuple[Decimal, ...]]:
        """Tax in the invoice's currency; a second total in the currency of the tax office is no part of it."""
        given = [each for each in self.fields.all(sums, "ram:TaxTotalAmount") if self._is_ours(each)]
        if len(given) > 1:
            raise FIELD_REPEATED(field="TaxTotalAmount", times=len(given), where=self.fields.where(given[1]))
        tax = self.fields.number_of(given[0]) if given else None
        if given:
            places["tax"] = self.fields.path(given[0])
        rates = self.fields.all(self.settled, "ram:ApplicableTradeTax")
        bases = [self.fields.money(rate, "ram:BasisAmount", self.unit) for rate in rates]
        taxes = [self.fields.money(rate, "ram:CalculatedAmount", self.unit) for rate in rates]
        whole = all(base is not None for base in bases)
        return (
            tax,
            tuple(base for base in bases if base is not None) if whole else (),
            tuple(each for each in taxes if each is not None),
        )

    def _is_ours(self, element: Element) -> bool:
        return bool(element.get("currencyID", self.unit.code) == self.unit.code)
