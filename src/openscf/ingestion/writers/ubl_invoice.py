"""An invoice or credit note as UBL 2.1, valid against the OASIS schemas and read back to the same document.

Only what adds up goes out, and only what the format has a place for: nothing is left away in silence. What the
document was before (its provenance, its flags) doesn't travel.
Source: OASIS UBL 2.1 (2013), maindoc UBL-Invoice-2.1.xsd and UBL-CreditNote-2.1.xsd.
"""

from collections.abc import Iterator
from decimal import Decimal

from openscf.ingestion.writers._tree import FIELD_NOT_GIVEN, Builder, Element, need
from openscf.kernel.errors import Refusal, Where, refusal
from openscf.kernel.money import Currency, Money, currency
from openscf.trades import Document, DocumentKind, Identity, Line, Reference

NO_UBL_INVOICE = refusal(
    "no_ubl_invoice",
    en="The document {number} is a {kind}; only invoices and credit notes go out as UBL.",
    zh="单据 {number} 的类型为 {kind}；只有发票和贷项通知单可以 UBL 发出。",
)
LINES_NOT_GIVEN = refusal(
    "invoice_lines_not_given",
    en="The document {number} has no lines, or a line without an amount; UBL asks for both.",
    zh="单据 {number} 没有明细行，或明细行缺少金额；UBL 要求两者齐全。",
    fix_en="Fill in the lines, or send the document's original file.",
    fix_zh="请补充明细行，或发送原始文件。",
)
DOES_NOT_ADD_UP = refusal(
    "invoice_does_not_add_up",
    en="The document {number} does not add up: its {field} is {found}, the rest gives {expected}.",
    zh="单据 {number} 金额不平：{field} 为 {found}，按其他金额应为 {expected}。",
    fix_en="Correct the document: what goes out adds up.",
    fix_zh="请更正该单据：发出的单据必须金额相符。",
)
NO_PLACE_IN_UBL = refusal(
    "no_place_in_ubl",
    en="UBL has no place for the {field} of the document {number}.",
    zh="UBL 中没有位置填写单据 {number} 的 {field}。",
    fix_en="Send the document's original file, or leave the field away yourself.",
    fix_zh="请发送原始文件，或自行删除该字段。",
)

_URN = "urn:oasis:names:specification:ubl:schema:xsd:"
_ROOTS = {
    DocumentKind.INVOICE: ("Invoice", "InvoicedQuantity"),
    DocumentKind.CREDIT_NOTE: ("CreditNote", "CreditedQuantity"),
}
_TYPE_CODES = {
    DocumentKind.INVOICE: ("InvoiceTypeCode", "380"),
    DocumentKind.CREDIT_NOTE: ("CreditNoteTypeCode", "381"),
}
_HEAD = {
    DocumentKind.PURCHASE_ORDER: ("cac:OrderReference",),
    DocumentKind.INVOICE: ("cac:BillingReference", "cac:InvoiceDocumentReference"),
    DocumentKind.CREDIT_NOTE: ("cac:BillingReference", "cac:CreditNoteDocumentReference"),
    DocumentKind.DESPATCH_ADVICE: ("cac:DespatchDocumentReference",),
    DocumentKind.RECEIPT_ADVICE: ("cac:ReceiptDocumentReference",),
}
_ON_LINE = {
    DocumentKind.PURCHASE_ORDER: ("cac:OrderLineReference", "cac:OrderReference"),
    DocumentKind.DESPATCH_ADVICE: ("cac:DespatchLineReference", "cac:DocumentReference"),
    DocumentKind.RECEIPT_ADVICE: ("cac:ReceiptLineReference", "cac:DocumentReference"),
}
_LEGAL, _TAX = ("uscc", "legal"), ("vat", "tax")
_SCHEME_IDS = {"uscc": "USCC", "lei": "LEI", "gln": "GLN", "duns": "DUNS"}
_LONGEST = 200


def write_ubl_invoice(document: Document) -> bytes:
    """The document as UBL 2.1.

    Args:
        document: An invoice or a credit note (its amounts positive, as UBL writes credit notes) with at least one line.

    Raises:
        Refusal: `no_ubl_invoice`, `invoice_lines_not_given`, `invoice_does_not_add_up`, `no_place_in_ubl`,
            `field_not_given`, `text_too_long`, `text_not_writable` or `unknown_currency`.
    """
    if document.kind not in _ROOTS:
        raise NO_UBL_INVOICE(number=_shown(document), kind=document.kind.value)
    if document.code is not None:
        raise _no_place(document, "code")
    _judge(document)
    return _Writer(document).bytes()


def _judge(document: Document) -> None:
    """What goes out adds up, whoever made it."""
    nets = [line.net_minor for line in document.lines]
    if not nets or None in nets:
        raise LINES_NOT_GIVEN(number=_shown(document))
    net, gross = document.net_minor, document.gross_minor
    due = gross if document.payable_minor is None else document.payable_minor
    expected = sum(each for each in nets if each is not None)
    _hold(document, "net_minor", found=net, expected=expected)
    _hold(document, "gross_minor", found=gross, expected=expected + (document.tax_minor or 0))
    if gross is not None and due is not None and not 0 <= gross - due <= max(gross, 0):
        _hold(document, "payable_minor", found=due, expected=gross)


def _hold(document: Document, field: str, *, found: int | None, expected: int) -> None:
    if found is None:
        raise FIELD_NOT_GIVEN(field=field, where=Where(field=field))
    if found != expected:
        raise DOES_NOT_ADD_UP(number=_shown(document), field=field, found=found, expected=expected)


class _Writer:
    """Writes one document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.name, self.quantity = _ROOTS[document.kind]
        self.unit = currency(need("currency", document.currency, longest=3))
        namespaces = {
            None: f"{_URN}{self.name}-2",
            "cac": f"{_URN}CommonAggregateComponents-2",
            "cbc": f"{_URN}CommonBasicComponents-2",
        }
        self.tree = Builder(self.name, namespaces)

    def bytes(self) -> bytes:
        """The XML."""
        document, tree, root = self.document, self.tree, self.tree.root
        tree.add(root, "cbc:UBLVersionID", "2.1")
        tree.add(root, "cbc:ID", need("number", document.number, longest=_LONGEST))
        if document.issued_on is None:
            raise FIELD_NOT_GIVEN(field="issued_on", where=Where(field="issued_on"))
        tree.add(root, "cbc:IssueDate", document.issued_on.isoformat())
        if document.due_on and document.kind is DocumentKind.INVOICE:
            tree.add(root, "cbc:DueDate", document.due_on.isoformat())
        name, code = _TYPE_CODES[document.kind]
        tree.add(root, f"cbc:{name}", code)
        tree.add(root, "cbc:DocumentCurrencyCode", self.unit.code)
        self._head_references()
        self._party("cac:AccountingSupplierParty", document.seller, "seller")
        self._party("cac:AccountingCustomerParty", document.buyer, "buyer")
        if document.delivered_on:
            tree.add(tree.add(root, "cac:Delivery"), "cbc:ActualDeliveryDate", document.delivered_on.isoformat())
        self._means()
        if document.tax_minor is not None:
            self._money(tree.add(root, "cac:TaxTotal"), "TaxAmount", document.tax_minor)
        self._totals()
        for line in document.lines:
            self._line(line)
        return tree.bytes()

    def _head_references(self) -> None:
        for kind, path in _HEAD.items():
            found = [each for each in self.document.references if each.kind is kind]
            if kind is DocumentKind.PURCHASE_ORDER and len(found) > 1:
                raise _no_place(self.document, "references")
            for reference in found:
                self._reference(self.tree.root, path, reference)
        strange = [each.kind.value for each in self.document.references if each.kind not in _HEAD or each.code]
        if strange:
            raise _no_place(self.document, f"references ({strange[0]})")

    def _reference(self, parent: Element, path: tuple[str, ...], reference: Reference) -> None:
        for name in path:
            parent = self.tree.add(parent, name)
        self.tree.add(parent, "cbc:ID", need("reference", reference.number, longest=_LONGEST))
        if reference.issued_on:
            self.tree.add(parent, "cbc:IssueDate", reference.issued_on.isoformat())

    def _party(self, role: str, party: Identity | None, field: str) -> None:
        if party is None or not party.name:
            raise FIELD_NOT_GIVEN(field=f"{field}.name", where=Where(field=f"{field}.name"))
        add = self.tree.add
        body = add(add(self.tree.root, role), "cac:Party")
        for scheme, code in party.codes.items():
            if scheme not in _LEGAL + _TAX:
                self._coded(add(body, "cac:PartyIdentification"), "cbc:ID", scheme=scheme, code=code)
        add(add(body, "cac:PartyName"), "cbc:Name", party.name)
        for scheme in _TAX:
            if scheme in party.codes:
                holder = add(body, "cac:PartyTaxScheme")
                add(holder, "cbc:CompanyID", party.codes[scheme])
                add(add(holder, "cac:TaxScheme"), "cbc:ID", "VAT" if scheme == "vat" else "TAX")
        for scheme in _LEGAL:
            if scheme in party.codes:
                holder = add(body, "cac:PartyLegalEntity")
                add(holder, "cbc:RegistrationName", party.name)
                self._coded(holder, "cbc:CompanyID", scheme=scheme, code=party.codes[scheme])

    def _coded(self, parent: Element, name: str, *, scheme: str, code: str) -> None:
        given = {"schemeID": _SCHEME_IDS[scheme]} if scheme in _SCHEME_IDS else {}
        self.tree.add(parent, name, need(scheme, code, longest=_LONGEST), **given)

    def _means(self) -> None:
        """Where to pay to; a credit note also says here until when, as it has no other place for it."""
        add, seller = self.tree.add, self.document.seller
        due = self.document.due_on if self.document.kind is DocumentKind.CREDIT_NOTE else None
        account = seller.account if seller else None
        if due is None and not account:
            return
        means = add(self.tree.root, "cac:PaymentMeans")
        add(means, "cbc:PaymentMeansCode", "30")  # UNTDID 4461: credit transfer
        if due:
            add(means, "cbc:PaymentDueDate", due.isoformat())
        if account and seller:
            holder = add(means, "cac:PayeeFinancialAccount")
            add(holder, "cbc:ID", account)
            if seller.bank:
                add(add(holder, "cac:FinancialInstitutionBranch"), "cbc:ID", seller.bank)

    def _totals(self) -> None:
        document, holder = self.document, self.tree.add(self.tree.root, "cac:LegalMonetaryTotal")
        assert document.net_minor is not None
        assert document.gross_minor is not None
        payable = document.gross_minor if document.payable_minor is None else document.payable_minor
        self._money(holder, "LineExtensionAmount", document.net_minor)
        self._money(holder, "TaxExclusiveAmount", document.net_minor)
        self._money(holder, "TaxInclusiveAmount", document.gross_minor)
        if payable != document.gross_minor:
            self._money(holder, "PrepaidAmount", document.gross_minor - payable)
        self._money(holder, "PayableAmount", payable)

    def _line(self, line: Line) -> None:
        add = self.tree.add
        holder = add(self.tree.root, f"cac:{self.name}Line")
        add(holder, "cbc:ID", need("line.number", line.number, longest=_LONGEST))
        if line.quantity is not None:
            unit = {"unitCode": line.unit} if line.unit else {}
            add(holder, f"cbc:{self.quantity}", _plain(line.quantity), **unit)
        assert line.net_minor is not None
        self._money(holder, "LineExtensionAmount", line.net_minor)
        for reference in self._in_order(line):
            self._line_reference(holder, reference)
        if line.tax_minor is not None:
            self._money(add(holder, "cac:TaxTotal"), "TaxAmount", line.tax_minor)
        item = add(holder, "cac:Item")
        self.tree.given(item, "cbc:Name", line.description)
        if line.item:
            add(add(item, "cac:SellersItemIdentification"), "cbc:ID", line.item)
        if line.unit_price is not None:
            price = add(holder, "cac:Price")
            add(price, "cbc:PriceAmount", _plain(line.unit_price), currencyID=self.unit.code)

    def _in_order(self, line: Line) -> Iterator[Reference]:
        for kind in (*_ON_LINE, DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE):
            yield from (each for each in line.references if each.kind is kind)
        if any(
            each.kind not in {*_ON_LINE, DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE} for each in line.references
        ):
            raise _no_place(self.document, "lines.references")

    def _line_reference(self, holder: Element, reference: Reference) -> None:
        if reference.kind not in _ON_LINE:
            self._reference(holder, _HEAD[reference.kind], reference)
            return
        outer, inner = _ON_LINE[reference.kind]
        element = self.tree.add(holder, outer)
        self.tree.add(element, "cbc:LineID", need("line.references.line", reference.line, longest=_LONGEST))
        self._reference(element, (inner,), reference)

    def _money(self, parent: Element, name: str, minor: int) -> None:
        self.tree.add(parent, f"cbc:{name}", _amount(minor, self.unit), currencyID=self.unit.code)


def _amount(minor: int, unit: Currency) -> str:
    return Money(minor, unit).amount


def _plain(number: Decimal) -> str:
    return format(number, "f")


def _no_place(document: Document, field: str) -> Refusal:
    return NO_PLACE_IN_UBL(number=_shown(document), field=field, where=Where(field=field))


def _shown(document: Document) -> str:
    return ascii(document.number[:40])
