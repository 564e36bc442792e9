"""Parts that all UBL 2.x documents share: parties, references, lines' items, totals.

Source: OASIS Universal Business Language 2.0 to 2.3; element names did not change between them, only more came.
"""

from collections.abc import Iterator
from decimal import Decimal

from openscf.ingestion.adapters._fields import LONGEST_ID, WORD_UNKNOWN, Element, Fields, Findings, shown, whole_minor
from openscf.ingestion.adapters._totals import Totals
from openscf.kernel.money import Currency
from openscf.trades import DocumentKind, Identity, Reference

CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
NAMESPACES = {"cbc": CBC, "cac": CAC}

# ISO 6523 numbers and the words that people write for them.
SCHEMES = {
    "GLN": "gln", "EAN": "gln", "0088": "gln", "LEI": "lei", "0199": "lei", "DUNS": "duns", "0060": "duns",
    "USCC": "uscc", "CN:USCC": "uscc",
}  # fmt: skip
# Where a VAT number begins with the country's own letters (Directive 2006/112/EC, article 215, and who does likewise).
_VAT_COUNTRIES = "AT BE BG CY CZ DE DK EE ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK GB NO"
_VAT_PREFIX = {**{country: country for country in _VAT_COUNTRIES.split()}, "GR": "EL"}
_REFERENCES = {
    "cac:OrderReference": DocumentKind.PURCHASE_ORDER,
    "cac:BillingReference/cac:InvoiceDocumentReference": DocumentKind.INVOICE,
    "cac:BillingReference/cac:CreditNoteDocumentReference": DocumentKind.CREDIT_NOTE,
    "cac:DespatchDocumentReference": DocumentKind.DESPATCH_ADVICE,
    "cac:ReceiptDocumentReference": DocumentKind.RECEIPT_ADVICE,
}
_LINE_REFERENCES = {
    "cac:OrderLineReference": (DocumentKind.PURCHASE_ORDER, "cac:OrderReference"),
    "cac:DespatchLineReference": (DocumentKind.DESPATCH_ADVICE, "cac:DocumentReference"),
    "cac:ReceiptLineReference": (DocumentKind.RECEIPT_ADVICE, "cac:DocumentReference"),
}
_TOTALS = {
    "line_total": "LineExtensionAmount", "net": "TaxExclusiveAmount", "gross": "TaxInclusiveAmount",
    "prepaid": "PrepaidAmount", "rounding": "PayableRoundingAmount", "payable": "PayableAmount",
    "allowances": "AllowanceTotalAmount", "charges": "ChargeTotalAmount",
}  # fmt: skip


def party(fields: Fields, role: Element | None, findings: Findings) -> Identity | None:
    """The party in a role (`AccountingSupplierParty`), or a bare `Party`.

    Args:
        fields: Reader of the file.
        role: Its element; None if the document has none.
        findings: Gets `vat_country` for a VAT number of another country than the party's address.
    """
    if role is None:
        return None
    body = fields.one(role, "cac:Party")
    body = role if body is None else body
    name = (
        fields.first(body, "cac:PartyLegalEntity/cbc:RegistrationName")
        or fields.first(body, "cac:PartyName/cbc:Name")
        or fields.first(body, "cac:PartyTaxScheme/cbc:RegistrationName")
    )
    codes: dict[str, str] = {}
    for scheme, element in _codes(fields, role, body):
        value = fields.text_of(element, longest=LONGEST_ID)
        if value is not None:
            _enter(codes, scheme, value)
    _judge_vat(fields, body, findings)
    return Identity(name, codes) if name or codes else None


def references(fields: Fields, root: Element) -> tuple[Reference, ...]:
    """Documents that the whole document speaks of."""
    found = []
    for path, kind in _REFERENCES.items():
        for element in fields.all(root, path):
            number = fields.text(element, "cbc:ID", longest=LONGEST_ID)
            if number is not None:
                found.append(Reference(kind, number, issued_on=fields.day(element, "cbc:IssueDate")))
    return tuple(found)


def line_references(fields: Fields, line: Element, order: str | None) -> tuple[Reference, ...]:
    """Documents that a line speaks of.

    Args:
        fields: Reader of the file.
        line: The line.
        order: Number of the order that the whole document names: lines then often give their line of it only.
    """
    found = []
    for path, (kind, inner) in _LINE_REFERENCES.items():
        for element in fields.all(line, path):
            number = fields.text(element, f"{inner}/cbc:ID", longest=LONGEST_ID)
            number = number or (order if kind is DocumentKind.PURCHASE_ORDER else None)
            row = fields.text(element, "cbc:LineID", longest=LONGEST_ID)
            if number is not None:
                found.append(Reference(kind, number, row, fields.day(element, f"{inner}/cbc:IssueDate")))
    whole = [reference for reference in references(fields, line) if reference.kind is not DocumentKind.PURCHASE_ORDER]
    return (*found, *whole)


def item(fields: Fields, line: Element) -> tuple[str | None, str | None]:
    """Code and name of what a line is about."""
    path = "cac:Item"
    codes = (
        fields.text(line, f"{path}/cac:{whose}ItemIdentification/cbc:ID", longest=LONGEST_ID)
        for whose in ("Standard", "Sellers", "Buyers")
    )
    name = fields.first(line, f"{path}/cbc:Name") or fields.first(line, f"{path}/cbc:Description")
    return next((code for code in codes if code), None), name


def totals(fields: Fields, root: Element, *, path: str, unit: Currency) -> Totals:
    """What the document says of its sums; amounts of its lines are added by the caller."""
    body = fields.one(root, path)
    amounts: dict[str, Decimal] = {}
    places: dict[str, str] = {}
    for name, tag in _TOTALS.items() if body is not None else ():
        element = fields.one(body, f"cbc:{tag}")
        amount = fields.money_of(element, unit)
        if amount is not None:
            amounts[name], places[name] = amount, fields.path(element)
    allowances, charges = _allowances(fields, root, unit)
    amounts.setdefault("allowances", allowances)
    amounts.setdefault("charges", charges)
    tax, bases, taxes = _tax(fields, root, unit=unit, places=places)
    return Totals((), tax=tax, bases=bases, taxes=taxes, places=places, **amounts)


def tax_schemes(fields: Fields, root: Element) -> set[str]:
    """The tax schemes of the document's tax subtotals."""
    path = "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cac:TaxScheme/cbc:ID"
    return {scheme for element in fields.all(root, path) if (scheme := fields.text_of(element))}


def line_extra(fields: Fields, line: Element, unit: Currency) -> Decimal:
    """Charges less allowances of a line."""
    allowances, charges = _allowances(fields, line, unit)
    return charges - allowances


def line_tax(fields: Fields, line: Element, unit: Currency) -> tuple[int | None, bool]:
    """Tax of a line in minor units, and whether it is finer than the currency's unit and so left out."""
    path = "cac:TaxTotal/cbc:TaxAmount"
    amounts = [fields.money_of(element, unit) for element in fields.all(line, path)]
    amounts.append(fields.money(line, "cbc:TotalTaxAmount", unit))
    given = [amount for amount in amounts if amount is not None]
    minor = whole_minor(sum(given, Decimal(0)), unit) if given else None
    return minor, bool(given) and minor is None


def _allowances(fields: Fields, holder: Element, unit: Currency) -> tuple[Decimal, Decimal]:
    sums = {"true": Decimal(0), "false": Decimal(0)}
    for element in fields.all(holder, "cac:AllowanceCharge"):
        amount = fields.money(element, "cbc:Amount", unit) or Decimal(0)
        said = fields.need(element, "cbc:ChargeIndicator")
        word = {"1": "true", "0": "false"}.get(said, said)
        if word not in sums:
            where = fields.where(element, "ChargeIndicator")
            raise WORD_UNKNOWN(field="ChargeIndicator", value=shown(said), known="true, false", where=where)
        sums[word] += amount
    return sums["false"], sums["true"]


def _tax(
    fields: Fields, root: Element, *, unit: Currency, places: dict[str, str]
) -> tuple[Decimal | None, tuple[Decimal, ...], tuple[Decimal, ...]]:
    """Tax in the document's currency; a second total in the currency of the tax office is no part of it."""
    tax, bases, taxes = None, [], []
    for total in fields.all(root, "cac:TaxTotal"):
        element = fields.one(total, "cbc:TaxAmount")
        if element is None or element.get("currencyID", unit.code) != unit.code:
            continue
        tax = (tax or Decimal(0)) + (fields.number_of(element) or Decimal(0))
        places.setdefault("tax", fields.path(element))
        places.setdefault("bases", fields.path(total))
        for part in fields.all(total, "cac:TaxSubtotal"):
            bases.append(fields.money(part, "cbc:TaxableAmount", unit))
            taxes.append(fields.money(part, "cbc:TaxAmount", unit))
    whole = all(base is not None for base in bases) and len(fields.all(root, "cac:TaxTotal")) == 1
    given = tuple(base for base in bases if base is not None)
    return tax, given if whole else (), tuple(each for each in taxes if each is not None)


def _codes(fields: Fields, role: Element, body: Element) -> Iterator[tuple[str, Element]]:
    for element in fields.all(body, "cac:PartyLegalEntity/cbc:CompanyID"):
        yield _scheme(element, "legal"), element
    for scheme, element in _tax_numbers(fields, body):
        yield "vat" if "VAT" in (fields.text_of(scheme) or "").upper() else "tax", element
    for element in fields.all(body, "cac:PartyIdentification/cbc:ID"):
        yield _scheme(element, "local"), element
    for element in fields.all(body, "cbc:EndpointID"):
        yield _scheme(element, "endpoint"), element
    for whose in ("Customer", "Supplier"):
        for element in fields.all(role, f"cbc:{whose}AssignedAccountID"):
            yield f"assigned_by_{'buyer' if whose == 'Customer' else 'seller'}", element


def _tax_numbers(fields: Fields, body: Element) -> Iterator[tuple[Element | None, Element]]:
    for holder in fields.all(body, "cac:PartyTaxScheme"):
        number = fields.one(holder, "cbc:CompanyID")
        if number is not None:
            yield fields.one(holder, "cac:TaxScheme/cbc:ID"), number


def _scheme(element: Element, otherwise: str) -> str:
    return SCHEMES.get((element.get("schemeID") or "").strip().upper(), otherwise)


def _enter(codes: dict[str, str], scheme: str, value: str) -> None:
    """A second, different code of one scheme is kept under a name of its own: `local_2`."""
    name, count = scheme, 1
    while codes.get(name, value) != value:
        count += 1
        name = f"{scheme}_{count}"
    codes[name] = value


def _judge_vat(fields: Fields, body: Element, findings: Findings) -> None:
    country = fields.first(body, "cac:PostalAddress/cac:Country/cbc:IdentificationCode") or ""
    prefix = _VAT_PREFIX.get(country.upper())
    for scheme, number in _tax_numbers(fields, body) if prefix else ():
        text = (fields.text_of(number) or "").upper()
        if "VAT" in (fields.text_of(scheme) or "").upper() and not text.startswith(prefix or ""):
            findings.add("vat_country", fields.path(number))
