"""Reads one UBL document into the one format: its head here, its parties, references and totals in `_ubl`."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from openscf.ingestion.adapters import _ubl as ubl
from openscf.ingestion.adapters._fields import (
    FIELD_MISSING,
    LONGEST_ID,
    Element,
    Fields,
    Findings,
    local,
    only,
    whole_minor,
)
from openscf.ingestion.adapters._totals import Totals, judge_totals, price_is_wrong, price_of_one
from openscf.ingestion.contract import Source
from openscf.kernel.errors import Refusal
from openscf.kernel.money import Currency, currency
from openscf.trades import Document, DocumentKind, Identity, Line, Reference

_SELLERS = ("cac:AccountingSupplierParty", "cac:SellerSupplierParty", "cac:DespatchSupplierParty")
_BUYERS = ("cac:AccountingCustomerParty", "cac:BuyerCustomerParty", "cac:DeliveryCustomerParty")
_DUE = ("cbc:DueDate", "cac:PaymentMeans/cbc:PaymentDueDate", "cac:PaymentTerms/cbc:PaymentDueDate")
_TYPES = {"393": "factored_invoice", "396": "factored_credit_note", "389": "self_billed", "384": "corrected_invoice"}
_CREDIT_TYPES = {"381", "396", "261", "83", "308"}  # UNTDID 1001: credit notes that travel as invoices
_REJECTED = {"RE", "27"}  # Peppol's and UNTDID 1225's word for an order that is not accepted
_ODD_QUANTITIES = {
    "BackorderQuantity": "backorder", "OutstandingQuantity": "outstanding", "ShortQuantity": "short",
    "RejectedQuantity": "rejected_goods", "OversupplyQuantity": "oversupply",
}  # fmt: skip
_CLAIMS = {DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE}


@dataclass(frozen=True, slots=True)
class Shape:
    """How one kind of document is built.

    Attributes:
        kind: What it becomes.
        line: Path of its lines; empty where it has none.
        quantity: Name of a line's quantity.
        total: Path of its totals; empty where it carries no money.
    """

    kind: DocumentKind
    line: str = ""
    quantity: str = "Quantity"
    total: str = ""


class Reader:
    """Reads one document."""

    def __init__(self, source: Source, root: Element, *, shape: Shape, adapter: str) -> None:
        self.root, self.shape = root, shape
        self.fields = Fields(source.name, ubl.NAMESPACES)
        self.findings = Findings()
        self.place = f"/{local(root)}"
        self.provenance = source.provenance(adapter, self.place)
        self.amounts: list[Decimal] = []  # of the lines, as exact as they are given
        self._unit = self._currency()

    def document(self) -> Document:
        """The document.

        Raises:
            Refusal: A field that must be read can't be.
        """
        fields, root = self.fields, self.root
        number, issued_on = fields.need(root, "cbc:ID"), fields.day(root, "cbc:IssueDate")
        if issued_on is None:
            raise FIELD_MISSING(field="IssueDate", where=fields.where(root, "IssueDate"))
        refers = ubl.references(fields, root)
        seller, buyer = self._party(_SELLERS), self._party(_BUYERS)
        bare = Document(
            kind=self._kind(),
            number=number,
            provenance=self.provenance,
            issued_on=issued_on,
            seller=self._payable_to(seller),
            buyer=buyer,
            due_on=self._due(),
            delivered_on=self._delivered(),
            signer=buyer if self.shape.kind is DocumentKind.RECEIPT_ADVICE else None,
            references=refers,
            lines=tuple(self._lines(refers)),
        )
        whole = self._remitted(bare) if self.shape.kind is DocumentKind.REMITTANCE_ADVICE else self._with_totals(bare)
        return replace(whole, flags=self.findings.flags, places=self.findings.places)

    def _kind(self) -> DocumentKind:
        fields, root, kind = self.fields, self.root, self.shape.kind
        for name in ("InvoiceTypeCode", "CreditNoteTypeCode"):
            code = fields.text(root, f"cbc:{name}")
            if code in _TYPES:
                self.findings.add(_TYPES[code], f"{self.place}/{name}")
            if code in _CREDIT_TYPES:
                kind = DocumentKind.CREDIT_NOTE
        signs = (
            ("CopyIndicator", {"true", "1"}, "copy"),
            ("AcceptedIndicator", {"false", "0"}, "order_rejected"),
            ("OrderResponseCode", _REJECTED, "order_rejected"),
        )
        for name, words, flag in signs:
            if fields.text(root, f"cbc:{name}") in words:
                self.findings.add(flag, f"{self.place}/{name}")
        return kind

    def _party(self, paths: tuple[str, ...]) -> Identity | None:
        found = (self.fields.one(self.root, path) for path in paths)
        return ubl.party(self.fields, next((each for each in found if each is not None), None), self.findings)

    def _payable_to(self, seller: Identity | None) -> Identity | None:
        """The seller with the account to pay to, unless somebody else is to be paid: that is flagged instead."""
        fields, path = self.fields, "cac:PaymentMeans/cac:PayeeFinancialAccount"
        if fields.one(self.root, "cac:PayeeParty") is not None:
            self.findings.add("payee_named", f"{self.place}/PayeeParty")
            return seller
        accounts = [(fields.text(each, "cbc:ID", longest=LONGEST_ID), each) for each in fields.all(self.root, path)]
        if seller is None or not accounts:
            return seller
        if len({number for number, _ in accounts}) > 1:
            self.findings.add("several_accounts", self.place)
            return seller
        number, holder = accounts[0]
        branch = "cac:FinancialInstitutionBranch"
        bank = fields.text(holder, f"{branch}/cac:FinancialInstitution/cbc:ID", longest=LONGEST_ID)
        return replace(seller, account=number, bank=bank or fields.text(holder, f"{branch}/cbc:ID", longest=LONGEST_ID))

    def _due(self) -> dt.date | None:
        days = [self.fields.day_of(element) for path in _DUE for element in self.fields.all(self.root, path)]
        return self._only(days, "several_due_dates")

    def _delivered(self) -> dt.date | None:
        paths = ["cac:Delivery/cbc:ActualDeliveryDate", "cac:Shipment/cac:Delivery/cbc:ActualDeliveryDate"]
        if self.shape.kind is DocumentKind.DESPATCH_ADVICE:
            paths = ["cac:Shipment/cac:Delivery/cac:Despatch/cbc:ActualDespatchDate"]
        if self.shape.kind is DocumentKind.RECEIPT_ADVICE:
            paths.append("cac:ReceiptLine/cbc:ReceivedDate")
        days = [self.fields.day_of(element) for path in paths for element in self.fields.all(self.root, path)]
        return self._only(days, "several_delivery_dates")

    def _only(self, days: list[dt.date | None], flag: str) -> dt.date | None:
        day, several = only(days)
        if several:
            self.findings.add(flag, self.place)
        return day

    def _currency(self) -> Currency | None:
        """The document's currency, or that of its first amount where it names none of its own."""
        code = self.fields.text(self.root, "cbc:DocumentCurrencyCode")
        if code is None:
            code = next(iter(self.root.xpath("string((//@currencyID)[1])").split()), None)
        try:
            return None if code is None else currency(code)
        except Refusal as refused:
            raise refused.at(self.fields.where(self.root, "DocumentCurrencyCode")) from None

    def _unit_of(self, element: Element) -> Currency:
        if self._unit is None:
            raise FIELD_MISSING(field="DocumentCurrencyCode", where=self.fields.where(element))
        return self._unit

    def _lines(self, refers: tuple[Reference, ...]) -> Iterator[Line]:
        orders = [each.number for each in refers if each.kind is DocumentKind.PURCHASE_ORDER]
        order = orders[0] if len(orders) == 1 else None
        if not self.shape.line:
            return
        names = [part.rpartition(":")[2] for part in self.shape.line.split("/")]
        for index, element in enumerate(self.fields.all(self.root, self.shape.line), 1):
            place = f"{self.place}/{names[0]}[{index}]" + "".join(f"/{name}" for name in names[1:])
            if self.shape.kind is DocumentKind.REMITTANCE_ADVICE:
                yield self._remitted_line(element, place)
            else:
                yield self._line(element, place, order)

    def _line(self, element: Element, place: str, order: str | None) -> Line:
        fields = self.fields
        counted = fields.one(element, f"cbc:{self.shape.quantity}")
        quantity = fields.number_of(counted)
        unit = None if counted is None else (counted.get("unitCode") or "").strip() or None
        if quantity is not None and unit is None:
            self.findings.add("quantity_without_unit", place)
        for name, flag in _ODD_QUANTITIES.items():
            if fields.number(element, f"cbc:{name}"):
                self.findings.add(flag, place)
        code, description = ubl.item(fields, element)
        price = self._price(element)
        net, tax = self._line_money(element, place, (quantity, price))
        number = fields.need(element, "cbc:ID")
        refers = ubl.line_references(fields, element, order)
        return Line(number, code, description, quantity, unit, price, net, tax, refers)

    def _price(self, element: Element) -> Decimal | None:
        """The price of one. A base quantity of nothing gives no price, and is flagged."""
        holder = self.fields.one(element, "cac:Price")
        if holder is None:
            return None
        amount = self.fields.one(holder, "cbc:PriceAmount")
        price = None if amount is None else self.fields.money_of(amount, self._unit_of(amount))
        base = self.fields.number(holder, "cbc:BaseQuantity")
        if price is None or base in {None, Decimal(1)}:
            return price
        if not base:
            self.findings.add("price_base", self.fields.path(holder))
            return None
        return price_of_one(price, base)

    def _line_money(
        self, element: Element, place: str, counted: tuple[Decimal | None, Decimal | None]
    ) -> tuple[int | None, int | None]:
        amount = self.fields.one(element, "cbc:LineExtensionAmount")
        if amount is None:
            return None, None
        unit, exact = self._unit_of(amount), self.fields.money_of(amount, self._unit_of(amount))
        tax, fine = ubl.line_tax(self.fields, element, unit)
        if fine:
            self.findings.add("line_tax_too_fine", place)
        if exact is None:
            return None, tax
        self.amounts.append(exact)
        net, (quantity, price) = whole_minor(exact, unit), counted
        if net is None:
            self.findings.add("line_amount_too_fine", place)
        extra = ubl.line_extra(self.fields, element, unit)
        if quantity is not None and price is not None and price_is_wrong((quantity, price, exact), extra, unit):
            self.findings.add("line_price", place)
        return net, tax

    def _with_totals(self, document: Document) -> Document:
        holder = self.fields.one(self.root, self.shape.total) if self.shape.total else None
        if holder is None:
            return replace(document, currency=self._unit.code if self._unit and self.amounts else None)
        unit = self._unit_of(holder)
        totals = replace(
            ubl.totals(self.fields, self.root, path=self.shape.total, unit=unit), lines=tuple(self.amounts)
        )
        claims = self.shape.kind in _CLAIMS
        judge_totals(totals if claims else replace(totals, payable=None), self.findings, self.place)
        if len(ubl.tax_schemes(self.fields, self.root)) > 1:
            self.findings.add("tax_schemes_mixed", f"{self.place}/TaxTotal[1]")
        plain = not (totals.allowances or totals.charges)
        net = totals.net if totals.net is not None or not plain else totals.line_total
        gross = totals.gross
        if claims and gross is None and not (totals.prepaid or totals.rounding):
            gross = totals.payable
        return self._minor(document, unit, net=net, tax=totals.tax, gross=gross, payable=totals.payable)

    def _minor(self, document: Document, unit: Currency, **amounts: Decimal | None) -> Document:
        where = self.fields.where(self.root)
        minor = {name: self.fields.minor(amount, unit, where) for name, amount in amounts.items()}
        return replace(
            document,
            currency=unit.code,
            net_minor=minor.get("net"),
            tax_minor=minor.get("tax"),
            gross_minor=minor.get("gross"),
            payable_minor=minor.get("payable"),
        )

    def _remitted_line(self, element: Element, place: str) -> Line:
        """A line of a remittance advice: what is paid of a claim, debits less credits."""
        fields = self.fields
        given = [fields.one(element, f"cbc:{name}") for name in ("DebitLineAmount", "CreditLineAmount")]
        debit, credit = (None if each is None else fields.money_of(each, self._unit_of(each)) for each in given)
        paid = None if debit is None and credit is None else (debit or Decimal(0)) - (credit or Decimal(0))
        net = None
        if paid is not None and self._unit is not None:
            self.amounts.append(paid)
            net = whole_minor(paid, self._unit)
            if net is None:
                self.findings.add("line_amount_too_fine", place)
        return Line(fields.need(element, "cbc:ID"), net_minor=net, references=ubl.references(fields, element))

    def _remitted(self, document: Document) -> Document:
        found = self.fields.one(self.root, "cbc:TotalPaymentAmount")
        if found is None:
            return replace(document, currency=self._unit.code if self._unit and self.amounts else None)
        unit, paid = self._unit_of(found), self.fields.money_of(found, self._unit_of(found))
        judge_totals(
            Totals(
                lines=tuple(self.amounts), line_total=paid, places={"line_total": f"{self.place}/TotalPaymentAmount"}
            ),
            self.findings,
            self.place,
        )
        return self._minor(document, unit, gross=paid)
